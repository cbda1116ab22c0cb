"""What this room registers when the site starts."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from accounts.privacy import retention
from accounts.privacy.ports import Holding, register
from accounts.users.models import User
from checkins.journal import services
from checkins.journal.models import JournalEntry
from checkins.journal.queries import all_of

if TYPE_CHECKING:
    from accounts.access import Viewer


def export_of(viewer: "Viewer") -> list[dict[str, Any]]:
    """The viewer's own entries, without those thrown away."""
    return [
        {
            "made_at": read.row.made_at.isoformat(),
            "changed_at": read.row.changed_at.isoformat(),
            "question": read.question,
            "text": read.text,
        }
        for read in all_of(viewer)
    ]


def erase(person: User, now: datetime) -> None:
    """A journal goes with its author."""
    JournalEntry.objects.filter(author=person).delete()


register(Holding(name="journal", title="Journal", models=(JournalEntry,), export_of=export_of, erase=erase))
retention.register(
    retention.Keeping(
        "journal entries",
        "journal entries thrown away",
        "they were thrown away",
        services.BROUGHT_BACK_FOR,
        services.sweep_thrown,
    )
)
