"""What stands beside the cards on a hard evening: the couple's own time-out rule, and what the other wrote for a
night like this."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from repair.boundaries import timeouts
from repair.plan.queries import in_force_of
from repair.programmes import opening

if TYPE_CHECKING:
    from accounts.access import Viewer
    from repair.plan.shown import Words

CARD = "reassurance_cards"  # the practice they come from


@dataclass(frozen=True)
class Reassurance:
    """One card that the other shared: when they are like this, what helps them, and what rather not."""

    when: str
    please: str
    rather_not: str
    shared_on: date  # the day it opened, by the viewer's own clock


def reassurances_of(viewer: "Viewer") -> list[Reassurance]:
    """The reassurance cards of the other's that are open to `viewer` now, the latest first."""
    if viewer.person is None:
        return []
    found = []
    for one in opening.opened(viewer):
        if one.practice.slug == CARD:
            said = opening.words(viewer, one.theirs)
            on = one.at.astimezone(viewer.person.zone).date()
            found.append(
                Reassurance(said.get("when", ""), said.get("please", ""), said.get("rather_not", ""), shared_on=on)
            )
    return found


def time_outs_of(viewer: "Viewer") -> list["Words"]:
    """The words of the couple's time-out rules that are in force now; none while it rests."""
    read = [line.in_force for line in in_force_of(viewer, timeouts.NAME)]
    return [words for words in read if words and words.fields]
