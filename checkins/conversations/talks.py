"""Verbs of a talk. Each locks both memberships first, so that what two phones press at once happens in an order;
each looks at the clock behind the lock, and does nothing where the talk has moved on meanwhile."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from accounts.couples.models import Membership, Slot
from accounts.refusal import Refusal
from checkins.conversations.clock import (
    QUESTIONS,
    STAGES,
    TIME_OUTS,
    Clock,
    State,
    clock_of,
    length_of,
    may_come,
)
from checkins.conversations.models import Talk
from checkins.conversations.topics import topic_of
from repair.plan.locks import entered
from repair.programmes.ports import next_reading_hour
from repair.schedules.models import Seat
from repair.schedules.recurrence import DAY, dates_after
from repair.timeline.services import note as note_event

if TYPE_CHECKING:
    from accounts.access import Viewer

PAST = 20
HELD = "talk.held"  # the event; checkins.conversations.closing says who sees a line of it


def talk_of(viewer: "Viewer", talk: UUID) -> Talk:
    """A talk of the viewer's couple. Raises Http404."""
    row = Talk.objects.visible_to(viewer).filter(pk=talk).select_related("topic", "offered_by").first()
    if row is None:
        raise Http404
    return row


def open_talk(viewer: "Viewer") -> Talk | None:
    """The talk that is offered, agreed or under way; None where there is none."""
    row = Talk.objects.visible_to(viewer).filter(closed_at=None).select_related("topic", "offered_by").first()
    standing = {State.OFFERED, State.AGREED, State.RUNNING, State.PAUSED}
    return row if row is not None and clock_of(row, now=viewer.now).state in standing else None


def past_talks(viewer: "Viewer") -> list[Talk]:
    """The last talks of the couple that took their time, latest first."""
    rows = Talk.objects.visible_to(viewer).filter(began_at__isnull=False).order_by("-began_at", "pk")
    return [row for row in rows[:PAST] if clock_of(row, now=viewer.now).state is State.OVER]


def speaks(talk: Talk, clock: Clock, person_id: UUID | None) -> bool:
    """Whether it is this person's turn: first that of whoever brought the topic up, then the other's."""
    return (person_id == talk.topic.author_id) == clock.first_turn


def here(talk: Talk, membership: Membership) -> bool:
    """Whether this partner has pressed “I’m here”."""
    return talk.a_here if membership.slot == Slot.A else talk.b_here


def has_check_in(viewer: "Viewer", on: date) -> bool:
    """Whether the viewer has a check-in on that date of theirs."""
    seats = Seat.objects.filter(membership=viewer.mine, schedule__in_force=True).select_related("schedule")
    return any(next(dates_after(seat.schedule.rule, on - DAY), None) == on for seat in seats)


@transaction.atomic
def offer(*, viewer: "Viewer", topic: UUID, starts_at: datetime, minutes: int, now: datetime) -> Talk:
    """Offer a time to talk about a topic both see. An offer that waits, the other's too, gives way to it.

    Raises Http404, NotActive, Refusal where the topic is not brought up, or a time is agreed already.
    """
    mine = entered(viewer, now=now)
    found = topic_of(viewer, topic)
    if not found.brought_up:
        raise Refusal(_("Bring it up first, so that the other knows what the talk would be about."))
    for before in Talk.objects.filter(couple=mine.couple, closed_at=None):
        clock = clock_of(before, now=now)
        if clock.state in {State.AGREED, State.RUNNING, State.PAUSED}:
            raise Refusal(_("The two of you have agreed on a talk already. One at a time."))
        if (before.topic_id, before.starts_at, before.minutes, before.offered_by_id) == (
            topic,
            starts_at,
            minutes,
            mine.pk,
        ) and clock.state is State.OFFERED:
            return before
        before.closed_at = clock.ends_at or now
        before.save(update_fields=["closed_at"])
    return Talk.objects.create(
        couple=mine.couple, topic=found.row, offered_by=mine, starts_at=starts_at, minutes=minutes, made_at=now
    )


@transaction.atomic
def say_yes(*, viewer: "Viewer", talk: UUID, now: datetime) -> None:
    """Agree to the time the other offered. Without effect on one's own offer, or one that is no longer there."""
    mine, row, clock = _entered(viewer, talk, now=now)
    if clock.state is State.OFFERED and row.offered_by_id != mine.pk:
        row.yes_at = now
        row.save(update_fields=["yes_at"])


