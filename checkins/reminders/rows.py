"""Writing a planned batch: check-ins, prompts and the seats' next times, each kind of row in one statement."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from accounts.mail import claims
from checkins.prompts.models import CheckIn, Prompt
from checkins.reminders.batch import Batch
from checkins.reminders.planning import Occurrence, SeatPlan
from repair.schedules.models import Schedule, Seat
from repair.schedules.recurrence import reading_instant

Key = tuple[UUID, date]  # (schedule, date): what a check-in is known by


@dataclass(frozen=True)
class Asked:
    """A prompt made now, that a mail is owed for."""

    seat: Seat
    prompt: Prompt


def write(batch: Batch, plans: dict[UUID, SeatPlan]) -> list[Asked]:
    """Write what was planned. Returns the prompts that are new and open: a date that was served already (a rhythm
    signed anew the same evening) is not among them."""
    wanted = [(seat, occurrence) for seat in batch.seats for occurrence in _all(plans[seat.pk])]
    check_ins = _check_ins(batch, wanted)
    known = set(
        Prompt.objects.filter(check_in__in=check_ins.values()).values_list("check_in_id", "membership_id")
        if wanted
        else ()
    )
    prompts, asked = [], []
    for seat, occurrence in wanted:
        check_in = check_ins[seat.schedule_id, occurrence.on]
        if (check_in, seat.membership_id) in known:
            continue
        now_asked = occurrence is plans[seat.pk].asked
        prompt = Prompt(
            check_in_id=check_in,
            membership_id=seat.membership_id,
            opens_at=occurrence.opens_at,
            closes_at=occurrence.closes_at,
            not_sent=not now_asked,
        )
        prompts.append(prompt)
        if now_asked:
            asked.append(Asked(seat, prompt))
    Prompt.objects.bulk_create(prompts)
    claims.write_back(
        Seat,
        [
            (seat.pk, {"next_on": plans[seat.pk].next_on, "next_due_at": plans[seat.pk].next_due_at})
            for seat in batch.seats
        ],
    )
    return asked


def _all(plan: SeatPlan) -> list[Occurrence]:
    return [*plan.missed, *([plan.asked] if plan.asked else [])]


def _check_ins(batch: Batch, wanted: list[tuple[Seat, Occurrence]]) -> dict[Key, UUID]:
    """The check-in of every (schedule, date): the one that is there, or a new one. Both partners' seats, served
    by two workers at once, meet in the same row; all write in the same order, so that none waits in a ring."""
    if not wanted:
        return {}
    new: dict[Key, CheckIn] = {}
    for seat, occurrence in wanted:
        schedule = seat.schedule
        new[schedule.pk, occurrence.on] = CheckIn(
            schedule_id=schedule.pk,
            couple_id=schedule.couple_id,
            on=occurrence.on,
            question_set=schedule.question_set,
            reads_at=_reads_at(batch, schedule, occurrence.on),
            made_at=batch.now,
        )
    CheckIn.objects.bulk_create([new[key] for key in sorted(new)], ignore_conflicts=True)
    schedules, dates = {key[0] for key in new}, {key[1] for key in new}
    rows = CheckIn.objects.filter(schedule__in=schedules, on__in=dates).values_list("schedule_id", "on", "pk")
    return {(schedule, on): pk for schedule, on, pk in rows}


def _reads_at(batch: Batch, schedule: Schedule, on: date) -> datetime | None:
    """The reading hour, fixed when the check-in is made; None where it is as soon as both are in."""
    if schedule.reading_time is None:
        return None
    zones = batch.zones_of(schedule.couple_id)
    return reading_instant(on, schedule.reading_time, schedule.reading_days_after, zones)
