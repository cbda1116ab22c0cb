"""Sealed practices shared more than once, put through all pairs of what two do with two pieces each over six
days: left lying, taken back before its hour or after it, shared again as it was or changed; and with a rest of the
plan, in which nobody reads."""

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product
from typing import Any
from uuid import UUID

from repair.programmes.pairing import Still, Stretch, beside
from tests.conftest import START
from tests.contract.inference import Case, fixed

DAY = timedelta(days=1)
LOOKS = [START + DAY * day + DAY / 2 for day in range(7)]
RESTS = {
    "none": [],
    "the first days": [(START + DAY * 0.6, START + DAY * 2.4)],
    "later days": [(START + DAY * 2.6, START + DAY * 4.4)],
}
Seen = Callable[[Sequence[Stretch], Sequence[Stretch], datetime, Sequence[Still]], Hashable]


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


def by_pairs(
    mine: Sequence[Stretch], theirs: Sequence[Stretch], now: datetime, still: Sequence[Still]
) -> Hashable:
    """What one sees: beside which of one’s own something stands, and since when."""
    hours = {one.piece: one.opens for one in (*mine, *theirs)}
    pairs = beside(mine, theirs, now=now, still=still)
    return frozenset((own, max(hours[own], hours[other])) for other, own in pairs.items())


def pairs(seen: Seen = by_pairs) -> list[str]:
    """What follows from all that one saw over the days: whether the other had shared anything past its hour that
    never stood open. Where they had not, they may as well have taken something back before its hour."""
    cases = []
    for (rest, still), (own, mine), (_name, does) in product(RESTS.items(), _does(), _does()):
        theirs = [replace(one, piece=UUID(int=9 + one.piece.int)) for one in does]
        days = _read(mine, theirs, still)
        stood = {
            (one.piece, one.worded)
            for ours, others, now, _still in days
            for one in others
            if one.ended is None and one.piece in beside(ours, others, now=now, still=still)
        }
        unseen = {one.wording for one in theirs} - stood
        for how in ["shared"] if unseen else ["nothing", "taken back before its hour"]:
            cases.append(Case((rest, own), {"unseen": how}, tuple(seen(*day) for day in days)))
    return fixed(cases)


def within_a_rest(seen: Seen = by_pairs) -> list[str]:
    """What follows from the same on whether the other had something shared whose hour came, and that they took
    back, in one rest: nobody could ever read it."""
    cases = []
    for (own, mine), (_name, does), there in product(_does(), _does(), (False, True)):
        theirs = [replace(one, piece=UUID(int=9 + one.piece.int)) for one in does]
        if there:
            theirs.insert(0, _stretch(9, 0, 1, 2))
        story = tuple(seen(*day) for day in _read(mine, theirs, RESTS["the first days"]))
        cases.append(Case(own, {"in the rest": there}, story))
    return fixed(cases)


def _read(
    mine: Sequence[Stretch], theirs: Sequence[Stretch], still: Sequence[Still]
) -> list[tuple[list[Stretch], list[Stretch], datetime, Sequence[Still]]]:
    """What there is to know at each look, those aside that fall into a rest: nothing is open then."""
    looks = [now for now in LOOKS if not any(began <= now < ended for began, ended in still)]
    return [(_until(mine, now), _until(theirs, now), now, still) for now in looks]


def both(**_: Any) -> list[str]:
    """All that is asked of pairs."""
    return [*pairs(), *within_a_rest()]


def by_number(
    mine: Sequence[Stretch], theirs: Sequence[Stretch], now: datetime, still: Sequence[Still]
) -> Hashable:
    """A fault: the first wording that one ever shared stands beside the first of the other, and so on."""
    sides = []
    for side in (mine, theirs):
        wordings = list(dict.fromkeys(one.wording for one in side))
        standing = {one.wording for one in side if one.ended is None}
        sides.append([wording if wording in standing else None for wording in wordings])
    return frozenset(one[0] for one, two in zip(*sides, strict=False) if one and two)


def with_a_number(
    mine: Sequence[Stretch], theirs: Sequence[Stretch], now: datetime, still: Sequence[Still]
) -> Hashable:
    """A fault: the right pairs at addresses that count what the other shared."""
    number = len({one.wording for one in theirs})
    return frozenset((own, number) for own in beside(mine, theirs, now=now, still=still).values())


def in_a_rest_too(
    mine: Sequence[Stretch], theirs: Sequence[Stretch], now: datetime, still: Sequence[Still]
) -> Hashable:
    """A fault: pairs are made while the plan stands still."""
    return by_pairs(mine, theirs, now, ())
