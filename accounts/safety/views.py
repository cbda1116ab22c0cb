"""The quick exit, the pages with numbers to call, and the page for one person alone."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from accounts.access import PageRequest, Who, page
from accounts.safety import wishes
from accounts.safety.forms import Wishes
from accounts.safety.leaving import leaving
from accounts.safety.onward import onward_from
from accounts.safety.support import COUNTRIES, LINES_BY_COUNTRY

# What browsers say a request comes from: a page of ours, the address bar or a bookmark, or (old ones) nothing.
_FROM_HERE = frozenset({"same-origin", "none", ""})


@page(Who.PUBLIC, methods=("GET", "POST"))
@csrf_exempt  # a form that was open too long must still lead out; other sites are turned away below
def exit_now(request: PageRequest) -> HttpResponse:
    """End the session and go on to a neutral site. GET does it too (rule 7 names this exception): the way out has
    to work as a plain link. A page elsewhere that sends a browser here gets one button instead."""
    if request.headers.get("Sec-Fetch-Site", "") not in _FROM_HERE:
        return render(request, "accounts/safety/exit_asked.html")
    logout(request)
    return leaving()


@page(Who.PUBLIC)
def support(request: PageRequest) -> HttpResponse:
    """Numbers for the country the visitor picks; never guessed from where they are. Nothing is noted."""
    return render(request, "accounts/safety/support.html", _picked(request))


@page(Who.PUBLIC)
def support_own(request: PageRequest) -> HttpResponse:
    """For somebody worried about what they might do: what helps now, whom to talk to. Nothing is noted."""
    return render(request, "accounts/safety/support_own.html", _picked(request))


@page(Who.PUBLIC)
def support_life(request: PageRequest) -> HttpResponse:
    """For somebody who does not want to live: whom to talk to, what helps this hour. Nothing is noted."""
    return render(request, "accounts/safety/support_life.html", _picked(request))


@page(Who.PERSON, methods=("GET", "POST"))
def support_mine(request: PageRequest) -> HttpResponse:
    """The country to show first, and whether hard words bring up the card. One's own, seen by nobody else."""
    viewer = request.viewer
    kept = wishes.wishes_of(viewer)
    initial = {"country": kept.country, "card": kept.crisis_card}
    posted = request.POST if request.method == "POST" else None
    form = Wishes(posted, initial=initial, partner=viewer.is_partner)
    if posted is not None and form.is_valid():
        card = form.cleaned_data.get("card", kept.crisis_card)
        wishes.change(viewer=viewer, country=form.cleaned_data["country"], crisis_card=card)
        messages.success(request, _("Saved."))
        return redirect("accounts:support_mine")
    status = 422 if form.errors else 200
    return render(request, "accounts/safety/support_mine.html", {"form": form}, status=status)


@page(Who.PUBLIC)
def safety(request: PageRequest) -> HttpResponse:
    """Three questions with nothing to tick, before a step that `on` names. Stores nothing, notes nothing, sets no
    cookie."""
    onward = onward_from(request.GET.get("on", ""))
    return render(request, "accounts/safety/safety.html", {"onward": onward})


@page(Who.PUBLIC)
def limits(request: PageRequest) -> HttpResponse:
    """What this site cannot protect anybody from."""
    return render(request, "accounts/safety/limits.html")


def _picked(request: PageRequest) -> dict[str, Any]:
    """The countries, and the one picked on the page; without a pick, the one this person keeps, if any."""
    code = request.GET["country"] if "country" in request.GET else wishes.wishes_of(request.viewer).country
    return {"countries": COUNTRIES, "chosen": LINES_BY_COUNTRY.get(code)}
