"""The verbs of a check-in: keep a step, leave it for tonight, send, take back, show less.

All of them act on one's own prompt or sheet and lock the check-in first, then the prompt.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from accounts.refusal import Refusal
from checkins.prompts import drafts, ports, reading, sheets
from checkins.prompts.drafts import Draft
from checkins.prompts.models import AnswerSheet, CheckIn, Prompt
from checkins.prompts.sheets import Share

if TYPE_CHECKING:
    from accounts.access import Viewer


class Closed(Refusal):
    """The window of this check-in is not open."""


class AlreadySent(Refusal):
    """The sheet is in already."""


def takes_words(prompt: Prompt, *, now: datetime) -> bool:
    """Whether a sheet can be sent now: inside the window, and never once the reading hour has come."""
    hour = prompt.check_in.reads_at
    return prompt.opens_at <= now < prompt.closes_at and (hour is None or now < hour)


@transaction.atomic
def keep_step(*, viewer: "Viewer", prompt_id: UUID, values: Mapping[str, Any], now: datetime) -> Draft:
    """Keep what one step gave in the draft and return the whole draft. Going on undoes “not tonight”.

    Keeps the words even where the window has closed, then raises nothing: the page asks `takes_words`. Raises
    AlreadySent where the sheet is in, Http404 for a prompt that is not the viewer's.
    """
    prompt = _locked(viewer, prompt_id)
    if prompt.sent_at is not None:
        raise AlreadySent(_("This was sent already. Take it back under My answers if you want to change it."))
    draft = drafts.load(viewer, prompt).with_step(values)
    drafts.keep(viewer, prompt, draft)
    prompt.skipped_at = None if takes_words(prompt, now=now) else prompt.skipped_at
    prompt.save(update_fields=["draft", "skipped_at"])
    return draft


@transaction.atomic
def leave_for_tonight(*, viewer: "Viewer", prompt_id: UUID, now: datetime) -> None:
    """“Not tonight”. The draft stays. Raises Closed outside the window; nothing happens to a sheet that is in."""
    prompt = _locked(viewer, prompt_id)
    if prompt.sent_at is None and prompt.skipped_at is None:
        _must_take_words(prompt, now=now)
        prompt.skipped_at = now
        prompt.save(update_fields=["skipped_at"])


@transaction.atomic
def take_up_again(*, viewer: "Viewer", prompt_id: UUID, now: datetime) -> None:
    """Undo “not tonight”. Raises Closed once the window has closed."""
    prompt = _locked(viewer, prompt_id)
    if prompt.skipped_at is not None:
        _must_take_words(prompt, now=now)
        prompt.skipped_at = None
        prompt.save(update_fields=["skipped_at"])


@transaction.atomic
def send(
    *,
    viewer: "Viewer",
    prompt_id: UUID,
    share: Share,
    private: Iterable[str],
    case: bool,
    asked: Mapping[UUID, bool],
    now: datetime,
) -> Prompt:
    """Send the draft as a sheet: sealed, in one transaction with the prompt's `sent_at`. A second send is the
    first one. `asked` are the lines this person was asked about, each with whether the other is asked about it
    too: what stands in the plan now, sealed in the sheet, so that no later change of the plan opens a report.
    Where the rhythm has no reading hour and both now share something, this moment becomes it, sealed in this
    sheet.

    Raises Closed outside the window; the choice is kept in the draft before that.
    """
    prompt = _locked(viewer, prompt_id)
    if prompt.sent_at is not None:
        return prompt
    _must_take_words(prompt, now=now)
    draft = drafts.load(viewer, prompt)
    draft = draft.with_step(
        {
            "share": share.value,
            "private": tuple(private),
            "case": case,
            "reports": {str(line): draft.reports.get(str(line)) for line in asked},
        }
    )
    row = AnswerSheet.objects.filter(prompt=prompt).first() or AnswerSheet(
        prompt=prompt, author=prompt.membership.person, couple_id=prompt.check_in.couple_id, on=prompt.check_in.on
    )
    row.sent_at, row.taken_back_at = now, None
    two_sided = frozenset(str(line) for line, both in asked.items() if both)
    sheets.write(row, replace(draft.sheet(), two_sided=two_sided), cache=viewer.keys)
    row.save()
    ports.good_thing(viewer=viewer, on=row.on, text=draft.good, now=now)
    prompt.sent_at, prompt.skipped_at, prompt.draft = now, None, b""
    prompt.save(update_fields=["sent_at", "skipped_at", "draft"])
    if prompt.check_in.reads_at is None and reading.would_open(prompt.check_in, now=now):
        sheets.write(row, replace(sheets.read(viewer, row), opened_at=now), cache=viewer.keys)
        row.save(update_fields=["marks", "words", "alone"])
    return prompt


@transaction.atomic
def take_back(*, viewer: "Viewer", prompt_id: UUID, now: datetime) -> None:
    """Take one's own sheet back before the reading hour: its words return to the draft. Twice is once.

    Raises Refusal from the hour on.
    """
    prompt = _locked(viewer, prompt_id)
    if prompt.sent_at is None:
        return
    if reading.opened(viewer, prompt.check_in).state is not reading.State.SEALED:
        raise Refusal(_("The reading hour has come. You can show less from now on, or add a line."))
    row = AnswerSheet.objects.get(prompt=prompt)
    sheet = sheets.read(viewer, row)
    drafts.keep(viewer, prompt, drafts.of_sheet(sheet))
    ports.taken_back(viewer=viewer, on=row.on, text=sheet.good)
    prompt.sent_at = None
    prompt.save(update_fields=["draft", "sent_at"])
    row.marks, row.words, row.alone, row.taken_back_at = b"", b"", b"", now
    row.save(update_fields=["marks", "words", "alone", "taken_back_at"])


@transaction.atomic
def show_less(
    *, viewer: "Viewer", prompt_id: UUID, share: Share, private: Iterable[str], case: bool, now: datetime
) -> None:
    """Narrow what one's own sheet shows, from the next page on. What was private stays so; nothing widens.

    Raises Http404 where no sheet is in.
    """
    prompt = _locked(viewer, prompt_id)
    row = AnswerSheet.objects.filter(prompt=prompt, taken_back_at=None).first()
    if row is None:
        raise Http404
    less = sheets.narrowed(sheets.read(viewer, row), share=share, private=private, case=case)
    sheets.write(row, less, cache=viewer.keys)
    row.save(update_fields=["marks", "words", "alone"])


def _must_take_words(prompt: Prompt, *, now: datetime) -> None:
    if not takes_words(prompt, now=now):
        raise Closed(_("This check-in has closed. What you wrote is kept for you alone."))


def _locked(viewer: "Viewer", prompt_id: UUID) -> Prompt:
    """One's own prompt with its check-in, both locked. Raises Http404 for any other."""
    mine = Prompt.objects.visible_to(viewer).filter(pk=prompt_id)
    check_in = CheckIn.objects.select_for_update().filter(pk__in=mine.values("check_in")).first()
    prompt = (
        Prompt.objects.visible_to(viewer)
        .select_for_update(of=("self",))
        .select_related("membership__person")
        .filter(pk=prompt_id)
        .first()
    )
    if check_in is None or prompt is None:
        raise Http404
    prompt.check_in = check_in
    return prompt
