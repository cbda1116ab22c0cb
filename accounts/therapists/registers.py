"""What this room registers when the site starts."""

from contextlib import suppress
from datetime import datetime
from typing import Any

from accounts.access import Viewer
from accounts.privacy.ports import Holding, register
from accounts.therapists import scopes
from accounts.therapists.models import Code, CodePair, Grant, Profile, Session
from accounts.users.models import User
from accounts.vault import services as vault
from accounts.vault.models import Owner


def export_of(viewer: Viewer) -> dict[str, Any]:
    """A partner's own answers to therapists; a therapist's profile and the dates of their sessions."""
    if viewer.is_therapist:
        profile = Profile.objects.filter(therapist=viewer.person).values(
            "name", "registration", "secrets_policy", "emergency_plan"
        )
        sessions = Session.objects.filter(therapist=viewer.person).order_by("starts_at")
        dates = sessions.values_list("starts_at", flat=True)
        return {"profile": profile.first(), "sessions": [at.isoformat() for at in dates]}
    grants = Grant.objects.filter(membership__person=viewer.person).select_related(
        "membership", "therapist__profile"
    )
    return {"answers": [_answer(viewer, grant) for grant in grants.order_by("granted_at")]}


def _answer(viewer: Viewer, grant: Grant) -> dict[str, Any]:
    profile = getattr(grant.therapist, "profile", None)
    return {
        "to": profile.name if profile else "",
        "said yes": grant.granted_at.isoformat(),
        "runs until": grant.expires_at.isoformat(),
        "ended": grant.ended_at.isoformat() if grant.ended_at else None,
        "what": scopes.readable(vault.open(viewer, grant, "scope")),
    }


def erase(person: User, now: datetime) -> None:
    """A therapist's profile goes, and with it every yes that was said to it. Of a partner's answers nothing stays
    but when the pages would be open, under the couple's key: the therapist's pages must look as in a rest."""
    Profile.objects.filter(therapist=person).delete()
    Grant.objects.filter(therapist=person, ended_at=None).update(ended_at=now)
    me = Viewer(person=person, now=now)
    for grant in Grant.objects.filter(membership__person=person, ended_at=None).select_related("membership"):
        scope = vault.open_or(me, grant, "scope", gone=None) or {}
        left = {"since": "start", "words": False, "window": scope.get("window", "session")}
        if "window" in scope.get("from", {}):
            left["from"] = {"window": scope["from"]["window"]}
        with suppress(vault.CannotOpen):  # the other is gone too, and the couple's key with them
            vault.seal(grant, "scope", left, owner=Owner.couple(grant.couple_id), cache=me.keys)
            grant.save(update_fields=["scope"])


register(
    Holding(
        name="therapists",
        title="Therapists",
        models=(Profile, CodePair, Code, Grant, Session),
        export_of=export_of,
        erase=erase,
    )
)
