"""An independent answer to “when”: walk through real minutes and write down what the clock on the wall shows.

It goes from UTC to local time only, the opposite way from the code under test, and knows nothing of `fold`.
Dates of a rule are found by asking each day of the calendar in turn, with the standard library's month tables.
"""

import calendar
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from repair.schedules.recurrence import Frequency, Rule

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


@lru_cache(maxsize=64)
def _walked(day: date, zone: ZoneInfo) -> list[tuple[datetime, datetime]]:
    """(real minute in UTC, what the wall shows) from a day before to two days after `day`, by UTC."""
    minute = datetime.combine(day - DAY, time.min, tzinfo=UTC)
    last = datetime.combine(day + 2 * DAY, time.min, tzinfo=UTC)
    walked = []
    while minute < last:
        walked.append((minute, minute.astimezone(zone).replace(tzinfo=None)))
        minute += MINUTE
    return walked


def instant(day: date, at: time, zone: ZoneInfo) -> datetime | None:
    """The first real minute at which the wall shows `at` on `day`; a skipped one by the offset before the gap."""
    walked = _walked(day, zone)
    if not any(shown.date() == day for _, shown in walked):
        return None
    wanted = datetime.combine(day, at)
    for real, shown in walked:
        if shown == wanted:
            return real
    for (real, shown), (_, shown_next) in pairwise(walked):
        if shown < wanted < shown_next:
            return real + (wanted - shown)
    raise AssertionError(f"{wanted} is neither shown nor skipped in {zone.key}")


def dates(rule: Rule, first: date, last: date) -> Iterator[date]:
    """Every date of the rule from `first` to `last`, by asking each day."""
    day = max(first, rule.starts_on)
    while day <= last and (rule.ends_on is None or day <= rule.ends_on):
        if is_on(rule, day):
            yield day
        day += DAY


def is_on(rule: Rule, day: date) -> bool:
    """Whether `day` is a date of the rule, leaving start and end aside."""
    chosen = bool(rule.weekdays >> day.weekday() & 1)
    month = [d for week in calendar.monthcalendar(day.year, day.month) for d in week if d]
    match rule.frequency:
        case Frequency.DAILY:
            return True
        case Frequency.WEEKLY:
            return chosen
        case Frequency.EVERY_WEEKS:
            monday, first_monday = (d - timedelta(days=d.isoweekday() - 1) for d in (day, rule.starts_on))
            return chosen and ((monday - first_monday) // timedelta(weeks=1)) % rule.every == 0
        case Frequency.MONTHLY_DAY:
            return day.day == rule.month_day
        case Frequency.MONTHLY_NTH:
            same = [d for d in month if date(day.year, day.month, d).weekday() == day.weekday()]
            place = -1 if rule.nth == -1 else (rule.nth or 0) - 1
            return chosen and day.day == same[place]
