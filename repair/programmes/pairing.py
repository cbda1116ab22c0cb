"""Which sealed piece of one stands beside which of the other. Pure functions.

Two that stand shared past their hours at the same time are one pair from then on, the oldest of each first; both
could read it, so both know of it. What was taken back while it stood alone is as if it had never been shared, and
nothing is counted: neither learns from a pair how often the other shared. A pair stays one. Taken back and shared
again word for word, a piece stands beside the same one; changed after it could be read, it waits for another, so
that nobody writes theirs anew beside one that they have read. While the plan stands still nobody reads, so an hour
that passes then counts from when the plan goes on: what is gone by then is as if it had never been shared.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

Wording = tuple[UUID, datetime]
Still = tuple[datetime, datetime]  # from when the plan stood still, and when it went on


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


def beside(
    mine: Sequence[Stretch], theirs: Sequence[Stretch], *, now: datetime, still: Sequence[Still] = ()
) -> Mapping[UUID, UUID]:
    """By each piece of theirs that stands in a pair at `now`, the piece of mine beside it. `still` has the
    stretches in which the plan stood still, whoever stopped it, in any order; they may overlap."""
    paired: dict[Wording, Wording] = {}
    instants = {_going_on(one.opens, still) for one in (*mine, *theirs)}
    for at in sorted(one for one in instants if one <= now):
        for one, two in zip(_alone(mine, paired, at), _alone(theirs, paired, at), strict=False):
            paired |= {one: two, two: one}
    own = {one.wording for one in mine if one.ended is None}
    standing = [one.wording for one in theirs if one.ended is None]
    return {one[0]: paired[one][0] for one in standing if paired.get(one) in own}


def _going_on(at: datetime, still: Sequence[Still]) -> datetime:
    """The first instant from `at` on at which the plan does not stand still."""
    for began, ended in sorted(still):
        if began <= at < ended:
            at = ended
    return at


def _alone(stretches: Sequence[Stretch], paired: Mapping[Wording, Wording], at: datetime) -> list[Wording]:
    """What stands at an instant and is in no pair yet, the oldest first."""
    there = [one for one in stretches if one.stands(at) and one.wording not in paired]
    return [one.wording for one in sorted(there, key=lambda one: (one.opens, one.begun, one.piece))]
