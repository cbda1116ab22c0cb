"""The numbers of the chart: lines only where there is data, gaps, quiet days, weeks, ordinary movement."""

import math
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checkins.progress.series import Series, Stretch, apart, build, merged, ordinary_movement, rounded
from tests.checkins.progress.figures import FIRST, SLOTS, some_evenings


def day(i: int) -> date:
    return FIRST + timedelta(days=i)


def both(*days: int, a: int = 3, b: int = 5) -> dict[date, dict[str, int]]:
    return {day(i): {"a": a, "b": b} for i in days}


def series(evenings: dict[date, dict[str, int]], *, days: int = 28, **more: object) -> Series:
    given = {"due": [day(i) for i in range(days)], "closed": [], "first": day(0), "last": day(days - 1), **more}
    return build(evenings, slots=SLOTS, **given)  # type: ignore[arg-type]


def drawn(found: Series, slot: str = "a") -> list[list[int]]:
    """The line as day numbers, piece by piece."""
    return [[(p.on - FIRST).days for p in piece] for piece in found.lines[slot]]


WINDOWS = [
    ("nothing was opened", both(), []),
    ("two evenings make no line", both(0, 1), []),
    ("three evenings make one, from the third to the end of their week", both(0, 1, 2), [[2, 3, 4, 5, 6]]),
    ("three evenings in eight days make none", both(0, 3, 7), []),
    ("the line goes on while the last seven days hold three", both(0, 2, 4, 6, 8), [[4, 5, 6, 7, 8, 9, 10]]),
    ("it breaks where they do not", both(0, 1, 2, 14, 15, 16), [[2, 3, 4, 5, 6], [16, 17, 18, 19, 20]]),
]


@pytest.mark.parametrize(("sentence", "evenings", "expected"), WINDOWS, ids=[w[0] for w in WINDOWS])
def test_a_line_stands_on_three_evenings(
    sentence: str, evenings: dict[date, dict[str, int]], expected: list[list[int]]
) -> None:
    assert drawn(series(evenings)) == expected, sentence


def test_the_line_is_the_mean_of_seven_days() -> None:
    found = series({day(i): {"a": mark, "b": 4} for i, mark in enumerate([1, 2, 3, 4, 5, 6, 7, 7])})
    values = {(p.on - FIRST).days: p.value for p in found.lines["a"][0]}
    assert values[2] == 2
    assert values[6] == 4
    assert values[7] == pytest.approx(34 / 7)


def test_the_window_looks_back_before_the_range() -> None:
    found = build(both(-3, -2, -1), due=[], closed=[], slots=SLOTS, first=day(0), last=day(9))
    assert drawn(found) == [[0, 1, 2, 3]]
    assert found.dots["a"] == ()


def test_the_line_breaks_on_quiet_days() -> None:
    found = series(both(*range(10), *range(13, 28)), closed=[Stretch(day(10), day(12))])
    assert drawn(found) == [list(range(2, 10)), list(range(13, 28))]


def test_a_rest_beside_quiet_days_is_one_stretch() -> None:
    stretches = [Stretch(day(5), day(8)), Stretch(day(1), day(4)), Stretch(day(7), day(7))]
    assert merged(stretches) == [Stretch(day(1), day(8))]


def test_an_evening_of_one_alone_counts_as_without_both() -> None:
    found = series({day(0): {"a": 3}, day(1): {"a": 3, "b": 4}}, days=3)
    assert found.both == (day(1),)
    assert found.missing == (day(0), day(2))


def test_a_weekly_question_is_drawn_as_its_answers() -> None:
    weeks = [0, 7, 14, 28]
    found = series(both(*weeks), days=36, due=[day(i) for i in (0, 7, 14, 21, 28, 35)])
    assert drawn(found) == [[0, 7, 14], [28]], "joined, but for the missing week between"
    assert found.rare


def test_two_first_evenings_of_a_daily_question_are_no_line() -> None:
    found = series(both(0, 1), days=2, due=[day(0), day(1)])
    assert drawn(found) == []
    assert not found.rare


