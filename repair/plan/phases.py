"""The phase of a plan moves, on or back, when both have said yes. A proposal is shown to both from the start."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from accounts.couples.models import Couple
from accounts.refusal import Refusal
from repair.plan.locks import Stale, entered, plan_of
from repair.plan.models import Phase, PhaseProposal, RepairPlan
from repair.timeline.services import note

if TYPE_CHECKING:
    from accounts.access import Viewer


def begin(*, couple: Couple, now: datetime) -> RepairPlan:
    """The plan of a couple that was linked at `now`; the same one when called again. Its story begins when the
    cooling-off ends."""
    plan, made = RepairPlan.objects.get_or_create(
        couple=couple, defaults={"phase_since": now, "season_began_at": now}
    )
    if made:
        note(couple_id=couple.pk, kind="plan.began", at=max(now, couple.cooling_until), ref=plan.pk)
    return plan


@transaction.atomic
def propose_phase(*, viewer: "Viewer", to: str, now: datetime) -> PhaseProposal:
    """Propose another phase. Proposing what stands proposed by oneself changes nothing; proposing what the other
    proposed is a yes to it.

    Raises Refusal for the phase the plan is in, Stale while the other's proposal for another phase is open,
    NotActive.
    """
    mine = entered(viewer, now=now)
    plan = plan_of(mine)
    if to not in Phase.values or to == plan.phase:
        raise Refusal(_("That is the phase you are in. Choose another one, or leave it."))
    there = plan.phase_proposals.filter(closed_at=None).first()
    if there is not None:
        if there.to != to and there.by_id != mine.pk:
            raise Stale(_("There is a proposal to answer first. It stands below."))
        if there.to == to:
            return there if there.by_id == mine.pk else _agreed(plan, there, now=now)
        PhaseProposal.objects.filter(pk=there.pk).update(closed_at=now)
    return PhaseProposal.objects.create(plan=plan, to=to, by=mine, made_at=now)


@transaction.atomic
def agree_phase(*, viewer: "Viewer", proposal: int, now: datetime) -> None:
    """The other's yes: the phase moves. A yes said twice changes nothing.

    Raises Stale for a proposal that is closed without having been agreed, Http404, NotActive.
    """
    mine = entered(viewer, now=now)
    plan = plan_of(mine)
    wanted = _proposal(plan, proposal)
    if wanted.agreed_at is not None:
        return
    if wanted.closed_at is not None:
        raise Stale(_("This proposal is closed. Below is what is true now."))
    if wanted.by_id == mine.pk:
        raise Http404
    _agreed(plan, wanted, now=now)


@transaction.atomic
def close_phase(*, viewer: "Viewer", proposal: int, now: datetime) -> None:
    """Take back one's own proposal, or leave the other's. Without effect where it is closed already.

    Raises Http404, NotActive.
    """
    mine = entered(viewer, now=now)
    wanted = _proposal(plan_of(mine), proposal)
    PhaseProposal.objects.filter(pk=wanted.pk, closed_at=None).update(closed_at=now)


def _agreed(plan: RepairPlan, proposal: PhaseProposal, *, now: datetime) -> PhaseProposal:
    proposal.agreed_at = proposal.closed_at = now
    proposal.save(update_fields=["agreed_at", "closed_at"])
    plan.phase, plan.phase_since = proposal.to, now
    plan.save(update_fields=["phase", "phase_since"])
    # The reference is the plan; which phase it was stands in the proposals, by the same instant.
    note(couple_id=plan.couple_id, kind="plan.phase", at=now, ref=plan.pk)
    return proposal


def _proposal(plan: RepairPlan, proposal: int) -> PhaseProposal:
    found = plan.phase_proposals.filter(pk=proposal).first()
    if found is None:
        raise Http404
    return found
