"""The verbs of schedules: compile a rhythm when it comes into force, stop it, and keep its seats on time.

A seat's `next_on` and `next_due_at` are what the engine claims. They follow from the last date planned or asked,
never from “now and an interval”, and each partner's from their own zone alone.
"""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import QuerySet, prefetch_related_objects

from accounts.couples.models import Couple, Membership
from accounts.couples.queries import state_of
from accounts.couples.states import CoupleState
from repair.plan.kinds import Body
from repair.plan.models import Agreement, Version
from repair.schedules import ports, rhythm
from repair.schedules.models import Schedule, Seat
from repair.schedules.recurrence import DAY, instant, next_occurrence

Occurrence = tuple[date, datetime]
SeatKey = tuple[UUID, UUID]  # (schedule, membership)


def next_for(
    schedule: Schedule, seat: Seat, zone: ZoneInfo, after_date: date, now: datetime | None = None
) -> Occurrence | None:
    """A seat's next date later than `after_date`, and when it opens (UTC). Pure: reads and writes no row.

    Without `now` it is the next one planned, however long past: how a backlog is walked. With `now` it is the
    first that opens later than `now`. None when the rule has no more.
    """
    if now is not None:  # two days before today anywhere, every wall-clock time has passed
        after_date = max(after_date, now.astimezone(zone).date() - 3 * DAY)
    found = next_occurrence(schedule.rule, seat.opens_at, zone, after_date)
    while found is not None and now is not None and found[1] <= now:
        found = next_occurrence(schedule.rule, seat.opens_at, zone, found[0])
    return found


@transaction.atomic
def into_force(*, version: Version, body: Body, now: datetime, **_more: object) -> None:
    """Compile a rhythm that both have signed: one schedule per agreement, rewritten in place, with two seats that
    begin after `now` and after the last date each was asked. Both memberships are locked by the caller."""
    agreement = version.agreement
    couple_id = agreement.plan.couple_id
    schedule, _made = Schedule.objects.update_or_create(
        agreement=agreement, defaults={"couple_id": couple_id, "in_force": True, **rhythm.schedule_fields(body)}
    )
    for place in Membership.objects.filter(couple_id=couple_id).select_related("person"):
        opens, closes = rhythm.window_of(body, place.slot)
        seat, _made = Seat.objects.update_or_create(
            schedule=schedule,
            membership=place,
            defaults={"couple_id": couple_id, "opens_at": opens, "closes_at": closes},
        )
        seat.schedule, seat.membership = schedule, place
        _place(seat, now=now)


@transaction.atomic
def out_of_force(*, agreement: Agreement, now: datetime) -> None:
    """Stop a rhythm: nothing is due any more. Check-ins that were made stay as they are."""
    Schedule.objects.filter(agreement=agreement).update(in_force=False)
    seats = Seat.objects.filter(schedule__agreement=agreement)
    _keep(seats)
    _empty(seats)


@transaction.atomic
def standing_changed(*, couple: Couple, now: datetime) -> None:
    """A couple began to rest, goes on, or one of the two moved to another zone.

    Resting empties the seats. Going on fills empty ones, after `now` and the last date asked. A seat that was
    running keeps its date, read in the person's zone as it is now: no date is doubled or skipped by moving.
    """
    places = list(
        Membership.objects.select_for_update(of=("self",))
        .filter(couple=couple)
        .select_related("couple", "person")
        .order_by("pk")
    )
    seats = Seat.objects.filter(schedule__couple=couple, schedule__in_force=True)
    _keep(seats)
    if state_of(places, now=now) is not CoupleState.ACTIVE:
        _empty(seats)
        return
    for seat in seats.select_related("schedule", "membership__person"):
        if seat.next_on is None:
            _place(seat, now=now)
        else:
            _retime(seat)


def retime(*, now: datetime) -> int:
    """Read every date that is still to come again, for when a release of tzdata has changed a zone. Returns how
    many seats moved. Safe to repeat; each batch is its own transaction."""
    total, last = 0, None
    while True:
        moved, last = retime_some(now=now, after=last)
        total += moved
        if last is None:
            return total


@transaction.atomic
def retime_some(*, now: datetime, after: SeatKey | None, most: int = 500) -> tuple[int, SeatKey | None]:
    """`retime` for up to `most` seats behind the seat `after`, in the order of their keys. Returns how many moved,
    and the last seat looked at; None when there are no more."""
    due = Seat.objects.filter(next_due_at__gt=now, **({"pk__gt": after} if after else {})).order_by("pk")
    rows = list(due.select_for_update(of=("self",))[:most])
    prefetch_related_objects(rows, "schedule", "membership__person")  # behind the lock: as they are now
    return sum(_retime(seat) for seat in rows), rows[-1].pk if rows else None


def _place(seat: Seat, *, now: datetime) -> None:
    """Give a seat its next date after `now` and after the last one this partner was asked."""
    asked = ports.last_asked(schedule=seat.schedule, membership=seat.membership)
    after = max(asked, seat.schedule.starts_on - DAY) if asked else seat.schedule.starts_on - DAY
    found = next_for(seat.schedule, seat, seat.membership.person.zone, after, now)
    _save(seat, found)


def _retime(seat: Seat) -> bool:
    """Read a running seat's date in its person's zone as it is now. Returns whether it moved."""
    if seat.next_on is None:
        return False
    zone, on = seat.membership.person.zone, seat.next_on
    at = instant(on, seat.opens_at, zone)
    found = (on, at) if at is not None else next_for(seat.schedule, seat, zone, on)
    return _save(seat, found)


def _save(seat: Seat, found: Occurrence | None) -> bool:
    on, at = found or (None, None)
    if (seat.next_on, seat.next_due_at) == (on, at):
        return False
    seat.next_on, seat.next_due_at = on, at
    seat.save(update_fields=["next_on", "next_due_at"])
    return True


def _keep(seats: QuerySet[Seat]) -> None:
    """Hold seats until the commit, in the order in which all who write several do."""
    list(seats.select_for_update(of=("self",)).order_by("schedule_id", "membership_id").values_list("schedule_id"))


def _empty(seats: "Iterable[Seat]") -> None:
    seats.update(next_on=None, next_due_at=None)  # type: ignore[attr-defined]


__all__ = [
    "Occurrence",
    "SeatKey",
    "into_force",
    "next_for",
    "out_of_force",
    "retime",
    "retime_some",
    "standing_changed",
]
