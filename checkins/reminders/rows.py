"""Writing a planned batch: check-ins, prompts and the seats' next times, each kind of row in one statement."""

from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from accounts.mail import claims
from checkins.prompts.models import CheckIn, Prompt
from checkins.reminders.batch import Batch
from checkins.reminders.planning import Due, Occurrence, SeatPlan
from repair import clock
from repair.schedules.models import Seat

Id = UUID | str  # text: drawn here a moment ago
Key = tuple[UUID, date]  # (schedule, date): what a check-in is known by
Wanted = tuple[Due, Occurrence, bool]  # the last: whether it is to be asked now
_CHECK_IN = ("id", "schedule", "couple", "on", "question_set", "reads_at", "made_at")
_PROMPT = ("id", "check_in", "membership", "opens_at", "closes_at", "not_sent")


class Asked(NamedTuple):
    """A prompt made now, that a mail is owed for."""

    due: Due
    prompt: str
    opens_at: datetime
    closes_at: datetime


def write(batch: Batch, plans: list[tuple[Due, SeatPlan]]) -> list[Asked]:
    """Write what was planned. Returns the prompts that are new and open: a date that was served already (a rhythm
    signed anew the same evening) is not among them."""
    wanted = _wanted(plans)
    check_ins, served = _check_ins(batch, wanted)
    prompts, asked = [], []
    for (due, at, is_asked), prompt in zip(wanted, clock.ids(len(wanted)), strict=True):
        check_in = check_ins[due.schedule, at.on]
        if (check_in, due.membership) in served:
            continue
        prompts.append((prompt, check_in, due.membership, at.opens_at, at.closes_at, not is_asked))
        if is_asked:
            asked.append(Asked(due, prompt, at.opens_at, at.closes_at))
    claims.insert(Prompt, _PROMPT, prompts)
    nexts = [
        ((due.schedule, due.membership), {"next_on": p.next_on, "next_due_at": p.next_due_at}) for due, p in plans
    ]
    claims.write_back(Seat, nexts)
    return asked


def _wanted(plans: list[tuple[Due, SeatPlan]]) -> list[Wanted]:
    """Every occurrence that gets a prompt, those of one schedule side by side."""
    wanted: list[Wanted] = []
    for due, plan in plans:
        if plan.missed:
            wanted += [(due, missed, False) for missed in plan.missed]
        if plan.asked:
            wanted.append((due, plan.asked, True))
    return wanted


def _check_ins(batch: Batch, wanted: list[Wanted]) -> tuple[dict[Key, Id], set[tuple[Id, UUID]]]:
    """The check-in of every (schedule, date): the one that is there, or a new one; and (check-in, membership) of
    the prompts that are there already. Both partners' seats, served by two workers at once, meet in the same row;
    all write in the same order, so that none waits in a ring."""
    first = {(due.schedule, at.on): (due, at) for due, at, _ in wanted}
    if not first:
        return {}, set()
    ordered = sorted(first)
    new: dict[Key, Id] = dict(zip(ordered, clock.ids(len(ordered)), strict=True))
    rows = []
    for key in ordered:
        due, at = first[key]
        rows.append((new[key], due.schedule, due.couple, at.on, due.question_set, at.reads_at, batch.now))
    if claims.insert(CheckIn, _CHECK_IN, rows, or_leave=True) == len(rows):
        return new, set()
    there = CheckIn.objects.filter(
        claims.among("schedule_id", {key[0] for key in ordered}), on__in={key[1] for key in ordered}
    )
    found: dict[Key, Id] = {
        (schedule, on): ident for schedule, on, ident in there.values_list("schedule_id", "on", "pk")
    }
    check_ins = {key: found[key] for key in ordered}
    prompts = Prompt.objects.filter(claims.among("check_in_id", check_ins.values()))
    return check_ins, set(prompts.values_list("check_in_id", "membership_id"))
