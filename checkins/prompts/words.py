"""Sentences about check-ins and one's own sheets, for the screen."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from checkins.prompts.drafts import Draft
from checkins.prompts.models import CheckIn
from checkins.prompts.own import OwnQuestion
from checkins.prompts.sheets import Sheet, Words
from repair.programmes.content import QuestionSet, feelings

if TYPE_CHECKING:
    from accounts.access import Viewer


def hour_words(check_in: CheckIn, viewer: "Viewer") -> str:
    """When a check-in opens, on the viewer's own clock: “on Thursday at 18:30”."""
    if check_in.reads_at is None or viewer.person is None:
        return _("as soon as both are in")
    there = check_in.reads_at.astimezone(viewer.person.zone)
    return _("on %(day)s at %(time)s") % {"day": date_format(there, "l"), "time": date_format(there, "H:i")}


def feeling_words(words: Words) -> list[str]:
    """The feelings words as they read, one's own last."""
    labels = {feeling.slug: feeling.label for feeling in feelings()}
    return [labels.get(slug, slug) for slug in words.feelings] + ([words.own] if words.own else [])


def marks_sentence(marks: Iterable[tuple[str, int]], questions: QuestionSet, rest: Iterable[str] = ()) -> str:
    """“Feeling close 4, feeling safe 5, hopeful.”"""
    topics = {mark.slug: mark.topic for mark in questions.marks}
    parts = [f"{topics[slug]} {mark}" for slug, mark in marks if slug in topics] + list(rest)
    if not parts:
        return ""
    later = [part[:1].lower() + part[1:] for part in parts[1:]]
    return f"{', '.join([parts[0], *later])}."


def preview(draft: Draft, questions: QuestionSet, ours: Mapping[str, OwnQuestion]) -> str:
    """What stands in a draft, in a line or two: marks and words, without the good thing."""
    return sheet_sentence(draft.sheet(), questions, ours)


def sheet_sentence(sheet: Sheet, questions: QuestionSet, ours: Mapping[str, OwnQuestion]) -> str:
    """A sheet's marks and words in a line or two; `ours` are the questions of the couple's own that it answers."""
    marks = marks_sentence(sheet.marks.items(), questions, feeling_words(sheet.words))
    own = [
        f"{question.text} {answer}"
        for key, question in ours.items()
        if (answer := _own_answer(sheet, key, question))
    ]
    texts = [
        f"{stem.label} {sheet.words.texts[stem.slug]}"
        for stem in questions.words
        if sheet.words.texts.get(stem.slug)
    ]
    return " ".join([marks, *own, *texts]).strip()


def _own_answer(sheet: Sheet, key: str, question: OwnQuestion) -> str:
    if not question.is_mark:
        return sheet.words.texts.get(key, "")
    return _("%(mark)d of 7.") % {"mark": sheet.marks[key]} if key in sheet.marks else ""


def goes_to(sheet: Sheet, questions: QuestionSet) -> str:
    """Who sees a sheet, in a few words."""
    words = _("words") if questions.words else _("word")
    if sheet.share.marks and sheet.share.words:
        return _("Marks and %(words)s shared.") % {"words": words}
    if sheet.share.marks:
        return _("Marks shared.")
    if sheet.share.words:
        return _("Words shared.")
    return _("Only you.")
