"""One heavy thing an evening: the path steps back on an evening that has a check-in or a talk, unless one chose
otherwise.

Whether it does follows from one's own prompts and seat, and from the talk that both agreed; the choice is one's
own, for one's own page, sealed with one's settings.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from accounts.safety import wishes
from checkins.conversations.clock import State, clock_of
from checkins.conversations.talks import open_talk, past_talks
from checkins.hard.asides import NIGHT, evening_of
from checkins.today.evening import EVENING
from checkins.today.moment import Moment

if TYPE_CHECKING:
    from accounts.access import Viewer


class Choice(StrEnum):
    """What one chose for one's own page."""

    BACK = "back"  # the path steps back on such evenings
    TONIGHT = "tonight"  # not this evening
    ALWAYS = "always"  # never


def why_back(moment: Moment) -> str:
    """What the evening has: “check-in”, “talk”, or nothing. By day, and on an evening with neither, nothing."""
    if not moment.active:
        return ""
    if any(evening.waits for evening in moment.evenings):
        return "check-in"
    row = open_talk(moment.viewer)
    state = clock_of(row, now=moment.now).state if row is not None else State.NOTHING
    if state in {State.RUNNING, State.PAUSED}:
        return "talk"
    if not _is_evening(moment):
        return ""
    tonight = evening_of(moment.viewer)
    asked = [evening.prompt.opens_at for evening in moment.evenings]
    asked += [moment.next_due] if moment.next_due and moment.quiet is None else []
    if any(_evening(moment, at) == tonight for at in asked):
        return "check-in"
    talks = [row.starts_at] if row is not None and state is State.AGREED else []
    talks += [held.began_at for held in past_talks(moment.viewer) if held.began_at]
    return "talk" if any(_evening(moment, at) == tonight for at in talks) else ""


def choice_of(viewer: "Viewer") -> Choice:
    """What the viewer chose, as it holds this evening."""
    kept = wishes.wishes_of(viewer).path_beside
    if kept == Choice.ALWAYS:
        return Choice.ALWAYS
    return Choice.TONIGHT if kept == evening_of(viewer).isoformat() else Choice.BACK


def choose(*, viewer: "Viewer", choice: Choice) -> None:
    """Keep the choice, for this evening or from now on. Nobody else's page changes."""
    kept = {Choice.ALWAYS: Choice.ALWAYS.value, Choice.TONIGHT: evening_of(viewer).isoformat(), Choice.BACK: ""}
    wishes.put_path_beside(viewer=viewer, when=kept[choice])


def _is_evening(moment: Moment) -> bool:
    return moment.here.hour >= EVENING or moment.here.hour < NIGHT.total_seconds() // 3600


def _evening(moment: Moment, at: datetime) -> date:
    """The date of the evening that an instant lies in, where the viewer is."""
    return (at.astimezone(moment.zone) - NIGHT).date()
