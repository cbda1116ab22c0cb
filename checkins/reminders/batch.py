"""One batch of due seats, and all that planning them needs, fetched with a constant number of queries."""

import logging
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from accounts.access import Purpose, Viewer, system
from accounts.couples.models import Membership
from accounts.couples.queries import state_of
from accounts.couples.states import CoupleState
from accounts.mail import claims
from accounts.users.models import User
from accounts.vault import services as vault
from checkins.reminders.planning import SeatPlan, plan_seat
from repair.schedules.models import QuietDays, Seat

log = logging.getLogger(__name__)

PUT_OFF = timedelta(hours=1)


@dataclass
class Batch:
    """Due seats with their couples: memberships by couple, active couples, quiet days, quiet hours by person."""

    now: datetime
    seats: list[Seat]
    places: dict[UUID, list[Membership]] = field(default_factory=dict)
    active: set[UUID] = field(default_factory=set)
    quiet_days: dict[UUID, list[tuple[date, date]]] = field(default_factory=dict)
    quiet_hours: dict[UUID, Any] = field(default_factory=dict)

    def person_of(self, seat: Seat) -> User:
        """The partner who sits here."""
        found = next(m for m in self.places[seat.schedule.couple_id] if m.pk == seat.membership_id)
        person: User = found.person
        return person

    def zones_of(self, couple: UUID) -> tuple[ZoneInfo, ...]:
        """The zones of both partners."""
        return tuple(place.person.zone for place in self.places[couple])


def claim(*, now: datetime, limit: int) -> Batch | None:
    """Hold up to `limit` due seats, the longest due first, with what they need; None when none is due.

    Only inside a transaction. Seats that another worker holds, or whose membership somebody is writing, are left
    for the next time.
    """
    due = (
        Seat.objects.filter(next_due_at__lte=now)
        .select_related("schedule", "membership")
        .order_by("next_due_at", "pk")
    )
    seats = list(claims.hold(due, of=("self", "membership"))[:limit])
    if not seats:
        return None
    batch = Batch(now=now, seats=seats)
    _couples(batch)
    _quiet_days(batch)
    _quiet_hours(batch)
    return batch


def _couples(batch: Batch) -> None:
    couples = {seat.schedule.couple_id for seat in batch.seats}
    by_couple: dict[UUID, list[Membership]] = defaultdict(list)
    for place in Membership.objects.filter(couple__in=couples).select_related("couple", "person").order_by("slot"):
        by_couple[place.couple_id].append(place)
    batch.places = dict(by_couple)
    batch.active = {
        couple for couple, places in by_couple.items() if state_of(places, now=batch.now) is CoupleState.ACTIVE
    }


def _quiet_days(batch: Batch) -> None:
    stretches: dict[UUID, list[tuple[date, date]]] = defaultdict(list)
    rows = QuietDays.objects.filter(couple__in=batch.active, ended_at=None)
    for couple, first, last in rows.values_list("couple_id", "first_on", "last_on"):
        stretches[couple].append((first, last))
    batch.quiet_days = dict(stretches)


def _quiet_hours(batch: Batch) -> None:
    people = [batch.person_of(seat) for seat in batch.seats if seat.schedule.couple_id in batch.active]
    viewer = system(Purpose.MAIL, now=batch.now)
    vault.preload(viewer.keys, owners={person.pk for person in people if person.settings})
    batch.quiet_hours = {person.pk: quiet_hours_of(viewer, person) for person in people}


def quiet_hours_of(viewer: Viewer, person: User) -> Any:
    """The person's quiet hours as they set them; None where there are none."""
    settings = vault.open_or(viewer, person, "settings", gone=None)
    return settings.get("quiet") if isinstance(settings, dict) else None


def plan(batch: Batch) -> dict[UUID, SeatPlan]:
    """The plan of each seat. Of a couple that is not active, a seat only moves on. A seat that cannot be planned
    is put off for an hour, so that it does not stop the others."""
    plans: dict[UUID, SeatPlan] = {}
    for seat in batch.seats:
        couple = seat.schedule.couple_id
        try:
            batch.zones_of(couple)  # the reading hour needs both: a zone that is none must show here
            found = plan_seat(
                seat,
                zone=batch.person_of(seat).zone,
                quiet=batch.quiet_days.get(couple, ()),
                now=batch.now,
            )
        except Exception as error:  # noqa: BLE001 - one poisoned rule must not stop the queue
            log.error("seat %s cannot be planned: %s", seat.pk, type(error).__name__)
            plans[seat.pk] = SeatPlan(next_on=seat.next_on, next_due_at=batch.now + PUT_OFF)
            continue
        if couple not in batch.active:
            found = SeatPlan(next_on=found.next_on, next_due_at=found.next_due_at)
        plans[seat.pk] = found
    return plans
