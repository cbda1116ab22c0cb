"""What quiet days read like on the timeline. That a rhythm came into force is the plan's own event."""

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.dates import MONTHS
from django.utils.translation import gettext as _

from repair.schedules.models import QuietDays
from repair.schedules.quiet import EVENT
from repair.timeline.kinds import EventKind, register
from repair.timeline.models import TimelineEvent

if TYPE_CHECKING:
    from accounts.access import Viewer


def _quiet(events: Sequence[TimelineEvent], viewer: "Viewer") -> dict[UUID, str]:
    """The dates as they stand now; nothing for days that were taken back. One query."""
    rows = QuietDays.objects.visible_to(viewer).filter(ended_at=None)
    spans = {row.pk: row for row in rows.filter(pk__in=[event.ref for event in events])}
    return {event.pk: sentence(spans[event.ref]) for event in events if event.ref in spans}


def sentence(row: QuietDays) -> str:
    """“Quiet days, 27 to 30 November”."""
    first, last = row.first_on, row.last_on
    names = {"first": first.day, "month": MONTHS[first.month], "last": last.day, "end": MONTHS[last.month]}
    if first == last:
        return _("A quiet day, %(first)d %(month)s") % names
    if (first.year, first.month) == (last.year, last.month):
        return _("Quiet days, %(first)d to %(last)d %(month)s") % names
    return _("Quiet days, %(first)d %(month)s to %(last)d %(end)s") % names


def register_events() -> None:
    """Register this room's kind of event."""
    register(EventKind(EVENT, _quiet))
