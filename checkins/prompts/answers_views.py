"""“My answers”: everything one wrote, sent or not, of every couple one was in; showing less."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.access import Needs, PageRequest, Viewer, Who, page
from accounts.couples.queries import pair_of
from accounts.couples.states import CoupleState
from checkins.prompts import queries, services
from checkins.prompts.own import OwnQuestion, asked_then, keys_in
from checkins.prompts.queries import Own
from checkins.prompts.replies import own_words
from checkins.prompts.sharing import ShareForm
from checkins.prompts.sheets import Sheet
from checkins.prompts.whole import whole
from checkins.prompts.words import goes_to, hour_words, sheet_sentence
from repair.programmes.content import question_set

PER_PAGE = 30


@page(Who.PARTNER, needs=Needs.NOTHING)
def my_answers(request: PageRequest) -> HttpResponse:
    """The list, newest first, thirty at a time. Works while resting and after leaving."""
    viewer = request.viewer
    before = _date(request.GET.get("before"))
    evenings, more = queries.own_evenings(viewer, before=before, most=PER_PAGE)
    ours = _ours(viewer, evenings)
    rows = [_row(viewer, own, ours) for own in evenings]
    context = {
        "sealed": [row for row in rows if row["own"].sealed],
        "past": [row for row in rows if not row["own"].sealed],
        "earlier": evenings[-1].check_in.on if more else None,
        "later": before,
    }
    return render(request, "checkins/prompts/my_answers.html", context)


@page(Who.PARTNER, needs=Needs.NOTHING)
def answer(request: PageRequest, prompt: UUID) -> HttpResponse:
    """One of one's own evenings, whole, with all one said of it since."""
    viewer = request.viewer
    found = queries.own_evening_at(viewer, queries.any_own_prompt(viewer, prompt))
    shown = {"parts": whole(viewer, found), "since": own_words(viewer, found.check_in)}
    return render(request, "checkins/prompts/answer.html", _row(viewer, found, _ours(viewer, [found])) | shown)


@page(Who.PARTNER, methods=("GET", "POST"), needs=Needs.NOTHING)
def narrow(request: PageRequest, check_in: UUID) -> HttpResponse:
    """Show less of one's own sheet. Needs nobody, and works while resting."""
    viewer = request.viewer
    own = queries.own_evening_at(viewer, queries.own_prompt_of(viewer, check_in))
    sheet = own.sheet
    if sheet is None:
        raise Http404
    questions = question_set(own.check_in.question_set)
    form = ShareForm(
        request.POST if request.method == "POST" else None,
        questions=questions,
        answered=list(sheet.marks),
        ours=asked_then(viewer, own.check_in.couple_id, keys_in([sheet])),
        name=_other_name(viewer, own),
        hour=hour_words(own.check_in, viewer),
        share=sheet.share.value,
        case=sheet.case,
        private=tuple(sheet.private),
        most=sheet.share,
        most_case=sheet.case,
    )
    if request.method == "POST" and form.is_valid():
        services.show_less(
            viewer=viewer,
            prompt_id=own.prompt.pk,
            share=form.share,
            private=form.cleaned_data["private"],
            case=form.case,
            now=viewer.now,
        )
        messages.success(request, _("From now on it shows what you chose. What was read can’t be un-read."))
        return redirect("checkins:answer", prompt=own.prompt.pk)
    context = {"form": form, "own": own, "check_in": own.check_in}
    return render(request, "checkins/prompts/narrow.html", context, status=422 if form.errors else 200)


def _other_name(viewer: Viewer, own: Own) -> str:
    """The other's name in the couple one is in; of a couple one has left there is no page that needs it."""
    if own.check_in.couple_id == viewer.couple_id:
        return pair_of(viewer).other_name
    return _("The other")


def _ours(viewer: Viewer, evenings: Iterable[Own]) -> dict[str, OwnQuestion]:
    """The questions of the couples' own that these evenings answer, by key: asked for once for each couple."""
    sheets: dict[UUID, list[Sheet]] = {}
    for own in evenings:
        sheets.setdefault(own.check_in.couple_id, []).append(own.sheet or own.draft.sheet())
    found: dict[str, OwnQuestion] = {}
    for couple, theirs in sheets.items():
        found |= asked_then(viewer, couple, keys_in(theirs))
    return found


def _row(viewer: Viewer, own: Own, ours: Mapping[str, OwnQuestion]) -> dict[str, Any]:
    assert viewer.person is not None
    questions = question_set(own.check_in.question_set)
    return {
        "own": own,
        "prompt": own.prompt,
        "check_in": own.check_in,
        "questions": questions,
        "zone": viewer.person.zone,
        "said": sheet_sentence(own.sheet or own.draft.sheet(), questions, ours),
        "goes_to": goes_to(own.sheet, questions) if own.sheet else "",
        "good": own.sheet.good if own.sheet else own.draft.good,
        # Only where the couple shares now is there anything to take back, send or read side by side.
        "current": viewer.state is CoupleState.ACTIVE and own.check_in.couple_id == viewer.couple_id,
    }


def _date(text: str | None) -> date | None:
    """The date in an address; none where it is none."""
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None
