"""Made-up evenings for the tests of the drawing."""

import random
from datetime import date, timedelta

from checkins.progress.chart import Drawing, Event, Labels, Phase
from checkins.progress.series import Series, Stretch, build

FIRST = date(2026, 9, 28)
SLOTS = ("a", "b")
NAMES = {"a": "Mara", "b": "Jonas"}


def labels() -> Labels:
    return Labels(
        title="Feeling safe with each other",
        description="Line chart.",
        low="Not at all",
        middle="Partly",
        high="Completely",
        quiet="quiet days",
        quiet_slim="quiet",
        both_in="both in",
        apart=lambda value: f"{value:.1f} apart",
        value=lambda value: f"{value:.1f}",
        day=lambda on: f"{on.day} {on:%b}",
        month=lambda on: f"{on:%b %Y}",
    )


def some_evenings(days: int, *, seed: int = 1, skipped: float = 0.2) -> dict[date, dict[str, int]]:
    """Evenings of two people who begin apart and come nearer, with some left out."""
    dice = random.Random(seed)
    out = {}
    for i in range(days):
        if dice.random() >= skipped:
            rise = 2.2 * i / days
            out[FIRST + timedelta(days=i)] = {
                "a": min(7, max(1, round(2.5 + rise + dice.uniform(-0.8, 0.8)))),
                "b": min(7, max(1, round(4.8 + rise / 2 + dice.uniform(-0.8, 0.8)))),
            }
    return out


def eight_weeks() -> Series:
    """The example of the golden picture: 51 days with five quiet ones."""
    quiet = Stretch(date(2026, 10, 24), date(2026, 10, 28))
    days = [FIRST + timedelta(days=i) for i in range(51)]
    open_days = [day for day in days if not quiet.first <= day <= quiet.last]
    evenings = {day: marks for day, marks in some_evenings(51).items() if day in open_days}
    return build(evenings, due=open_days, closed=[quiet], slots=SLOTS, first=days[0], last=days[-1])


def drawing(series: Series, *, names: dict[str, str] | None = None, events: int = 7) -> Drawing:
    """A drawing of `series` with two phases and some events, two of them close together."""
    span = (series.last - series.first).days
    phases = [Phase("Steadying", series.first), Phase("Understanding", series.first + timedelta(days=21))]
    marks = [Event(i + 1, series.first + timedelta(days=span * i // max(events, 1))) for i in range(events)]
    return Drawing(series=series, names=names or NAMES, phases=phases, events=marks, labels=labels())
