"""What this room holds about a person: for their export, for their erasure, and their part of a closed plan."""

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.privacy.ports import Holding, register
from accounts.users.models import User
from accounts.vault import services as vault
from checkins.seasons.gifts import gifts_of, given_in
from checkins.seasons.models import Given, SeasonLines, Slip

if TYPE_CHECKING:
    from accounts.access import Viewer


def export_of(viewer: "Viewer") -> dict[str, Any]:
    """One's own slips and lines, and what of the other's is open now."""
    slips = Slip.objects.visible_to(viewer).order_by("on", "pk")
    lines = SeasonLines.objects.visible_to(viewer).order_by("ends_on", "pk")
    return {
        "jar": [
            {"on": row.on, "line": said, **_whose(viewer, row)}
            for row in slips
            if (said := vault.open_or(viewer, row, "line", gone=None))
        ],
        "pages": [
            {"season_until": row.ends_on, **said, **_whose(viewer, row)}
            for row in lines
            if (said := vault.open_or(viewer, row, "words", gone=None))
        ],
    }


def _whose(viewer: "Viewer", row: Any) -> dict[str, str]:
    return {} if viewer.is_me(row.author_id) else {"by": "the other"}


def erase(person: User, now: datetime) -> None:
    """What somebody laid by is theirs alone and goes with them."""
    Slip.objects.filter(author=person).delete()
    SeasonLines.objects.filter(author=person).delete()


def given_to(viewer: "Viewer") -> list[dict[str, Any]]:
    """What the viewer gave, sealed letters too, and what is open to them of the other's."""
    return [
        {
            "what": gift.kind.value,
            "on": gift.on,
            "title": gift.title,
            "words": gift.text,
            "what_the_other_did": gift.other,
            "opens": gift.opens_at,
            "by": "you" if gift.mine else "the other",
        }
        for gift in gifts_of(viewer)
    ]


def erase_given(person: User, now: datetime) -> None:
    """What somebody gave goes with them."""
    Given.objects.filter(author=person).delete()


def closed_part(*, viewer: "Viewer", couple_id: UUID) -> list[tuple[str, str, dict[str, Any]]]:
    """One's own lines for the seasons, and what one gave the other, for the page of a couple that rests or was
    left."""
    rows = SeasonLines.objects.visible_to(viewer).filter(author=viewer.person, couple_id=couple_id)
    lines = [(row, vault.open(viewer, row, "words")) for row in rows.order_by("ends_on", "pk")]
    gifts = given_in(viewer, couple_id)
    found: list[tuple[str, str, dict[str, Any]]] = []
    if lines:
        found += [(_("Your lines for the seasons"), "checkins/seasons/_closed_lines.html", {"lines": lines})]
    if gifts:
        found += [(_("What you gave"), "checkins/seasons/_closed_given.html", {"gifts": gifts})]
    return found


def register_holdings() -> None:
    """Register what this room holds."""
    register(
        Holding(
            name="seasons",
            title="The jar and the seasons",
            models=(Slip, SeasonLines),
            export_of=export_of,
            erase=erase,
        )
    )
    register(
        Holding(
            name="given", title="Given and kept for later", models=(Given,), export_of=given_to, erase=erase_given
        )
    )
