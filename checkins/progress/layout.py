"""Where things stand on the drawing: two frames, and from dates and marks to places in them. Pure arithmetic."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from checkins.progress.series import HIGH, LOW

EVENT_STEP = 22  # two discs side by side
LABEL_STEP = 36  # name and value of one person, before the next


@dataclass(frozen=True)
class Frame:
    """One of the two drawings: its size, the plot inside it, and what it has room for."""

    name: str
    letter: str
    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int
    axis_x: int
    wordy: bool  # words on the axis, the bracket, the label of the “both in” row
    dates: int  # how many dates fit below
    events: int  # how many discs fit above
    name_letters: int
    ring: float

    def x(self, day: date, first: date, last: date) -> float:
        """The place of a day; days outside the range stand on its edges."""
        days = (last - first).days
        share = (day - first).days / days if days else 0.0
        return self.left + min(max(share, 0.0), 1.0) * (self.right - self.left)

    def y(self, value: float) -> float:
        """The height of a mark; the axis is 1 to 7 on every drawing."""
        share = (min(max(value, LOW), HIGH) - LOW) / (HIGH - LOW)
        return self.bottom - share * (self.bottom - self.top)


WIDE = Frame(
    name="wide", letter="w", width=1100, height=440, left=116, right=996, top=78, bottom=384, axis_x=104,
    wordy=True, dates=8, events=24, name_letters=11, ring=2.6,
)  # fmt: skip
SLIM = Frame(
    name="slim", letter="s", width=374, height=420, left=22, right=298, top=78, bottom=366, axis_x=14,
    wordy=False, dates=4, events=9, name_letters=7, ring=1.9,
)  # fmt: skip


def n(value: float) -> str:
    """A coordinate with at most one decimal, never “-0”."""
    text = f"{value:.1f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def spread(wanted: Sequence[float], *, step: float, low: float, high: float) -> list[float]:
    """Places near `wanted` (in order), at least `step` from each other, between `low` and `high`."""
    places: list[float] = []
    for each in wanted:
        places.append(max(each, low, places[-1] + step if places else low))
    limit = high
    for i in range(len(places) - 1, -1, -1):
        places[i] = min(places[i], limit)
        limit = places[i] - step
    return places
