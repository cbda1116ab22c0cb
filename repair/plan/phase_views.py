"""The page of the phase: which one, a proposal to answer, another to propose."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.access import Needs, PageRequest, Who, page
from accounts.refusal import Refusal
from repair.plan import phases
from repair.plan.forms import OnProposal, ToPhase
from repair.plan.locks import NotActive, Stale
from repair.plan.models import Phase
from repair.plan.queries import plan_read


@page(Who.PARTNER, methods=("GET", "POST"), needs=Needs.ACTIVE)
def phase(request: PageRequest) -> HttpResponse:
    """Propose a phase, say yes to one, or close a proposal."""
    viewer = request.viewer
    if request.method != "POST":
        return _phase_page(request)
    verbs = {"agree": phases.agree_phase, "close": phases.close_phase}
    verb = verbs.get(request.POST.get("do", ""))
    try:
        if verb is not None:
            form = OnProposal(request.POST)
            if not form.is_valid():
                return _phase_page(request, status=422, problem=_("Open this page again and choose there."))
            verb(viewer=viewer, proposal=form.cleaned_data["proposal"], now=viewer.now)
        else:
            to = ToPhase(request.POST, now_in="")
            if not to.is_valid():
                return _phase_page(request, to, status=422)
            phases.propose_phase(viewer=viewer, to=to.cleaned_data["to"], now=viewer.now)
    except NotActive:
        return redirect("repair:plan")
    except Refusal as refusal:
        return _phase_page(request, status=409 if isinstance(refusal, Stale) else 422, problem=str(refusal))
    messages.success(request, _("Done. This page shows how it stands."))
    return redirect("repair:phase")


def _phase_page(
    request: PageRequest, form: ToPhase | None = None, *, status: int = 200, problem: str = ""
) -> HttpResponse:
    read = plan_read(request.viewer)
    proposal = read.phase_proposal
    context = {
        "plan": read.plan,
        "proposal": proposal,
        "by": read.people[proposal.by_id] if proposal else None,
        "is_mine": proposal is not None and proposal.by_id == request.viewer.mine.pk,
        "order": Phase.choices,
        "form": form or ToPhase(now_in=read.plan.phase),
        "problem": problem,
    }
    return render(request, "repair/plan/phase.html", context, status=status)
