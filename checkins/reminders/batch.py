"""One batch of due seats, and all that planning them needs, fetched with a constant number of queries."""

import logging
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import starmap
from typing import Any
from uuid import UUID

from accounts.access import Purpose, Viewer, system
from accounts.couples.queries import active_among, active_of, stops
from accounts.mail import claims
from accounts.users.models import User
from accounts.vault import services as vault
from checkins.reminders.planning import Due, SeatPlan, plan_seat
from repair.schedules.models import QuietDays, Seat

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Part:
    """Couples from the id `first` on, before `end`; `number` is None for all of them at once."""

    number: int | None = None
    first: UUID | None = None
    end: UUID | None = None


SEATS = 1  # what `claims.turn` calls this work
PARTNERS = 2
PUT_OFF = timedelta(hours=1)
EVERY = Part()
_COLUMNS = (
    "opens_at", "closes_at", "next_on", "membership_id", "schedule_id", "couple_id",
    "schedule__in_force", "schedule__question_set", "schedule__reading_time", "schedule__reading_days_after",
    "schedule__remind_after_minutes", "schedule__frequency", "schedule__starts_on", "schedule__ends_on",
    "schedule__every", "schedule__weekdays", "schedule__month_day", "schedule__nth", "membership__person_id",
    "membership__person__time_zone", "membership__person__email", "membership__person__mail_stopped_at",
    "membership__person__mail_failed_at", "membership__person__settings",
)  # fmt: skip


@dataclass
class Batch:
    """Due seats; the couples among theirs that are active, with both zones; quiet days; quiet hours by person."""

    now: datetime
    seats: list[Due]
    active: dict[UUID, tuple[str, ...]]
    quiet_days: dict[UUID, list[tuple[date, date]]]
    quiet_hours: dict[UUID, tuple[str, ...]]


def parts(number: int) -> list[Part]:
    """All couples in so many parts, about equal ones: ids are random."""
    between = [UUID(int=(n << 128) // number) for n in range(1, number)]
    return list(starmap(Part, zip(range(number), [None, *between], [*between, None], strict=True)))


def waiting(*, now: datetime, at_most: int) -> int:
    """How many seats are due, counted as far as `at_most`. Most beats find none and need ask nothing else."""
    return Seat.objects.filter(next_due_at__lte=now)[:at_most].count()


def claim(*, now: datetime, limit: int, part: Part = EVERY) -> Batch | None:
    """Hold up to `limit` due seats of the couples in `part`, the longest due first, with what they need; None when
    none is due, or when another engine is at the same part: what one person is owed together is planned by one.

    Only inside a transaction. Seats that another worker holds, or that somebody who rests or signs a rhythm anew
    is just writing, are left for the next time. Both partners' seats come one after the other, so that they are
    seldom in two batches.
    """
    if not claims.turn(SEATS, part.number):
        return None
    due_now = Seat.objects.filter(next_due_at__lte=now)
    if part.first is not None:
        due_now = due_now.filter(couple_id__gte=part.first)
    if part.end is not None:
        due_now = due_now.filter(couple_id__lt=part.end)
    rows = due_now.order_by("next_due_at", "couple_id")[:limit]
    seats = [Due(*row) for row in claims.hold(rows, *_COLUMNS, stops("membership__", now=now))]
    if not seats:
        return None
    active = _active(seats, now=now)
    return Batch(
        now=now,
        seats=seats,
        active=active,
        quiet_days=_quiet_days(active),
        quiet_hours=_quiet_hours([due for due in seats if due.couple in active], now=now),
    )


def _active(seats: list[Due], *, now: datetime) -> dict[UUID, tuple[str, ...]]:
    """The couples that are active, with both time zones. Where both partners have a seat here it was read with
    them; only the others are asked for."""
    places: dict[UUID, dict[UUID, Due]] = defaultdict(dict)
    for due in seats:
        places[due.couple][due.membership] = due
    here = [due for found in places.values() if len(found) == PARTNERS for due in found.values()]
    active = active_of((due.couple, due.zone, due.stopped) for due in here)
    halves = [couple for couple, found in places.items() if len(found) < PARTNERS]
    return active | active_among(halves, now=now) if halves else active


def _quiet_days(couples: Collection[UUID]) -> dict[UUID, list[tuple[date, date]]]:
    stretches: dict[UUID, list[tuple[date, date]]] = defaultdict(list)
    rows = QuietDays.objects.filter(claims.among("couple_id", couples), ended_at=None)
    for couple, first, last in rows.values_list("couple_id", "first_on", "last_on"):
        stretches[couple].append((first, last))
    return stretches


def _quiet_hours(seats: list[Due], *, now: datetime) -> dict[UUID, tuple[str, ...]]:
    viewer = system(Purpose.MAIL, now=now)
    sealed = {due.person: due.settings for due in seats if due.settings}
    vault.preload(viewer.keys, owners=sealed)
    opened = vault.open_each(viewer, User, "settings", sealed.items())
    return {person: tuple(quiet) for person, settings in opened.items() if (quiet := _quiet_of(settings))}


def quiet_hours_of(viewer: Viewer, person: User) -> Any:
    """The person's quiet hours as they set them; None where there are none."""
    return _quiet_of(vault.open_or(viewer, person, "settings", gone=None))


def _quiet_of(settings: Any) -> Any:
    return settings.get("quiet") if isinstance(settings, dict) else None


def plan(batch: Batch) -> list[tuple[Due, SeatPlan]]:
    """Each seat with its plan. One that cannot be planned is put off for an hour, so that it does not stop the
    others."""
    plans: list[tuple[Due, SeatPlan]] = []
    for due in batch.seats:
        quiet = batch.quiet_days.get(due.couple, ())
        try:
            found = plan_seat(due, zones=batch.active.get(due.couple), quiet=quiet, now=batch.now)
        except Exception as error:  # noqa: BLE001 - one poisoned rule must not stop the queue
            log.error("a seat of schedule %s cannot be planned: %s", due.schedule, type(error).__name__)
            found = SeatPlan(next_on=due.next_on, next_due_at=batch.now + PUT_OFF)
        plans.append((due, found))
    return plans
