"""Today: the one thing for now, and what stands beside it."""

from django.http import HttpResponse
from django.shortcuts import redirect, render

from accounts.access import Needs, PageRequest, Who, page
from checkins.today import beside
from checkins.today.cards import Column, shown
from checkins.today.moment import Moment


@page(Who.PARTNER, needs=Needs.UNRESTING)
def today(request: PageRequest) -> HttpResponse:
    """What a partner sees first, alone or linked."""
    moment = Moment(request.viewer)
    context = {
        "here": moment.here,
        "name": moment.my_name,
        "main": shown(moment, Column.MAIN),
        "side": shown(moment, Column.SIDE),
    }
    return render(request, "checkins/today/today.html", context)


@page(Who.PARTNER, methods=("POST",))
def path_beside(request: PageRequest) -> HttpResponse:
    """Whether the path stays on one's own Today on an evening with a check-in or a talk."""
    if request.POST.get("do") in set(beside.Choice):
        beside.choose(viewer=request.viewer, choice=beside.Choice(request.POST["do"]))
    return redirect("checkins:today")
