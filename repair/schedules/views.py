"""The page of quiet days."""

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.access import Needs, PageRequest, Viewer, Who, page
from accounts.refusal import Refusal
from repair.plan.locks import NotActive
from repair.schedules import quiet as services
from repair.schedules.quiet_forms import QuietForm
from repair.schedules.recurrence import DAY


@page(Who.PARTNER, methods=("GET", "POST"), needs=Needs.ACTIVE)
def quiet_days(request: PageRequest) -> HttpResponse:
    """Set quiet days, alone and for both; and see the ones that are set."""
    viewer = request.viewer
    today = _today(viewer)
    if request.method != "POST":
        initial = {"first_on": today + DAY, "last_on": today + 4 * DAY}
        return _shown(request, QuietForm(today=today, initial=initial))
    form = QuietForm(request.POST, today=today)
    if not form.is_valid():
        return _shown(request, form, status=422)
    if request.POST.get("do") == "show":
        return _shown(request, form)
    try:
        services.set_quiet_days(viewer=viewer, today=today, now=viewer.now, **form.cleaned_data)
    except NotActive:
        return redirect("repair:quiet_days")
    except Refusal as refusal:
        return _shown(request, form, status=422, refusal=str(refusal))
    messages.success(request, _("Quiet days are set. You both see them."))
    return redirect("repair:quiet_days")


@page(Who.PARTNER, methods=("POST",), needs=Needs.ACTIVE)
def end_quiet_days(request: PageRequest, quiet: UUID) -> HttpResponse:
    """End one stretch of quiet days, whoever set it."""
    viewer = request.viewer
    try:
        services.end_quiet_days(viewer=viewer, quiet=quiet, today=_today(viewer), now=viewer.now)
    except NotActive:
        return redirect("repair:quiet_days")
    messages.success(request, _("They are ended. The rhythm goes on as agreed."))
    return redirect("repair:quiet_days")


def _shown(request: PageRequest, form: QuietForm, *, status: int = 200, refusal: str = "") -> HttpResponse:
    dates = form.cleaned_data if form.is_bound and form.is_valid() else form.initial
    last = dates.get("last_on")
    today = _today(request.viewer)
    context = {
        "form": form,
        "refusal": refusal,
        "until": last + DAY if last else None,
        "ahead": services.ahead(request.viewer, today=today),
        "today": today,
    }
    return render(request, "repair/schedules/quiet_days.html", context, status=status)


def _today(viewer: Viewer) -> date:
    """The viewer's own date."""
    return viewer.now.astimezone(viewer.person.zone if viewer.person else None).date()
