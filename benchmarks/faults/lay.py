"""Couples with a rhythm in force, as linking and signing would have made them: the site's models, many at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.couples.models import Couple, Membership, Slot
from accounts.users.models import User
from accounts.vault import crypto, ring
from accounts.vault import services as vault
from accounts.vault.models import DataKey, Owner
from repair.plan.models import Agreement, RepairPlan
from repair.schedules.models import Schedule, Seat


@dataclass(frozen=True)
class Placed:
    """One person: account, address, couple."""

    person: UUID
    address: str
    couple: UUID


@dataclass(frozen=True)
class People:
    """Those of one scenario, and the dates on which each is due."""

    placed: list[Placed]
    dates: list[date]
    opens_at: datetime

    @property
    def due(self) -> set[tuple[str, date]]:
        """Every (address, date) at which a prompt is due."""
        return {(one.address, on) for one in self.placed for on in self.dates}

    @property
    def ids(self) -> list[UUID]:
        """Their accounts."""
        return [one.person for one in self.placed]


def _keys(owners: list[Owner], now: datetime) -> vault.KeyCache:
    """Make their keys, and have them at hand."""
    keks = ring.load()
    DataKey.objects.bulk_create(
        DataKey(
            owner_kind=owner.kind,
            owner_id=owner.id,
            kek=keks.current,
            wrapped=crypto.wrap(crypto.new_key(), kek=keks.keys[keks.current]),
            created_at=now,
        )
        for owner in owners
    )
    cache = vault.KeyCache()
    vault.preload(cache, owners=[owner.id for owner in owners])
    return cache


@transaction.atomic
def lay(
    couples: int,
    *,
    now: datetime,
    tag: str,
    marks: Sequence[str] = ("",),
    opens_in: float = 1.0,
    open_hours: float = 20.0,
    days: int = 1,
) -> People:
    """`couples` couples in UTC, due daily on `days` days, the first time `opens_in` seconds from `now`.

    The people's addresses carry the marks in turn, for the relay's rules to know them by.
    """
    opens_at = now + timedelta(seconds=opens_in)
    since = now - timedelta(days=180)
    first = opens_at.date()
    homes, plans, lines, schedules, users, places, seats = [], [], [], [], [], [], []
    for n in range(couples):
        couple = Couple(created_at=since, cooling_until=since + timedelta(hours=24))
        plan = RepairPlan(couple=couple, phase_since=since, season_began_at=since)
        line = Agreement(plan=plan, kind="rhythm", number=1, made_at=since, first_in_force_at=since)
        schedule = Schedule(
            agreement=line, couple=couple, question_set="daily", frequency="daily", starts_on=first,
            ends_on=first + timedelta(days=days - 1), in_force=True,
        )  # fmt: skip
        for slot in (Slot.A, Slot.B):
            mark = marks[(2 * n + (slot is Slot.B)) % len(marks)]
            user = User(
                email=f"{mark + '.' if mark else ''}{tag}-{n}{slot.value}@mail.example", time_zone="UTC",
                date_joined=since, arrived_at=since, adult_at=since,
            )  # fmt: skip
            user.set_unusable_password()
            place = Membership(couple=couple, person=user, slot=slot, joined_at=since)
            seat = Seat(
                schedule=schedule, membership=place, couple=couple, opens_at=opens_at.time(),
                closes_at=(opens_at + timedelta(hours=open_hours)).time(), next_on=first, next_due_at=opens_at,
            )  # fmt: skip
            users.append(user)
            places.append(place)
            seats.append(seat)
        homes.append(couple)
        plans.append(plan)
        lines.append(line)
        schedules.append(schedule)
    owners = [Owner.person(user.pk) for user in users] + [Owner.couple(couple.pk) for couple in homes]
    cache = _keys(owners, since)
    for user, place in zip(users, places, strict=True):
        name = user.email.partition("@")[0]
        vault.seal(user, "name", name, cache=cache)
        vault.seal(user, "settings", {}, cache=cache)
        vault.seal(place, "name", name, cache=cache)
    for rows in (users, homes, plans, lines, schedules, places, seats):
        model: Any = type(rows[0])
        model._base_manager.bulk_create(rows, batch_size=1000)
    placed = [Placed(place.person_id, place.person.email, place.couple_id) for place in places]
    return People(placed, [first + timedelta(days=d) for d in range(days)], opens_at)
