"""An independent answer to “when”: walk through real minutes and write down what the clock on the wall shows.

It goes from UTC to local time only, the opposite way from the code under test, and knows nothing of `fold`. Around
each change of a zone's clock every minute is walked; a date without a change has one offset all day.
Dates of a rule are found by asking each day of the calendar in turn, with the standard library's month tables.
"""

import calendar
from bisect import bisect_left
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from repair.schedules.recurrence import Frequency, Rule

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
LOOK = timedelta(hours=12)  # no zone changes its clock and changes it back within half a day
AROUND = timedelta(hours=26)  # longer than the longest local date


def shown_at(real: datetime, zone: ZoneInfo) -> datetime:
    """What the wall shows at a real instant."""
    return real.astimezone(zone).replace(tzinfo=None)


def turns_of(zone: ZoneInfo, first: date, last: date) -> list[datetime]:
    """The first real minutes after each change of the clock between two dates, found by looking."""
    found = []
    at, end = _midnight(first), _midnight(last)
    before = at.astimezone(zone).utcoffset()
    while at < end:
        low, high = at, at + LOOK
        at, after = high, high.astimezone(zone).utcoffset()
        if after != before:
            while high - low > MINUTE:
                middle = low + (high - low) // 2 // MINUTE * MINUTE
                low, high = (middle, high) if middle.astimezone(zone).utcoffset() == before else (low, middle)
            found.append(high)
        before = after
    return found


class Wall:
    """The wall clock of one zone over a span of dates, by real minutes."""

    def __init__(self, zone: ZoneInfo, first: date, last: date) -> None:
        self.zone = zone
        self.turns = turns_of(zone, first - 4 * DAY, last + 4 * DAY)
        self._shown: dict[datetime, datetime] = {}  # what is shown → the first real minute that shows it
        self._skipped: dict[datetime, datetime] = {}  # what never is → when it would be, had nothing been skipped
        self._touched: set[date] = set()
        for turn in self.turns:
            self._walk(turn)
        self._there = {shown.date() for shown in self._shown}
        # From the date after each turn on, its offset holds.
        self._since = [date.min, *(shown_at(turn, zone).date() for turn in self.turns)]
        before = _midnight(first - 4 * DAY)
        self._offsets = [shown_at(at, zone) - at.replace(tzinfo=None) for at in (before, *self.turns)]

    @property
    def same(self) -> tuple[object, ...]:
        """Equal for zones whose clocks show the same all the time of the span."""
        return (*self.turns, *self._offsets)

    def instant(self, day: date, at: time) -> datetime | None:
        """The first real minute at which `at` is shown on `day`, in UTC; a skipped one by the offset before the
        gap; None where no minute of that date is ever shown."""
        wanted = datetime.combine(day, at)
        if day not in self._touched:
            return (wanted - self._offsets[bisect_left(self._since, day) - 1]).replace(tzinfo=UTC)
        if day not in self._there:
            return None
        return self._shown[wanted] if wanted in self._shown else self._skipped[wanted]

    def _walk(self, turn: datetime) -> None:
        real = turn - AROUND
        shown = shown_at(real, self.zone)
        while real < turn + AROUND:
            self._shown.setdefault(shown, real)
            following = shown_at(real + MINUTE, self.zone)
            missing = shown + MINUTE
            while missing < following:
                self._skipped[missing] = real + (missing - shown)
                missing += MINUTE
            real, shown = real + MINUTE, following
        day, last = shown_at(turn - MINUTE, self.zone).date(), shown_at(turn, self.zone).date()
        self._touched.update({day, last})
        while day < last:
            self._touched.add(day)
            day += DAY


@lru_cache(maxsize=256)
def wall_around(zone: ZoneInfo, day: date) -> Wall:
    """The wall clock of a few days."""
    return Wall(zone, day - DAY, day + DAY)


def instant(day: date, at: time, zone: ZoneInfo) -> datetime | None:
    """When a wall clock shows `at` on `day`; see Wall.instant."""
    return wall_around(zone, day).instant(day, at)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=UTC)


# --- dates ----------------------------------------------------------------------------------------------------


@cache
def dates_of(rule: Rule, first: date, last: date) -> tuple[date, ...]:
    """Every date of the rule from `first` to `last`; see `dates`."""
    return tuple(dates(rule, first, last))


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
