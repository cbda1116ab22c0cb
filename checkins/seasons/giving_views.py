"""Thanks, letters, days that may be hard, good moments: the pages on which one gives, and takes back."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.access import Needs, PageRequest, Viewer, Who, page
from accounts.couples.queries import pair_of
from accounts.couples.states import CoupleState
from accounts.refusal import Refusal
from accounts.safety.saved import after_saving
from accounts.users.queries import me
from checkins.hard.asides import Kind as Put_
from checkins.hard.asides import Put, asides_of, put_aside
from checkins.seasons import gifts
from checkins.seasons.gifts import Gift, Kind, gifts_of, opening_of
from checkins.seasons.giving_forms import Heavy, Letter, Milestone, Thanks
from checkins.seasons.jar import today_of
from repair.plan.locks import NotActive

_PAGES = {
    Kind.THANKS: "checkins:thanks",
    Kind.LETTER: "checkins:letters",
    Kind.HEAVY: "checkins:heavy_days",
    Kind.MILESTONE: "checkins:moments",
    Kind.WORD: "checkins:near",
}


@page(Who.PARTNER, methods=("GET", "POST"), needs=Needs.ACTIVE)
def thanks(request: PageRequest) -> HttpResponse:
    """A card of thanks: read at the next reading hour, without a button for a reply."""
    form = Thanks(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return _given(request, form, form.gift(), _("It is on its way. It can be read from the reading hour on."))
    return _shown(request, form, Kind.THANKS)


@page(Who.PARTNER, methods=("GET", "POST"))
def letters(request: PageRequest) -> HttpResponse:
    """A letter to open in half a year. Alone and in a rest it can go to oneself."""
    form = Letter(request.POST if request.method == "POST" else None, other_name=_other_name(request.viewer))
    if request.method == "POST" and form.is_valid():
        return _given(request, form, form.gift(), _("It is sealed."))
    return _shown(request, form, Kind.LETTER)


@page(Who.PARTNER, methods=("GET", "POST"))
def heavy_days(request: PageRequest) -> HttpResponse:
    """Days that may be hard: for oneself, and one line to the other if one likes."""
    viewer = request.viewer
    data = request.POST if request.method == "POST" else None
    form = Heavy(data, today=today_of(viewer), other_name=_other_name(viewer))
    if request.method == "POST" and form.is_valid():
        put, gift = form.put(), form.gift()
        said = _("It is kept, for you alone.")
        try:
            if gift is None or not _given_before(viewer, put, gift):
                put_aside(viewer=viewer, put=put, now=viewer.now)
            else:
                said = _("It is kept. Your line can be read from the day before.")
        except Refusal as refusal:
            return _shown(request, form, Kind.HEAVY, refusal=str(refusal))
        messages.success(request, said)
        return after_saving(request, form.cleaned_data, then=redirect("checkins:heavy_days"))
    return _shown(request, form, Kind.HEAVY)


@page(Who.PARTNER, methods=("GET", "POST"))
def moments(request: PageRequest) -> HttpResponse:
    """Good moments, and what each of the two did that made them possible."""
    viewer = request.viewer
    since = viewer.standing.mine.joined_at if viewer.standing else me(viewer).date_joined
    form = Milestone(
        request.POST if request.method == "POST" else None,
        initial={"on": today_of(viewer)},
        other_name=_other_name(viewer),
        began=since.astimezone(me(viewer).zone).date(),
        today=today_of(viewer),
    )
    if request.method == "POST" and form.is_valid():
        return _given(request, form, form.gift(), _("It is kept."))
    return _shown(request, form, Kind.MILESTONE)


@page(Who.PARTNER, methods=("POST",))
def ungive(request: PageRequest, given: UUID) -> HttpResponse:
    """Take something of one's own back, at once and for everyone."""
    viewer = request.viewer
    kind = gifts.take_back(viewer=viewer, given=given)
    messages.success(request, _("It is gone."))
    if kind in {Kind.THANKS, Kind.WORD} and viewer.state is not CoupleState.ACTIVE:
        return redirect("accounts:closed")  # their own pages are for two
    return redirect(_PAGES[kind] if kind else "checkins:today")


def _given_before(viewer: Viewer, put: Put, gift: Gift) -> bool:
    """Whether both were kept; not where the couple stopped meanwhile."""
    try:
        gifts.give_before(viewer=viewer, put=put, gift=gift, now=viewer.now)
    except NotActive:
        return False
    return True


def _given(request: PageRequest, form: Form, gift: Gift, said: str) -> HttpResponse:
    viewer = request.viewer
    try:
        gifts.give(viewer=viewer, gift=gift, now=viewer.now)
    except NotActive:
        return redirect(_PAGES[gift.kind])
    except Refusal as refusal:
        return _shown(request, form, gift.kind, refusal=str(refusal))
    messages.success(request, said)
    return after_saving(request, form.cleaned_data, then=redirect(_PAGES[gift.kind]))


def _shown(request: PageRequest, form: Form, kind: Kind, *, refusal: str = "") -> HttpResponse:
    viewer = request.viewer
    found = gifts_of(viewer, kind)
    days = asides_of(viewer, Put_.DAY) if kind is Kind.HEAVY else []
    opens = opening_of(viewer, Gift(kind, on=None))
    context: dict[str, Any] = {
        "form": form,
        "refusal": refusal,
        "kind": kind.value,
        "pair": pair_of(viewer) if viewer.state is CoupleState.ACTIVE else None,
        "zone": me(viewer).zone,
        "opens": opens,
        "sealed": [gift for gift in found if gift.mine and gift.opens_at and gift.opens_at > viewer.now],
        "open": [gift for gift in reversed(found) if gift.opens_at and gift.opens_at <= viewer.now],
        "gone": sorted(
            (day for day in days if day.on and day.on < today_of(viewer)),
            key=lambda day: str(day.on),
            reverse=True,
        ),
        "days": sorted(
            (day for day in days if day.on and day.on >= today_of(viewer)), key=lambda day: str(day.on)
        ),
    }
    return render(request, f"checkins/seasons/{kind.value}.html", context, status=422 if form.is_bound else 200)


def _other_name(viewer: Viewer) -> str:
    """The other's name while the couple is active; empty otherwise."""
    return pair_of(viewer).other_name if viewer.state is CoupleState.ACTIVE else ""
