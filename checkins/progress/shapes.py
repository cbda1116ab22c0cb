"""The shapes of a drawing's numbers, and how a value is rounded. No Django, no names, no drawing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from math import floor

WINDOW = 7
ENOUGH = 3
THRESHOLD_WITHOUT_DATA = 1.0
LOW, HIGH = 1, 7

Marks = Mapping[str, int]


@dataclass(frozen=True)
class Stretch:
    """Days without check-ins, quiet days or a rest alike; both ends belong to it."""

    first: date
    last: date


@dataclass(frozen=True)
class Point:
    """One point of a line: the day it stands on and the mean, 1 to 7."""

    on: date
    value: float


@dataclass(frozen=True)
class Between:
    """The space between the two lines on one day."""

    on: date
    low: float
    high: float


@dataclass(frozen=True)
class Week:
    """One row of the table: the week's Monday, each mean by slot (None: not enough), evenings both in, and due."""

    monday: date
    means: Mapping[str, float | None]
    both: int
    due: int


@dataclass(frozen=True)
class Series:
    """Everything the drawing, the table and the sentences say about one question."""

    first: date
    last: date
    weekly: bool  # weeks in place of days, no dots
    rare: bool  # lines are single answers, not means
    dots: Mapping[str, tuple[Point, ...]]
    lines: Mapping[str, tuple[tuple[Point, ...], ...]]
    between: tuple[tuple[Between, ...], ...]
    both: tuple[date, ...]
    missing: tuple[date, ...]
    closed: tuple[Stretch, ...]
    weeks: tuple[Week, ...]
    ordinary: float | None  # ordinary movement in points; None while there is no week to take it from

    @property
    def threshold(self) -> float:
        """By how much a shown value must differ to be called a change."""
        return THRESHOLD_WITHOUT_DATA if self.ordinary is None else self.ordinary


def rounded(value: float) -> float:
    """One decimal, halves up: what is shown is what is compared and subtracted."""
    return floor(value * 10 + 0.5 + 1e-9) / 10


def apart(one: float, other: float) -> float:
    """The distance of two shown values."""
    return abs(rounded(rounded(one) - rounded(other)))


def monday_of(day: date) -> date:
    """The Monday of the week of `day`."""
    return day - timedelta(days=day.weekday())
