"""Lines to begin from, by kind of breach; and the first lines, up to three at once."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access import PageRequest, Who, page
from accounts.couples.states import CoupleState
from accounts.refusal import Refusal
from accounts.safety.saved import after_saving
from repair.boundaries import first, mirror
from repair.plan.desk import carried
from repair.plan.kinds import registered
from repair.plan.locks import NotActive
from repair.programmes import content


@page(Who.PARTNER)
def starters(request: PageRequest) -> HttpResponse:
    """All starters under their headings. Choosing one lays it out in the form of its kind; nothing is stored."""
    groups = [
        {
            "breach": breach,
            "starters": [_shown(found) for name in registered() for found in content.starters(name, breach.slug)],
        }
        for breach in content.breaches()
    ]
    return render(request, "repair/boundaries/starters.html", {"groups": groups})


def _shown(starter: content.Starter) -> dict[str, Any]:
    """A starter with the fields of the form it fills in; boxes of a line are ticked."""
    kind = registered()[starter.kind]
    fields = [(name, "on" if name in {"about", "warm"} else value) for name, value in starter.fields.items()]
    return {"kind": kind, "fields": fields, "headline": kind.headline(dict(starter.fields))}


@page(Who.PARTNER, methods=("GET", "POST"))
def first_lines(request: PageRequest) -> HttpResponse:
    """Up to three lines, written alone: sent while the couple is active, kept as drafts at any time."""
    if request.method != "POST":
        return _first_page(request, first.places(request.viewer))
    places = first.places(request.viewer, request.POST)
    used = [place for place in places if place.is_used]
    do = request.POST.get("do")
    if do in {"change", None} or not used:
        return _first_page(request, places, empty=not used, status=200 if used else 422)
    if do == "keep":
        return _first_kept(request, places, used)
    if not all(place.form.is_valid() for place in used):
        return _first_page(request, places, status=422)
    if request.viewer.state is not CoupleState.ACTIVE:
        return _first_page(
            request, places, status=409, refusal=_("Nothing was sent. You can keep them as drafts.")
        )
    return _first_sent(request, places, used, do)


def _first_sent(request: PageRequest, places: list[first.Place], used: list[first.Place], do: str) -> HttpResponse:
    """The mirror where it has something to show; otherwise send."""
    viewer = request.viewer
    bodies = [place.form.body() for place in used]
    reflections = mirror.reflect_on(bodies, viewer) if do == "send" else []
    if reflections:
        context = {
            "headlines": [body["what"] for body in bodies],
            "reflections": reflections,
            "offers_end": any(found.offers_end for found in reflections),
            "carried": carried(request.POST),
            "to": reverse("repair:first_lines"),
            "is_new": True,
        }
        return render(request, "repair/plan/mirror.html", context)
    if do == "end30":
        bodies = [{**body, "about": True} if mirror.wants_end(body) else body for body in bodies]
    try:
        lines = [(place.line, body) for place, body in zip(used, bodies, strict=True)]
        first.send(viewer=viewer, lines=lines, now=viewer.now)
    except NotActive:
        return redirect("repair:plan")
    except first.OtherWords as refusal:
        for place in used:
            if place.line in refusal.lines:
                place.line = uuid4()
        return _first_page(request, places, status=409, refusal=str(refusal))
    except Refusal as refusal:
        return _first_page(request, places, status=422, refusal=str(refusal))
    messages.success(request, _("Sent, and signed in your name. They are in force once both of you have signed."))
    return after_saving(request, bodies, then=redirect("repair:plan"))


def _first_kept(request: PageRequest, places: list[first.Place], used: list[first.Place]) -> HttpResponse:
    try:
        lines = [(place.line, place.typed()) for place in used]
        first.keep(viewer=request.viewer, lines=lines, now=request.viewer.now)
    except Refusal as refusal:
        return _first_page(request, places, status=422, refusal=str(refusal))
    messages.success(request, _("Kept as drafts. Only you see them."))
    return after_saving(request, [typed for _line, typed in lines], then=redirect("repair:plan"))


def _first_page(
    request: PageRequest, places: list[first.Place], *, status: int = 200, refusal: str = "", empty: bool = False
) -> HttpResponse:
    context = {
        "places": places,
        "checked": [place.form for place in places if status == 422 and place.is_used],
        "refusal": _("Write a first line, or leave this page.") if empty else refusal,
        "can_send": request.viewer.state is CoupleState.ACTIVE,
    }
    return render(request, "repair/boundaries/first_lines.html", context, status=status)
