"""Rules name dates: by arithmetic here, by asking every day of the calendar in the oracle."""

from datetime import date, timedelta
from itertools import islice, pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from repair.schedules.models import Frequency as Stored
from repair.schedules.recurrence import (
    Frequency,
    Rule,
    dates_after,
    next_date,
    weekday_bits,
    weekdays_of,
)
from tests.repair.schedules import oracle

MON, TUE, WED, THU, FRI, SAT, SUN = range(7)
DAYS = st.dates(date(2024, 1, 1), date(2037, 12, 31))


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    """Any rule a couple can agree, and some they cannot."""
    frequency = draw(st.sampled_from(Frequency))
    starts = draw(DAYS)
    fields: dict[str, Any] = {}
    if frequency in {Frequency.WEEKLY, Frequency.EVERY_WEEKS}:
        fields["weekdays"] = draw(st.integers(1, 127))
    if frequency is Frequency.EVERY_WEEKS:
        fields["every"] = draw(st.integers(1, 30))
    if frequency is Frequency.MONTHLY_DAY:
        fields["month_day"] = draw(st.integers(1, 31))
    if frequency is Frequency.MONTHLY_NTH:
        fields["nth"] = draw(st.sampled_from([1, 2, 3, 4, -1]))
        fields["weekdays"] = 1 << draw(st.integers(0, 6))
    ends = draw(st.none() | st.integers(0, 900).map(lambda n: starts + timedelta(days=n)))
    return Rule(frequency, starts, ends, **fields)


@settings(max_examples=150, deadline=None)
@given(rules(), DAYS)
def test_the_dates_are_those_of_the_calendar(rule: Rule, after: date) -> None:
    last = max(after, rule.starts_on) + timedelta(days=800)
    expected = list(oracle.dates(rule, after + timedelta(days=1), last))
    found = list(islice(dates_after(rule, after), len(expected) + 1))
    assert [day for day in found if day <= last] == expected
    assert all(a < b for a, b in pairwise(found))


@settings(max_examples=100, deadline=None)
@given(rules(), DAYS)
def test_the_next_date_is_the_same_from_wherever_one_asks(rule: Rule, after: date) -> None:
    found = next_date(rule, after)
    if found is not None:
        assert next_date(rule, found - timedelta(days=1)) == found
        assert next_date(rule, date(2000, 1, 1)) <= found


CASES = [
    pytest.param(
        Rule(Frequency.MONTHLY_DAY, date(2027, 1, 1), month_day=31),
        [date(2027, 1, 31), date(2027, 3, 31), date(2027, 5, 31), date(2027, 7, 31), date(2027, 8, 31)],
        id="the 31st skips every short month and keeps both July and August",
    ),
    pytest.param(
        Rule(Frequency.MONTHLY_DAY, date(2027, 1, 30), month_day=30),
        [date(2027, 1, 30), date(2027, 3, 30), date(2027, 4, 30)],
        id="the 30th skips February alone",
    ),
    pytest.param(
        Rule(Frequency.MONTHLY_DAY, date(2027, 2, 1), month_day=29),
        [date(2027, 3, 29), date(2027, 4, 29)],
        id="the 29th has no February in a common year",
    ),
    pytest.param(
        Rule(Frequency.MONTHLY_DAY, date(2028, 2, 1), month_day=29),
        [date(2028, 2, 29), date(2028, 3, 29)],
        id="the 29th has a February in a leap year",
    ),
    pytest.param(
        Rule(Frequency.MONTHLY_DAY, date(2026, 12, 16), month_day=15),
        [date(2027, 1, 15), date(2027, 2, 15)],
        id="a day already past in December is next in January",
    ),
    pytest.param(
        Rule(Frequency.MONTHLY_NTH, date(2027, 1, 1), weekdays=weekday_bits(SUN), nth=-1),
        [date(2027, 1, 31), date(2027, 2, 28), date(2027, 3, 28)],
        id="the last Sunday is the fifth where there are five and the fourth where there are four",
    ),
    pytest.param(
        Rule(Frequency.MONTHLY_NTH, date(2026, 12, 8), weekdays=weekday_bits(MON), nth=1),
        [date(2027, 1, 4), date(2027, 2, 1)],
        id="the first Monday of a month that has passed is next month's, over the new year too",
    ),
    pytest.param(
        Rule(Frequency.EVERY_WEEKS, date(2026, 11, 19), every=2, weekdays=weekday_bits(MON, FRI)),
        [date(2026, 11, 20), date(2026, 11, 30), date(2026, 12, 4), date(2026, 12, 14)],
        id="every two weeks, started on a Thursday: that week's Friday counts, its Monday is past",
    ),
    pytest.param(
        Rule(Frequency.EVERY_WEEKS, date(2026, 12, 28), every=2, weekdays=weekday_bits(THU)),
        [date(2026, 12, 31), date(2027, 1, 14)],
        id="two weeks over the turn of a year with 53 ISO weeks stay two weeks",
    ),
    pytest.param(
        Rule(Frequency.WEEKLY, date(2026, 11, 18), weekdays=weekday_bits(TUE, WED)),
        [date(2026, 11, 18), date(2026, 11, 24), date(2026, 11, 25)],
        id="a rhythm that starts mid-week begins with the first chosen day left in it",
    ),
    pytest.param(
        Rule(Frequency.DAILY, date(2026, 11, 18), date(2026, 11, 19)),
        [date(2026, 11, 18), date(2026, 11, 19)],
        id="the first and the last day are both days of the rule",
    ),
]


