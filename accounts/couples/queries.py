"""Reads about couples: where a person stands, and what a person has closed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import BooleanField, Expression, ExpressionWrapper, Q

from accounts.couples.models import Membership
from accounts.couples.states import CoupleState
from accounts.mail import claims
from accounts.vault import services as vault

if TYPE_CHECKING:
    from accounts.access import Viewer
    from accounts.users.models import User


_STOPPED_SINCE = (
    "left_at", "rested_at", "person__suspended_at", "person__erased_at", "person__delete_asked_at",
)  # fmt: skip


@dataclass(frozen=True)
class Standing:
    """A person's open membership, the other's in the same couple, and what follows from both."""

    mine: Membership
    other: Membership
    state: CoupleState


def state_of(memberships: list[Membership], *, now: datetime) -> CoupleState:
    """Where a couple stands, from both its memberships with their persons loaded."""
    if any(m.left_at or m.rested_at or not m.person.is_live for m in memberships):
        return CoupleState.RESTING
    if now < memberships[0].couple.cooling_until:
        return CoupleState.COOLING
    return CoupleState.ACTIVE


def standing_of(person: "User", *, now: datetime) -> Standing | None:
    """Where `person` stands at `now`; None without an open membership. One query."""
    rows = list(
        Membership.objects.filter(
            couple__in=Membership.objects.filter(person=person, left_at=None).values("couple")
        ).select_related("couple", "person")
    )
    mine = next((m for m in rows if m.person_id == person.pk and m.left_at is None), None)
    other = next((m for m in rows if m.person_id != person.pk), None)
    if mine is None or other is None:
        return None
    return Standing(mine=mine, other=other, state=state_of(rows, now=now))


def active_among(couples: Iterable[UUID], *, now: datetime) -> dict[UUID, tuple[str, ...]]:
    """Those of `couples` that are active at `now`, with both partners' time zones. One query for any number.

    The same answer as `state_of`, from columns alone; a test holds the two together.
    """
    rows = Membership.objects.filter(claims.among("couple_id", set(couples)))
    return active_of(rows.values_list("couple_id", "person__time_zone", stops(now=now)))


def stops(membership: str = "", *, now: datetime) -> Expression:
    """Whether a membership keeps its couple from being active at `now`, as a column; `membership` is the way to it
    from the model that is asked, with its two underscores."""
    reasons = Q(**{f"{membership}couple__cooling_until__gt": now})
    for since in _STOPPED_SINCE:
        reasons |= Q(**{f"{membership}{since}__isnull": False})
    return ExpressionWrapper(reasons, output_field=BooleanField())


def active_of(rows: Iterable[tuple[UUID, str, bool]]) -> dict[UUID, tuple[str, ...]]:
    """The couples that nothing stops, with their time zones, from (couple, zone, `stops`) of both memberships of
    each."""
    zones: dict[UUID, tuple[str, ...]] = {}
    stopped: set[UUID] = set()
    for couple, zone, stops_it in rows:
        zones[couple] = (*zones.get(couple, ()), zone)
        if stops_it:
            stopped.add(couple)
    return {couple: found for couple, found in zones.items() if couple not in stopped}


def memberships_of(couple_id: UUID) -> list[Membership]:
    """Both memberships of a couple, slot a first, with persons and couple loaded. One query."""
    return list(Membership.objects.filter(couple_id=couple_id).select_related("couple", "person").order_by("slot"))


def names_of(viewer: "Viewer", memberships: list[Membership]) -> dict[UUID, str]:
    """The names of partners as the couple knows them, by membership id. Opens sealed names for `viewer`."""
    return {m.pk: vault.open(viewer, m, "name") or "" for m in memberships}


@dataclass(frozen=True)
class Pair:
    """Both partners as a page shows them: name and slot (colour and shape), the viewer's own first."""

    mine: Membership
    other: Membership
    my_name: str
    other_name: str

    @property
    def by_slot(self) -> list[tuple[Membership, str]]:
        """(membership, name) in the fixed order a, b: the same for both partners."""
        return sorted([(self.mine, self.my_name), (self.other, self.other_name)], key=lambda entry: entry[0].slot)


def pair_of(viewer: "Viewer") -> Pair:
    """The viewer's couple with names. Raises Http404 for somebody without one."""
    names = names_of(viewer, [viewer.mine, viewer.other])
    return Pair(viewer.mine, viewer.other, names[viewer.mine.pk], names[viewer.other.pk])


@dataclass(frozen=True)
class Closed:
    """A couple that rests, or that the viewer has left, as their list of closed plans shows it."""

    couple_id: UUID
    my_name: str
    other_name: str
    since: datetime
    resting: bool


def closed_of(viewer: "Viewer") -> list[Closed]:
    """The viewer's resting couple, then those they have left, latest first. Three queries.

    Asks about the viewer's own membership alone, so that nothing the other did since can alter it. A link undone
    while it cooled off is not listed: nothing was ever shared in it.
    """
    couples = set(viewer.past_couples)
    if viewer.couple_id is not None and viewer.state is CoupleState.RESTING:
        couples.add(viewer.couple_id)
    rows = list(Membership.objects.filter(couple__in=couples).select_related("couple"))
    vault.preload(viewer.keys, owners=couples)
    names = names_of(viewer, rows)
    mine = [m for m in rows if viewer.is_me(m.person_id) and not _undone(m)]
    others = {m.couple_id: m for m in rows if not viewer.is_me(m.person_id)}
    mine.sort(key=lambda m: (m.left_at is not None, -m.joined_at.timestamp()))
    return [
        Closed(m.couple_id, names[m.pk], names[others[m.couple_id].pk], m.joined_at, m.left_at is None)
        for m in mine
    ]


def _undone(mine: Membership) -> bool:
    return mine.left_at is not None and mine.left_at < mine.couple.cooling_until
