"""The card of the path: the one next thing. It follows from the calendar, the path both agreed, and what the
viewer did and chose themself; nothing of what the other did alters it."""

from typing import Any

from accounts.couples.states import CoupleState
from checkins.today import beside
from checkins.today.moment import Moment
from repair.programmes import opening, weeks
from repair.programmes.story import is_asked_again

READABLE_DAYS = 3


def next_thing(moment: Moment) -> dict[str, Any] | None:
    """The first thing of the week that the viewer has not done; after a long time away, one small step."""
    if moment.viewer.state is CoupleState.COOLING:
        return None
    place = weeks.place_of(moment.viewer)
    if place is None:
        return {"step": None, "place": None}
    step, after_long = weeks.next_step(moment.viewer, place, moment.story)
    why = beside.why_back(moment) if step else ""
    choice = beside.choice_of(moment.viewer) if why else beside.Choice.BACK
    back = bool(why) and choice is beside.Choice.BACK
    return {"step": step, "place": place, "after_long": after_long, "why": why, "back": back}


def opened(moment: Moment) -> dict[str, Any] | None:
    """What opened at a reading hour of the last days."""
    lately = [one for one in opening.opened(moment.viewer) if (moment.now - one.at).days < READABLE_DAYS]
    return {"opened": lately} if lately else None


def asked_again(moment: Moment) -> dict[str, Any] | None:
    """The way to one's own page of what one hopes, once a month has passed since one answered there last."""
    return {} if is_asked_again(moment.story, moment.today) else None
