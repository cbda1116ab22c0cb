"""Where a talk stands at a moment: worked out from its row and the time, by pure functions, written by nobody.

A talk has four stages: one speaks, the other says back what they heard and asks; then the same the other way
round. A stage that nobody ends ends by itself, so two phones that ask at the same moment see the same, also after
a reload or an hour without a network. (Speaker and listener, time-outs of 20 minutes up to a day: guided-content
section 2.6, [S80].)
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from checkins.conversations.models import Talk

STAGES = 4
SAYING_BACK = timedelta(minutes=4)
QUESTIONS = 3
GRACE = timedelta(hours=2)  # how long an agreed talk, or one after a time-out, waits to begin
EARLY = timedelta(minutes=10)  # how long before its time one may say “I’m here”
LENGTHS = (5, 8, 12)  # minutes of each side
TIME_OUTS = (20, 60, 180, 24 * 60)  # minutes


class State(StrEnum):
    NOTHING = "nothing"  # taken back, overtaken, or never answered or begun
    OFFERED = "offered"
    AGREED = "agreed"
    RUNNING = "running"
    PAUSED = "paused"
    OVER = "over"


@dataclass(frozen=True)
class Clock:
    """A talk at one moment. `left` is what is left of the stage; `ends_at` when it ends or ended, if nobody
    presses anything more; both None where it has not begun."""

    state: State
    stage: int = 0
    left: timedelta | None = None
    ends_at: datetime | None = None

    @property
    def first_turn(self) -> bool:
        """Whether it is the turn of whoever brought the topic up."""
        return self.stage < 2

    @property
    def saying_back(self) -> bool:
        return self.stage % 2 == 1


def clock_of(talk: "Talk", *, now: datetime) -> Clock:
    """Where `talk` stands at `now`."""
    if talk.began_at is None or talk.stage_at is None:
        return Clock(_before(talk, now=now))
    if talk.closed_at is not None:
        return Clock(State.OVER, talk.stage, ends_at=talk.closed_at)
    if talk.resume_at is not None:
        ends_at = talk.resume_at + GRACE
        state = State.PAUSED if now < ends_at else State.OVER
        return Clock(state, talk.stage, left=timedelta(seconds=talk.held), ends_at=ends_at)
    stage, ends = talk.stage, talk.stage_at + length_of(talk, talk.stage)
    while now >= ends and stage < STAGES - 1:
        stage += 1
        ends += length_of(talk, stage)
    if now >= ends:
        return Clock(State.OVER, stage, ends_at=ends)
    last = ends + sum((length_of(talk, later) for later in range(stage + 1, STAGES)), timedelta())
    return Clock(State.RUNNING, stage, left=ends - now, ends_at=last)


def length_of(talk: "Talk", stage: int) -> timedelta:
    """How long a stage takes if nobody ends it."""
    return SAYING_BACK if stage % 2 else timedelta(minutes=talk.minutes)


def may_come(talk: "Talk", clock: Clock, *, now: datetime) -> bool:
    """Whether “I’m here” counts now: from shortly before the time both agreed, or when a time-out is over."""
    if clock.state is State.AGREED:
        return now >= talk.starts_at - EARLY
    return clock.state is State.PAUSED and talk.resume_at is not None and now >= talk.resume_at


def _before(talk: "Talk", *, now: datetime) -> State:
    if talk.closed_at is not None:
        return State.NOTHING
    if talk.yes_at is None:
        return State.OFFERED if now < talk.starts_at else State.NOTHING
    return State.AGREED if now < talk.starts_at + GRACE else State.NOTHING
