"""What this room holds of a person: for their export, and emptied when they are gone."""

import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession

from accounts.privacy.ports import Holding
from accounts.users import calendar, sessions
from accounts.users.models import CacheRow, CalendarAddress, Consent, LostSecondStep, User
from accounts.users.preferences import preferences_of
from accounts.users.queries import me
from accounts.vault import services as vault

if TYPE_CHECKING:
    from accounts.access import Viewer


def export_of(viewer: "Viewer") -> dict[str, Any]:
    """One's own account, without secrets that sign in."""
    person = me(viewer)
    wanted = preferences_of(viewer, person)
    factors = Authenticator.objects.filter(user=person).order_by("created_at")
    signed_in = UserSession.objects.filter(user=person).order_by("created_at")
    return {
        "e-mail": person.email,
        "name": vault.open(viewer, person, "name"),
        "kind": person.kind,
        "time zone": person.time_zone,
        "theme": wanted.theme or "as the device",
        "quiet hours": list(wanted.quiet) if wanted.quiet else None,
        "Shift three times leaves the page": wanted.exit_keys,
        "the path beside a check-in": wanted.path_beside or "steps back",
        "country for support": wanted.country or "none chosen",
        "numbers after hard words": wanted.crisis_card,
        "seen what may become of shared words": wanted.told_sharing,
        "monthly page last seen": wanted.mirror_seen or None,
        "timeline without its drawing until": wanted.chart_hidden_until or None,
        "account made": person.date_joined,
        "said 18 or over": person.adult_at,
        "evening notes stopped": person.mail_stopped_at,
        "calendar address": calendar.is_on(person),
        "consents": [
            {"version": given.version, "given": given.given_at} for given in person.consents.order_by("version")
        ],
        "second steps": [{"kind": factor.get_type_display(), "since": factor.created_at} for factor in factors],
        "signed in": [{"on": row.user_agent or "a browser", "since": row.created_at} for row in signed_in],
    }


def erase(person: User, now: datetime) -> None:
    """Empty the account. The row stays, unreadable, because others may count it; nothing in it names anybody."""
    sessions.end_all(person)
    EmailAddress.objects.filter(user=person).delete()
    Authenticator.objects.filter(user=person).delete()
    Consent.objects.filter(person=person).delete()
    LostSecondStep.objects.filter(person=person).delete()
    person.email = f"{uuid.uuid4().hex}@gone.invalid"
    person.set_unusable_password()
    person.name = person.settings = b""
    person.time_zone = "UTC"
    person.mail_ref = uuid.uuid4()
    person.mail_stopped_at = person.mail_failed_at = person.adult_at = None
    person.erased_at = now
    person.save()


ACCOUNT = Holding(
    name="account",
    title="Your account",
    models=(User, Consent, LostSecondStep, CalendarAddress, CacheRow, EmailAddress, Authenticator, UserSession),
    export_of=export_of,
    erase=erase,
)
