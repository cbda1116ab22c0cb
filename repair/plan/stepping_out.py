"""Stepping out of a line: at any time, by one alone, whoever began a rest and whatever its cause.

While the plan goes on it takes effect at once. While it rests no line is in force, so nothing has to stop; what
the other sees must not move either. So it is kept beside the signatures, for whoever did it alone, and takes its
place in the same transaction in which the plan goes on: dated then, in the order of the lines, so that nothing
tells when in the rest, or in which order, it was done. There is no way back but a new yes of both.
"""

from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.http import Http404

from accounts.couples.models import Couple, Membership
from accounts.couples.queries import memberships_of, state_of
from accounts.couples.states import CoupleState
from repair.plan.closing import close, end_line
from repair.plan.kinds import kind_named
from repair.plan.locks import NotActive, locked
from repair.plan.models import Agreement, Signature, StepOut, Version
from repair.plan.standing import standing_of, standing_signatures, today_of
from repair.timeline.services import note as note_event

if TYPE_CHECKING:
    from accounts.access import Viewer


class Stepped(Enum):
    """When stepping out takes effect for the other."""

    NOW = "now"
    LATER = "when the plan goes on"
    ENDED = "the line is history, nothing was changed"
    CLOSED = "one’s own side is closed, nothing comes back into force"


@transaction.atomic
def withdraw(*, viewer: "Viewer", line: UUID, now: datetime) -> Stepped:
    """Step out of a line: all of one's signatures on it. Out of force at once; nobody's yes is needed. A line that
    both have stepped out of is history. Stepping out twice changes nothing.

    Which of the two ways it goes is decided behind the couple's lock, not by the page the person stood on: a rest
    that began or ended meanwhile never turns anybody away. Raises Http404 for a foreign or unknown line, and while
    resting for one that both never signed; NotActive while a link cools off.
    """
    mine, state = locked(viewer, now=now)
    agreement, versions = _line(line, mine.couple_id)
    if mine.left_at is not None:
        return Stepped.CLOSED
    if state is CoupleState.COOLING:
        raise NotActive
    if state is CoupleState.ACTIVE:
        return _step_out(agreement, versions, mine, now=now)
    last = standing_of(agreement, versions, today=today_of(now)).last
    if last is None:  # only a proposal: while the plan rests nobody sees those
        raise Http404
    if agreement.ended_at is not None:
        return Stepped.ENDED
    if any(s.membership_id == mine.pk for s in standing_signatures(last)):
        StepOut.objects.get_or_create(membership=mine, agreement=agreement)
    return Stepped.LATER


@transaction.atomic
def settle(*, couple: Couple, now: datetime) -> None:
    """Let what was stepped out of during a rest take its place, now that the plan goes on. Called with both
    memberships locked, inside the transaction that ends the rest. Does nothing while the plan still rests."""
    if state_of(memberships_of(couple.pk), now=now) is not CoupleState.ACTIVE:
        return
    waiting = StepOut.objects.filter(membership__couple=couple).select_related("membership")
    for step in waiting.order_by("agreement__number", "membership__slot"):
        _step_out(*_line(step.agreement_id, couple.pk), step.membership, now=now)
        step.delete()


def _step_out(agreement: Agreement, versions: list[Version], mine: Membership, *, now: datetime) -> Stepped:
    before = standing_of(agreement, versions, today=today_of(now))
    if agreement.ended_at is not None or before.last is None:
        return Stepped.NOW
    # Past its date it is out of force already, but its kind learns that from a job that may not have run yet.
    running = agreement.lapsed_at is None and len(standing_signatures(before.last)) == 2
    standing = Signature.objects.filter(version__agreement=agreement, withdrawn_at=None)
    standing.filter(membership=mine).update(withdrawn_at=now)
    if before.open is not None and before.open.author_id == mine.pk:
        close(before.open, now=now)
    if running:
        kind_named(agreement.kind).out_of_force(agreement=agreement, now=now)
        note_event(couple_id=mine.couple_id, kind="plan.talk", at=now, ref=before.last.pk)
    if not standing.exists():
        end_line(agreement, before.last, couple_id=mine.couple_id, now=now)
    return Stepped.NOW


def _line(line: UUID, couple_id: UUID) -> tuple[Agreement, list[Version]]:
    """A line of this couple, locked, with its versions and their signatures. Raises Http404. Not asked through
    what the viewer may read: a rest may have begun or ended since the request came in."""
    agreement = (
        Agreement.objects.select_for_update(of=("self",)).filter(pk=line, plan__couple_id=couple_id).first()
    )
    if agreement is None:
        raise Http404
    versions = Version.objects.filter(agreement=agreement).prefetch_related("signatures").order_by("number")
    return agreement, list(versions)


__all__ = ["Stepped", "settle", "withdraw"]
