"""The quick exit, the page with numbers to call, and the page for one person alone."""

from django.contrib.auth import logout
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt

from accounts.access import PageRequest, Who, page
from accounts.safety.leaving import leaving
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
    chosen = LINES_BY_COUNTRY.get(request.GET.get("country", ""))
    return render(request, "accounts/safety/support.html", {"countries": COUNTRIES, "chosen": chosen})


@page(Who.PUBLIC)
def safety(request: PageRequest) -> HttpResponse:
    """Three questions with nothing to tick. Stores nothing, notes nothing, sets no cookie."""
    return render(request, "accounts/safety/safety.html")


@page(Who.PUBLIC)
def limits(request: PageRequest) -> HttpResponse:
    """What this site cannot protect anybody from."""
    return render(request, "accounts/safety/limits.html")
