"""What this room holds of people: quiet days, which both see. A rhythm is an agreement; the plan exports it."""

from typing import TYPE_CHECKING, Any

from accounts.privacy.ports import Holding, register
from repair.schedules.models import QuietDays, Schedule, Seat

if TYPE_CHECKING:
    from accounts.access import Viewer


def export_of(viewer: "Viewer") -> list[dict[str, Any]]:
    """The couple's quiet days, without who set them."""
    rows = QuietDays.objects.visible_to(viewer).filter(ended_at=None).order_by("first_on", "pk")
    return [{"from": row.first_on.isoformat(), "to": row.last_on.isoformat()} for row in rows]


def register_holdings() -> None:
    """Register what this room holds. Nothing of it is one person's alone, so an erasure leaves it as it is."""
    register(
        Holding(name="schedules", title="Quiet days", models=(Schedule, Seat, QuietDays), export_of=export_of)
    )
