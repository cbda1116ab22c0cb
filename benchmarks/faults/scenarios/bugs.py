"""Each seeded bug in a run of its own, which must break a promise; a harness that finds none is blind."""

from benchmarks.faults.count import Row
from benchmarks.faults.scenarios import kills, races
from benchmarks.faults.stage import Stage, line_of

# bug, what it must be found by
BUGS = {"sent_first": "lost", "no_expiry": "lost", "no_recheck": "after_withdrawal"}


def seeded(stage: Stage) -> None:
    """One run for each; its row is no part of the table's sums."""
    for bug, found_by in BUGS.items():
        with stage.scratch(f"seeded bug: {bug}") as row:
            if found_by == "lost":
                kills.children(stage, row, {"before_data": 0.2}, couples=40, least=3, bug=bug)
            else:
                many, laid = stage.size(long=150, short=40), stage.size(long=250, short=60)
                races.race(stage, row, wanted=many, couples_laid=laid, web=False, wait=0.005, bug=bug)
        stage.bugs[bug] = _is_found(row, found_by)
        print(f"{line_of(row)}   -> {'found' if stage.bugs[bug] else 'MISSED'}", flush=True)


def _is_found(row: Row, found_by: str) -> bool:
    return int(getattr(row, found_by)) > 0 and bool(row.check().broken)