@pytest.mark.parametrize(("rule", "expected"), CASES)
def test_named_rules(rule: Rule, expected: list[date]) -> None:
    assert list(islice(dates_after(rule, date(2026, 1, 1)), len(expected))) == expected


def test_a_rule_that_has_ended_has_no_next_date() -> None:
    rule = Rule(Frequency.DAILY, date(2026, 11, 18), date(2026, 11, 19))
    assert next_date(rule, date(2026, 11, 19)) is None
    assert list(dates_after(rule, date(2030, 1, 1))) == []


FAR = [
    Rule(Frequency.DAILY, date.min),
    Rule(Frequency.WEEKLY, date.min, weekdays=weekday_bits(SUN)),
    Rule(Frequency.EVERY_WEEKS, date.min, every=32767, weekdays=weekday_bits(WED)),
    Rule(Frequency.MONTHLY_DAY, date.min, month_day=31),
    Rule(Frequency.MONTHLY_DAY, date.min, month_day=5),
    Rule(Frequency.MONTHLY_NTH, date.min, weekdays=weekday_bits(FRI), nth=-1),
]


@pytest.mark.parametrize("rule", FAR, ids=lambda rule: rule.frequency)
def test_the_end_of_the_calendar_ends_a_rule(rule: Rule) -> None:
    assert next_date(rule, date.max) is None
    ends = list(islice(dates_after(rule, date.max - timedelta(days=3)), 10))
    assert all(day > date.max - timedelta(days=3) for day in ends)
    assert len(ends) <= 3


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"frequency": "hourly"}, "an unknown frequency"),
        ({"frequency": Frequency.DAILY, "ends_on": date(2026, 1, 1)}, "it ends before it starts"),
        ({"frequency": Frequency.WEEKLY}, "no weekday"),
        ({"frequency": Frequency.WEEKLY, "weekdays": 128}, "an eighth weekday"),
        ({"frequency": Frequency.WEEKLY, "weekdays": -1}, "bits that never end"),
        ({"frequency": Frequency.EVERY_WEEKS, "weekdays": 1, "every": 0}, "every nought weeks"),
        ({"frequency": Frequency.MONTHLY_DAY}, "no day"),
        ({"frequency": Frequency.MONTHLY_DAY, "month_day": 32}, "a 32nd"),
        ({"frequency": Frequency.MONTHLY_NTH, "weekdays": 1, "nth": 5}, "a fifth is not in every month"),
        ({"frequency": Frequency.MONTHLY_NTH, "weekdays": 3, "nth": 1}, "the first of two weekdays"),
        ({"frequency": Frequency.MONTHLY_NTH, "nth": 1}, "the first of none"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_rule_without_dates_cannot_be_made(fields: dict[str, Any], why: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Rule(**{"starts_on": date(2026, 11, 18), **fields})


def test_weekdays_as_bits_and_back() -> None:
    assert weekdays_of(weekday_bits(SUN, MON, MON)) == [MON, SUN]
    with pytest.raises(ValueError):
        weekday_bits(7)


def test_what_is_stored_is_what_is_computed() -> None:
    assert set(Stored.values) == {frequency.value for frequency in Frequency}
