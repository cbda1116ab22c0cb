"""Sealed practices shared more than once, put through all pairs of what two do with two pieces each over six
days: left lying, taken back before its hour or after it, shared again as it was or changed."""

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product
from typing import Any
from uuid import UUID

from repair.programmes.pairing import Stretch, beside
from tests.conftest import START
from tests.contract.inference import Case, fixed

DAY = timedelta(days=1)
LOOKS = [START + DAY * day + DAY / 2 for day in range(7)]
Seen = Callable[[Sequence[Stretch], Sequence[Stretch], datetime], Hashable]


def _stretch(piece: int, worded: int, opens: int, ended: int | None = None) -> Stretch:
    at = START + ended * DAY if ended else None
    return Stretch(UUID(int=piece), START + worded * DAY, START + opens * DAY, at, START + piece * DAY)


FIRST = {
    "nothing": [],
    "stays": [_stretch(1, 0, 1)],
    "comes later": [_stretch(1, 2, 3)],
    "taken back": [_stretch(1, 0, 1, 2)],
    "again": [_stretch(1, 0, 1, 2), _stretch(1, 0, 3)],
    "again, changed": [_stretch(1, 0, 1, 2), _stretch(1, 2, 3)],
}
SECOND = {"nothing": [], "at once": [_stretch(2, 0, 1)], "later": [_stretch(2, 3, 4)], "last": [_stretch(2, 5, 6)]}


def _does() -> Iterator[tuple[str, list[Stretch]]]:
    for (first, one), (second, two) in product(FIRST.items(), SECOND.items()):
        yield f"{first}; {second}", [*one, *two]


def _until(stretches: Sequence[Stretch], now: datetime) -> list[Stretch]:
    """What of them there is to know at an instant."""
    there = [one for one in stretches if one.opens <= now]
    return [replace(one, ended=None) if one.ended is not None and one.ended > now else one for one in there]


def by_pairs(mine: Sequence[Stretch], theirs: Sequence[Stretch], now: datetime) -> Hashable:
    """What one sees: beside which of one’s own something stands, and since when."""
    hours = {one.piece: one.opens for one in (*mine, *theirs)}
    pairs = beside(mine, theirs, now=now)
    return frozenset((own, max(hours[own], hours[other])) for other, own in pairs.items())


def pairs(seen: Seen = by_pairs, **_: Any) -> list[str]:
    """What follows from all that one saw over the days: whether the other had shared anything past its hour that
    never stood open. Where they had not, they may as well have taken something back before its hour."""
    cases = []
    for (own, mine), (_name, does) in product(_does(), _does()):
        theirs = [replace(one, piece=UUID(int=9 + one.piece.int)) for one in does]
        days = [(_until(mine, now), _until(theirs, now), now) for now in LOOKS]
        story = tuple(seen(*day) for day in days)
        stood = {
            (one.piece, one.worded)
            for ours, others, now in days
            for one in others
            if one.ended is None and one.piece in beside(ours, others, now=now)
        }
        unseen = {one.wording for one in theirs} - stood
        for how in ["shared"] if unseen else ["nothing", "taken back before its hour"]:
            cases.append(Case(own, {"unseen": how}, story))
    return fixed(cases)


def by_number(mine: Sequence[Stretch], theirs: Sequence[Stretch], now: datetime) -> Hashable:
    """A fault: the first wording that one ever shared stands beside the first of the other, and so on."""
    sides = []
    for side in (mine, theirs):
        wordings = list(dict.fromkeys(one.wording for one in side))
        standing = {one.wording for one in side if one.ended is None}
        sides.append([wording if wording in standing else None for wording in wordings])
    return frozenset(one[0] for one, two in zip(*sides, strict=False) if one and two)


def with_a_number(mine: Sequence[Stretch], theirs: Sequence[Stretch], now: datetime) -> Hashable:
    """A fault: the right pairs at addresses that count what the other shared."""
    number = len({one.wording for one in theirs})
    return frozenset((own, number) for own in beside(mine, theirs, now=now).values())
