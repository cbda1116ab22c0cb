"""Which sealed piece of one stands beside which of the other. Pure functions.

Two that stand shared past their hours at the same time are one pair from then on, the oldest of each first; both
could read it, so both know of it. What was taken back while it stood alone is as if it had never been shared, and
nothing is counted: neither learns from a pair how often the other shared. A pair stays one. Taken back and shared
again word for word, a piece stands beside the same one; changed after it could be read, it waits for another, so
that nobody writes theirs anew beside one that they have read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

Wording = tuple[UUID, datetime]


@dataclass(frozen=True)
class Stretch:
    """A stretch in which a piece was shared: in the words kept at `worded`, readable from `opens`, taken back at
    `ended` (None: it still is shared). `begun` orders pieces that open at one hour."""

    piece: UUID
    worded: datetime
    opens: datetime
    ended: datetime | None
    begun: datetime

    @property
    def wording(self) -> Wording:
        """The piece in these very words."""
        return self.piece, self.worded

    def stands(self, at: datetime) -> bool:
        """Whether it could be read at an instant, the one at which it was taken back included."""
        return self.opens <= at and (self.ended is None or at <= self.ended)


def beside(mine: Sequence[Stretch], theirs: Sequence[Stretch], *, now: datetime) -> Mapping[UUID, UUID]:
    """By each piece of theirs that stands in a pair at `now`, the piece of mine beside it."""
    paired: dict[Wording, Wording] = {}
    for at in sorted({one.opens for one in (*mine, *theirs) if one.opens <= now}):
        for one, two in zip(_alone(mine, paired, at), _alone(theirs, paired, at), strict=False):
            paired |= {one: two, two: one}
    own = {one.wording for one in mine if one.ended is None}
    standing = [one.wording for one in theirs if one.ended is None]
    return {one[0]: paired[one][0] for one in standing if paired.get(one) in own}


def _alone(stretches: Sequence[Stretch], paired: Mapping[Wording, Wording], at: datetime) -> list[Wording]:
    """What stands at an instant and is in no pair yet, the oldest first."""
    there = [one for one in stretches if one.stands(at) and one.wording not in paired]
    return [one.wording for one in sorted(there, key=lambda one: (one.opens, one.begun, one.piece))]
