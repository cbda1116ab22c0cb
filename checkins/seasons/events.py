"""What a good moment reads like on the timeline: its author's name for it, for whoever may read it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext as _

from checkins.seasons.gifts import EVENT, Kind, gifts_of
from repair.timeline.kinds import EventKind, register
from repair.timeline.models import TimelineEvent

if TYPE_CHECKING:
    from accounts.access import Viewer


def _lines(events: Sequence[TimelineEvent], viewer: "Viewer") -> dict[UUID, str]:
    """One query. A therapist is shown none: what one partner wrote of the other was given to the other."""
    if viewer.case is not None:
        return {}
    titles = {gift.pk: gift.title for gift in gifts_of(viewer, Kind.MILESTONE)}
    return {e.pk: _("A good moment: “%(title)s”") % {"title": titles[e.ref]} for e in events if e.ref in titles}


def register_events() -> None:
    """Register this room's kind of event."""
    register(EventKind(EVENT, _lines))
