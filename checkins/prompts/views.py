"""The pages of one evening around its questions: where it stands, “not tonight”, the sealed page, taking back."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.access import Needs, PageRequest, Who, page
from accounts.refusal import Refusal
from checkins.prompts import drafts, queries, reading, services
from checkins.prompts.steps import first_open
from repair.programmes.content import question_set


@page(Who.PARTNER, needs=Needs.ACTIVE)
def evening(request: PageRequest, prompt: UUID) -> HttpResponse:
    """Where an evening stands now: its next page, the sealed page, or the reading."""
    viewer = request.viewer
    own = queries.own_prompt(viewer, prompt)
    if viewer.now < own.opens_at:
        return redirect("checkins:today")
    if own.sent_at or own.skipped_at or not services.takes_words(own, now=viewer.now):
        return redirect("checkins:sealed", prompt=own.pk)
    number = first_open(drafts.load(viewer, own), question_set(own.check_in.question_set))
    return redirect("checkins:step", prompt=own.pk, step=number)


@page(Who.PARTNER, methods=("POST",), needs=Needs.ACTIVE)
def skip(request: PageRequest, prompt: UUID) -> HttpResponse:
    """“Not tonight”, and taking it up again until the window closes."""
    viewer = request.viewer
    again = "again" in request.POST
    verb = services.take_up_again if again else services.leave_for_tonight
    try:
        verb(viewer=viewer, prompt_id=prompt, now=viewer.now)
    except services.Closed as refusal:
        messages.warning(request, str(refusal))
    return redirect("checkins:evening", prompt=prompt) if again else redirect("checkins:today")


@page(Who.PARTNER, needs=Needs.ACTIVE)
def sealed(request: PageRequest, prompt: UUID) -> HttpResponse:
    """The same page for both until the reading hour, whatever either has done."""
    viewer = request.viewer
    own = queries.own_prompt(viewer, prompt)
    if reading.opened(viewer, own.check_in).state is not reading.State.SEALED:
        return redirect("checkins:reading", check_in=own.check_in_id)
    assert viewer.person is not None
    context = {"check_in": own.check_in, "zone": viewer.person.zone}
    return render(request, "checkins/prompts/sealed.html", context)


@page(Who.PARTNER, methods=("POST",), needs=Needs.ACTIVE)
def take_back(request: PageRequest, prompt: UUID) -> HttpResponse:
    """Take one's own sheet back before the reading hour."""
    viewer = request.viewer
    own = queries.own_prompt(viewer, prompt)
    try:
        services.take_back(viewer=viewer, prompt_id=own.pk, now=viewer.now)
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    else:
        open_still = services.takes_words(own, now=viewer.now)
        messages.success(
            request,
            _("Taken back. Your words are in the draft again.")
            if open_still
            else _("Taken back. The evening has closed, so this stays a draft of yours."),
        )
    return redirect("checkins:answer", prompt=own.pk)
