"""What therapists have opened, for both partners."""

from django.http import HttpResponse
from django.shortcuts import render

from accounts.access import PageRequest, Who, page
from accounts.audit.queries import visits_of


@page(Who.PARTNER)
def visits(request: PageRequest) -> HttpResponse:
    """Each visit with its hour, newest first. The same for both partners, in words and order."""
    return render(request, "accounts/audit/visits.html", {"visits": visits_of(request.viewer)})
