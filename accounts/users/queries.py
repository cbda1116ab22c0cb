"""Reads about oneself."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.http import Http404

from accounts.users.models import User

if TYPE_CHECKING:
    from accounts.access import Viewer


@dataclass(frozen=True)
class Overview:
    """What the page You says of one's own account, in numbers and yes or no. Nothing in it depends on another."""

    app: bool
    passkeys: int
    devices: int
    linked: bool
    address: str
    notes_stopped: bool
    address_refused: bool


def me(viewer: "Viewer") -> User:
    """The viewer as a person. Raises Http404 for nobody."""
    if viewer.person is None:
        raise Http404
    return viewer.person


def unconfirmed(email: str) -> User | None:
    """The account somebody made with this address and never confirmed: nothing was ever written in it."""
    confirmed = EmailAddress.objects.filter(verified=True).values("user")
    found = User.objects.filter(email=User.objects.normalize_email(email), arrived_at=None, suspended_at=None)
    return found.exclude(pk__in=confirmed).first()


def overview(viewer: "Viewer") -> Overview:
    """What You shows. Two queries."""
    person = me(viewer)
    factors = list(Authenticator.objects.filter(user=person).values_list("type", flat=True))
    mine = UserSession.objects.filter(user=person).values("session_key")
    return Overview(
        app=Authenticator.Type.TOTP in factors,
        passkeys=factors.count(Authenticator.Type.WEBAUTHN),
        devices=max(1, Session.objects.filter(session_key__in=mine).count()),
        linked=viewer.standing is not None,
        address=person.email,
        notes_stopped=person.mail_stopped_at is not None,
        address_refused=person.mail_failed_at is not None,
    )
