"""The pages of partners about a therapist: code, profile and answer, ending it."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.access import Needs, PageRequest, Who, page
from accounts.refusal import Refusal
from accounts.therapists import codes
from accounts.therapists.forms import POLICIES, AnswerForm, CodeForm, initial_of
from accounts.therapists.queries import own_answer, own_answers
from accounts.therapists.services import ProfileChanged, end_grant, say_no, say_yes, stamp_of, use_code
from accounts.vault import services as vault


@page(Who.PARTNER)
def helper(request: PageRequest) -> HttpResponse:
    """One's own answers, and nothing of the other's: the page is the same whatever they said."""
    answers = own_answers(request.viewer)
    return render(request, "accounts/therapists/helper.html", {"answers": answers})


@page(Who.PARTNER, methods=("GET", "POST"), needs=Needs.ACTIVE)
def enter_code(request: PageRequest) -> HttpResponse:
    """Type one's own code. It leads to the profile; nothing is shared by it."""
    viewer = request.viewer
    form = CodeForm(request.POST if request.method == "POST" else None)
    status, refusal = (422 if form.is_bound else 200), ""
    if form.is_bound and form.is_valid():
        if not codes.may_try(viewer.mine.person_id, now=viewer.now):
            status, refusal = (
                429,
                _("That were many codes. Try again in an hour; a code stays open for seven days."),
            )
        else:
            try:
                pair = use_code(viewer=viewer, entered=form.cleaned_data["code"], now=viewer.now)
            except Refusal as refused:
                refusal = str(refused)
            else:
                return redirect("accounts:grant", pair=pair.pk)
    context = {"form": form, "refusal": refusal}
    return render(request, "accounts/therapists/enter_code.html", context, status=status)


@page(Who.PARTNER, methods=("GET", "POST"), needs=Needs.ACTIVE, fresh=True)
def grant(request: PageRequest, pair: UUID) -> HttpResponse:
    """The profile, what may be read, and one's own answer."""
    viewer = request.viewer
    answer = own_answer(viewer, pair)
    profile = getattr(answer.pair.therapist, "profile", None)
    if profile is None:  # the therapist deleted their account
        raise Http404
    scope = vault.open(viewer, answer.grant, "scope") if answer.grant else None
    form = AnswerForm(
        request.POST if request.method == "POST" else None,
        initial=initial_of(scope),
        therapist=profile.name,
    )
    status, refusal = (422 if form.is_bound else 200), ""
    if form.is_bound and form.is_valid():
        wanted = form.scope()
        try:
            if wanted is None:
                say_no(viewer=viewer, pair=answer.pair, now=viewer.now)
            else:
                stamp = form.cleaned_data["profile"]
                say_yes(viewer=viewer, pair=answer.pair, scope=wanted, profile=stamp, now=viewer.now)
        except ProfileChanged as changed:
            status, refusal = 409, str(changed)
        else:
            messages.success(request, _("Your answer is saved. Only you see it."))
            return redirect("accounts:helper")
    policy = POLICIES[profile.secrets_policy]
    context = {"form": form, "profile": profile, "policy": policy, "stamp": stamp_of(profile), "refusal": refusal}
    return render(request, "accounts/therapists/grant.html", context, status=status)


@page(Who.PARTNER, methods=("POST",))
def end(request: PageRequest, grant: UUID) -> HttpResponse:
    """End one's own yes: at once, alone, without another password, also while the plan rests."""
    person = request.viewer.person
    assert person is not None
    end_grant(person=person, grant=grant, now=request.viewer.now)
    messages.success(request, _("Ended. From now on nothing is open to them."))
    return redirect("accounts:helper")
