"""Reads of one's own prompts and sheets."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import Http404

from accounts.vault import services as vault
from checkins.prompts import drafts, sheets
from checkins.prompts.drafts import Draft
from checkins.prompts.models import AnswerSheet, CheckIn, Prompt, PromptQuerySet, ReadingChoice
from checkins.prompts.reading import hours_of
from checkins.prompts.sheets import Sheet

if TYPE_CHECKING:
    from accounts.access import Viewer


def own_prompt(viewer: "Viewer", prompt_id: UUID) -> Prompt:
    """One's own prompt in the couple one is in. Raises Http404 for any other."""
    return _first(Prompt.objects.visible_to(viewer).filter(pk=prompt_id, membership=viewer.mine))


def any_own_prompt(viewer: "Viewer", prompt_id: UUID) -> Prompt:
    """One's own prompt, also of a couple one has left. Raises Http404 for another's."""
    return _first(Prompt.objects.visible_to(viewer).filter(pk=prompt_id))


def own_prompt_of(viewer: "Viewer", check_in_id: UUID) -> Prompt:
    """One's own copy of a check-in, also of a couple one has left. Raises Http404 where there is none."""
    return _first(Prompt.objects.visible_to(viewer).filter(check_in_id=check_in_id))


def _first(rows: PromptQuerySet) -> Prompt:
    found = rows.select_related("check_in", "membership", "sheet").first()
    if found is None:
        raise Http404
    return found


def check_in_of(viewer: "Viewer", check_in_id: UUID) -> CheckIn:
    """A check-in of the couple one is in. Raises Http404 for any other."""
    found = CheckIn.objects.filter(pk=check_in_id, couple_id=viewer.mine.couple_id).first()
    if found is None:
        raise Http404
    return found


@dataclass(frozen=True)
class LastChoice:
    """What somebody chose the last time they sent a sheet with the same questions; empty the first time."""

    share: str = ""
    case: bool = True
    private: tuple[str, ...] = ()


def last_choice(viewer: "Viewer", prompt: Prompt) -> LastChoice:
    """The viewer's own last choice of who sees a sheet with these questions."""
    row = (
        AnswerSheet.objects.filter(
            author=viewer.person,
            couple_id=prompt.check_in.couple_id,
            taken_back_at=None,
            prompt__check_in__question_set=prompt.check_in.question_set,
        )
        .order_by("-sent_at")
        .first()
    )
    if row is None:
        return LastChoice()
    sheet = sheets.read(viewer, row, words=False)
    return LastChoice(sheet.share.value, sheet.case, tuple(sorted(sheet.private)))


@dataclass(frozen=True)
class Own:
    """One evening as its owner finds it under “My answers”."""

    prompt: Prompt
    check_in: CheckIn
    sheet: Sheet | None
    draft: Draft
    sealed: bool  # may still be taken back
    takes_words: bool


def own_evenings(viewer: "Viewer", *, before: date | None, most: int) -> tuple[list[Own], bool]:
    """One's own evenings, newest first, of every couple one was ever in; and whether there are earlier ones.

    `before` is the first date left out. Three queries, and one for the key.
    """
    rows = (
        Prompt.objects.visible_to(viewer)
        .filter(opens_at__lte=viewer.now, **({"check_in__on__lt": before} if before else {}))
        .select_related("check_in", "membership", "sheet")
        .order_by("-check_in__on", "-opens_at", "pk")
    )
    page = list(rows[: most + 1])
    more = len(page) > most
    if more:  # the list parts between dates: two evenings of one date stand on the same page
        last = page.pop().check_in.on
        page = [row for row in page if row.check_in.on != last] or page
    hours = hours_of(row.check_in for row in page)
    return [own_evening(viewer, row, hour=hours[row.check_in_id]) for row in page], more


def own_evening(viewer: "Viewer", prompt: Prompt, *, hour: datetime) -> Own:
    """A prompt with its sheet and draft opened for its owner; `hour` as `reading.hours_of` gives it."""
    row = getattr(prompt, "sheet", None)
    sheet = sheets.read(viewer, row) if row is not None and row.taken_back_at is None else None
    return Own(
        prompt=prompt,
        check_in=prompt.check_in,
        sheet=sheet,
        draft=drafts.load(viewer, prompt),
        sealed=viewer.now < hour,
        takes_words=prompt.opens_at <= viewer.now < min(prompt.closes_at, hour),
    )


def own_evening_at(viewer: "Viewer", prompt: Prompt) -> Own:
    """A prompt with its sheet and draft opened for its owner. One query for its hour."""
    return own_evening(viewer, prompt, hour=hours_of([prompt.check_in])[prompt.check_in_id])


def choice_of(viewer: "Viewer", check_in: CheckIn) -> tuple[str, ReadingChoice | None]:
    """What the viewer chose at the closed card (empty: nothing yet), and the row."""
    row = ReadingChoice.objects.filter(check_in=check_in, person=viewer.person).first()
    return (vault.open(viewer, row, "choice") if row else ""), row
