"""The port by which rooms say what their events read like on the timeline."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from repair.timeline.models import TimelineEvent

if TYPE_CHECKING:
    from accounts.access import Viewer


@dataclass(frozen=True)
class EventKind:
    """One kind of event. `lines(events, viewer)` gives the sentence of each event by its id, for all events of
    this kind on a page at once (a constant number of queries); an event the viewer may not see is left out. Kinds
    that share one function are asked together, in one call.
    `on_chart` says whether it gets a number on the drawing."""

    name: str
    lines: Callable[[Sequence[TimelineEvent], "Viewer"], dict[UUID, str]]
    on_chart: bool = False


_KINDS: dict[str, EventKind] = {}


def register(kind: EventKind) -> None:
    """Add a kind. Raises ValueError for a name taken by another."""
    if _KINDS.get(kind.name, kind) != kind:
        message = f"two kinds of event are called {kind.name}"
        raise ValueError(message)
    _KINDS[kind.name] = kind


def registered() -> dict[str, EventKind]:
    """All kinds by name."""
    return dict(_KINDS)
