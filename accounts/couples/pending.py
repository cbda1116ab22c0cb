"""What a person who is not linked has open towards others: invitations, and yeses that wait."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from accounts.couples.landing import masked
from accounts.couples.models import CONFIRM_WITHIN, Invitation
from accounts.couples.phrase import phrase_of
from accounts.vault import services as vault

if TYPE_CHECKING:
    from accounts.access import Viewer

CLOSED_IS_SHOWN_FOR = timedelta(days=30)


@dataclass(frozen=True)
class Open:
    """One of the viewer's own invitations, open."""

    id: UUID
    address: str  # masked
    until: date


@dataclass(frozen=True)
class Accepted:
    """One of the viewer's own invitations that somebody accepted, to be confirmed by the viewer."""

    id: UUID
    name: str
    address: str  # masked
    accepted_at: datetime
    phrase: str


@dataclass(frozen=True)
class Waiting:
    """An invitation the viewer accepted, waiting for its inviter."""

    id: UUID
    name: str
    until: date
    phrase: str


@dataclass(frozen=True)
class Pending:
    """All of it. `closed` says that the latest invitation has closed and none is open."""

    open: list[Open]
    accepted: list[Accepted]
    waiting: list[Waiting]
    closed: bool

    def __bool__(self) -> bool:
        return bool(self.open or self.accepted or self.waiting)


def pending_of(viewer: "Viewer") -> Pending:
    """What the viewer has open. Each list asks only for what the viewer themself did, and for the other's yes.

    Two queries, and one for the viewer's key.
    """
    now, person = viewer.now, viewer.person
    mine = list(Invitation.objects.filter(inviter=person).order_by("-created_at", "pk"))
    waiting = Invitation.objects.waiting(person, now=now).order_by("accepted_at", "pk") if person else []
    still_open = [row for row in mine if row.stands(now=now)]
    accepted = [row for row in mine if row.awaits_inviter(now=now)]
    recent = bool(mine) and mine[0].created_at > now - CLOSED_IS_SHOWN_FOR
    return Pending(
        open=[Open(row.pk, _address(viewer, row), row.open_until) for row in still_open],
        accepted=[accepted_view(viewer, row) for row in sorted(accepted, key=lambda r: (r.accepted_at, r.pk))],
        waiting=[_waiting(viewer, row) for row in waiting],
        closed=recent and not still_open and not accepted,
    )


def accepted_view(viewer: "Viewer", row: Invitation) -> Accepted:
    """An accepted invitation as its inviter sees it."""
    return Accepted(
        id=row.pk,
        name=vault.open(viewer, row, "accepted_name") or "",
        address=_address(viewer, row),
        accepted_at=row.accepted_at or row.created_at,
        phrase=phrase_of(row.pk),
    )


def _waiting(viewer: "Viewer", row: Invitation) -> Waiting:
    until = (row.expires_at + CONFIRM_WITHIN - timedelta(hours=12)).date()
    return Waiting(row.pk, vault.open(viewer, row, "inviting_name") or "", until, phrase_of(row.pk))


def _address(viewer: "Viewer", row: Invitation) -> str:
    return masked(vault.open(viewer, row, "address") or "")
