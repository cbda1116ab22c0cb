"""The ladder's machine: when two private answers are looked at, and what follows. Pure functions.

Nothing follows from an answer when it is given. At instants that one sealed seed draws for each couple, two to
five weeks apart, both answers are taken as they stand. Both open and both ready: the next step. That is the
declared opening. From the second step on, one look in six goes one step back by lot, whatever was answered, so
that going back tells nothing; else one is enough to go back, and everything else stays. After a change both
answers count anew.

Closed, silent and “stay” are the same to it, for ever.
"""

import hmac
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

FEWEST, MOST = timedelta(days=14), timedelta(days=35)
BACK_ONE_IN = 6
OPEN_DAYS = 5  # how long one's own opening of a month is
LAST_FIRST_DAY = 24  # the latest day of a month on which it begins, so that it ends in the same month


class Says(StrEnum):
    """What somebody says of the step that is open, or of beginning."""

    STAY = "stay"
    GO = "go"
    BACK = "back"


@dataclass(frozen=True)
class Answer:
    """What one partner keeps to themself: whether the ladder is open for them, since when, and what they say."""

    open: bool = False
    turned: datetime | None = None
    says: Says = Says.STAY
    said: datetime | None = None

    def stands(self, *, since: datetime, at: datetime) -> Says:
        """What it comes to at an instant, for a step that is open since another."""
        if not self.open or self.turned is None or self.turned > at:
            return Says.STAY
        if self.said is None or not since <= self.said <= at:
            return Says.STAY
        return self.says


@dataclass(frozen=True)
class Place:
    """Where a couple's ladder stands. `step` is 0 before the first; `at` the latest look, `drawn` its number;
    `still` while the plan rests."""

    seed: str
    at: datetime
    since: datetime
    drawn: int = 0
    step: int = 0
    version: int = 1
    still: bool = False


def next_look(place: Place) -> datetime:
    """When both answers are looked at next. Nobody is ever told."""
    spread = int((MOST - FEWEST).total_seconds()) + 1
    return place.at + FEWEST + timedelta(seconds=_drawn(place, "stay") % spread)


def stood(place: Place, one: Answer, two: Answer, *, now: datetime, steps: int) -> Place:
    """Where the ladder stands at `now`: every look that has come since is taken, in order. The same for both."""
    while not place.still and next_look(place) <= now:
        place = _looked(place, one, two, steps=steps)
    return place


def rested(place: Place) -> Place:
    """The plan rests: no look comes."""
    return replace(place, still=True)


def went_on(place: Place, *, now: datetime) -> Place:
    """The plan goes on after a rest: the same step, both answers count anew, the next look is drawn anew."""
    return replace(place, still=False, at=now, since=now, drawn=place.drawn + 1)


def may_say(step: int, steps: int) -> tuple[Says, ...]:
    """What can be said of a step."""
    forward = (Says.GO,) if step < steps else ()
    return (*forward, Says.STAY, *((Says.BACK,) if step > 1 else ()))


def days_of(person: UUID, *, today: date, after: date | None = None) -> tuple[date, date]:
    """The first and the last of the days on which this person can open the ladder for themself: five days of each
    month, their own; the present ones or the next, where wanted those that begin after a date. They follow from
    nothing but the person, so that nobody can tell from theirs when the other's are."""
    day = int(person) % LAST_FIRST_DAY + 1
    first = today.replace(day=day)
    while first + timedelta(days=OPEN_DAYS - 1) < today or (after is not None and first <= after):
        first = (first.replace(day=1) + timedelta(days=32)).replace(day=day)
    return first, first + timedelta(days=OPEN_DAYS - 1)


def _looked(place: Place, one: Answer, two: Answer, *, steps: int) -> Place:
    at = next_look(place)
    lot = _drawn(place, "lot") % BACK_ONE_IN == 0
    said = {answer.stands(since=place.since, at=at) for answer in (one, two)}
    step = place.step
    if step > 1 and (lot or Says.BACK in said):
        step -= 1
    elif said == {Says.GO}:
        step = min(step + 1, steps)
    since = place.since if step == place.step else at
    return replace(place, at=at, since=since, drawn=place.drawn + 1, step=step)


def _drawn(place: Place, what: str) -> int:
    """A number that the seed gives for the next look, evenly spread."""
    return int.from_bytes(hmac.digest(place.seed.encode(), f"{what} {place.drawn + 1}".encode(), "sha256"))
