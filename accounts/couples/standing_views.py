"""Pages of stopping alone: rest, end a rest, leave; and of what stays readable afterwards."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import get_template
from django.utils.translation import gettext as _

from accounts.access import PageRequest, Who, page
from accounts.couples import ports, services
from accounts.couples.forms import About
from accounts.couples.queries import closed_of, pair_of


@page(Who.PARTNER, methods=("GET", "POST"))
def rest(request: PageRequest) -> HttpResponse:
    """Stop the plan, alone and without a date. One press; no reason, no second person, no password."""
    viewer = request.viewer
    mine = viewer.mine
    if request.method == "POST":
        services.rest(person=mine.person, now=viewer.now)
        return redirect("checkins:today")
    if mine.rested_at is not None:
        return redirect("checkins:today")
    return render(request, "accounts/couples/rest.html", {"pair": pair_of(viewer)})


@page(Who.PARTNER)
def resting_preview(request: PageRequest) -> HttpResponse:
    """The resting page, word for word, before it is anybody's."""
    return render(request, "accounts/couples/resting.html", {"mine_rests": False})


@page(Who.PARTNER, methods=("POST",))
def resume(request: PageRequest) -> HttpResponse:
    """End one's own rest."""
    viewer = request.viewer
    services.resume(person=viewer.mine.person, now=viewer.now)
    return redirect("checkins:today")


@page(Who.PARTNER, methods=("GET", "POST"))
def leave(request: PageRequest) -> HttpResponse:
    """Close one's own side: the same page in the same words for whoever goes first and whoever goes second."""
    viewer = request.viewer
    if viewer.standing is None:
        if viewer.past_couples:
            return redirect("accounts:closed")
        raise Http404
    if request.method != "POST":
        return render(request, "accounts/couples/leave.html", {"pair": pair_of(viewer)})
    about = About.read(request.POST)
    if about is not None and services.leave(person=viewer.mine.person, couple_id=about, now=viewer.now):
        messages.success(request, _("Your side is closed. No mail went out."))
        return redirect("accounts:closed")
    return redirect("accounts:leave")


@page(Who.PARTNER)
def closed(request: PageRequest) -> HttpResponse:
    """The couples one has left, and the one that rests."""
    return render(request, "accounts/couples/closed.html", {"plans": closed_of(request.viewer)})


@page(Who.PARTNER)
def closed_plan(request: PageRequest, couple: UUID) -> HttpResponse:
    """One of them: own words, and what both signed, as the rooms that hold them show it."""
    viewer = request.viewer
    plan = next((one for one in closed_of(viewer) if one.couple_id == couple), None)
    if plan is None:
        raise Http404
    parts = [
        (title, _rendered(template, context, request))
        for hook in ports.closed_parts
        for title, template, context in hook(viewer=viewer, couple_id=couple)
    ]
    return render(request, "accounts/couples/closed_plan.html", {"plan": plan, "parts": parts})


def _rendered(template: str, context: dict[str, Any], request: PageRequest) -> str:
    """One part; with the request, because a part may hold a form."""
    return get_template(template).render({**context, "viewer": request.viewer}, request)
