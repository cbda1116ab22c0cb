"""Reads about therapists' access. The intersection rule lives here, once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from accounts.couples.queries import memberships_of, state_of
from accounts.couples.states import CoupleState
from accounts.therapists.models import Grant, Session
from accounts.vault import services as vault

if TYPE_CHECKING:
    from accounts.users.models import User

BEFORE_SESSION = timedelta(hours=24)
AFTER_SESSION = timedelta(hours=2)


@dataclass(frozen=True)
class CaseAccess:
    """What a therapist may read of one couple now.

    `since` is the instant from which evenings are shown (None: from the beginning). `open` is False outside the
    reading window and while the couple rests: the page then says one constant line.
    """

    couple_id: UUID
    therapist_id: UUID
    since: datetime | None
    words: bool
    window_open: bool
    resting: bool
    window_until: datetime | None

    @property
    def open(self) -> bool:
        return self.window_open and not self.resting


def standing_grants(couple_id: UUID, therapist: "User", *, now: datetime) -> list[Grant]:
    """The grants of this couple to this therapist that stand at `now` (given, begun, not ended, not run out)."""
    return list(
        Grant.objects.filter(
            couple_id=couple_id, therapist=therapist, ended_at=None, opens_at__lte=now, expires_at__gt=now
        ).select_related("membership")
    )


def access_to_case(therapist: "User", couple_id: UUID, *, now: datetime) -> CaseAccess | None:
    """What `therapist` may read of the couple, from two standing grants; None unless both stand."""
    from accounts.access import Purpose, system

    grants = standing_grants(couple_id, therapist, now=now)
    if len({g.membership_id for g in grants}) < 2:
        return None
    reader = system(Purpose.GRANTS, now=now)
    vault.preload(reader.keys, owners=[g.membership.person_id for g in grants])
    scopes = [vault.open(reader, grant, "scope") or {} for grant in grants]
    window_open, until = window_at(sessions_near(therapist, couple_id, now=now), now=now)
    if all(scope.get("window") == "always" for scope in scopes):
        window_open, until = True, min(g.expires_at for g in grants)
    from_start = any(scope.get("since") != "beginning" for scope in scopes)
    return CaseAccess(
        couple_id=couple_id,
        therapist_id=therapist.pk,
        since=max(g.opens_at for g in grants) if from_start else None,
        words=all(scope.get("words", False) for scope in scopes),
        window_open=window_open,
        resting=state_of(memberships_of(couple_id), now=now) is not CoupleState.ACTIVE,
        window_until=until,
    )


def sessions_near(therapist: "User", couple_id: UUID, *, now: datetime) -> list[Session]:
    """Sessions not cancelled whose reading window could hold `now`."""
    return list(
        Session.objects.filter(
            therapist=therapist,
            couple_id=couple_id,
            cancelled_at=None,
            starts_at__gte=now - AFTER_SESSION,
            starts_at__lte=now + BEFORE_SESSION,
        )
    )


def window_at(sessions: Iterable[Session], *, now: datetime) -> tuple[bool, datetime | None]:
    """Whether a reading window is open at `now`, and until when."""
    ends = [
        s.starts_at + AFTER_SESSION
        for s in sessions
        if s.starts_at - BEFORE_SESSION <= now <= s.starts_at + AFTER_SESSION
    ]
    return bool(ends), max(ends, default=None)
