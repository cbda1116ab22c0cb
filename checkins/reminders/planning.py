"""What one due seat comes to: which dates it stands for, which of them is asked now, and when it is due next.

Pure functions: rows in, plans out. The next occurrence follows from the last planned one, never from “now”.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from repair.schedules.models import Seat
from repair.schedules.recurrence import next_occurrence, window

MOST_RECORDED = 366  # how many missed dates are written down for one seat


@dataclass(frozen=True)
class Occurrence:
    """One date of a seat, with its window in UTC."""

    on: date
    opens_at: datetime
    closes_at: datetime


@dataclass(frozen=True)
class SeatPlan:
    """What becomes of a seat: the occurrence to ask now (the latest still open), those that were missed, and the
    date and instant of the next (None: there is none)."""

    asked: Occurrence | None = None
    missed: Sequence[Occurrence] = field(default_factory=list)
    next_on: date | None = None
    next_due_at: datetime | None = None


def plan_seat(seat: Seat, *, zone: ZoneInfo, quiet: Sequence[tuple[date, date]], now: datetime) -> SeatPlan:
    """The plan of a due seat at `now`, for a partner whose clocks are in `zone`, without the quiet days.

    Raises ValueError for a rule that is none.
    """
    if seat.next_on is None or not seat.schedule.in_force:
        return SeatPlan()
    rule = seat.schedule.rule
    due: list[Occurrence] = []
    on: date | None = seat.next_on
    opens_at: datetime | None = None
    while on is not None:
        found = window(on, seat.opens_at, seat.closes_at, zone)
        if found is not None and found[0] > now:
            opens_at = found[0]
            break
        if found is not None and not any(first <= on <= last for first, last in quiet):
            due.append(Occurrence(on, *found))
        following = next_occurrence(rule, seat.opens_at, zone, on)
        on = following[0] if following else None
    asked = due[-1] if due and due[-1].closes_at > now else None
    missed = due[:-1] if asked else due
    return SeatPlan(asked=asked, missed=missed[-MOST_RECORDED:], next_on=on, next_due_at=opens_at)


NEAR = timedelta(minutes=10)  # prompts of one person due within this share one mail
