"""Stepping out of a line: while the plan goes on, and while it rests, whatever the cause."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from accounts.access import PageRequest, Viewer, Who, page
from accounts.couples.states import CoupleState
from repair.plan.locks import NotActive
from repair.plan.models import Version
from repair.plan.queries import LineState, line_read
from repair.plan.stepping_out import Stepped, withdraw
from repair.plan.ways_out import last_signed, ways_out

TOLD = {
    Stepped.NOW: _("You have stepped out. Nobody was mailed."),
    Stepped.LATER: _("You have stepped out. The other sees it when the plan goes on. Nobody was mailed."),
    Stepped.ENDED: _("This line has ended already. Nothing about it was changed."),
    Stepped.CLOSED: _("You have closed your side already. None of these lines can come back into force."),
}


@page(Who.PARTNER, methods=("GET", "POST"))
def step_out(request: PageRequest, line: UUID) -> HttpResponse:
    """What it does, then one button. It needs nobody's yes, and no plan that goes on."""
    left = _left(request.viewer, line)
    if left is not None:
        return _told(request, Stepped.CLOSED, line, left) if request.method == "POST" else _closed(left)
    return _stepped(request, line) if request.method == "POST" else _asked(request, line)


def _asked(request: PageRequest, line: UUID) -> HttpResponse:
    viewer = request.viewer
    if viewer.state is CoupleState.RESTING:
        words = last_signed(viewer, line)
        couple_id = viewer.mine.couple_id
        if words.version.pk not in ways_out(viewer, couple_id, [words]).may_step_out:
            return _closed(couple_id)
        return render(request, "repair/plan/step_out_resting.html", {"line": line, "words": words})
    read, _wordings = line_read(viewer, line)
    if read.state not in {LineState.AGREED, LineState.REVIEW, LineState.TALK}:
        return redirect("repair:line", line)
    return render(request, "repair/plan/step_out.html", {"line": read})


def _stepped(request: PageRequest, line: UUID) -> HttpResponse:
    viewer = request.viewer
    try:
        done = withdraw(viewer=viewer, line=line, now=viewer.now)
    except NotActive as cooling:  # nothing was signed yet, so there is no such line
        raise Http404 from cooling
    return _told(request, done, line, viewer.mine.couple_id)


def _told(request: PageRequest, done: Stepped, line: UUID, couple_id: UUID) -> HttpResponse:
    messages.success(request, TOLD[done])
    return redirect("repair:line", line) if done is Stepped.NOW else _closed(couple_id)


def _closed(couple_id: UUID) -> HttpResponse:
    return redirect("accounts:closed_plan", couple_id)


def _left(viewer: Viewer, line: UUID) -> UUID | None:
    """The couple of this line, if the viewer has closed their side of it and both once signed the line."""
    if not viewer.past_couples:
        return None
    rows = Version.objects.filter(agreement=line, both_signed_at__isnull=False)
    found = rows.filter(agreement__plan__couple_id__in=viewer.past_couples)
    return found.values_list("agreement__plan__couple_id", flat=True).first()