def test_weeks_take_the_place_of_days_above_ninety() -> None:
    assert series(both(*range(90)), days=90).dots["a"]
    found = series(both(*range(91)), days=91)
    assert found.weekly
    assert found.dots["a"] == ()
    assert [p.on.weekday() for p in found.lines["a"][0]] == [3] * 13


def test_what_is_apart_is_taken_from_what_is_shown() -> None:
    assert rounded(2.25) == 2.3
    assert apart(4.75, 2.54) == 2.3  # 4.8 and 2.5


MOVEMENTS = [
    ("no week with three answers: nothing to take it from", [(day(0), 1), (day(1), 7)], None),
    ("no movement at all", [(day(i), 4) for i in range(7)], 0.0),
    ("1.5 × the standard deviation", [(day(0), 3), (day(1), 4), (day(2), 5)], 1.5),
    ("of the median week", [(day(7 * w + i), 4 + w * (i - 1)) for w in range(3) for i in range(3)], 1.5),
]


@pytest.mark.parametrize(("sentence", "answers", "points"), MOVEMENTS, ids=[m[0] for m in MOVEMENTS])
def test_ordinary_movement(sentence: str, answers: list[tuple[date, int]], points: float | None) -> None:
    assert ordinary_movement([answers]) == points, sentence


marks = st.dictionaries(st.sampled_from(SLOTS), st.integers(1, 7))
stretches = st.tuples(st.integers(-20, 120), st.integers(0, 20)).map(
    lambda t: Stretch(day(t[0]), day(t[0] + t[1]))
)


@settings(max_examples=200, deadline=None)
@given(
    evenings=st.dictionaries(st.integers(-20, 130).map(day), marks, max_size=120),
    due=st.sets(st.integers(-20, 130).map(day), max_size=120),
    closed=st.lists(stretches, max_size=3),
    days=st.integers(1, 130),
)
def test_whatever_comes_in(
    evenings: dict[date, dict[str, int]], due: set[date], closed: list[Stretch], days: int
) -> None:
    """Numbers are numbers from 1 to 7; a line stands only where answers carry it; nothing is drawn twice."""
    found = build(evenings, due=due, closed=closed, slots=SLOTS, first=day(0), last=day(days - 1))
    for slot in SLOTS:
        points = [p for piece in found.lines[slot] for p in piece]
        assert all(math.isfinite(p.value) and 1 <= p.value <= 7 for p in points)
        assert all(found.first <= p.on <= found.last for p in points)
        assert len({p.on for p in points}) == len(points)
        assert [p.on for p in points] == sorted(p.on for p in points)
        own = {on: m[slot] for on, m in evenings.items() if slot in m and on <= found.last}
        for p in points:
            week = [m for on, m in own.items() if 0 <= (p.on - on).days < 7]
            if found.weekly:
                continue
            assert not any(s.first <= p.on <= s.last for s in closed)
            assert len(week) >= 3 or p.value == own[p.on]
        for piece in found.lines[slot]:
            for one, other in pairwise(piece):
                assert not any(s.first <= other.on and s.last >= one.on for s in closed)
    drawn_on = {p.on for piece in found.lines["a"] for p in piece} & {p.on for x in found.lines["b"] for p in x}
    assert all(b.on in drawn_on and b.low <= b.high for run in found.between for b in run)
    assert set(found.both).isdisjoint(found.missing)
    assert sum(w.both for w in found.weeks) == len(found.both)
    assert sum(w.due for w in found.weeks) == len(found.both) + len(found.missing)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**6), skipped=st.floats(0, 0.9), weeks=st.integers(1, 30))
def test_the_table_is_the_drawing(seed: int, skipped: float, weeks: int) -> None:
    """On a Sunday the seven days behind are the week: the line's value is the table's."""
    evenings = some_evenings(7 * weeks, seed=seed, skipped=skipped)
    found = build(
        evenings, due=[day(i) for i in range(7 * weeks)], closed=[], slots=SLOTS,
        first=day(0), last=day(7 * weeks - 1),
    )  # fmt: skip
    for slot in SLOTS:
        points = {p.on: p.value for piece in found.lines[slot] for p in piece}
        for week in found.weeks:
            on = week.monday + timedelta(days=3 if found.weekly else 6)
            assert points.get(on) == (None if week.means[slot] is None else pytest.approx(week.means[slot]))
