"""The demo people, each one click away. Only on a demo run on one's own machine."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.access import PageRequest, Who, page, viewer_of
from accounts.couples.states import CoupleState
from accounts.pages.local import local_only
from accounts.users.models import User
from accounts.vault import services as vault


@dataclass(frozen=True)
class DemoPerson:
    """One made-up person as the list shows them."""

    id: UUID
    name: str
    about: str


@page(Who.PUBLIC)
def demo(request: PageRequest) -> HttpResponse:
    """Everybody of the demo. Raises Http404 on every other run."""
    _demo_only(request)
    people = User.objects.order_by("kind", "date_joined", "email")
    return render(
        request,
        "accounts/pages/demo.html",
        {"people": [_shown(person, now=request.viewer.now) for person in people if person.is_active]},
    )


@page(Who.PUBLIC, methods=("POST",))
def demo_sign_in(request: PageRequest, person: UUID) -> HttpResponse:
    """Sign in as one of them without a password. Raises Http404 on every other run."""
    _demo_only(request)
    who = get_object_or_404(User, pk=person)
    if not who.is_active:
        raise Http404
    logout(request)
    login(request, who, backend=settings.AUTHENTICATION_BACKENDS[0])
    return redirect("checkins:caseload" if who.is_therapist else "checkins:today")


def _demo_only(request: PageRequest) -> None:
    if not settings.DEMO:
        raise Http404
    local_only(request)


def _shown(person: User, *, now: datetime) -> DemoPerson:
    """Each name is opened as the person it belongs to; in a demo, nobody else owns one."""
    viewer = viewer_of(person, now=now)
    name = vault.open_or(viewer, person, "name", gone="") or person.email
    if person.is_therapist:
        about = _("A therapist")
    else:
        about = {
            CoupleState.NONE: _("On their own so far"),
            CoupleState.COOLING: _("Linked a moment ago"),
            CoupleState.ACTIVE: _("One of two"),
            CoupleState.RESTING: _("The plan is resting"),
        }[viewer.state]
    return DemoPerson(id=person.pk, name=str(name), about=about)
