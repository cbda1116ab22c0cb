"""Where the link in a note leads, and what the operator's probes ask."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect

from accounts.access import PageRequest, Who, page
from checkins.reminders import health, queries


@page(Who.PARTNER)
def note(request: PageRequest, token: str) -> HttpResponse:
    """On to the evening the note was about; to today where it was about several. It signs nobody in: somebody
    signed out is asked to sign in first, and comes back here."""
    prompts = queries.prompts_behind(request.viewer, token)
    if not prompts:
        raise Http404
    if len(prompts) > 1:
        return redirect("checkins:today")
    return redirect("checkins:evening", prompt=prompts[0])


@page(Who.PUBLIC)
def healthz(request: PageRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


@page(Who.PUBLIC)
def readyz(request: PageRequest) -> HttpResponse:
    """The site can do its work: 200, or 503 without a reason."""
    ready = health.is_ready(now=request.viewer.now)
    return HttpResponse(
        "ready\n" if ready else "not ready\n", status=200 if ready else 503, content_type="text/plain"
    )
