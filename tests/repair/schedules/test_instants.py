"""Named cruel hours, dates that never were, windows and reading hours: each with a sentence."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from repair.schedules.recurrence import (
    Frequency,
    Rule,
    instant,
    next_occurrence,
    reading_instant,
    window,
)
from tests.repair.schedules import oracle
from tests.repair.schedules.oracle import DAY, HOUR
from tests.repair.schedules.releases import zone_by_rule

pytestmark = pytest.mark.pure

TIMES = [time(0), time(0, 30), time(1, 30), time(2), time(2, 30), time(3), time(12), time(23, 45)]


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


CRUEL = [
    ("America/New_York", "2027-03-14", "02:30", "2027-03-14 07:30", "the hour does not exist: 03:30 is shown"),
    ("America/New_York", "2027-03-14", "02:00", "2027-03-14 07:00", "the first skipped minute is 03:00"),
    ("America/New_York", "2027-03-14", "03:00", "2027-03-14 07:00", "03:00 exists, and is the same moment"),
    ("America/New_York", "2027-11-07", "01:30", "2027-11-07 05:30", "the hour comes twice: the first pass"),
    ("America/New_York", "2027-11-07", "02:00", "2027-11-07 07:00", "after the second pass there is one two"),
    ("Europe/London", "2027-03-28", "01:30", "2027-03-28 01:30", "the skipped half past one is 02:30 summer time"),
    ("Europe/London", "2027-10-31", "01:30", "2027-10-31 00:30", "the first half past one is still summer time"),
    ("Europe/London", "2027-06-01", "12:00", "2027-06-01 11:00", "summer noon"),
    ("Australia/Lord_Howe", "2027-10-03", "02:15", "2027-10-02 15:45", "half an hour is skipped: 02:45 is shown"),
    ("Australia/Lord_Howe", "2027-04-04", "01:45", "2027-04-03 14:45", "half an hour comes twice: first pass"),
    ("Africa/Casablanca", "2026-02-15", "02:30", "2026-02-15 01:30", "Ramadan sets the clock back: first pass"),
    ("Africa/Casablanca", "2026-03-22", "02:30", "2026-03-22 02:30", "after Ramadan it springs on: 03:30 shown"),
    (
        "Africa/Casablanca",
        "2026-03-10",
        "20:30",
        "2026-03-10 20:30",
        "in Ramadan evening comes an hour later",
    ),
    (
        "Africa/Casablanca",
        "2027-03-14",
        "02:30",
        "2027-03-14 02:30",
        "given up in September 2026: no gap",
    ),
    ("Africa/Cairo", "2027-04-30", "00:00", "2027-04-29 22:00", "midnight does not exist: the day starts at one"),
    ("Africa/Cairo", "2027-04-30", "00:30", "2027-04-29 22:30", "half past midnight is 01:30, the same date"),
    ("Africa/Cairo", "2027-10-28", "23:30", "2027-10-28 20:30", "the hour before midnight comes twice"),
    ("Asia/Beirut", "2027-03-28", "00:00", "2027-03-27 22:00", "midnight is skipped here too"),
    ("Asia/Beirut", "2027-10-30", "23:45", "2027-10-30 20:45", "and the last hour of a Saturday comes twice"),
    ("Africa/Cairo", "2027-10-29", "00:00", "2027-10-28 22:00", "and midnight comes once, after it"),
    ("America/Havana", "2025-11-02", "00:30", "2025-11-02 04:30", "the first hour of a day comes twice"),
    ("America/Vancouver", "2026-11-01", "01:30", "2026-11-01 08:30", "summer time for good: the hour comes once"),
    ("America/Nuuk", "2027-03-27", "23:30", "2027-03-28 01:30", "the skipped hour ends a day: 00:30 on the next"),
    ("Asia/Tehran", "2027-03-22", "00:30", "2027-03-21 21:00", "no summer time since 2022: half hours, always"),
    ("Asia/Tehran", "2022-03-22", "00:30", "2022-03-21 21:00", "when there was one it began at midnight"),
    ("Antarctica/Troll", "2027-03-28", "01:30", "2027-03-28 01:30", "two hours are skipped: 03:30 is shown"),
    ("Antarctica/Troll", "2027-10-31", "02:30", "2027-10-31 00:30", "two hours come twice: first pass"),
    ("Asia/Kathmandu", "2027-01-01", "00:00", "2026-12-31 18:15", "three quarters of an hour, without change"),
    ("Pacific/Kiritimati", "2027-01-01", "23:45", "2027-01-01 09:45", "fourteen hours ahead"),
    ("Pacific/Apia", "2011-12-29", "12:00", "2011-12-29 22:00", "the day before the missing one"),
    ("Pacific/Apia", "2011-12-31", "12:00", "2011-12-30 22:00", "a day later by the sun, two by the calendar"),
    ("Pacific/Apia", "2011-12-31", "00:00", "2011-12-30 10:00", "the first moment after the missing date"),
    ("America/Juneau", "1867-10-18", "12:00", "1867-10-17 20:57:41", "a date that came twice: its first pass"),
    ("Africa/Monrovia", "1972-01-07", "00:30", "1972-01-07 01:14:30", "a gap of 44 minutes and a half"),
]


@pytest.mark.parametrize(
    ("zone", "day", "at", "expected", "why"), CRUEL, ids=[f"{c[0]} {c[1]} {c[2]}: {c[4]}" for c in CRUEL]
)
def test_cruel_hours(zone: str, day: str, at: str, expected: str, why: str) -> None:
    found = instant(date.fromisoformat(day), time.fromisoformat(at), ZoneInfo(zone))
    assert found == utc(expected), why
    assert found.tzinfo is UTC


MISSING = [
    ("Pacific/Apia", "2011-12-30"),
    ("Pacific/Fakaofo", "2011-12-30"),
    ("Pacific/Kwajalein", "1993-08-21"),
    ("Pacific/Kiritimati", "1994-12-31"),
    ("Pacific/Enderbury", "1994-12-31"),
    ("Asia/Manila", "1844-12-31"),
]


@pytest.mark.parametrize(("name", "day"), MISSING)
def test_a_date_that_never_was_has_no_instant_and_its_neighbours_have_theirs(name: str, day: str) -> None:
    zone, missing = ZoneInfo(name), date.fromisoformat(day)
    rule = Rule(Frequency.DAILY, missing - 3 * DAY)
    for at in [*TIMES, time.max]:
        assert instant(missing, at, zone) is None
        assert window(missing, at, time(12, 1), zone) is None
        before = next_occurrence(rule, at, zone, missing - 2 * DAY)
        after = next_occurrence(rule, at, zone, missing - DAY)
        assert before is not None
        assert after is not None
        assert (before[0], after[0]) == (missing - DAY, missing + DAY)
        assert timedelta(0) < after[1] - before[1] <= DAY + HOUR
    if missing.year > 1900:  # local mean time has seconds, which a walk by minutes steps over
        assert oracle.instant(missing, time(12), zone) is None


def test_a_rule_of_one_date_that_never_was_has_no_occurrence() -> None:
    day = date(2011, 12, 30)
    rule = Rule(Frequency.DAILY, day, day)
    assert next_occurrence(rule, time(20, 30), ZoneInfo("Pacific/Apia"), day - DAY) is None
    assert next_occurrence(rule, time(20, 30), ZoneInfo("Europe/Lisbon"), day - DAY) is not None


def test_the_ends_of_the_calendar_have_no_instants_but_no_error() -> None:
    assert instant(date.max, time.max, ZoneInfo("America/New_York")) is None
    assert instant(date.min, time.min, ZoneInfo("Asia/Tokyo")) is None
    rule = Rule(Frequency.DAILY, date.min)
    first = next_occurrence(rule, time(0), ZoneInfo("Asia/Tokyo"), date.min)
    assert first is not None
    assert first[0] == date.min + DAY


WINDOWS = [
    ("Europe/Lisbon", "2026-11-18", "20:30", "23:00", "2026-11-18 20:30", "2026-11-18 23:00", "an evening"),
    ("Europe/Lisbon", "2026-11-18", "22:00", "01:00", "2026-11-18 22:00", "2026-11-19 01:00", "past midnight"),
    ("Europe/Lisbon", "2026-11-18", "22:00", "22:00", "2026-11-18 22:00", "2026-11-19 22:00", "a whole day"),
    (
        "Europe/London", "2027-10-31", "00:30", "01:30", "2027-10-30 23:30", "2027-10-31 00:30",
        "a closing that comes twice is its first pass",
    ),
    (
        "Europe/London", "2027-10-31", "00:30", "02:00", "2027-10-30 23:30", "2027-10-31 02:00",
        "a window over the repeated hour is an hour longer",
    ),
    (
        "Europe/London", "2027-03-28", "01:30", "02:00", "2027-03-28 01:30", "2027-03-28 02:00",
        "an opening pushed past its closing keeps the window's half hour",
    ),
    (
        "Europe/London", "2027-03-28", "00:30", "01:30", "2027-03-28 00:30", "2027-03-28 01:30",
        "a skipped closing is read like any skipped time",
    ),
    (
        "America/Nuuk", "2027-03-27", "23:15", "00:10", "2027-03-28 01:15", "2027-03-28 02:10",
        "the same where the gap ends the day and the window passes midnight",
    ),
    (
        "Europe/London", "2027-03-27", "02:00", "01:30", "2027-03-27 02:00", "2027-03-28 01:00",
        "a skipped closing does not reach past the next opening",
    ),
    (
        "Pacific/Apia", "2011-12-29", "22:00", "01:00", "2011-12-30 08:00", "2011-12-30 11:00",
        "the closing of the night before the missing date is on the date that came next",
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("zone", "day", "opens", "closes", "opens_at", "closes_at", "why"), WINDOWS, ids=[w[6] for w in WINDOWS]
)
def test_windows(zone: str, day: str, opens: str, closes: str, opens_at: str, closes_at: str, why: str) -> None:
    found = window(date.fromisoformat(day), time.fromisoformat(opens), time.fromisoformat(closes), ZoneInfo(zone))
    assert found == (utc(opens_at), utc(closes_at)), why


READINGS = [
    (("Europe/Lisbon", "Europe/Lisbon"), "2026-11-18", 1, "2026-11-19 18:30", "one zone, the next day"),
    (("Europe/Lisbon", "America/New_York"), "2026-11-18", 1, "2026-11-19 23:30", "the later of the two"),
    (("America/New_York", "Europe/Lisbon"), "2026-11-18", 1, "2026-11-19 23:30", "whoever is named first"),
    (("Asia/Tokyo", "Europe/Lisbon"), "2026-11-18", 0, "2026-11-18 18:30", "on the day itself"),
    (("Pacific/Apia", "Pacific/Apia"), "2011-12-29", 1, "2011-12-31 04:30", "a missing date: the one after it"),
]


@pytest.mark.parametrize(("zones", "day", "days", "expected", "why"), READINGS, ids=[r[4] for r in READINGS])
def test_the_reading_hour(zones: tuple[str, str], day: str, days: int, expected: str, why: str) -> None:
    pair = tuple(ZoneInfo(name) for name in zones)
    assert reading_instant(date.fromisoformat(day), time(18, 30), days, pair) == utc(expected), why


def test_a_tzdata_update_moves_what_is_yet_to_come_and_nothing_is_remembered_by_name() -> None:
    """A country gives up summer time: the same zone name, other data, another instant for the same wall clock."""
    before, after = zone_by_rule("EET-2EEST,M3.5.0/3,M10.5.0/4"), zone_by_rule("EET-2")
    day, at = date(2027, 7, 1), time(20, 30)
    assert instant(day, at, before) == utc("2027-07-01 17:30")
    assert instant(day, at, after) == utc("2027-07-01 18:30")
    assert instant(day, at, before) == utc("2027-07-01 17:30")
    rule = Rule(Frequency.DAILY, day)
    assert next_occurrence(rule, at, after, day) == (day + DAY, utc("2027-07-02 18:30"))
