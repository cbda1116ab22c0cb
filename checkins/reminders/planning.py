"""What one due seat comes to: which dates it stands for, which of them is asked now, and when it is due next.

Pure functions: rows in, plans out. The next occurrence follows from the last planned one, never from “now”.
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from repair.schedules import recurrence

MOST_RECORDED = 366  # how many missed dates are written down for one seat
NEAR = timedelta(minutes=10)  # prompts of one person due within this share one mail

# Most people choose the same few times in the same few zones.
_window = lru_cache(maxsize=8192)(recurrence.window)
zone_of = lru_cache(maxsize=1024)(ZoneInfo)


class Due(NamedTuple):
    """One due seat, with what is needed of its schedule and its person, as the columns hold it."""

    opens: time
    closes: time
    next_on: date | None
    membership: UUID
    schedule: UUID
    couple: UUID
    in_force: bool
    question_set: str
    reading_time: time | None
    reading_days_after: int
    remind_after: int | None
    frequency: str
    starts_on: date
    ends_on: date | None
    every: int
    weekdays: int
    month_day: int | None
    nth: int | None
    person: UUID
    zone: str
    email: str
    mail_stopped_at: datetime | None
    mail_failed_at: datetime | None
    settings: bytes
    stopped: bool  # by its own partner, or because the couple still has its day to think

    @property
    def rule(self) -> recurrence.Rule:
        """Which dates the schedule names. Raises ValueError for a rule that is none."""
        return _rule(
            self.frequency, self.starts_on, self.ends_on, self.every, self.weekdays, self.month_day, self.nth
        )


@lru_cache(maxsize=8192)
def _rule(
    frequency: str,
    starts_on: date,
    ends_on: date | None,
    every: int,
    weekdays: int,
    month_day: int | None,
    nth: int | None,
) -> recurrence.Rule:
    return recurrence.Rule(recurrence.Frequency(frequency), starts_on, ends_on, every, weekdays, month_day, nth)


class Occurrence(NamedTuple):
    """One date of a seat: its window and the reading hour of the check-in, in UTC."""

    on: date
    opens_at: datetime
    closes_at: datetime
    reads_at: datetime | None  # None: as soon as both are in


class SeatPlan(NamedTuple):
    """What becomes of a seat: the occurrence to ask now (the latest still open), those that were missed, and the
    date and instant of the next (None: there is none)."""

    asked: Occurrence | None = None
    missed: Sequence[Occurrence] = ()
    next_on: date | None = None
    next_due_at: datetime | None = None


def plan_seat(
    due: Due, *, zones: Sequence[str] | None, quiet: Sequence[tuple[date, date]], now: datetime
) -> SeatPlan:
    """The plan of a due seat at `now`, without the quiet days. `zones` are both partners'; without them (a couple
    that is not active) the seat only moves on.

    Raises ValueError for a rule that is none, KeyError for a zone that is none.
    """
    if due.next_on is None or not due.in_force:
        return SeatPlan()
    rule, zone = due.rule, zone_of(due.zone)
    open_dates: list[tuple[date, datetime, datetime]] = []
    on: date | None = due.next_on
    next_due_at: datetime | None = None
    while on is not None:
        found = _window(on, due.opens, due.closes, zone)
        if found is not None and found[0] > now:
            next_due_at = found[0]
            break
        if found is not None and zones is not None and not any(first <= on <= last for first, last in quiet):
            open_dates.append((on, *found))
        on = recurrence.next_date(rule, on)
    every = [Occurrence(*dates, _reads_at(due, dates[0], zones)) for dates in open_dates[-MOST_RECORDED:]]
    asked = every.pop() if every and every[-1].closes_at > now else None
    return SeatPlan(asked=asked, missed=every, next_on=on, next_due_at=next_due_at)


def _reads_at(due: Due, on: date, zones: Sequence[str] | None) -> datetime | None:
    if due.reading_time is None:
        return None
    return _reading_instant(on, due.reading_time, due.reading_days_after, tuple(zones or ()))


@lru_cache(maxsize=8192)
def _reading_instant(on: date, at: time, days_after: int, zones: tuple[str, ...]) -> datetime:
    """The reading hour, the later one where the partners live in two zones."""
    return recurrence.reading_instant(on, at, days_after, tuple(zone_of(zone) for zone in zones))
