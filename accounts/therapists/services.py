"""What therapists and partners do about access: profile, codes, each partner's own yes or no, sessions."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.http import Http404
from django.utils.translation import gettext as _

from accounts.couples.models import Couple, Membership
from accounts.refusal import Refusal
from accounts.therapists import codes, scopes
from accounts.therapists.models import Code, CodePair, Grant, Profile, Session
from accounts.therapists.queries import BEFORE_SESSION
from accounts.users.models import User
from accounts.vault import services as vault
from repair import clock

if TYPE_CHECKING:
    from accounts.access import Viewer

LASTS = timedelta(days=90)
RENEW_IN_LAST = timedelta(days=14)
PAIRS_A_DAY = 10
SESSIONS_A_WEEK = 2
BOOK_AHEAD = timedelta(days=365)
_PROFILE_FIELDS = ("name", "registration", "secrets_policy", "emergency_plan")


class ProfileChanged(Refusal):
    """The profile that somebody answers to is not the one they read."""


def stamp_of(profile: Profile) -> str:
    """Which wording of a profile this is."""
    return profile.updated_at.isoformat()


@dataclass(frozen=True)
class Scope:
    """What one partner lets a therapist read: from the start of access or from the beginning, words or not, around
    sessions or always. Each holds only where the other partner chose it too."""

    beginning: bool
    words: bool
    always: bool

    def packed(self) -> dict[str, Any]:
        """As it is sealed."""
        return {
            "since": "beginning" if self.beginning else "start",
            "words": self.words,
            "window": "always" if self.always else "session",
        }


@transaction.atomic
def save_profile(*, therapist: User, fields: dict[str, str], now: datetime) -> Profile:
    """Write the public profile. Where anything in it changes, every standing yes to this therapist ends: both
    partners said it to the words that stood there, and are asked again."""
    User.objects.select_for_update().get(pk=therapist.pk)
    there = Profile.objects.filter(therapist=therapist).first()
    if there is not None and all(getattr(there, name) == fields[name] for name in _PROFILE_FIELDS):
        return there
    profile = there or Profile(therapist=therapist)
    for name in _PROFILE_FIELDS:
        setattr(profile, name, fields[name])
    profile.updated_at = now
    profile.save()
    Grant.objects.filter(therapist=therapist, ended_at=None).update(ended_at=now)
    return profile


@transaction.atomic
def make_codes(*, therapist: User, now: datetime) -> CodePair:
    """Two codes for one couple, open for seven days. Raises Refusal without a profile, or above ten a day."""
    User.objects.select_for_update().get(pk=therapist.pk)
    if not Profile.objects.filter(therapist=therapist).exists():
        raise Refusal(_("Write your profile first. Both partners read it before they answer."))
    if CodePair.objects.filter(therapist=therapist, created_at__gt=now - timedelta(days=1)).count() >= PAIRS_A_DAY:
        raise Refusal(_("Ten pairs of codes were made today. More are possible tomorrow."))
    pair = CodePair.objects.create(therapist=therapist, created_at=now, expires_at=now + codes.OPEN_FOR)
    Code.objects.bulk_create(
        Code(pair=pair, code_hash=codes.hash_of(codes.code_of(pair.pk, side))) for side in (1, 2)
    )
    return pair


@transaction.atomic
def close_codes(*, therapist: User, pair: UUID, now: datetime) -> None:
    """Close a pair's codes before their seven days are over. Raises Http404 for a pair of somebody else."""
    if not CodePair.objects.filter(pk=pair, therapist=therapist).exists():
        raise Http404
    CodePair.objects.filter(pk=pair, expires_at__gt=now).update(expires_at=now)


@transaction.atomic
def use_code(*, viewer: "Viewer", entered: str, now: datetime) -> CodePair:
    """Use the code a partner typed; their own one again leads to the same place, and so does the other code of a
    pair of which they used one. Nothing is shared by it.

    Raises Refusal, always in the same words, for a code that is unknown, used by somebody else, or over.
    """
    mine = _locked(viewer.mine)
    code = (
        Code.objects.select_for_update(of=("self",))
        .select_related("pair__therapist")
        .filter(code_hash=codes.hash_of(codes.typed(entered)))
        .first()
    )
    closed = Refusal(_("This code is not open. Compare it once more, or ask for a new one."))
    if code is None or code.used_by_id not in {None, mine.pk}:
        raise closed
    if Code.objects.filter(pair=code.pair, used_by=mine).exists():
        return code.pair
    if now >= code.pair.expires_at or not code.pair.therapist.is_live:
        raise closed
    code.used_by, code.used_at = mine, now
    code.save(update_fields=["used_by", "used_at"])
    return code.pair


