"""kill -9 of workers: of a child at a named place, at chance; and of a whole worker, parent and children."""

import time
from collections import Counter

from django.conf import settings

from benchmarks.faults.count import Row, count
from benchmarks.faults.flow import in_the_midst, is_busy, next_due, settle
from benchmarks.faults.stage import Stage

# place, the chance to be killed there, because. Where a whole batch is lost, always, until enough were killed.
PLACES = [
    ("after_rows", 1.0, "seats served, nothing committed"),
    ("after_claim", 0.9, "the lease committed"),
    ("after_begin", 0.05, "the attempt committed, the relay heard nothing"),
    ("before_data", 0.05, "the relay took sender and recipient"),
    ("after_dot", 0.05, "all sent, the answer not read"),
    ("before_commit", 0.05, "the answer read, its result not committed"),
]
ANYWHERE = {"after_rows": 0.5, "after_claim": 0.05, **{place: 0.01 for place, *_ in PLACES[2:]}}
UNBEGUN = {"after_rows"}  # elsewhere another lane of the same process may be in the midst of a mail


def at_places(stage: Stage) -> None:
    """A row for each place."""
    for place, chance, because in PLACES:
        with stage.row(f"worker killed: {place}", "kill") as row:
            row.notes["because"] = because
            whole_batch = chance > 0.5
            couples, least = (150 if place == "after_rows" else 500, 250) if whole_batch else (1300, 120)
            children(stage, row, {place: chance}, couples=couples, least=least)
            if place in UNBEGUN and row.ambiguous:
                row.broken.append(f"{row.ambiguous} unknown outcomes where nothing had begun")


def anywhere(stage: Stage) -> None:
    """At any of the places, at random."""
    with stage.row("worker killed: anywhere, at random", "kill") as row:
        more = 8 if stage.short else 1
        places = {place: min(0.5, chance * more) for place, chance in ANYWHERE.items()}
        couples, least = (40, 12) if stage.short else (1000, 120)
        children(stage, row, places, couples=couples, least=least)


def children(stage: Stage, row: Row, places: dict[str, float], *, couples: int, least: int, bug: str = "") -> None:
    """Send to all of `couples` while children die at `places`, each with its chance, until `least` have died; then
    none die any more. One lease ends after the other, for the clock goes to the next that does."""
    house = stage.house
    stage.staff(broken=bool(bug))
    before = house.killed()
    house.tell_workers(bug=bug, FAILPOINT=",".join(f"{place}=kill~{chance}" for place, chance in places.items()))
    people = stage.people(couples)
    house.move(1.5)
    until = time.monotonic() + (30 if stage.short else 300)
    while len(house.killed()) - len(before) < least and time.monotonic() < until:
        if is_busy(house):
            time.sleep(0.02)
            continue
        settle(house, seconds=20)
        at = next_due(house)
        if at is None or (at - house.now()).total_seconds() > 3600:
            break  # all are served; or a lease that never ends
        house.move(max(0.0, (at - house.now()).total_seconds()) + 0.05)
    house.tell_workers(bug=bug)
    healed_at = stage.drain()
    count(house, row, people, healed_at=healed_at)
    killed = house.killed()[len(before) :]
    row.kills = len(killed)
    row.notes["killed at"] = dict(Counter(killed))
    if row.extra > row.kills * settings.MAIL_LANES:
        row.broken.append(f"{row.extra} copies by {row.kills} kills")
    if not row.kills:
        row.broken.append("nobody was killed: this measured nothing")


def whole_workers(stage: Stage) -> None:
    """Parent and children at once, in the midst of sending, again and again."""
    house = stage.house
    with stage.row("whole worker killed, parent and children", "kill") as row:
        stage.staff()
        # A new worker takes seconds to be ready: a relay that takes its time leaves something for the next kill.
        house.relay.tell(rules=[{"step": "*", "wait": 0.01 if stage.short else 0.15}])
        people = stage.people(stage.size(long=2000, short=60))
        house.move(1.5)
        for _ in range(stage.size(long=25, short=1)):
            if not in_the_midst(house, stage.chance):
                break  # all is sent: the next kill would measure nothing
            stage.workers.pop(0).kill()
            row.kills += 1
            stage.workers.append(house.worker())
            house.move(125)
        house.relay.tell(rules=[])
        healed_at = stage.drain()
        count(house, row, people, healed_at=healed_at)
