"""What this room registers when the site starts."""

from typing import TYPE_CHECKING, Any

from accounts.audit.models import Entry, Head
from accounts.audit.queries import entries_for, said_of
from accounts.privacy.ports import Holding, register

if TYPE_CHECKING:
    from accounts.access import Viewer


def export_of(viewer: "Viewer") -> list[dict[str, Any]]:
    """The visits a partner may read on screen. Nothing is erased: rows hold no words, and others count them."""
    return [{"at": entry.at.isoformat(), "what": said_of(entry)} for entry in entries_for(viewer)]


register(Holding(name="audit", title="What was opened", models=(Entry, Head), export_of=export_of))
