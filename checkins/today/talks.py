"""The card about the talk of the two: offered, agreed, or under way."""

from datetime import timedelta
from typing import Any

from checkins.conversations.clock import State, clock_of
from checkins.conversations.talks import open_talk
from checkins.conversations.topics import text_of
from checkins.today.moment import Moment

NEAR = timedelta(hours=12)


def talk(moment: Moment) -> dict[str, Any] | None:
    """A talk that is offered or agreed, or under way; both see the same row, each from their side."""
    if not moment.active:
        return None
    row = open_talk(moment.viewer)
    if row is None:
        return None
    state = clock_of(row, now=moment.now).state
    return {
        "talk": row,
        "about": text_of(moment.viewer, row.topic),
        "state": state.value,
        "mine": row.offered_by_id == moment.viewer.mine.pk,
        "near": state in {State.RUNNING, State.PAUSED} or row.starts_at - moment.now < NEAR,
        "name": moment.pair.other_name,
        "zone": moment.zone,
    }
