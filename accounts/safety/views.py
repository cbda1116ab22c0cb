"""The quick exit, the page with numbers to call, and the page for one person alone."""

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from accounts.access import PageRequest, Who, page


@page(Who.PUBLIC, methods=("GET", "POST"))
def exit_now(request: PageRequest) -> HttpResponse:
    """End the session and go on to a neutral site. GET does it too (rule 7 names this exception): the way out has
    to work as a plain link. A page elsewhere that sends a browser here gets one button instead."""
    elsewhere = request.headers.get("Sec-Fetch-Site") == "cross-site"
    if elsewhere:
        return render(request, "accounts/safety/exit_asked.html")
    request.session.flush()
    response = HttpResponseRedirect(settings.EXIT_URL)
    response.status_code = 303
    for name in request.COOKIES:
        response.delete_cookie(name, path="/")
    response["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return response


@page(Who.PUBLIC)
def support(request: PageRequest) -> HttpResponse:
    """Numbers by country."""
    return render(request, "accounts/safety/support.html")


@page(Who.PUBLIC)
def safety(request: PageRequest) -> HttpResponse:
    """Three questions with nothing to tick. Stores nothing, notes nothing, sets no cookie."""
    return render(request, "accounts/safety/safety.html")


@page(Who.PUBLIC)
def limits(request: PageRequest) -> HttpResponse:
    """What this site cannot protect anybody from."""
    return render(request, "accounts/safety/limits.html")
