"""What this room holds about a person: for their export, and for their erasure."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from accounts.couples.linking import nevers_of
from accounts.couples.models import Couple, Invitation, Membership, Never, Rest
from accounts.couples.queries import names_of
from accounts.privacy.ports import Holding
from accounts.vault import services as vault

if TYPE_CHECKING:
    from accounts.access import Viewer
    from accounts.users.models import User


def export_of(viewer: "Viewer") -> dict[str, Any]:
    """The viewer's own places with the names both go by there, their own rests, the invitations they wrote and
    accepted, and whom they said “never” to. Nothing of what others did with an invitation."""
    person = viewer.person
    if person is None:
        return {}
    mine = list(Membership.objects.filter(person=person).select_related("couple").order_by("joined_at"))
    couples = [place.couple_id for place in mine]
    both = list(Membership.objects.filter(couple__in=couples))
    vault.preload(viewer.keys, owners=[*couples, person.pk])
    names = names_of(viewer, both)
    rests = Rest.objects.filter(membership__in=mine).order_by("began_at")
    written = Invitation.objects.filter(inviter=person).order_by("created_at")
    accepted = Invitation.objects.filter(accepted_by=person).order_by("accepted_at")
    return {
        "couples": [
            {
                "my_name": names[place.pk],
                "other_name": next(names[m.pk] for m in both if m.couple_id == place.couple_id and m != place),
                "since": place.joined_at,
                "closed_by_me": place.left_at,
            }
            for place in mine
        ],
        "rests": [{"from": rest.began_at, "to": rest.ended_at} for rest in rests],
        "invitations": [
            {
                "to": vault.open(viewer, row, "address"),
                "as": vault.open(viewer, row, "shown_name"),
                "on": row.created_at,
            }
            for row in written
        ],
        "accepted": [
            {"from": vault.open(viewer, row, "inviting_name"), "on": row.accepted_at} for row in accepted
        ],
        "never": [
            {"name": vault.open_or(viewer, row, "name", gone=None) if row.name else None, "on": row.said_at}
            for row in nevers_of(person)
        ],
    }


def erase(person: "User", now: datetime) -> None:
    """Close what a person still has open towards others. Sealed fields go with the key; the hashed “never” stays,
    so that a deleted account is not written to again by the one it shut out."""
    Invitation.objects.filter(inviter=person, taken_back_at=None).update(taken_back_at=now)
    Invitation.objects.filter(accepted_by=person, settled_at=None).update(settled_at=now)


HOLDING = Holding(
    name="couples",
    title=_("Links and invitations"),  # type: ignore[arg-type]
    models=(Couple, Membership, Rest, Invitation, Never),
    export_of=export_of,
    erase=erase,
)
