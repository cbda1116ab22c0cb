"""What this room registers when the site starts."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from accounts.privacy.ports import Holding, register
from accounts.users.models import User
from checkins.hard.asides import asides_of, park, parked_until, unpark
from checkins.hard.models import Aside
from repair.programmes.ports import register_parking

if TYPE_CHECKING:
    from accounts.access import Viewer


def export_of(viewer: "Viewer") -> list[dict[str, Any]]:
    """Everything the viewer put aside, in the order in which it was made."""
    found = asides_of(viewer)
    return [{"what": p.kind.value, "on": p.on, "name": p.name, "words": p.text, "more": p.more} for p in found]


def erase(person: User, now: datetime) -> None:
    """It belongs to its author alone and goes with them."""
    Aside.objects.filter(author=person).delete()


register(Holding(name="asides", title="Put aside", models=(Aside,), export_of=export_of, erase=erase))
register_parking(park, parked_until, unpark)
