"""What the timeline holds about a person: dated facts, told by the rooms they come from."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from accounts.privacy.ports import Holding, register
from accounts.users.models import User
from repair.timeline.models import TimelineEvent
from repair.timeline.queries import story

if TYPE_CHECKING:
    from accounts.access import Viewer


def export_of(viewer: "Viewer") -> list[dict[str, Any]]:
    """The events the viewer may see now, with their sentences; nothing while the couple rests."""
    return [{"at": told.at.isoformat(), "line": told.line} for told in story(viewer, until=viewer.now)]


def erase(person: User, now: datetime) -> None:
    """A person's own private facts go; those of the couple say nothing of who."""
    TimelineEvent.objects.filter(only_for=person).delete()


def register_holdings() -> None:
    """Register what this room holds."""
    register(
        Holding(
            name="timeline",
            title="What happened",
            models=(TimelineEvent,),
            export_of=export_of,
            erase=erase,
        )
    )
