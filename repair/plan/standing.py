"""Where a line of the plan stands: worked out from its rows each time, never stored.

In force is the highest-numbered version that ever got both signatures, while both still stand and the line is not
ended, not lapsed, and not past its look-again date. Earlier versions never come back by themselves.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from repair.plan.models import Agreement, Signature, Version

if TYPE_CHECKING:
    from accounts.access import Viewer


class LineState(StrEnum):
    AGREED = "agreed"  # in force
    REVIEW = "review"  # in force, and other words are proposed
    PROPOSED = "proposed"  # never in force yet, and open
    TALK = "talk"  # was in force, and is not now
    ENDED = "ended"  # history
    DROPPED = "dropped"  # proposed once, taken back, never in force


@dataclass(frozen=True)
class LineStanding:
    """A line's state with the versions it follows from."""

    state: LineState
    in_force: Version | None  # the wording that holds now
    open: Version | None  # the wording that waits for a second signature
    last: Version | None  # the highest-numbered one that ever got both signatures


def standing_of(agreement: Agreement, versions: Sequence[Version], *, today: date) -> LineStanding:
    """Where a line stands on a date (UTC), from all its versions with their signatures loaded."""
    by_number = sorted(versions, key=lambda version: version.number)
    signed = [version for version in by_number if version.both_signed_at is not None]
    last = signed[-1] if signed else None
    waiting = [v for v in by_number if v.both_signed_at is None and v.closed_at is None]
    open_one = waiting[-1] if waiting and agreement.ended_at is None else None
    holds = last if last is not None and _holds(agreement, last, today) else None
    return LineStanding(_state(agreement, holds, open_one, last), in_force=holds, open=open_one, last=last)


def is_past(version: Version, *, today: date) -> bool:
    """Whether a wording's look-again or end date has passed. Both dates are still within it."""
    return version.look_again_on < today or (version.ends_on is not None and version.ends_on < today)


def standing_signatures(version: Version) -> list[Signature]:
    """The signatures on a version that were not withdrawn."""
    return [signature for signature in version.signatures.all() if signature.withdrawn_at is None]


def today_of(now: datetime) -> date:
    """The date that look-again and end dates are held against: one for both partners, in UTC."""
    return now.date()


def today_where(viewer: "Viewer") -> date:
    """The date where a person lives: what they choose a day against, and count days from."""
    assert viewer.person is not None
    return viewer.now.astimezone(viewer.person.zone).date()


def _holds(agreement: Agreement, version: Version, today: date) -> bool:
    return (
        agreement.ended_at is None
        and agreement.lapsed_at is None
        and len(standing_signatures(version)) == 2
        and not is_past(version, today=today)
    )


def _state(
    agreement: Agreement, holds: Version | None, open_one: Version | None, last: Version | None
) -> LineState:
    if agreement.ended_at is not None:
        return LineState.ENDED
    if holds is not None:
        return LineState.REVIEW if open_one is not None else LineState.AGREED
    if last is not None:
        return LineState.TALK
    return LineState.PROPOSED if open_one is not None else LineState.DROPPED
