"""If tonight is hard: what helps for half an hour. One tap from every page; nothing here is sent to anybody."""

import re
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.access import PageRequest, Who, page
from accounts.couples.queries import pair_of
from accounts.couples.states import CoupleState
from accounts.meanwhile import ChangedMeanwhile
from accounts.refusal import Refusal
from accounts.safety.saved import after_saving
from accounts.users.queries import me
from checkins.hard.asides import Kind, Put, asides_of, asked_on, drop, evening_of, park_again, put_aside
from checkins.hard.beside import reassurances_of, time_outs_of
from checkins.hard.cards import CARDS, SENSES, around, back_at, breaths
from checkins.hard.forms import After, Park, Somebody

_AGAIN = timedelta(days=3)  # how long a line stays closed, unless another day is chosen
# Where somebody is led who has taken something away.
_BACK = {
    Kind.PARKED: "checkins:park",
    Kind.AFTER: "checkins:after",
    Kind.ASKED: "checkins:today",
    Kind.DAY: "checkins:heavy_days",
}


@page(Who.PARTNER)
def hard(request: PageRequest) -> HttpResponse:
    """Cards to hold up, what one can do alone, whom to call, and ways to stop. Stores nothing."""
    viewer = request.viewer
    person = next(iter(asides_of(viewer, Kind.PERSON)), None)
    back = back_at(_here(request))
    beside = reassurances_of(viewer)
    context = {
        "cards": [(card, card.said(back)) for card in CARDS],
        "back": back,
        "person": person,
        "dial": re.sub(r"[^0-9+]", "", person.more) if person else "",
        "beside": beside,
        "rules": time_outs_of(viewer),
        "pair": pair_of(viewer) if beside else None,
        "active": viewer.state is CoupleState.ACTIVE,
        "linked": viewer.state is not CoupleState.NONE,
    }
    return render(request, "checkins/hard/hard.html", context)


@page(Who.PARTNER)
def hold(request: PageRequest, card: str) -> HttpResponse:
    """One sentence on the whole screen."""
    found = around(card)
    if found is None:
        raise Http404
    back = back_at(_here(request), request.GET.get("at", ""))
    before, here, after = found
    context = {"card": here, "said": here.said(back), "before": before, "after": after, "back": back}
    return render(request, "checkins/hard/hold.html", context)


@page(Who.PARTNER)
def senses(request: PageRequest) -> HttpResponse:
    """Grounding by the five senses."""
    return render(request, "checkins/hard/senses.html", {"senses": SENSES})


@page(Who.PARTNER)
def breathe(request: PageRequest) -> HttpResponse:
    """Breathing with a slow count; the drawing keeps time by itself, and the words do without it."""
    return render(request, "checkins/hard/breathe.html", {"breaths": breaths()})


@page(Who.PARTNER, methods=("GET", "POST"))
def park(request: PageRequest) -> HttpResponse:
    """Close a line until a day; and the lines that are closed."""
    viewer, today = request.viewer, _here(request).date()
    if request.method != "POST":
        return _park_page(request, Park(today=today, initial={"on": today + _AGAIN}))
    form = Park(request.POST, today=today)
    if not form.is_valid():
        return _park_page(request, form, status=422)
    try:
        put_aside(viewer=viewer, put=form.put(), now=viewer.now)
    except ChangedMeanwhile as refusal:
        return _park_page(request, Park(_anew(request), today=today), status=409, refusal=str(refusal))
    except Refusal as refusal:
        return _park_page(request, form, status=422, refusal=str(refusal))
    messages.success(request, _("It is closed until then. You need not carry it tonight."))
    return after_saving(request, form.cleaned_data["text"], then=redirect("checkins:park"))


@page(Who.PARTNER, methods=("GET", "POST"))
def somebody(request: PageRequest) -> HttpResponse:
    """One's own person to call."""
    viewer = request.viewer
    person = next(iter(asides_of(viewer, Kind.PERSON)), None)
    initial = {"name": person.name, "number": person.more} if person else None
    form = Somebody(request.POST if request.method == "POST" else None, initial=initial)
    refusal = ""
    if request.method == "POST" and form.is_valid():
        try:
            put_aside(viewer=viewer, put=form.put(), now=viewer.now)
        except Refusal as found:
            refusal = str(found)
        else:
            messages.success(request, _("Kept, for you alone."))
            return redirect("checkins:hard")
    status = 422 if form.is_bound else 200
    context = {"form": form, "person": person, "refusal": refusal}
    return render(request, "checkins/hard/somebody.html", context, status=status)


@page(Who.PARTNER, methods=("POST",))
def ask_tomorrow(request: PageRequest) -> HttpResponse:
    """Put the one question on one's own page of tomorrow."""
    viewer = request.viewer
    try:
        put_aside(viewer=viewer, put=Put(Kind.ASKED, on=evening_of(viewer)), now=viewer.now)
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("Tomorrow one question stands on your Today. Only you see it."))
    return redirect("checkins:hard")


@page(Who.PARTNER, methods=("GET", "POST"))
def after(request: PageRequest) -> HttpResponse:
    """The day after: what did we do differently? For oneself, and only if one likes."""
    viewer = request.viewer
    form = After(request.POST if request.method == "POST" else None)
    refusal, status = "", 422 if form.is_bound else 200
    if request.method == "POST" and form.is_valid():
        on = asked_on(viewer) or evening_of(viewer)
        try:
            put_aside(viewer=viewer, put=form.put(on), now=viewer.now)
        except ChangedMeanwhile as found:
            form, refusal, status = After(_anew(request)), str(found), 409
        except Refusal as found:
            refusal = str(found)
        else:
            messages.success(request, _("Kept, for you alone."))
            return after_saving(request, form.cleaned_data["text"], then=redirect("checkins:after"))
    kept = list(reversed(asides_of(viewer, Kind.AFTER)))
    context = {"form": form, "kept": kept, "refusal": refusal}
    return render(request, "checkins/hard/after.html", context, status=status)


@page(Who.PARTNER, methods=("POST",))
def put_away(request: PageRequest, aside: UUID) -> HttpResponse:
    """Take something of one's own away, at once; or close a parked line for three days more."""
    if request.POST.get("do") == "again":
        park_again(viewer=request.viewer, aside=aside, until=_here(request).date() + _AGAIN)
        messages.success(request, _("It is closed for three days more."))
        return redirect("checkins:today")
    kind = drop(viewer=request.viewer, aside=aside)
    messages.success(request, _("It is gone."))
    return redirect(_BACK.get(kind, "checkins:hard") if kind else "checkins:hard")


def _park_page(request: PageRequest, form: Park, *, status: int = 200, refusal: str = "") -> HttpResponse:
    parked = sorted(asides_of(request.viewer, Kind.PARKED), key=lambda put: str(put.on))
    context = {"form": form, "parked": parked, "refusal": refusal}
    return render(request, "checkins/hard/park.html", context, status=status)


def _anew(request: PageRequest) -> QueryDict:
    """What was typed, under an id of its own."""
    data = request.POST.copy()
    data["line"] = str(uuid4())
    return data


def _here(request: PageRequest) -> datetime:
    """Now, on the viewer's own clock."""
    return request.viewer.now.astimezone(me(request.viewer).zone)
