"""Reads about therapists' access. The intersection rule lives here, once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q
from django.http import Http404

from accounts.couples.models import Membership
from accounts.couples.queries import state_of
from accounts.couples.states import CoupleState
from accounts.therapists import scopes
from accounts.therapists.models import CodePair, Grant, Session
from accounts.vault import services as vault

if TYPE_CHECKING:
    from accounts.access import Viewer
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
    members: tuple[Membership, ...] = field(repr=False, compare=False)  # slot a first, persons loaded

    @property
    def open(self) -> bool:
        return self.window_open and not self.resting


@dataclass(frozen=True)
class Case:
    """One couple in a therapist's list: access now, both places, the next session and the last one before now."""

    access: CaseAccess
    members: tuple[Membership, ...]
    next_session: Session | None
    last_session: Session | None


def standing_grants(therapist: "User", *, now: datetime, couple_id: UUID | None = None) -> list[Grant]:
    """The grants to this therapist (of one couple, or of all) that stand at `now`: given, begun, not ended, not
    run out."""
    rows = Grant.objects.filter(therapist=therapist, ended_at=None, opens_at__lte=now, expires_at__gt=now)
    if couple_id is not None:
        rows = rows.filter(couple_id=couple_id)
    return list(rows.select_related("membership__couple", "membership__person"))


def access_to_case(
    therapist: "User", couple_id: UUID, *, now: datetime, keys: vault.KeyCache | None = None
) -> CaseAccess | None:
    """What `therapist` may read of the couple, from two standing grants; None unless both stand. Data keys go into
    `keys`."""
    found = cases_of(therapist, now=now, couple_id=couple_id, keys=keys)
    return found[0].access if found else None


def cases_of(
    therapist: "User", *, now: datetime, couple_id: UUID | None = None, keys: vault.KeyCache | None = None
) -> list[Case]:
    """Every couple both of whose partners' grants stand (or that one couple), the one with the next session first,
    those without one last. Three queries, however many there are; the data keys of
    all concerned go into `keys`.

    A couple that one partner left, or whose partner was deleted, stays in the list as it stays while one rests:
    the therapist can't tell the causes apart. It goes when the 90 days are over, or when both are erased: not
    even their names open then, and it looks like an answer that ended.
    """
    from accounts.access import Purpose, system

    by_couple: dict[UUID, list[Grant]] = {}
    for grant in standing_grants(therapist, now=now, couple_id=couple_id):
        by_couple.setdefault(grant.couple_id, []).append(grant)
    both = {key: grants for key, grants in by_couple.items() if len({g.membership_id for g in grants}) == 2}
    if not both:
        return []
    # Both partners gave one, so the places of the couple are those of its grants.
    members = {key: _places(grants) for key, grants in both.items()}
    reader = system(Purpose.GRANTS, now=now, keys=keys)
    people = [m.person_id for places in members.values() for m in places]
    vault.preload(reader.keys, owners=[therapist.pk, *both, *people])
    sessions: dict[UUID, list[Session]] = {}
    booked = Session.objects.filter(therapist=therapist, couple_id__in=both, cancelled_at=None)
    for session in booked.order_by("starts_at"):
        sessions.setdefault(session.couple_id, []).append(session)
    cases = [
        _case(reader, therapist, both[key], members[key], sessions.get(key, []), now=now)
        for key in sorted(both)
        if any(member.person.erased_at is None for member in members[key])
    ]
    return sorted(cases, key=lambda c: (c.next_session is None, c.next_session and c.next_session.starts_at))


def _places(grants: Sequence[Grant]) -> tuple[Membership, ...]:
    by_slot = {grant.membership.slot: grant.membership for grant in grants}
    return tuple(by_slot[slot] for slot in sorted(by_slot))


def _case(
    reader: "Viewer",
    therapist: "User",
    grants: Sequence[Grant],
    members: tuple[Membership, ...],
    sessions: Sequence[Session],
    *,
    now: datetime,
) -> Case:
    """The intersection: each part of the scope holds only where both chose it, and once it counts for both. A
    scope that no longer opens (its giver was erased) gives nothing."""
    given = [vault.open_or(reader, grant, "scope", gone=None) or {} for grant in grants]
    both = {part: all(scopes.holds(scope, part, now=now) for scope in given) for part in scopes.WIDE}
    ends = min(g.expires_at for g in grants)
    window_open, until = window_at(sessions, now=now)
    if both["window"]:
        window_open, until = True, ends
    access = CaseAccess(
        couple_id=grants[0].couple_id,
        therapist_id=therapist.pk,
        since=None if both["since"] else max(g.opens_at for g in grants),
        words=both["words"],
        window_open=window_open,
        resting=state_of(list(members), now=now) is not CoupleState.ACTIVE,
        window_until=min(until, ends) if until else None,
        members=members,
    )
    coming = [s for s in sessions if s.starts_at + AFTER_SESSION >= now]
    past = [s for s in sessions if s.starts_at + AFTER_SESSION < now]
    return Case(
        access=access,
        members=members,
        next_session=coming[0] if coming else None,
        last_session=past[-1] if past else None,
    )


def window_at(sessions: Iterable[Session], *, now: datetime) -> tuple[bool, datetime | None]:
    """Whether a reading window is open at `now` (24 hours before a session to 2 hours after its start, both ends
    included), and until when."""
    ends = [
        s.starts_at + AFTER_SESSION
        for s in sessions
        if s.starts_at - BEFORE_SESSION <= now <= s.starts_at + AFTER_SESSION
    ]
    return bool(ends), max(ends, default=None)


def upcoming_sessions(therapist: "User", couple_id: UUID, *, now: datetime) -> list[Session]:
    """Sessions that are booked and whose window is not over, the next first."""
    rows = Session.objects.filter(therapist=therapist, couple_id=couple_id, cancelled_at=None)
    return list(rows.filter(starts_at__gte=now - AFTER_SESSION).order_by("starts_at"))


@dataclass(frozen=True)
class OwnAnswer:
    """What one partner said to one therapist, for that partner alone. `grant` is their yes where it stands."""

    pair: CodePair
    grant: Grant | None


def own_answers(viewer: "Viewer") -> list[OwnAnswer]:
    """The therapists whose code this person used in their present couple, or to whom they said yes, with their own
    answer. Nothing in it depends on the other. Two queries."""
    if viewer.standing is None:
        return []
    mine = viewer.mine
    grants = list(
        Grant.objects.filter(membership=mine, ended_at=None, expires_at__gt=viewer.now).order_by("granted_at")
    )
    pairs = (
        CodePair.objects.filter(Q(codes__used_by=mine) | Q(grants__membership=mine))
        .distinct()
        .select_related("therapist__profile")
        .order_by("-created_at")
    )
    latest: dict[UUID, CodePair] = {}
    for pair in pairs:
        latest.setdefault(pair.therapist_id, pair)
    by_therapist = {grant.therapist_id: grant for grant in grants}
    return [OwnAnswer(pair, by_therapist.get(key)) for key, pair in latest.items()]


def own_answer(viewer: "Viewer", pair: UUID) -> OwnAnswer:
    """One of them. Raises Http404 for a pair of which the viewer used no code."""
    found = next((each for each in own_answers(viewer) if each.pair.pk == pair), None)
    if found is None:
        raise Http404
    return found
