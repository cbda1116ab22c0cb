"""Stopping the notes from a mail."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt

from accounts.access import PageRequest, Who, page
from accounts.mail import stopping


@page(Who.PUBLIC, methods=("GET", "POST"))
@csrf_exempt  # mail programs post here without a session, as RFC 8058 has it
def stop_mail(request: PageRequest, token: str) -> HttpResponse:
    """A page with one button; one click from a mail program. The answer is the same for every token, and no
    redirect (RFC 8058, section 3.1)."""
    name, value = stopping.ONE_CLICK
    if request.method != "POST":
        return render(request, "accounts/mail/stop.html")
    if request.POST.get(name) != value:
        return render(request, "accounts/mail/stop.html", status=422)
    stopping.stop_by_token(token=token, now=request.viewer.now)
    return render(request, "accounts/mail/stopped.html")
