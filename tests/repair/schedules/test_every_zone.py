"""Every IANA zone, every cruel hour, every kind of rule, against clocks walked minute by minute."""

import zoneinfo
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time
from functools import cache
from itertools import islice, pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import tzdata
from hypothesis import given, settings
from hypothesis import strategies as st

from repair.schedules import recurrence
from repair.schedules.recurrence import Frequency, Rule, instant, next_occurrence, weekday_bits, window
from tests.repair.schedules import oracle
from tests.repair.schedules.oracle import DAY, Wall

pytestmark = pytest.mark.pure

FIRST, LAST = date(2024, 1, 1), date(2037, 12, 31)
TIMES = [time(0, 0), time(0, 30), time(1, 30), time(2, 0), time(2, 30), time(3, 0), time(12, 0), time(23, 45)]
ZONES = sorted(zoneinfo.available_timezones())
RULES = {
    "daily": {},
    "weekly": {"weekdays": weekday_bits(3, 4, 6)},
    "weeks": {"weekdays": weekday_bits(5, 6), "every": 2},
    "monthday": {"month_day": 31},
    "nth": {"weekdays": weekday_bits(6), "nth": -1},
}
Found = tuple[date, datetime]
Next = Callable[[Rule, time, ZoneInfo, date], Found | None]


def check_every_date(wall: Wall, first: date, last: date, following: Next = next_occurrence) -> int:
    """Each date, time and kind of rule in one zone, from `first` to `last`. Returns how many were compared."""
    compared = 0
    every_day = oracle.dates_of(Rule(Frequency.DAILY, first), first, last)
    for at in TIMES:
        expected = {day: wall.instant(day, at) for day in every_day}
        instants = [found for found in expected.values() if found is not None]
        assert all(a < b for a, b in pairwise(instants)), f"the oracle itself, {wall.zone.key} {at}"
        for frequency, fields in RULES.items():
            rule = Rule(Frequency(frequency), first, last, **fields)
            wanted = [(day, expected[day]) for day in oracle.dates_of(rule, first, last) if expected[day]]
            got = list(islice(_walk(following, rule, at, wall.zone, first - DAY), len(wanted) + 1))
            assert got == wanted, f"{frequency} at {at} in {wall.zone.key}"
            compared += len(got)
    return compared


def _walk(following: Next, rule: Rule, at: time, zone: ZoneInfo, after: date) -> Iterator[Found]:
    """One occurrence after the other, as the engine asks for them."""
    while (found := following(rule, at, zone, after)) is not None:
        yield found
        after = found[0]


def _sample() -> list[str]:
    """Zones for the quick suite: the ones with a history of odd clocks, and some of the rest."""
    named = ["America/New_York", "Europe/London", "Australia/Lord_Howe", "Africa/Casablanca", "Africa/Cairo"]
    named += ["Asia/Beirut", "Antarctica/Troll", "Asia/Tehran", "America/Nuuk", "Asia/Gaza", "Pacific/Apia"]
    return named + ZONES[::60]


@pytest.mark.parametrize("name", _sample())
def test_every_existing_date_has_exactly_one_instant(name: str) -> None:
    first, last = date(2026, 1, 1), date(2026, 12, 31)
    assert check_every_date(Wall(ZoneInfo(name), first, last), first, last) > 365 * len(TIMES)


CRUEL_SPANS = [
    ("Pacific/Apia", 2011, "the whole of 30 December is skipped"),
    ("Pacific/Fakaofo", 2011, "and in Tokelau with it"),
    ("Pacific/Kwajalein", 1993, "21 August is skipped"),
    ("Pacific/Kiritimati", 1994, "the last day of the year is skipped"),
    ("Pacific/Norfolk", 2015, "half an hour back for good"),
    ("Asia/Pyongyang", 2018, "half an hour forward, just before midnight"),
    ("Europe/Volgograd", 2018, "an hour on, on a Sunday in October"),
    ("Africa/Sao_Tome", 2018, "an hour on for a single year"),
    ("America/Caracas", 2016, "half an hour forward"),
    ("Antarctica/Casey", 2018, "three hours back at four in the morning"),
]


@pytest.mark.parametrize(("name", "year", "why"), CRUEL_SPANS, ids=[f"{c[0]} {c[1]}" for c in CRUEL_SPANS])
def test_years_in_which_a_zone_did_something_odd(name: str, year: int, why: str) -> None:
    first, last = date(year, 1, 1), date(year + 1, 1, 31)
    wall = Wall(ZoneInfo(name), first, last)
    assert wall.turns, why
    assert check_every_date(wall, first, last) > 365 * len(TIMES)


@cache
def different_walls() -> tuple[Wall, ...]:
    """One wall clock for all zones that agree with it to the minute, from 2024 to 2037."""
    offsets: dict[tuple[object, ...], ZoneInfo] = {}
    for name in ZONES:
        zone = ZoneInfo(name)
        turns = oracle.turns_of(zone, FIRST - 4 * DAY, LAST + 4 * DAY)
        start = datetime.combine(FIRST - 4 * DAY, time(), tzinfo=UTC)
        shown = [oracle.shown_at(at, zone) for at in (start, *turns)]
        offsets.setdefault((*turns, *shown), zone)
    return tuple(Wall(zone, FIRST, LAST) for zone in offsets.values())


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_every_existing_date_has_exactly_one_instant_in_every_zone() -> None:
    """All IANA zones, 2024 to 2037; those whose clocks agree all that time are walked once."""
    walls = different_walls()
    assert len(ZONES) > 590
    assert len(walls) > 60
    days = (LAST - FIRST).days + 1
    compared = sum(check_every_date(wall, FIRST, LAST) for wall in walls)
    assert compared > len(walls) * len(TIMES) * days


