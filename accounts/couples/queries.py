"""Reads about couples: where a person stands."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from accounts.couples.models import Membership
from accounts.couples.states import CoupleState
from accounts.vault import services as vault

if TYPE_CHECKING:
    from accounts.access import Viewer
    from accounts.users.models import User


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
