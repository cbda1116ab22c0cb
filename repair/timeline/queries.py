"""Reading the story: events with their sentences, for one viewer."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from repair.timeline.kinds import registered
from repair.timeline.models import TimelineEvent

if TYPE_CHECKING:
    from accounts.access import Viewer


@dataclass(frozen=True)
class Told:
    """One event as a viewer reads it."""

    event: TimelineEvent
    line: str
    on_chart: bool

    @property
    def at(self) -> datetime:
        """When it happened, aware."""
        return self.event.at


def story(viewer: "Viewer", *, since: datetime | None = None, until: datetime | None = None) -> list[Told]:
    """The events `viewer` may see from `since` up to, not including, `until`, oldest first, each with its
    sentence. One query for the events, and a constant number for each kind among them."""
    events = TimelineEvent.objects.visible_to(viewer).order_by("at", "pk")
    if since is not None:
        events = events.filter(at__gte=since)
    if until is not None:
        events = events.filter(at__lt=until)
    return told(viewer, events)


def told(viewer: "Viewer", events: Iterable[TimelineEvent]) -> list[Told]:
    """The given events with their sentences, in the order given; those without one for `viewer` left out."""
    events = list(events)
    kinds = registered()
    groups: dict[str, list[TimelineEvent]] = defaultdict(list)
    for event in events:
        groups[event.kind].append(event)
    lines: dict[UUID, str] = {}
    for name, group in groups.items():
        lines |= kinds[name].lines(group, viewer)
    return [Told(event, lines[event.pk], kinds[event.kind].on_chart) for event in events if event.pk in lines]
