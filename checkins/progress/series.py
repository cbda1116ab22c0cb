"""The numbers behind the chart: from opened evenings to lines, gaps, space between, and the weekly table.

Pure functions over dates and marks; no Django, no names, no drawing. Only what both opened comes in, so that
nothing here can tell a mark kept private from one never made.

Rules (handbook/ux.md section 7): a line is the mean of the answers of the trailing seven days, drawn only where
that window holds at least three; nothing is smoothed or filled in; it breaks on quiet days and rests. A check-in
that comes less often than three times in seven days is drawn as its answers themselves, joined only where no due
one lies missing between. Above ninety days the dots go and weeks take the place of days.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from statistics import median, stdev

from checkins.progress.shapes import (
    ENOUGH,
    HIGH,
    LOW,
    WINDOW,
    Between,
    Marks,
    Point,
    Series,
    Stretch,
    Week,
    apart,
    monday_of,
    rounded,
)

__all__ = [
    "ENOUGH", "HIGH", "LOW", "WINDOW", "Between", "Marks", "Point", "Series", "Stretch", "Week", "apart", "build",
    "merged", "monday_of", "ordinary_movement", "rounded",
]  # fmt: skip

DAYS_WITH_DOTS = 90
NEIGHBOUR = 45  # days; due dates farther apart than this have nothing to do with each other


def build(
    evenings: Mapping[date, Marks],
    *,
    due: Iterable[date],
    closed: Iterable[Stretch],
    slots: Sequence[str],
    first: date,
    last: date,
) -> Series:
    """The series of one question from `first` to `last`, both included.

    `evenings`: date → {slot: mark} of what both opened. `due`: dates on which the question was put and is over.
    `closed`: quiet days and rests. Evenings before `first` still count towards the window of the first days.
    Raises ValueError when `last` is before `first`.
    """
    if last < first:
        raise ValueError("a range ends before it begins")
    known = {day: marks for day, marks in evenings.items() if day <= last}
    all_due = sorted({day for day in due if day <= last} | known.keys())
    stretches = merged(closed)
    rare = _rare_dates(all_due, stretches)
    weekly = (last - first).days + 1 > DAYS_WITH_DOTS
    own = {slot: _answers(known, slot) for slot in slots}
    weeks = tuple(_weeks(own, known, all_due, rare, slots=slots, first=first, last=last))
    lines = {}
    for slot in slots:
        points = _of_weeks(weeks, slot, rare, last) if weekly else _of_days(own[slot], rare, first, last)
        points += _of_rare(own[slot], rare, first, last)
        lines[slot] = _segments(points, rare=rare, due=all_due, closed=stretches, weekly=weekly)
    shown = [day for day in all_due if day >= first]
    return Series(
        first=first,
        last=last,
        weekly=weekly,
        rare=bool(shown) and all(day in rare for day in shown),
        dots={slot: () if weekly else _dots(own[slot], first) for slot in slots},
        lines=lines,
        between=tuple(_between(lines, slots)),
        both=tuple(day for day in shown if all(slot in known.get(day, {}) for slot in slots)),
        missing=tuple(day for day in shown if not all(slot in known.get(day, {}) for slot in slots)),
        closed=tuple(_clipped(stretches, first, last)),
        weeks=weeks,
        ordinary=ordinary_movement(own.values()),
    )


def merged(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Stretches in order, those that touch or overlap made one: a rest beside quiet days can't be told apart."""
    out: list[Stretch] = []
    for each in sorted(stretches, key=lambda s: (s.first, s.last)):
        if out and each.first <= out[-1].last + timedelta(days=1):
            out[-1] = Stretch(out[-1].first, max(out[-1].last, each.last))
        elif each.first <= each.last:
            out.append(each)
    return out


def ordinary_movement(people: Iterable[Sequence[tuple[date, int]]]) -> float | None:
    """1.5 × the median of the standard deviations within weeks of at least three answers, in points; None while
    there is no such week. (handbook/ux.md section 7.)"""
    spreads = []
    for answers in people:
        weeks: dict[date, list[int]] = {}
        for day, mark in answers:
            weeks.setdefault(monday_of(day), []).append(mark)
        spreads += [stdev(marks) for marks in weeks.values() if len(marks) >= ENOUGH]
    return rounded(1.5 * median(spreads)) if spreads else None


def _answers(evenings: Mapping[date, Marks], slot: str) -> list[tuple[date, int]]:
    return sorted((day, marks[slot]) for day, marks in evenings.items() if slot in marks)


def _dots(answers: Sequence[tuple[date, int]], first: date) -> tuple[Point, ...]:
    return tuple(Point(day, float(mark)) for day, mark in answers if day >= first)


def _is_closed(day: date, closed: Sequence[Stretch]) -> bool:
    return any(s.first <= day <= s.last for s in closed)


def _closed_between(one: date, other: date, closed: Sequence[Stretch]) -> bool:
    return any(s.first <= other and s.last >= one for s in closed)


