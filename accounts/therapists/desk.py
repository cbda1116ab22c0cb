"""The pages of a therapist about themself: second factor, profile, codes."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.access import PageRequest, Who, page
from accounts.refusal import Refusal
from accounts.therapists import codes
from accounts.therapists.forms import ProfileForm
from accounts.therapists.models import CodePair, Profile
from accounts.therapists.services import close_codes, make_codes, save_profile
from accounts.users.models import User

CLOSED_IS_SHOWN_FOR = timedelta(days=29)  # a day less than the retention table keeps an unused pair


@page(Who.PERSON)
def two_factor(request: PageRequest) -> HttpResponse:
    """Before anything else a therapist sets up a second factor. Once it is there this page leads on."""
    if not request.viewer.is_therapist:
        raise Http404
    if is_mfa_enabled(request.viewer.person):
        return redirect("checkins:caseload")
    return render(request, "accounts/therapists/two_factor.html")


@page(Who.THERAPIST, methods=("GET", "POST"))
def profile(request: PageRequest) -> HttpResponse:
    """What both partners read before they answer. Changing it asks both of them again."""
    therapist = _therapist(request)
    there = Profile.objects.filter(therapist=therapist).first()
    initial = {name: getattr(there, name) for name in ProfileForm.base_fields if hasattr(there, name)}
    form = ProfileForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        save_profile(therapist=therapist, fields=form.fields_of(), now=request.viewer.now)
        messages.success(request, _("Your profile is saved."))
        return redirect("accounts:therapist_codes" if there is None else "accounts:therapist_profile")
    status = 422 if form.is_bound else 200
    context = {"form": form, "there": there is not None}
    return render(request, "accounts/therapists/profile.html", context, status=status)


@dataclass(frozen=True)
class Pair:
    """One pair of codes as the page shows it. Open until its time is over, whoever used what."""

    pair: CodePair
    one: str
    other: str

    @property
    def until(self) -> datetime:
        return self.pair.expires_at


@page(Who.THERAPIST, methods=("GET", "POST"))
def therapist_codes(request: PageRequest) -> HttpResponse:
    """Make two codes, see the open ones, close them. Says “open”, then “closed”, whatever was done with them."""
    therapist, now = _therapist(request), request.viewer.now
    refusal = ""
    if request.method == "POST":
        try:
            if "close" in request.POST:
                close_codes(therapist=therapist, pair=_uuid(request.POST["close"]), now=now)
            else:
                make_codes(therapist=therapist, now=now)
            return redirect("accounts:therapist_codes")
        except Refusal as refused:
            refusal = str(refused)
    found = list(CodePair.objects.filter(therapist=therapist).order_by("-created_at")[:50])
    shown = [
        Pair(pair, codes.shown(codes.code_of(pair.pk, 1)), codes.shown(codes.code_of(pair.pk, 2)))
        for pair in found
        if pair.expires_at > now
    ]
    # As long as a pair that nobody used is kept: which ones stay longer would tell that somebody answered.
    closed = [pair for pair in found if now - CLOSED_IS_SHOWN_FOR < pair.expires_at <= now]
    has_profile = Profile.objects.filter(therapist=therapist).exists()
    context = {"pairs": shown, "closed": closed, "refusal": refusal, "has_profile": has_profile}
    return render(request, "accounts/therapists/codes.html", context, status=422 if refusal else 200)


def _therapist(request: PageRequest) -> User:
    person = request.viewer.person
    assert person is not None
    return person


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Http404 from error