def test_the_zones_are_those_of_the_pinned_package() -> None:
    """Not those of the machine: a web process and a worker on two systems must agree on an instant."""
    assert zoneinfo.TZPATH == ()
    listed = (Path(tzdata.__file__).parent / "zones").read_text().split()
    assert set(ZONES) == set(listed)


@st.composite
def cruel_days(draw: st.DrawFn) -> tuple[ZoneInfo, date]:
    """Any zone; a day at or beside one of its clock changes, or any day where it has none."""
    zone = ZoneInfo(draw(st.sampled_from(ZONES)))
    year = draw(st.integers(FIRST.year, LAST.year))
    turns = oracle.turns_of(zone, date(year, 1, 1), date(year, 12, 31))
    if not turns:
        return zone, draw(st.dates(FIRST, LAST))
    return zone, oracle.shown_at(draw(st.sampled_from(turns)), zone).date() + draw(st.integers(-1, 1)) * DAY


@settings(max_examples=100, deadline=None)
@given(cruel_days(), st.times().map(lambda t: t.replace(second=0, microsecond=0)))
def test_any_minute_on_a_cruel_day_of_any_zone(where: tuple[ZoneInfo, date], at: time) -> None:
    zone, day = where
    assert instant(day, at, zone) == oracle.instant(day, at, zone)


@settings(max_examples=100, deadline=None)
@given(cruel_days(), st.times(), st.times())
def test_a_window_never_ends_before_it_begins_nor_meets_the_next(
    where: tuple[ZoneInfo, date], opens: time, closes: time
) -> None:
    zone, day = where
    spans = [window(day + n * DAY, opens, closes, zone) for n in (-2, -1, 0, 1, 2)]
    there = [span for span in spans if span is not None]
    assert all(begins < ends for begins, ends in there)
    if closes <= opens:
        assert all(this[1] <= following[0] for this, following in pairwise(there))


# --- the harness bites ----------------------------------------------------------------------------------------


def _after_the_gap(day: date, at: time, zone: ZoneInfo) -> datetime | None:
    """A skipped time read with the offset after the gap: 02:30 becomes 01:30."""
    wall = datetime.combine(day, at, tzinfo=zone)
    first, second = wall.astimezone(UTC), wall.replace(fold=1).astimezone(UTC)
    if first - second >= DAY:
        return instant(day, at, zone)
    return min(first, second)


def _second_pass(day: date, at: time, zone: ZoneInfo) -> datetime | None:
    """A repeated time at its second pass."""
    wall = datetime.combine(day, at, tzinfo=zone)
    first, second = wall.astimezone(UTC), wall.replace(fold=1).astimezone(UTC)
    return second if second > first else instant(day, at, zone)


def _missing_day_on_the_next(day: date, at: time, zone: ZoneInfo) -> datetime | None:
    """Naive arithmetic: Apia's 30 December 2011 falls onto the 31st, and that day comes twice."""
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)


def _skipped_is_left_out(day: date, at: time, zone: ZoneInfo) -> datetime | None:
    """No occurrence on a date whose hour is skipped."""
    found = instant(day, at, zone)
    return found if found and oracle.shown_at(found, zone).time() == at else None


def _offset_of_the_day_before(day: date, at: time, zone: ZoneInfo) -> datetime | None:
    """24 hours after yesterday's."""
    before = instant(day - DAY, at, zone)
    return before + DAY if before else instant(day, at, zone)


SEEDED = [
    (_after_the_gap, "Europe/London", 2027),
    (_after_the_gap, "Australia/Lord_Howe", 2027),
    (_second_pass, "America/New_York", 2027),
    (_second_pass, "Antarctica/Troll", 2027),
    (_missing_day_on_the_next, "Pacific/Apia", 2011),
    (_missing_day_on_the_next, "Pacific/Kwajalein", 1993),
    (_skipped_is_left_out, "Africa/Cairo", 2027),
    (_offset_of_the_day_before, "Asia/Beirut", 2027),
]


@pytest.mark.parametrize(("fault", "name", "year"), SEEDED, ids=[f"{s[0].__name__} {s[1]}" for s in SEEDED])
def test_a_seeded_fault_is_caught(
    fault: Callable[[date, time, ZoneInfo], datetime | None],
    name: str,
    year: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wall = Wall(ZoneInfo(name), date(year, 1, 1), date(year, 12, 31))
    check_every_date(wall, date(year, 1, 1), date(year, 12, 31))
    monkeypatch.setattr(recurrence, "instant", fault)
    with pytest.raises(AssertionError, match=name):
        check_every_date(wall, date(year, 1, 1), date(year, 12, 31))


def test_planning_from_now_is_caught() -> None:
    """The next occurrence from “now and an interval”: after a clock change it is an hour off for good."""

    def from_now(rule: Rule, at: time, zone: ZoneInfo, after: date) -> Found | None:
        now = instant(after, at, zone)
        if now is None or after < rule.starts_on:
            return next_occurrence(rule, at, zone, after)
        return oracle.shown_at(now + DAY, zone).date(), now + DAY

    wall = Wall(ZoneInfo("Europe/London"), FIRST, FIRST + 400 * DAY)
    with pytest.raises(AssertionError, match="daily"):
        check_every_date(wall, FIRST, FIRST + 400 * DAY, from_now)
