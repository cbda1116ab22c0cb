"""What this room registers when the site starts."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from accounts.privacy.ports import Holding, register
from accounts.users.models import User
from accounts.vault import services as vault
from checkins.progress.marks import marks_of
from checkins.progress.models import MarkedEvening

if TYPE_CHECKING:
    from accounts.access import Viewer


def export_of(viewer: "Viewer") -> list[dict[str, Any]]:
    """The evenings a person marked, of every couple they were in; and those the other shares with them now."""
    rows = MarkedEvening.objects.filter(author=viewer.person).order_by("on", "made_at")
    own = [{"on": row.on.isoformat(), **(vault.open(viewer, row, "text") or {})} for row in rows]
    return own + [
        {"on": mark.row.on.isoformat(), "name": mark.name, "words": mark.words, "marked by": "the other"}
        for mark in marks_of(viewer)
        if not mark.mine
    ]


def erase(person: User, now: datetime) -> None:
    """A mark belongs to its author alone and goes with them."""
    MarkedEvening.objects.filter(author=person).delete()


register(
    Holding(
        name="marked_evenings",
        title="Marked evenings",
        models=(MarkedEvening,),
        export_of=export_of,
        erase=erase,
    )
)
