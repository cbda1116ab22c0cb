"""The page of one's own monthly mirror."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.access import Needs, PageRequest, Who, page
from accounts.couples.queries import pair_of
from repair.boundaries import monthly

ONWARD = {"rest": "accounts:rest", "change": "repair:plan", "keep": "checkins:today"}


@page(Who.PARTNER, methods=("GET", "POST"), needs=Needs.ACTIVE)
def monthly_mirror(request: PageRequest) -> HttpResponse:
    """Is this plan still right for you? Three ways on of one weight; which one was taken is kept nowhere."""
    viewer = request.viewer
    choice = request.POST.get("choice", "")
    if request.method == "POST" and choice in ONWARD:
        monthly.look(viewer)
        return redirect(ONWARD[choice])
    counts = monthly.counts_of(viewer)
    days = (viewer.now - counts.since).days if counts.since else 0
    context = {
        "counts": counts,
        "pair": pair_of(viewer),
        "days": days,
        "months": days // 30,
        "refusal": _("Choose one of the three.") if request.method == "POST" else "",
    }
    return render(
        request, "repair/boundaries/monthly.html", context, status=422 if request.method == "POST" else 200
    )
