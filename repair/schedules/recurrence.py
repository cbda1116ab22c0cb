"""Rules of recurrence: dates by arithmetic, instants by wall clock. Pure functions, no Django, no clock.

A rule names calendar dates. What a date means in time is asked separately, for each partner's own zone:
`instant` for one wall-clock time, `window` for an opening and a closing. How clock changes are read is
RFC 5545 (section 3.3.5): a skipped time is taken with the offset before the gap, a repeated one is its first pass.
"""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
LAST_OF_MONTH = -1


class Frequency(StrEnum):
    """How a rule repeats. The values are stored."""

    DAILY = "daily"
    WEEKLY = "weekly"
    EVERY_WEEKS = "weeks"
    MONTHLY_DAY = "monthday"
    MONTHLY_NTH = "nth"


@dataclass(frozen=True, slots=True)
class Rule:
    """Which calendar dates. Raises ValueError when made with fields that name none.

    `weekdays` is a set of bits, bit 0 for Monday (see `weekday_bits`). `every` counts weeks from the ISO week of
    `starts_on`. `month_day` is 1 to 31; a month without that day has no date. `nth` is 1 to 4, or -1 for the last.
    Both `starts_on` and `ends_on` may be dates of the rule themselves.
    """

    frequency: Frequency
    starts_on: date
    ends_on: date | None = None
    every: int = 1
    weekdays: int = 0
    month_day: int | None = None
    nth: int | None = None

    def __post_init__(self) -> None:
        if self.frequency not in _NEXT:
            raise ValueError("an unknown frequency")
        if self.ends_on is not None and self.ends_on < self.starts_on:
            raise ValueError("a rule ends on or after the day it starts")
        if self.frequency in {Frequency.WEEKLY, Frequency.EVERY_WEEKS} and not 0 < self.weekdays < 1 << 7:
            raise ValueError("a weekly rule needs weekdays")
        if self.frequency == Frequency.EVERY_WEEKS and self.every < 1:
            raise ValueError("weeks are counted from one")
        if self.frequency == Frequency.MONTHLY_DAY and self.month_day not in range(1, 32):
            raise ValueError("a month has the days 1 to 31")
        if self.frequency == Frequency.MONTHLY_NTH and (
            self.nth not in {1, 2, 3, 4, LAST_OF_MONTH} or self.weekdays not in _SINGLE_DAYS
        ):
            raise ValueError("the first to the fourth, or the last, of one weekday")


_SINGLE_DAYS = frozenset(1 << day for day in range(7))


def weekday_bits(*days: int) -> int:
    """The bits for weekdays, 0 for Monday to 6 for Sunday. Raises ValueError for anything else."""
    bits = 0
    for day in days:
        if day not in range(7):
            raise ValueError("weekdays are 0 to 6")
        bits |= 1 << day
    return bits


def weekdays_of(bits: int) -> list[int]:
    """The weekdays in a set of bits, Monday (0) first."""
    return [day for day in range(7) if bits >> day & 1]


# --- dates ----------------------------------------------------------------------------------------------------


def next_date(rule: Rule, after: date) -> date | None:
    """The first date of the rule later than `after`; None when there is none (or none a calendar can hold).

    Arithmetic on the date alone: the same few steps however far `after` lies from the start.
    """
    if after >= date.max:
        return None
    try:
        found = _NEXT[rule.frequency](rule, max(after + DAY, rule.starts_on))
    except OverflowError:
        return None
    return None if rule.ends_on is not None and found > rule.ends_on else found


def dates_after(rule: Rule, day: date) -> Iterator[date]:
    """All dates of the rule later than `day`, in order."""
    found = next_date(rule, day)
    while found is not None:
        yield found
        found = next_date(rule, found)


def _daily(rule: Rule, first: date) -> date:
    return first


def _weekly(rule: Rule, first: date) -> date:
    here = first.weekday()
    ahead = (rule.weekdays >> here | rule.weekdays << (7 - here)) & 0b1111111
    return first + timedelta(days=_lowest(ahead))


def _every_weeks(rule: Rule, first: date) -> date:
    anchor = rule.starts_on.toordinal() - rule.starts_on.weekday()  # the Monday of the first week
    week, here = divmod(first.toordinal() - anchor, 7)
    if week % rule.every == 0:
        left = rule.weekdays >> here
        if left:
            return first + timedelta(days=_lowest(left))
    week += rule.every - week % rule.every
    return _from_ordinal(anchor + 7 * week + _lowest(rule.weekdays))


def _monthly_day(rule: Rule, first: date) -> date:
    day = rule.month_day or 0
    year, month = first.year, first.month
    if day < first.day:
        year, month = _month_after(year, month)
    while day > calendar.monthrange(year, month)[1]:  # at most once: no two short months follow each other
        year, month = _month_after(year, month)
    return date(year, month, day)


