"""Each seeded bug in a run of its own, which must break a promise; a harness that finds none is blind."""

from collections.abc import Callable

from benchmarks.faults.count import Row, count
from benchmarks.faults.scenarios import kills, races, relay_faults
from benchmarks.faults.stage import Stage, line_of


def _while_killed(stage: Stage, row: Row, bug: str) -> None:
    kills.children(stage, row, {"before_data": 0.2}, couples=40, least=3, bug=bug)


def _while_withdrawing(stage: Stage, row: Row, bug: str) -> None:
    many, laid = stage.size(long=150, short=40), stage.size(long=250, short=60)
    races.race(stage, row, wanted=many, couples_laid=laid, web=False, wait=0.005, bug=bug)


def _while_unknown(stage: Stage, row: Row, bug: str) -> None:
    stage.staff(broken=True)
    stage.house.tell_workers(bug=bug)
    stage.house.relay.tell(rules=[{"step": "dot", "do": "hang up", "to": "@", "times": 4}])
    people = stage.people(2)
    stage.house.move(1.5)
    began = stage.drain(minutes=25)
    count(stage.house, row, people, healed_at=began)


def _without_tls(stage: Stage, row: Row, bug: str) -> None:
    relay_faults.without_tls(stage, row, [{"step": "STARTTLS", "do": "454 not available"}], couples=3, bug=bug)


# bug, the run in which it must be found, the word by which
BUGS: dict[str, tuple[Callable[[Stage, Row, str], None], str]] = {
    "sent_first": (_while_killed, "lost"),
    "no_expiry": (_while_killed, "lost"),
    "no_recheck": (_while_withdrawing, "after withdrawal"),
    "no_cap": (_while_unknown, "copies of one mail"),
    "plain": (_without_tls, "in clear"),
}


def seeded(stage: Stage) -> None:
    """One run for each; its row is no part of the table's sums."""
    for bug, (run, found_by) in BUGS.items():
        with stage.scratch(f"seeded bug: {bug}") as row:
            run(stage, row, bug)
        stage.bugs[bug] = any(found_by in words for words in row.check().broken)
        print(f"{line_of(row)}   -> {'found' if stage.bugs[bug] else 'MISSED'}", flush=True)
