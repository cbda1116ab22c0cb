"""The pages of a reading: the closed card, the evening side by side, and nothing side by side."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.access import Needs, PageRequest, Viewer, Who, page
from accounts.couples.queries import pair_of
from accounts.refusal import Refusal
from accounts.safety.saved import after_saving
from accounts.vault import services as vault
from checkins.prompts import queries, reading, replies, side
from checkins.prompts.models import Addition, CheckIn
from checkins.prompts.own import asked_then
from checkins.prompts.reading import Opened, State
from checkins.prompts.replies import Choice
from checkins.prompts.reply_forms import LaterForm, ReplyForm
from repair.programmes.content import question_set


@page(Who.PARTNER, needs=Needs.ACTIVE)
def evening_read(request: PageRequest, check_in: UUID) -> HttpResponse:
    """What there is to read: the closed card until one chose to read now, then the evening side by side."""
    viewer = request.viewer
    found = queries.check_in_of(viewer, check_in)
    opened = reading.opened(viewer, found)
    choice, _row = queries.choice_of(viewer, found)
    if opened.state is State.SEALED:
        return redirect("checkins:sealed", prompt=queries.own_prompt_of(viewer, found.pk).pk)
    if opened.state is State.NOTHING:
        return render(request, "checkins/prompts/nothing.html", {"check_in": found})
    if choice != Choice.NOW:
        return render(request, "checkins/prompts/card.html", {"check_in": found})
    return _open_page(request, opened)


@page(Who.PARTNER, methods=("POST",), needs=Needs.ACTIVE)
def choose(request: PageRequest, check_in: UUID) -> HttpResponse:
    """Read now, tomorrow, or not this one."""
    viewer = request.viewer
    found = queries.check_in_of(viewer, check_in)
    try:
        choice = Choice(request.POST.get("choice", ""))
    except ValueError:
        refusal = _("Choose one of the three.")
        return (
            render(request, "checkins/prompts/card.html", {"check_in": found, "refusal": refusal}, status=422)
            if reading.opened(viewer, found).is_open
            else redirect("checkins:reading", check_in=found.pk)
        )
    if reading.opened(viewer, found).is_open:
        replies.choose(viewer=viewer, check_in=found, choice=choice, now=viewer.now)
    if choice is Choice.NOW:
        return redirect("checkins:reading", check_in=found.pk)
    return redirect("checkins:today")


@page(Who.PARTNER, methods=("POST",), needs=Needs.ACTIVE)
def reply(request: PageRequest, check_in: UUID) -> HttpResponse:
    """Keep what was heard, and say one thing back, or nothing."""
    viewer = request.viewer
    found = queries.check_in_of(viewer, check_in)
    opened = reading.opened(viewer, found)
    if not opened.is_open:
        return redirect("checkins:reading", check_in=found.pk)
    form = _reply_form(viewer, found, request.POST)
    if not form.is_valid():
        return _open_page(request, opened, form=form, status=422)
    heard = form.cleaned_data["heard"]
    if heard or form["heard"].initial:
        replies.keep_heard(viewer=viewer, check_in=found, text=heard, now=viewer.now)
    if form.reply is not None:
        back, text, by = form.reply
        try:
            replies.say_back(viewer=viewer, check_in=found, back=back, text=text, by=by, now=viewer.now)
        except Refusal as refusal:
            return _open_page(request, opened, form=form, status=409, refusal=refusal)
    messages.success(request, _("Closed for today. You can come back to it under My answers."))
    return after_saving(request, [heard, form.reply], then=redirect("checkins:today"))


@page(Who.PARTNER, methods=("POST",), needs=Needs.ACTIVE)
def add(request: PageRequest, check_in: UUID) -> HttpResponse:
    """Add a line to an evening that was opened."""
    viewer = request.viewer
    found = queries.check_in_of(viewer, check_in)
    opened = reading.opened(viewer, found)
    if not opened.is_open:
        return redirect("checkins:reading", check_in=found.pk)
    form = LaterForm(request.POST)
    if not form.is_valid():
        return _open_page(request, opened, later=form, status=422)
    try:
        replies.add_later(viewer=viewer, check_in=found, text=form.cleaned_data["later"], now=viewer.now)
    except Refusal as refusal:
        return _open_page(request, opened, later=form, status=422, refusal=refusal)
    messages.success(request, _("Your line stands under the evening."))
    onward = redirect("checkins:reading", check_in=found.pk)
    return after_saving(request, form.cleaned_data["later"], then=onward)


def _open_page(
    request: PageRequest,
    opened: Opened,
    *,
    form: ReplyForm | None = None,
    later: LaterForm | None = None,
    status: int = 200,
    refusal: Refusal | None = None,
) -> HttpResponse:
    viewer = request.viewer
    assert viewer.person is not None
    pair = pair_of(viewer)
    questions = question_set(opened.check_in.question_set)
    known = asked_then(viewer, opened.check_in.couple_id, side.opened_keys(opened))
    added = list(
        Addition.objects.filter(check_in=opened.check_in)
        .exclude(kind=Addition.Kind.HEARD)
        .select_related("check_in")
        .order_by("made_at")
    )
    context: dict[str, Any] = {
        "check_in": opened.check_in,
        "questions": questions,
        "zone": viewer.person.zone,
        "pair": pair,
        "letters": side.letters(opened, pair, questions),
        "rails": side.rails(opened, pair, questions, known),
        "ours": side.ours(opened, pair, known),
        "lines": side.lines(viewer, opened, pair),
        "additions": side.additions(viewer, added, pair),
        "form": form or _reply_form(viewer, opened.check_in, None),
        "later": later or LaterForm(),
        "refusal": str(refusal) if refusal else "",
    }
    return render(request, "checkins/prompts/reading.html", context, status=status)


def _reply_form(viewer: Viewer, check_in: CheckIn, data: Any) -> ReplyForm:
    assert viewer.person is not None
    mine = Addition.objects.filter(check_in=check_in, author=viewer.person).select_related("check_in")
    rows = {row.kind: row for row in mine}
    heard = rows.get(Addition.Kind.HEARD)
    return ReplyForm(
        data,
        today=viewer.now.astimezone(viewer.person.zone).date(),
        said=Addition.Kind.REPLY in rows,
        heard=vault.open(viewer, heard, "body")["text"] if heard else "",
    )
