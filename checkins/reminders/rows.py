"""Writing a planned batch: check-ins, prompts and the seats' next times, each kind of row in one statement."""

from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID, uuid4

from accounts.mail import claims
from checkins.prompts.models import CheckIn, Prompt
from checkins.reminders.batch import Batch
from checkins.reminders.planning import Due, Occurrence, SeatPlan
from repair.schedules.models import Seat

Key = tuple[UUID, date]  # (schedule, date): what a check-in is known by
_CHECK_IN = ("id", "schedule", "couple", "on", "question_set", "reads_at", "made_at")
_PROMPT = ("id", "check_in", "membership", "opens_at", "closes_at", "not_sent")


class Asked(NamedTuple):
    """A prompt made now, that a mail is owed for."""

    due: Due
    prompt: UUID
    opens_at: datetime
    closes_at: datetime


def write(batch: Batch, plans: dict[UUID, SeatPlan]) -> list[Asked]:
    """Write what was planned. Returns the prompts that are new and open: a date that was served already (a rhythm
    signed anew the same evening) is not among them."""
    wanted = [
        (due, occurrence, occurrence is plans[due.seat].asked)
        for due in batch.seats
        for occurrence in _all(plans[due.seat])
    ]
    check_ins = _check_ins(batch, wanted)
    served = _served(check_ins)
    prompts, asked = [], []
    for due, occurrence, is_asked in wanted:
        check_in = check_ins[due.schedule, occurrence.on]
        if (check_in, due.membership) in served:
            continue
        prompt = uuid4()
        prompts.append((prompt, check_in, due.membership, occurrence.opens_at, occurrence.closes_at, not is_asked))
        if is_asked:
            asked.append(Asked(due, prompt, occurrence.opens_at, occurrence.closes_at))
    claims.insert(Prompt, _PROMPT, prompts)
    nexts = [(seat, {"next_on": p.next_on, "next_due_at": p.next_due_at}) for seat, p in plans.items()]
    claims.write_back(Seat, nexts)
    return asked


def _all(plan: SeatPlan) -> list[Occurrence]:
    return [*plan.missed, plan.asked] if plan.asked else list(plan.missed)


def _served(check_ins: dict[Key, UUID]) -> set[tuple[UUID, UUID]]:
    """(check-in, membership) of the prompts that are there already."""
    if not check_ins:
        return set()
    rows = Prompt.objects.filter(check_in__in=list(check_ins.values()))
    return set(rows.values_list("check_in_id", "membership_id"))


def _check_ins(batch: Batch, wanted: list[tuple[Due, Occurrence, bool]]) -> dict[Key, UUID]:
    """The check-in of every (schedule, date): the one that is there, or a new one. Both partners' seats, served
    by two workers at once, meet in the same row; all write in the same order, so that none waits in a ring."""
    new = {
        (due.schedule, at.on): (uuid4(), due.schedule, due.couple, at.on, due.question_set, at.reads_at, batch.now)
        for due, at, _ in wanted
    }
    if not new:
        return {}
    claims.insert(CheckIn, _CHECK_IN, [new[key] for key in sorted(new)], or_leave=True)
    schedules, dates = {key[0] for key in new}, {key[1] for key in new}
    rows = CheckIn.objects.filter(schedule__in=schedules, on__in=dates).values_list("schedule_id", "on", "pk")
    return {(schedule, on): pk for schedule, on, pk in rows if (schedule, on) in new}
