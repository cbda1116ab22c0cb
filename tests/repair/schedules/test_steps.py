"""No rule takes long to advance, however hostile, and none goes on without end. Steps are counted, not seconds;
one stopwatch with a wide margin stands beside them."""

import sys
import time as stopwatch
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from types import FrameType
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from repair.schedules import recurrence
from repair.schedules.recurrence import Frequency, Rule, next_date, next_occurrence, weekday_bits, window
from tests.repair.schedules.oracle import DAY

pytestmark = pytest.mark.pure

MOST_LINES = 120  # of Python, for one advance: a handful of calls, no walk from date to date
HOSTILE = [
    (Rule(Frequency.DAILY, date.min), "every day since the first there is"),
    (Rule(Frequency.DAILY, date.max), "nothing before the last day there is"),
    (Rule(Frequency.WEEKLY, date.min, weekdays=weekday_bits(6)), "Sundays of two thousand years"),
    (Rule(Frequency.EVERY_WEEKS, date.min, every=32767, weekdays=1), "once in six hundred years"),
    (Rule(Frequency.EVERY_WEEKS, date(2024, 1, 3), every=32767, weekdays=1), "its next is in the year 2652"),
    (Rule(Frequency.EVERY_WEEKS, date(2024, 1, 3), every=2**63, weekdays=127), "weeks no calendar holds"),
    (Rule(Frequency.MONTHLY_DAY, date.min, month_day=31), "the 31st, which five months lack"),
    (Rule(Frequency.MONTHLY_DAY, date(2096, 3, 1), month_day=29), "the 29th around a century without a leap day"),
    (Rule(Frequency.MONTHLY_DAY, date.min, month_day=30), "the 30th, which February lacks"),
    (Rule(Frequency.MONTHLY_NTH, date.min, weekdays=weekday_bits(6), nth=-1), "the last Sunday"),
    (Rule(Frequency.MONTHLY_NTH, date.min, weekdays=weekday_bits(0), nth=4), "the fourth Monday"),
    (Rule(Frequency.DAILY, date(2024, 1, 1), date(2024, 1, 1)), "a single day, long past"),
]
ASKED = [date.min, date(1, 1, 31), date(2024, 2, 28), date(2096, 2, 29), date(2100, 2, 28), date(9998, 12, 31)]
ASKED += [date(9999, 1, 30), date(9999, 12, 30), date.max]


def lines_run(call: Callable[[], Any]) -> int:
    """How many lines of `recurrence` and `calendar` one call runs."""
    counted = 0

    def trace(frame: FrameType, event: str, arg: Any) -> Any:
        nonlocal counted
        if not frame.f_code.co_filename.endswith(("recurrence.py", "calendar.py")):
            return None
        counted += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        call()
    finally:
        sys.settrace(before)
    return counted


@pytest.mark.parametrize(("rule", "why"), HOSTILE, ids=[why for _, why in HOSTILE])
def test_an_advance_takes_a_bounded_number_of_steps(rule: Rule, why: str) -> None:
    zone = ZoneInfo("Africa/Cairo")
    for after in ASKED:
        found = next_date(rule, after)
        assert found is None or found > after, why
        steps = lines_run(lambda after=after: next_occurrence(rule, time(0, 30), zone, after))
        assert 0 < steps <= MOST_LINES, f"{why}: {steps} steps after {after}"


def test_a_window_takes_a_bounded_number_of_steps() -> None:
    for name in ("Pacific/Apia", "Africa/Cairo", "UTC"):
        for day in (date(2011, 12, 29), date(2011, 12, 30), date(2027, 4, 30), date.max - DAY):
            steps = lines_run(lambda day=day, name=name: window(day, time(23), time(1), ZoneInfo(name)))
            assert 0 < steps <= MOST_LINES


def test_the_count_catches_a_walk_from_date_to_date(monkeypatch: pytest.MonkeyPatch) -> None:
    """The seeded fault: asking day after day. It is right, and too slow."""
    rule = Rule(Frequency.EVERY_WEEKS, date(2024, 1, 3), every=520, weekdays=1)
    right = next_date(rule, date(2024, 1, 3))

    def walking(rule: Rule, first: date) -> date:
        while (first.toordinal() - rule.starts_on.toordinal() + 2) // 7 % rule.every or first.weekday():
            first = next_date(Rule(Frequency.DAILY, first), first) or date.max
        return first

    monkeypatch.setitem(recurrence._NEXT, Frequency.EVERY_WEEKS, walking)
    assert next_date(rule, date(2024, 1, 3)) == right
    assert lines_run(lambda: next_date(rule, date(2024, 1, 3))) > 10 * MOST_LINES


def test_no_advance_takes_a_millisecond() -> None:
    """The median of thousands, over all of them: by a wide margin, also on a busy machine."""
    zones = [ZoneInfo(name) for name in ("Europe/London", "Pacific/Apia", "Australia/Lord_Howe")]
    took = []
    for rule, _ in HOSTILE:
        for zone in zones:
            for after in ASKED * 10:
                began = stopwatch.perf_counter()
                next_occurrence(rule, time(2, 30), zone, after)
                took.append(stopwatch.perf_counter() - began)
    assert len(took) > 3000
    assert sorted(took)[len(took) // 2] < 0.001


def test_a_zone_at_the_ends_of_the_calendar_ends_too() -> None:
    """The last days of 9999 lie beyond what UTC can hold west of Greenwich."""
    rule = Rule(Frequency.DAILY, date(9999, 12, 1))
    for name in ("America/New_York", "Pacific/Kiritimati", "UTC"):
        after, found = date(9999, 11, 30), 0
        while (at := next_occurrence(rule, time(23, 45), ZoneInfo(name), after)) is not None:
            after, found = at[0], found + 1
            assert at[1] <= datetime.max.replace(tzinfo=UTC)
            assert found <= 31
        assert found >= 30
