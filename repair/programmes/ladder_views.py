"""The page of the ladder: what it is, the step that is open, and one's own answer."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.access import PageRequest, Who, page
from accounts.refusal import Refusal
from repair.plan.locks import Stale
from repair.programmes import climbing
from repair.programmes.ladder import Says


@page(Who.PARTNER, methods=("GET", "POST"))
def ladder(request: PageRequest) -> HttpResponse:
    """One page for everybody: without a step until it is open for oneself and a look has found both."""
    if request.method != "POST":
        return _shown(request)
    try:
        said = _done(request, request.POST.get("do", ""))
    except Stale as stale:
        return _shown(request, refusal=str(stale), status=409)
    except Refusal as refusal:
        return _shown(request, refusal=str(refusal), status=422)
    messages.success(request, said)
    return redirect("repair:ladder")


def _done(request: PageRequest, do: str) -> str:
    """Do what was pressed; returns what to say of it. Raises Refusal."""
    viewer = request.viewer
    if do == "open":
        climbing.open_it(viewer=viewer, now=viewer.now)
        return _("Open for you. Only you see that.")
    if do == "close":
        climbing.close_it(viewer=viewer, now=viewer.now)
        return _("Closed for you. Nobody is told.")
    step = request.POST.get("step", "")
    if do not in set(Says) or not step.isascii() or not step.isdecimal() or len(step) > 3:
        raise Refusal(_("Open this page again and choose there."))
    climbing.say(viewer=viewer, says=Says(do), step=int(step), now=viewer.now)
    return _("Kept. Only you see it.")


def _shown(request: PageRequest, *, refusal: str = "", status: int = 200) -> HttpResponse:
    there = climbing.seen(request.viewer)
    context = {"there": there, "practice": there.practice, "refusal": refusal}
    return render(request, "repair/programmes/ladder.html", context, status=status)