def _monthly_nth(rule: Rule, first: date) -> date:
    year, month = first.year, first.month
    found = _nth_of_month(rule, year, month)
    return found if found >= first else _nth_of_month(rule, *_month_after(year, month))


def _nth_of_month(rule: Rule, year: int, month: int) -> date:
    """The nth weekday of one month. The last is seven days or fewer before its end."""
    weekday = _lowest(rule.weekdays)
    begins_on, length = calendar.monthrange(year, month)
    day = 1 + (weekday - begins_on) % 7
    if rule.nth == LAST_OF_MONTH:
        return date(year, month, day + (length - day) // 7 * 7)
    return date(year, month, day + 7 * ((rule.nth or 1) - 1))


def _month_after(year: int, month: int) -> tuple[int, int]:
    """The month that follows. Raises OverflowError after the last a date can hold."""
    if month < 12:
        return year, month + 1
    if year >= date.max.year:
        raise OverflowError
    return year + 1, 1


def _from_ordinal(ordinal: int) -> date:
    if ordinal > date.max.toordinal():
        raise OverflowError
    return date.fromordinal(ordinal)


def _lowest(bits: int) -> int:
    """The place of the lowest bit that is set."""
    return (bits & -bits).bit_length() - 1


_NEXT = {
    Frequency.DAILY: _daily,
    Frequency.WEEKLY: _weekly,
    Frequency.EVERY_WEEKS: _every_weeks,
    Frequency.MONTHLY_DAY: _monthly_day,
    Frequency.MONTHLY_NTH: _monthly_nth,
}


# --- instants -------------------------------------------------------------------------------------------------


def instant(day: date, at: time, zone: ZoneInfo) -> datetime | None:
    """When a wall clock in `zone` shows `at` on `day`, in UTC. None where that date never was in that zone.

    A skipped time is read with the offset before the gap (02:30 becomes 03:30); a repeated one is its first pass,
    whatever `at.fold` says.
    """
    wall = datetime.combine(day, at, tzinfo=zone).replace(fold=0)
    try:
        first = wall.astimezone(UTC)
        gap = first - wall.replace(fold=1).astimezone(UTC)
    except OverflowError:
        return None
    return None if gap >= DAY and not _exists(day, zone) else first


def _exists(day: date, zone: ZoneInfo) -> bool:
    """Whether any moment of `day` is shown by clocks in `zone`. Asked only within a gap of a day or more.

    Naive arithmetic would put Apia's 30 December 2011 onto the 31st, and that day twice.
    """
    edges = (datetime.combine(day, edge, tzinfo=zone) for edge in (time.min, time.max))
    return any(edge.astimezone(UTC).astimezone(zone).date() == day for edge in edges)


def window(day: date, opens: time, closes: time, zone: ZoneInfo) -> tuple[datetime, datetime] | None:
    """When `day`'s window opens and closes, in UTC; None where that date never was in that zone.

    A closing at or before the opening is on the next day, and never later than that day's own opening time. A
    window whose opening was skipped, so that it would end before it begins, keeps its length by the clock.
    """
    opens_at = instant(day, opens, zone)
    if opens_at is None:
        return None
    passes_midnight = closes <= opens
    closes_at = _on_or_after(day + DAY if passes_midnight else day, closes, zone)
    if passes_midnight:
        closes_at = min(closes_at, _on_or_after(day + DAY, opens, zone))
    if closes_at <= opens_at:
        closes_at = opens_at + (datetime.combine(day, closes) - datetime.combine(day, opens)) % DAY
    return opens_at, closes_at


def reading_instant(day: date, at: time, days_after: int, zones: tuple[ZoneInfo, ...]) -> datetime:
    """The reading hour of `day`'s check-in: the later of `at`, `days_after` days on, in the zones. In UTC."""
    return max(_on_or_after(day + timedelta(days=days_after), at, zone) for zone in zones)


def next_occurrence(rule: Rule, opens: time, zone: ZoneInfo, after: date) -> tuple[date, datetime] | None:
    """The first date of the rule later than `after` that exists in `zone`, and when `opens` is shown on it (UTC).

    None when the rule has no more. A zone lacks at most one date in a row, so that the second try ends it.
    """
    for day in dates_after(rule, after):
        at = instant(day, opens, zone)
        if at is not None:
            return day, at
    return None


def _on_or_after(day: date, at: time, zone: ZoneInfo) -> datetime:
    """`at` on `day`, or on the next date that exists in `zone`, in UTC."""
    found = instant(day, at, zone)
    while found is None:
        day += DAY
        found = instant(day, at, zone)
    return found
