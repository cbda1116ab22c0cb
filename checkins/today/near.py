"""The card of the couple's own words for near and far: what each said for today, and nothing where nobody did."""

from typing import Any

from checkins.seasons import nearness
from checkins.today.moment import Moment


def near(moment: Moment) -> dict[str, Any] | None:
    """The word one said, and the other's once it is open; while the words are agreed."""
    if not moment.active or nearness.line_of(moment.viewer) is None:
        return None
    return {
        "own": nearness.mine(moment.viewer, moment.gifts),
        "theirs": nearness.theirs(moment.viewer, moment.gifts),
        "pair": moment.pair,
        "now": moment.now,
        "zone": moment.zone,
    }
