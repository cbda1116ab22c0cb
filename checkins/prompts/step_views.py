"""The pages of a check-in that are filled in: each keeps a draft and goes on; the last one sends."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.access import Needs, PageRequest, Viewer, Who, page
from accounts.couples.queries import pair_of
from accounts.safety.saved import after_saving
from checkins.prompts import drafts, own, queries, services
from checkins.prompts.drafts import Draft
from checkins.prompts.forms import MarksForm, ReportsForm, StepForm, WordsForm
from checkins.prompts.lines import asked_lines
from checkins.prompts.models import Prompt
from checkins.prompts.own import OwnQuestion
from checkins.prompts.sharing import ShareForm
from checkins.prompts.steps import Page, Step, step_of
from checkins.prompts.words import hour_words, preview
from repair.programmes.content import QuestionSet, question_set
from repair.programmes.story import story_of


@dataclass(frozen=True)
class Here:
    """Where somebody is: their prompt, its questions, the page, what they have written so far."""

    viewer: Viewer
    prompt: Prompt
    questions: QuestionSet
    step: Step
    draft: Draft

    @property
    def takes_words(self) -> bool:
        return services.takes_words(self.prompt, now=self.viewer.now)

    @cached_property
    def ours(self) -> dict[str, OwnQuestion]:
        """The questions of the couple's own that the draft answers, by key."""
        keys = own.keys_in([self.draft.sheet()])
        return own.asked_then(self.viewer, self.prompt.check_in.couple_id, keys)


@page(Who.PARTNER, methods=("GET", "POST"), needs=Needs.ACTIVE)
def step(request: PageRequest, prompt: UUID, step: int) -> HttpResponse:
    """One page of a check-in. Posting keeps it in the draft and goes on; posting the last page sends."""
    here = _here(request.viewer, prompt, step)
    if request.viewer.now < here.prompt.opens_at:
        return redirect("checkins:today")
    if request.method == "POST":
        return _posted(request, here)
    if here.prompt.sent_at:
        return redirect("checkins:sealed", prompt=here.prompt.pk)
    return _shown(request, here, _form(here, None)) if here.takes_words else _closed(request, here)


def _here(viewer: Viewer, prompt: UUID, number: int) -> Here:
    mine = queries.own_prompt(viewer, prompt)
    questions = question_set(mine.check_in.question_set)
    step = step_of(questions, number)
    if step is None:
        raise Http404
    return Here(viewer, mine, questions, step, drafts.load(viewer, mine))


def _posted(request: PageRequest, here: Here) -> HttpResponse:
    stop = "stop" in request.POST
    form = _form(here, request.POST, partial=stop)
    valid = form.is_valid()
    try:
        now = here.viewer.now
        services.keep_step(viewer=here.viewer, prompt_id=here.prompt.pk, values=form.values(), now=now)
    except services.AlreadySent as refusal:
        if here.step.is_last:
            return redirect("checkins:sealed", prompt=here.prompt.pk)
        return _shown(request, here, form, status=409, refusal=str(refusal))
    if not here.takes_words:
        return _closed(request, _again(here), status=409)
    if stop and (valid or here.step.is_last):
        messages.success(request, _("Your draft is kept. You can go on from here, or from another device."))
        return after_saving(request, form.values(), then=redirect("checkins:today"))
    if not valid:
        return _shown(request, here, form, status=422)
    if isinstance(form, ShareForm):
        return _sent(request, here, form)
    onward = redirect("checkins:step", prompt=here.prompt.pk, step=here.step.number + 1)
    return after_saving(request, form.values(), then=onward)


def _sent(request: PageRequest, here: Here, form: ShareForm) -> HttpResponse:
    lines = asked_lines(here.viewer).lines if here.questions.reports else []
    try:
        services.send(
            viewer=here.viewer,
            prompt_id=here.prompt.pk,
            share=form.share,
            private=form.cleaned_data["private"],
            case=form.case,
            asked={line.id: line.two_sided for line in lines},
            now=here.viewer.now,
        )
    except services.Closed:
        return _closed(request, _again(here), status=409)
    return redirect("checkins:sealed", prompt=here.prompt.pk)


def _again(here: Here) -> Here:
    """The same page with what is kept now."""
    return _here(here.viewer, here.prompt.pk, here.step.number)


def _form(here: Here, data: Any, *, partial: bool = False) -> StepForm:
    viewer, questions, draft = here.viewer, here.questions, here.draft
    kind = here.step.page
    if kind is Page.REPORTS:
        return ReportsForm(data, asked=asked_lines(viewer), draft=draft, partial=partial)
    name = pair_of(viewer).other_name
    if kind is Page.MARKS:
        on = here.prompt.check_in.on
        track = story_of(viewer).track
        ours = own.asked_now(viewer, questions.slug)
        return MarksForm(
            data, questions=questions, name=name, on=on, draft=draft, track=track, ours=ours, partial=partial
        )
    if kind is Page.WORDS:
        return WordsForm(data, questions=questions, name=name, draft=draft, partial=partial)
    last, sheet = queries.last_choice(viewer, here.prompt), draft.sheet()
    return ShareForm(
        data,
        questions=questions,
        answered=list(sheet.marks),
        ours=here.ours,
        name=name,
        hour=hour_words(here.prompt.check_in, viewer),
        share=draft.share or last.share,
        case=draft.case if draft.share else last.case,
        private=draft.private if draft.share else last.private,
    )


def _shown(
    request: PageRequest, here: Here, form: StepForm, *, status: int = 200, refusal: str = ""
) -> HttpResponse:
    context = {
        **_common(here),
        "questions": here.questions,
        "step": here.step,
        "heading": here.step.title(here.questions),
        "lede": here.step.lede(here.questions),
        "form": form,
        "refusal": refusal,
        "hour": hour_words(here.prompt.check_in, here.viewer),
    }
    return render(request, f"checkins/prompts/step_{here.step.page}.html", context, status=status)


def _closed(request: PageRequest, here: Here, *, status: int = 200) -> HttpResponse:
    """The window is shut: says so, and shows what was kept."""
    return render(request, "checkins/prompts/closed.html", _common(here), status=status)


def _common(here: Here) -> dict[str, Any]:
    assert here.viewer.person is not None
    return {
        "prompt": here.prompt,
        "check_in": here.prompt.check_in,
        "draft": here.draft,
        "preview": preview(here.draft, here.questions, here.ours),
        "zone": here.viewer.person.zone,
    }
