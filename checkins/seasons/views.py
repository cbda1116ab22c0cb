"""The jar of good things, and the page on which a season ends."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.access import Needs, PageRequest, Who, page
from accounts.couples.queries import pair_of
from accounts.couples.states import CoupleState
from accounts.meanwhile import ChangedMeanwhile
from accounts.refusal import Refusal
from accounts.safety.saved import after_saving
from accounts.users.queries import me
from checkins.seasons import jar as jars
from checkins.seasons.forms import GoodThing, ThenAndNow
from checkins.seasons.stepping import step_from
from checkins.seasons.year import Season, current, ended, hour_on
from repair.plan.locks import NotActive
from repair.plan.queries import plan_read
from repair.programmes.story import story_of


@page(Who.PARTNER, methods=("GET", "POST"))
def jar(request: PageRequest) -> HttpResponse:
    """One's own slips, and a line for today. Works alone and in a rest; then nothing of it opens to anybody."""
    viewer = request.viewer
    form = GoodThing(request.POST if request.method == "POST" else None)
    refusal = ""
    if request.method == "POST" and form.is_valid():
        try:
            jars.put_in(viewer=viewer, text=form.cleaned_data["line"], now=viewer.now)
        except Refusal as found:
            refusal = str(found)
        else:
            messages.success(request, _("It is in the jar."))
            return after_saving(request, form.cleaned_data["line"], then=redirect("checkins:jar"))
    context = {"form": form, "refusal": refusal, "slips": jars.own_slips(viewer)}
    if viewer.state is CoupleState.ACTIVE:
        context |= _dates(request, current(viewer))
    return render(request, "checkins/seasons/jar.html", context, status=422 if form.is_bound else 200)


@page(Who.PARTNER, methods=("POST",))
def take_out(request: PageRequest, slip: UUID) -> HttpResponse:
    """Take one's own slip out, at once."""
    jars.take_out(viewer=request.viewer, slip=slip)
    messages.success(request, _("It is out of the jar, and gone."))
    return redirect("checkins:jar")


@page(Who.PARTNER, methods=("GET", "POST"), needs=Needs.ACTIVE)
def season(request: PageRequest) -> HttpResponse:
    """The season that is going on: when it ends, and the line one chooses for its page."""
    viewer = request.viewer
    now_in = current(viewer)
    mine = jars.lines_of(viewer, now_in).get(True, jars.ThenNow())
    initial = {"then": mine.then, "now": mine.now}
    form = ThenAndNow(request.POST if request.method == "POST" else None, initial=initial)
    hope, seen = story_of(viewer).hope, jars.lines_version(viewer, now_in)
    context = {"form": form, "seen": seen, "hope": hope, **_dates(request, now_in)}
    if request.method == "POST" and form.is_valid():
        try:
            jars.choose_lines(viewer=viewer, lines=form.lines(), now=viewer.now, seen=request.POST.get("seen"))
        except NotActive:
            return redirect("checkins:season")
        except ChangedMeanwhile as refusal:
            context |= {"refusal": str(refusal), "stands": mine}
            return render(request, "checkins/seasons/season.html", context, status=409)
        messages.success(request, _("Kept. It opens with the jar."))
        return after_saving(request, form.cleaned_data, then=redirect("checkins:season"))
    if form.is_bound:
        context["seen"] = request.POST.get("seen", "")
    return render(request, "checkins/seasons/season.html", context, status=422 if form.is_bound else 200)


@page(Who.PARTNER, methods=("GET", "POST"), needs=Needs.ACTIVE)
def season_page(request: PageRequest, number: int) -> HttpResponse:
    """A season that has ended, on one page to read together and print. POST takes one's own lines off it."""
    viewer = request.viewer
    found = ended(viewer, number)
    if request.method == "POST":
        jars.take_lines_back(viewer=viewer, season=found)
        messages.success(request, _("Your lines are off this page."))
        return redirect("checkins:season_page", number)
    lines, pair = jars.lines_of(viewer, found), pair_of(viewer)
    slots = {True: (pair.mine.slot, pair.my_name), False: (pair.other.slot, pair.other_name)}
    shown = sorted((*slots[mine], said) for mine, said in lines.items())
    slips = [(*slots[slip.mine], slip) for slip in jars.opened_slips(viewer, found)]
    latest = found.number == current(viewer).number - 1
    step = step_from(plan_read(viewer), weeks=found.number * 12) if latest else None
    context = {"season": found, "lines": shown, "slips": slips, "mine": lines.get(True), "step": step}
    return render(request, "checkins/seasons/season_page.html", context)


def _dates(request: PageRequest, now_in: Season) -> dict[str, Any]:
    """When the season ends, on the viewer's own clock, and whether there is a page of one before."""
    viewer = request.viewer
    opens = hour_on(viewer, now_in.last).astimezone(me(viewer).zone)
    before = range(now_in.number - 1, 0, -1)
    return {"season": now_in, "opens": opens, "before": before, "other_name": pair_of(viewer).other_name}