@transaction.atomic
def say_yes(*, viewer: "Viewer", pair: CodePair, scope: Scope, profile: str, now: datetime) -> Grant:
    """One partner's own yes for 90 days, to the profile they read (`profile`: its stamp). It begins after a random
    wait; what the other said changes nothing here. Raises ProfileChanged when the profile reads otherwise now,
    Http404 when it is gone.

    A second yes with the same scope changes nothing until the last fourteen days, then it runs 90 days anew; a yes
    with another scope takes the place of the first. Neither interrupts or moves the beginning of one that stands.
    What the new scope leaves out counts at once. What it adds waits as long as a first yes does, drawn anew, and
    needs the other's as everything does: otherwise its moment would tell each what the other had ticked.
    """
    mine = _locked(viewer.mine)
    there = Profile.objects.select_for_update().filter(therapist=pair.therapist).first()
    if there is None:
        raise Http404
    if stamp_of(there) != profile:
        raise ProfileChanged(_("The profile was changed meanwhile. Read it once more; nothing was saved."))
    old = (
        Grant.objects.select_for_update().filter(membership=mine, therapist=pair.therapist, ended_at=None).first()
    )
    stands = old is not None and old.expires_at > now
    wanted = scope.packed()
    if old is not None and stands:
        before = vault.open(viewer, old, "scope") or {}
        same = scopes.chosen(before) == wanted
        wanted = scopes.changed(before, wanted, now=now, wait=random_wait())
        if same and old.expires_at - now > RENEW_IN_LAST:
            return old
    if old is not None:
        Grant.objects.filter(pk=old.pk).update(ended_at=now)
    grant = Grant(
        pair=pair,
        membership=mine,
        couple=mine.couple,
        therapist=pair.therapist,
        granted_at=now,
        opens_at=old.opens_at if old is not None and stands else now + random_wait(),
        expires_at=now + LASTS,
    )
    vault.seal(grant, "scope", wanted, cache=viewer.keys)
    grant.save(force_insert=True)
    return grant


@transaction.atomic
def say_no(*, viewer: "Viewer", pair: CodePair, now: datetime) -> None:
    """“No, or not yet”: ends one's own yes to this therapist where there is one, and writes nothing else."""
    mine = _locked(viewer.mine)
    Grant.objects.filter(membership=mine, therapist=pair.therapist, ended_at=None).update(ended_at=now)


@transaction.atomic
def end_grant(*, person: User, grant: UUID, now: datetime) -> None:
    """End one's own yes, from the next request on; also while the plan rests. Ended twice is ended. Where another
    yes to the same therapist took its place meanwhile, that one ends: nothing is open to them afterwards.

    Raises Http404 for a yes that is not the person's.
    """
    own = Grant.objects.filter(pk=grant, membership__person=person).select_related("membership").first()
    if own is None:
        raise Http404
    _locked(own.membership)
    standing = Grant.objects.filter(membership=own.membership, therapist=own.therapist_id, ended_at=None)
    standing.update(ended_at=now)


@transaction.atomic
def book_session(*, therapist: User, couple_id: UUID, at: datetime, now: datetime) -> Session:
    """A session at an instant. Booked twice is booked once.

    At most two in any seven days: the reading window hangs on sessions, and widening it takes both partners, not a
    full calendar. One whose window had begun counts, cancelled or not. Raises Refusal for that, for the past, and
    for more than a year ahead.
    """
    Couple.objects.select_for_update().get(pk=couple_id)
    if at <= now:
        raise Refusal(_("This time is past. Choose one that is still to come."))
    if at > now + BOOK_AHEAD:
        raise Refusal(_("Sessions can be booked up to a year ahead."))
    mine = Session.objects.filter(therapist=therapist, couple_id=couple_id)
    there = mine.filter(starts_at=at, cancelled_at=None).first()
    if there is not None:
        return there
    week = timedelta(days=7)
    near = [
        s.starts_at
        for s in mine.filter(starts_at__gt=at - week, starts_at__lt=at + week)
        if s.cancelled_at is None or s.cancelled_at > s.starts_at - BEFORE_SESSION
    ]
    if any(sum(start <= other < start + week for other in [*near, at]) > SESSIONS_A_WEEK for start in [*near, at]):
        raise Refusal(_("There are two sessions in these seven days already. More reading needs a yes of both."))
    return Session.objects.create(therapist=therapist, couple_id=couple_id, starts_at=at, booked_at=now)


@transaction.atomic
def cancel_session(*, therapist: User, couple_id: UUID, session: int, now: datetime) -> None:
    """Cancel a session that has not begun; its window closes with it. Raises Http404 for one of somebody else."""
    mine = Session.objects.filter(Q(pk=session), therapist=therapist, couple_id=couple_id)
    if not mine.exists():
        raise Http404
    mine.filter(cancelled_at=None, starts_at__gt=now).update(cancelled_at=now)


def random_wait() -> timedelta:
    """How long a yes waits before it counts: between the two bounds of GRANT_DELAY_HOURS, to the second."""
    low, high = settings.GRANT_DELAY_HOURS
    return timedelta(seconds=low * 3600 + clock.below((high - low) * 3600 + 1))


def _locked(membership: Membership) -> Membership:
    return Membership.objects.select_for_update(of=("self",)).select_related("couple").get(pk=membership.pk)
