"""Each person's own monthly mirror: what the lines in force ask of whom, counted from their side.

Counted anew each time from lines that both signed; nothing of it is stored but the month in which the person
looked, sealed with their settings. Nobody else sees that, or anything that follows from it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from accounts.safety import wishes
from repair.boundaries import mirror
from repair.plan.queries import Line, lines_in_force

if TYPE_CHECKING:
    from accounts.access import Viewer

FIRST_AFTER = timedelta(days=28)  # no mirror on Today before the two have been linked this long
# What a line of these themes asks to see: where somebody is, their accounts, whom they meet.
SIGHT = frozenset({"passwords", "location", "messages", "reporting", "friends", "curfew", "going_out"})


@dataclass(frozen=True)
class Side:
    """Lines that ask something of one person only, or of both; `sight` of them are about where somebody is, about
    accounts or about whom they see."""

    lines: int = 0
    sight: int = 0


@dataclass(frozen=True)
class Counts:
    """The lines in force from one person's side. `since` is when the oldest of them came into force (UTC)."""

    mine: Side
    other: Side
    both: Side
    since: datetime | None

    @property
    def all(self) -> int:
        return self.mine.lines + self.other.lines + self.both.lines

    @property
    def sight(self) -> int:
        return self.mine.sight + self.other.sight + self.both.sight


def counts_of(viewer: "Viewer") -> Counts:
    """The counts for a partner of an active couple. Raises Http404 where there is no plan to see."""
    lines = lines_in_force(viewer)
    slots = {"mine": viewer.mine.slot, "other": viewer.other.slot, "both": None}
    sides = {name: _side(line for line in lines if _slot(line) == slot) for name, slot in slots.items()}
    began = [line.agreement.first_in_force_at for line in lines if line.agreement.first_in_force_at]
    return Counts(**sides, since=min(began, default=None))


def asks_for_sight(line: Line) -> bool:
    """Whether a line is ticked as one about whereabouts, accounts or contacts, or reads like one."""
    body = line.words.fields or {}
    text = mirror.asked_in(body)
    return (
        bool(body.get("about")) or mirror.looks_like_transparency(text) or bool(SIGHT & {*mirror.themes_in(text)})
    )


def this_month(viewer: "Viewer") -> str:
    """The month where the viewer lives, as “2026-11”."""
    assert viewer.person is not None
    return f"{viewer.now.astimezone(viewer.person.zone):%Y-%m}"


def is_due(viewer: "Viewer") -> bool:
    """Whether to offer the page on Today: not looked at this month, and linked for four weeks."""
    linked_for = viewer.now - viewer.mine.joined_at
    return linked_for >= FIRST_AFTER and wishes.wishes_of(viewer).mirror_seen != this_month(viewer)


def look(viewer: "Viewer") -> None:
    """The viewer has looked this month, whatever they go on to."""
    wishes.looked_in_mirror(viewer=viewer, month=this_month(viewer))


def _slot(line: Line) -> str | None:
    return line.words.does.slot if line.words.does else None


def _side(lines: Iterable[Line]) -> Side:
    found = list(lines)
    return Side(lines=len(found), sight=sum(asks_for_sight(line) for line in found))
