"""The sweeps of the retention table for the rooms of this app. Each removes rows older than `before`.

What people wrote is never swept: it is its author's until they delete it or their account.
"""

from contextlib import suppress
from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session as BrowserSession
from django.db.models import F, Max, ProtectedError, Q
from django.db.models.functions import Coalesce, Least

from accounts.audit import services as audit_services
from accounts.couples.models import Couple, Invitation, Membership, Rest
from accounts.mail.models import Mail, State
from accounts.therapists.models import CodePair, Session
from accounts.users import services as users
from accounts.users.models import CacheRow, User


def sessions(before: datetime, now: datetime) -> int:
    """Sessions past their end, and the rows that list devices for sessions that are gone."""
    gone, _ = BrowserSession.objects.filter(expire_date__lt=before).delete()
    UserSession.objects.exclude(session_key__in=BrowserSession.objects.values("session_key")).delete()
    return gone


def rate_limits(before: datetime, now: datetime) -> int:
    """Counts of tries that hold no longer."""
    return CacheRow.objects.filter(expires__lt=before).delete()[0]


def unconfirmed(before: datetime, now: datetime) -> int:
    """Accounts made with an address that never confirmed it: nothing was ever written in them."""
    never = User.objects.filter(
        date_joined__lt=before, arrived_at=None, erased_at=None, delete_asked_at=None
    ).exclude(pk__in=EmailAddress.objects.filter(verified=True).values("user"))
    gone = 0
    for pk in list(never.values_list("pk", flat=True)):
        with suppress(ProtectedError):  # the audit names it: it was suspended, so it stays
            gone += users.forget_unconfirmed(pk=pk, now=now)
    return gone


def mail(before: datetime, now: datetime) -> int:
    """Settled mail; its attempts go with it."""
    return Mail.objects.exclude(state=State.OWED).filter(settled_at__lt=before).delete()[0]


def invitations(before: datetime, now: datetime) -> int:
    """Invitations that were taken back, confirmed, or ran out. The three look the same to their inviter."""
    closed = Least(
        F("expires_at"), Coalesce("taken_back_at", F("expires_at")), Coalesce("confirmed_at", F("expires_at"))
    )
    return Invitation.objects.annotate(closed=closed).filter(closed__lt=before).delete()[0]


def codes(before: datetime, now: datetime) -> int:
    """Pairs of codes that ran out and that nobody used. One that a partner used stays on that partner's page,
    whether or not the other said yes: what goes must not tell."""
    used = CodePair.objects.filter(codes__used_by__isnull=False).values("pk")
    return CodePair.objects.filter(expires_at__lt=before, grants=None).exclude(pk__in=used).delete()[0]


def closed_plans(before: datetime, now: datetime) -> int:
    """Of couples both of whom closed their side: when sessions were booked, and when one rested. Words stay."""
    open_or_young = Membership.objects.filter(Q(left_at=None) | Q(left_at__gte=before)).values("couple")
    closed = Couple.objects.exclude(pk__in=open_or_young).annotate(last=Max("memberships__left_at"))
    ids = list(closed.exclude(last=None).values_list("pk", flat=True))
    gone = Session.objects.filter(couple__in=ids).delete()[0]
    return gone + Rest.objects.filter(membership__couple__in=ids).delete()[0]


def audit(before: datetime, now: datetime) -> int:
    """Rows of the audit; the chain then begins after them."""
    return audit_services.let_go(before=before)
