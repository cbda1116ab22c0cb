"""Asking to read what the other may have written: a private choice, seen on one's own pages alone.

Nothing of the other's page follows from it. Once asked, and once the other has shared theirs, it opens to whoever
asked, from the later of the two hours; until then it looks the same whatever the other has done.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from accounts.couples.states import CoupleState
from accounts.refusal import Refusal
from accounts.users.queries import me
from repair.programmes import ports
from repair.programmes.practice_shapes import Practice
from repair.programmes.story import keep_ask, story_of

if TYPE_CHECKING:
    from accounts.access import Viewer


def asked_from(viewer: "Viewer") -> dict[str, datetime]:
    """What the viewer has asked to read in this couple: by practice, the instant from which it may open."""
    couple = str(viewer.couple_id)
    asks = story_of(viewer).asks
    return {slug: datetime.fromisoformat(hour) for slug, (where, hour) in asks.items() if where == couple}


def ask(*, viewer: "Viewer", practice: Practice, now: datetime) -> None:
    """Ask to read a practice; it may open from the next reading hour. Twice is once. Raises Refusal unless the
    couple is active and the practice is one that is asked for."""
    if viewer.state is not CoupleState.ACTIVE or viewer.couple_id is None or not practice.asked:
        raise Refusal(_("There is nothing to ask for just now."))
    if practice.slug not in asked_from(viewer):
        hour = ports.own_reading_hour(me(viewer).zone, now=now)
        said = [str(viewer.couple_id), hour.isoformat()]
        keep_ask(viewer=viewer, practice=practice.slug, ask=said, now=now)


def ask_no_longer(*, viewer: "Viewer", practice: Practice, now: datetime) -> None:
    """Take the asking back; what was open by it closes. Works in every state of the couple."""
    keep_ask(viewer=viewer, practice=practice.slug, ask=None, now=now)
