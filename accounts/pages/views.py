"""Public pages in plain words. They ask nothing and store nothing."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.access import PageRequest, Who, page
from accounts.pages.local import has_mailbox, is_local


@page(Who.PUBLIC)
def start(request: PageRequest) -> HttpResponse:
    """What this is and is not. Somebody signed in finds their own first page here by its link."""
    return render(
        request, "accounts/pages/start.html", {"local_run": is_local(request), "mailbox": has_mailbox(request)}
    )


@page(Who.PUBLIC)
def not_for(request: PageRequest) -> HttpResponse:
    """Who this is not for, before an account is made."""
    return render(request, "accounts/pages/not_for.html")


@page(Who.PUBLIC)
def terms(request: PageRequest) -> HttpResponse:
    """The terms in plain words."""
    return render(request, "accounts/pages/terms.html")


@page(Who.PUBLIC)
def privacy(request: PageRequest) -> HttpResponse:
    """What is stored, in which form, for how long, and what cannot be promised."""
    return render(request, "accounts/pages/privacy.html", {"mail_from": settings.MAIL_FROM})


@page(Who.PUBLIC)
def how_exit(request: PageRequest) -> HttpResponse:
    """What “Leave this page” does and cannot do."""
    return render(request, "accounts/pages/how_exit.html")


@page(Who.PERSON, methods=("GET", "POST"))
def before(request: PageRequest) -> HttpResponse:
    """The same words once before the first page that matters; “I’ve read this” goes on to where one was headed."""
    wanted = str(request.POST.get("next") or request.GET.get("next") or "")
    onward = wanted if _is_ours(wanted, request) else ""
    if request.method == "POST":
        first = "accounts:therapist_profile" if request.viewer.is_therapist else "checkins:today"
        return redirect(onward or first)
    return render(request, "accounts/pages/before.html", {"next": onward})


def _is_ours(url: str, request: PageRequest) -> bool:
    """Whether `url` is a path of this site, so that a link cannot use this page to lead elsewhere."""
    return url.startswith("/") and url_has_allowed_host_and_scheme(
        url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
