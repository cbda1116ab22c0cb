"""What the link of an invitation leads to. Looking writes nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.urls import reverse

from accounts.access import Purpose, Viewer, system
from accounts.couples.hashes import hash_of_secret
from accounts.couples.linking import may_answer
from accounts.couples.models import Invitation
from accounts.vault import services as vault

# Where a session remembers that its browser held a secret: the invitation's id, never the secret.
REMEMBERED = "invitation"


def way_back(session: Mapping[str, Any]) -> str:
    """The address that leads on to the invitation somebody came with, once they have an account; "" for none."""
    return reverse("accounts:invitation_again") if session.get(REMEMBERED) else ""


@dataclass(frozen=True)
class Landing:
    """An invitation as its page shows it to whoever holds the secret."""

    invitation: Invitation
    inviter_name: str
    address: str  # masked: the link may have been passed on
    until: date


def by_secret(secret: str) -> Invitation | None:
    """The invitation with this secret, whatever became of it."""
    rows = Invitation.objects.select_related("inviter")
    return rows.filter(secret_hash=hash_of_secret(secret)).first()


def by_id(ident: object) -> Invitation | None:
    """The invitation a session remembers; None for anything that is no id."""
    try:
        wanted = UUID(str(ident))
    except ValueError:
        return None
    return Invitation.objects.select_related("inviter").filter(pk=wanted).first()


def landing_of(invitation: Invitation | None, viewer: Viewer) -> Landing | None:
    """What `viewer` is shown of it. None, and so one constant page, for a secret that is unknown, used, taken back
    or run out, for an inviter who is not there any more, and for anybody signed in whom it was not written to."""
    if invitation is None or not invitation.stands(now=viewer.now) or not invitation.inviter.is_live:
        return None
    if viewer.person is not None and not may_answer(invitation, viewer.person):
        return None
    reader = system(Purpose.COUPLE_NAMES, now=viewer.now)
    return Landing(
        invitation=invitation,
        inviter_name=vault.open(reader, invitation, "shown_name") or "",
        address=masked(vault.open(reader, invitation, "address") or ""),
        until=invitation.open_until,
    )


def masked(address: str) -> str:
    """`jonas@mail.example` as `j•••@mail.example`: enough to know one's own, not to learn another's."""
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}•••@{domain}" if domain else ""
