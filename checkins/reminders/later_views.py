"""The page on which one chooses when to be asked again this evening."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.access import Needs, PageRequest, Who, page
from accounts.refusal import Refusal
from checkins.prompts.models import Prompt
from checkins.prompts.queries import own_prompt
from checkins.reminders import later as services
from checkins.reminders.forms import LaterForm
from repair.plan.locks import NotActive


@page(Who.PARTNER, methods=("GET", "POST"), needs=Needs.ACTIVE)
def later(request: PageRequest, prompt: UUID) -> HttpResponse:
    """Have this evening's next note come at an hour of one's own choice."""
    viewer = request.viewer
    own = own_prompt(viewer, prompt)
    if not services.may_ask(viewer, own) and request.method != "POST":
        return redirect("checkins:evening", prompt=own.pk)
    form = _form(request, own)
    if request.method != "POST":
        return _shown(request, own, form)
    if not services.may_ask(viewer, own):
        return _shown(request, own, form, status=409, refusal=_("This evening has closed. Nothing was changed."))
    if not form.is_valid():
        return _shown(request, own, form, status=422)
    try:
        services.ask_again(viewer=viewer, prompt_id=own.pk, at=form.chosen, now=viewer.now)
    except NotActive:
        return redirect("checkins:today")
    except Refusal as refusal:
        return _shown(request, own, form, status=409, refusal=str(refusal))
    assert viewer.person is not None
    at = form.chosen.astimezone(viewer.person.zone)
    messages.success(request, _("Your next note comes at %(time)s.") % {"time": f"{at:%H:%M}"})
    return redirect("checkins:today")


def _form(request: PageRequest, own: Prompt) -> LaterForm:
    viewer = request.viewer
    assert viewer.person is not None
    data = request.POST if request.method == "POST" else None
    return LaterForm(data, offered=services.offered(viewer, own), zone=viewer.person.zone)


def _shown(
    request: PageRequest, own: Prompt, form: LaterForm, *, status: int = 200, refusal: str = ""
) -> HttpResponse:
    assert request.viewer.person is not None
    context = {
        "form": form,
        "refusal": refusal,
        "prompt": own,
        "ends_at": services.ends_at(own),
        "planned": services.planned(own, now=request.viewer.now),
        "zone": request.viewer.person.zone,
    }
    return render(request, "checkins/reminders/later.html", context, status=status)
