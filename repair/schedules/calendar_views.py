"""The page of one's own calendar address, and the file behind it."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from accounts.access import PageRequest, Who, page
from accounts.users import calendar as addresses
from accounts.users.queries import me
from repair.schedules.calendar import calendar_file


@page(Who.PARTNER, methods=("GET", "POST"))
def calendar(request: PageRequest) -> HttpResponse:
    """Whether there is an address, what to know first, and ending it: that asks for no password."""
    person = me(request.viewer)
    if request.method == "POST":
        addresses.retire(person=person)
        messages.success(request, _("The address is ended. It shows an empty calendar from now on."))
        return redirect("repair:calendar")
    return render(request, "repair/schedules/calendar.html", {"on": addresses.is_on(person)})


@page(Who.PARTNER, methods=("GET", "POST"), fresh=True)
@sensitive_variables()
def calendar_on(request: PageRequest) -> HttpResponse:
    """Make the address. It is shown on the answer to the press alone, and kept nowhere."""
    if request.method != "POST":
        return render(request, "repair/schedules/calendar_on.html")
    secret = addresses.switch_on(person=me(request.viewer))
    address = settings.SITE_URL + reverse("repair:calendar_file", kwargs={"token": secret})
    return render(request, "repair/schedules/calendar_on.html", {"address": address})


@page(Who.PUBLIC)
@sensitive_variables()
def calendar_file_at(request: PageRequest, token: str) -> HttpResponse:
    """The calendar under an address. Looking changes nothing, and the answer is kept by nobody on the way. Raises
    Http404 for an address that was never given out."""
    address = addresses.by_secret(token)
    if address is None:
        raise Http404
    text = calendar_file(address, now=request.viewer.now)
    return HttpResponse(text.encode(), content_type="text/calendar; charset=utf-8")