@transaction.atomic
def come(*, viewer: "Viewer", talk: UUID, now: datetime) -> None:
    """Say “I’m here”. When both have, the clock begins, or goes on after a time-out."""
    mine, row, clock = _entered(viewer, talk, now=now)
    if not may_come(row, clock, now=now):
        return
    row.a_here, row.b_here = row.a_here or mine.slot == Slot.A, row.b_here or mine.slot == Slot.B
    if row.a_here and row.b_here:
        row.a_here = row.b_here = False
        if row.began_at is None:
            row.began_at = row.stage_at = now
            note_event(couple_id=row.couple_id, kind=HELD, at=now, ref=row.pk)
        else:
            row.stage_at = now + timedelta(seconds=row.held) - length_of(row, row.stage)
            row.resume_at, row.held = None, 0
    _saved(row, now=now)


@transaction.atomic
def pass_on(*, viewer: "Viewer", talk: UUID, stage: int, now: datetime) -> None:
    """End a stage before its time: whose turn it is may. `stage` is the one the button stood on."""
    mine, row, clock = _entered(viewer, talk, now=now)
    if clock.state is not State.RUNNING or clock.stage != stage or not speaks(row, clock, mine.person_id):
        return
    if stage == STAGES - 1:
        row.closed_at = now
    else:
        row.stage, row.stage_at, row.asked = stage + 1, now, 0
    _saved(row, now=now)


@transaction.atomic
def count_question(*, viewer: "Viewer", talk: UUID, stage: int, asked: int, now: datetime) -> None:
    """Note that the listener asked a follow-up question; `asked` is how many the page showed."""
    mine, row, clock = _entered(viewer, talk, now=now)
    counts = clock.state is State.RUNNING and clock.stage == stage and clock.saying_back
    if counts and not speaks(row, clock, mine.person_id) and asked_in(row, clock) == asked < QUESTIONS:
        _rolled(row, clock, now=now)
        row.asked = asked + 1
        _saved(row, now=now)


@transaction.atomic
def time_out(*, viewer: "Viewer", talk: UUID, minutes: int, now: datetime) -> None:
    """Stop the clock and say when one comes back to it. Either may; who it was is kept nowhere. Raises KeyError
    for a length that is not offered."""
    if minutes not in TIME_OUTS:
        raise KeyError(minutes)
    _mine, row, clock = _entered(viewer, talk, now=now)
    if clock.state is State.RUNNING and clock.left is not None:
        _rolled(row, clock, now=now)
        row.held, row.resume_at = int(clock.left.total_seconds()), now + timedelta(minutes=minutes)
        _saved(row, now=now)


@transaction.atomic
def end(*, viewer: "Viewer", talk: UUID, now: datetime) -> None:
    """End it, or take the offer back: either, at once, without a reason. Also where it waits or rests."""
    mine, row, clock = _entered(viewer, talk, now=now)
    if clock.state is State.OFFERED and row.offered_by_id != mine.pk:
        return  # not answering is the way to say no
    if row.closed_at is None and clock.state in {State.OFFERED, State.AGREED, State.RUNNING, State.PAUSED}:
        _rolled(row, clock, now=now)
        row.closed_at = now
        _saved(row, now=now)


def asked_in(talk: Talk, clock: Clock) -> int:
    """How many follow-up questions were asked in the stage that the clock is in."""
    return talk.asked if clock.stage == talk.stage else 0


def _entered(viewer: "Viewer", talk: UUID, *, now: datetime) -> tuple[Membership, Talk, Clock]:
    mine = entered(viewer, now=now)
    row = talk_of(viewer, talk)
    return mine, row, clock_of(row, now=now)


def _rolled(row: Talk, clock: Clock, *, now: datetime) -> None:
    """Write down the stage that time alone has reached."""
    if clock.state is State.RUNNING and clock.left is not None and clock.stage != row.stage:
        row.asked = 0
        row.stage, row.stage_at = clock.stage, now + clock.left - length_of(row, clock.stage)


def _saved(row: Talk, *, now: datetime) -> None:
    """Save, with the reading hour that follows from when the talk ends by itself."""
    if row.began_at is not None:
        ends_at = clock_of(row, now=now).ends_at
        assert ends_at is not None
        row.reads_at = next_reading_hour(row.couple_id, now=ends_at)
    row.save()