def _rare_dates(due: Sequence[date], closed: Sequence[Stretch]) -> frozenset[date]:
    """Due dates in no seven days with three of them, and with a neighbour three days or more away."""
    dense: set[date] = set()
    for i in range(len(due) - ENOUGH + 1):
        if (due[i + ENOUGH - 1] - due[i]).days < WINDOW:
            dense.update(due[i : i + ENOUGH])
    rare = set()
    for i, day in enumerate(due):
        if day in dense:
            continue
        near = [other for other in due[max(0, i - 2) : i + 3] if ENOUGH <= abs((other - day).days) <= NEIGHBOUR]
        if any(not _closed_between(min(day, other), max(day, other), closed) for other in near):
            rare.add(day)
    return frozenset(rare)


def _of_days(answers: Sequence[tuple[date, int]], rare: frozenset[date], first: date, last: date) -> list[Point]:
    """The trailing mean of every day whose window holds enough answers (of a check-in that is not rare)."""
    answers = [(day, mark) for day, mark in answers if day not in rare]
    days = [day for day, _ in answers]
    totals = [0]
    for _, mark in answers:
        totals.append(totals[-1] + mark)
    points = []
    for i in range((last - first).days + 1):
        day = first + timedelta(days=i)
        start, end = bisect_left(days, day - timedelta(days=WINDOW - 1)), bisect_right(days, day)
        if end - start >= ENOUGH:
            points.append(Point(day, (totals[end] - totals[start]) / (end - start)))
    return points


def _of_weeks(weeks: Sequence[Week], slot: str, rare: frozenset[date], last: date) -> list[Point]:
    """The mean of every week that has one, on its Thursday (or on the last day, when that comes first)."""
    points = []
    for week in weeks:
        mean = week.means[slot]
        days = {week.monday + timedelta(days=i) for i in range(WINDOW)}
        if mean is not None and not days & rare:
            points.append(Point(min(week.monday + timedelta(days=3), last), mean))
    return points


def _of_rare(answers: Sequence[tuple[date, int]], rare: frozenset[date], first: date, last: date) -> list[Point]:
    return [Point(day, float(mark)) for day, mark in answers if day in rare and first <= day <= last]


def _segments(
    points: Iterable[Point],
    *,
    rare: frozenset[date],
    due: Sequence[date],
    closed: Sequence[Stretch],
    weekly: bool,
) -> tuple[tuple[Point, ...], ...]:
    """The line in pieces: none crosses a gap or a closed stretch (the point of a week may stand in one)."""
    here = sorted((p for p in points if weekly or not _is_closed(p.on, closed)), key=lambda p: p.on)
    step = WINDOW if weekly else 1
    out: list[list[Point]] = [[here[0]]] if here else []
    for before, point in pairwise(here):
        if before.on in rare and point.on in rare:
            missing = bisect_left(due, point.on) - bisect_right(due, before.on)
            joined = missing == 0 and (point.on - before.on).days <= NEIGHBOUR
        else:
            joined = before.on not in rare and point.on not in rare and (point.on - before.on).days <= step
        if joined and not _closed_between(before.on, point.on, closed):
            out[-1].append(point)
        else:
            out.append([point])
    return tuple(tuple(piece) for piece in out)


def _between(
    lines: Mapping[str, Sequence[Sequence[Point]]], slots: Sequence[str]
) -> Iterable[tuple[Between, ...]]:
    """Runs of days on which both lines go on without a break."""
    one, other = (lines[slot] for slot in slots)
    place = {point.on: (i, point.value) for i, piece in enumerate(other) for point in piece}
    for piece in one:
        run: list[Between] = []
        run_in = -1
        for point in piece:
            where, value = place.get(point.on, (-1, 0.0))
            if where != run_in or where < 0:
                if len(run) > 1:
                    yield tuple(run)
                run, run_in = [], where
            if where >= 0:
                run.append(Between(point.on, min(point.value, value), max(point.value, value)))
        if len(run) > 1:
            yield tuple(run)


def _weeks(
    own: Mapping[str, Sequence[tuple[date, int]]],
    evenings: Mapping[date, Marks],
    due: Sequence[date],
    rare: frozenset[date],
    *,
    slots: Sequence[str],
    first: date,
    last: date,
) -> Iterable[Week]:
    """Every week of the range in which a check-in was due; a week at an edge only as far as the range goes."""
    marks: dict[tuple[str, date], list[int]] = {}
    for slot, answers in own.items():
        for day, mark in answers:
            if day >= first:
                marks.setdefault((slot, monday_of(day)), []).append(mark)
    by_week: dict[date, list[date]] = {}
    for day in due:
        if first <= day <= last:
            by_week.setdefault(monday_of(day), []).append(day)
    for monday, days in sorted(by_week.items()):
        need = 1 if all(day in rare for day in days) else ENOUGH
        means: dict[str, float | None] = {}
        for slot in slots:
            given = marks.get((slot, monday), [])
            means[slot] = sum(given) / len(given) if len(given) >= need else None
        both = sum(all(slot in evenings.get(day, {}) for slot in slots) for day in days)
        yield Week(monday=monday, means=means, both=both, due=len(days))


def _clipped(stretches: Iterable[Stretch], first: date, last: date) -> Iterable[Stretch]:
    for each in stretches:
        if each.first <= last and each.last >= first:
            yield Stretch(max(each.first, first), min(each.last, last))
