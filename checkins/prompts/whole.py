"""One's own sheet or draft, whole, as (label, text) pairs: for its own page, for export and for a closed plan."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext as _

from checkins.prompts.forms import REPORTS
from checkins.prompts.lines import headlines
from checkins.prompts.own import OwnQuestion, asked_then, keys_in
from checkins.prompts.queries import Own
from checkins.prompts.sheets import Sheet
from checkins.prompts.words import feeling_words
from repair.programmes.content import QuestionSet, question_set

if TYPE_CHECKING:
    from accounts.access import Viewer


def whole(viewer: "Viewer", own: Own) -> list[tuple[str, str]]:
    """Everything in one's own sheet, or in the draft where none is in, in the order in which it was asked."""
    return wholes(viewer, [own])[0]


def wholes(viewer: "Viewer", owns: list[Own]) -> list[list[tuple[str, str]]]:
    """The same for many, with as many queries as for one."""
    found = [own.sheet or own.draft.sheet() for own in owns]
    lines = {UUID(line) for sheet in found for line in sheet.reports}
    known = headlines(viewer, lines) if viewer.couple_id is not None else {}
    ours = own_questions(viewer, owns)
    return [
        parts_of(sheet, question_set(own.check_in.question_set), known, ours)
        for own, sheet in zip(owns, found, strict=True)
    ]


def own_questions(viewer: "Viewer", owns: list[Own]) -> dict[str, OwnQuestion]:
    """The couples' own questions that these sheets and drafts answer, by key."""
    keys: dict[UUID, set[str]] = {}
    for own in owns:
        keys.setdefault(own.check_in.couple_id, set()).update(keys_in([own.sheet or own.draft.sheet()]))
    return {key: q for couple, wanted in keys.items() for key, q in asked_then(viewer, couple, wanted).items()}


def parts_of(
    sheet: Sheet, questions: QuestionSet, known: dict[UUID, str], ours: dict[str, OwnQuestion]
) -> list[tuple[str, str]]:
    """A sheet as (label, text) pairs. `known` has the headlines of the plan's lines that may be read, `ours` the
    couple's own questions by key."""
    parts = [
        (
            mark.topic,
            _("%(mark)s of 7, kept to yourself") % {"mark": sheet.marks[mark.slug]}
            if mark.slug in sheet.private
            else _("%(mark)s of 7") % {"mark": sheet.marks[mark.slug]},
        )
        for mark in (*questions.marks, *(question.mark for question in ours.values()))
        if mark.slug in sheet.marks
    ]
    parts += [
        (mark.topic, _("%(mark)s of 7, for yourself alone") % {"mark": sheet.alone[mark.slug]})
        for mark in questions.own.values()
        if mark.slug in sheet.alone
    ]
    labels = {value: str(label) for value, label in REPORTS}
    parts += [
        (known.get(UUID(line), _("A line of the plan")), labels[report])
        for line, report in sheet.reports.items()
        if report
    ]
    feelings = ", ".join(feeling_words(sheet.words))
    if feelings:
        parts.append((_("Feeling"), feelings))
    parts += [
        (stem.label, sheet.words.texts[stem.slug]) for stem in questions.words if sheet.words.texts.get(stem.slug)
    ]
    parts += [(q.text, sheet.words.texts[key]) for key, q in ours.items() if sheet.words.texts.get(key)]
    return [*parts, (_("One good thing"), sheet.good)] if sheet.good else parts
