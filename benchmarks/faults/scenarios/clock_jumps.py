"""The machine's clock set wrong in the midst of sending: a day ahead, two hours back."""

from benchmarks.faults.count import count
from benchmarks.faults.flow import in_the_midst, settle
from benchmarks.faults.stage import Stage


def a_day_ahead(stage: Stage) -> None:
    """The first day's window closes while its mails are being sent; the second day's prompt is due at once."""
    house = stage.house
    with stage.row("clock: 24 h ahead in the midst", "clock") as row:
        stage.staff()
        people = stage.people(stage.size(long=300, short=20), days=2, open_hours=3)
        house.move(1.5)
        in_the_midst(house, stage.chance)
        house.move(86_400)
        row.injected = 1
        healed_at = stage.drain()
        gone = {(one.address, people.dates[0]) for one in people.placed}  # that window closed with the jump
        count(house, row, people, healed_at=healed_at, excused=gone)


def two_hours_back(stage: Stage) -> None:
    """What was sent is not sent again; the rest goes when its time comes once more, and no later."""
    house = stage.house
    with stage.row("clock: 2 h back in the midst", "clock") as row:
        stage.staff()
        people = stage.people(stage.size(long=300, short=20))
        house.move(1.5)
        in_the_midst(house, stage.chance)
        house.move(-7200)
        row.injected = 1
        settle(house)
        before = len(house.relay.heard("kept"))
        house.move(1800)
        settle(house)
        if len(house.relay.heard("kept")) > before:
            row.broken.append("mail was sent before its time had come again")
        house.move(7200 - 1800)
        healed_at = stage.drain()
        count(house, row, people, healed_at=healed_at)
        if row.max_copies > 1:
            row.broken.append("a mail was sent twice")
