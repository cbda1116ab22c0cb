"""What check-ins hold about a person: for their export, and for their erasure; and their part of a closed plan."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.couples.models import Membership
from accounts.privacy.ports import Holding, register
from accounts.users.models import User
from accounts.vault import services as vault
from checkins.prompts import queries, reading
from checkins.prompts.forms import REPORTS
from checkins.prompts.lines import headlines
from checkins.prompts.models import Addition, AnswerSheet, CheckIn, Prompt, ReadingChoice
from checkins.prompts.own import OwnQuestion, asked_then, keys_in
from checkins.prompts.queries import Own
from checkins.prompts.replies import Choice
from checkins.prompts.sheets import Sheet
from checkins.prompts.side import opened_keys
from checkins.prompts.whole import own_questions, wholes
from checkins.prompts.words import feeling_words, sheet_sentence
from repair.programmes.content import question_set
from repair.schedules.models import Schedule
from repair.schedules.ports import register_last_asked

if TYPE_CHECKING:
    from accounts.access import Viewer

_ALL = 100_000


def export_of(viewer: "Viewer") -> dict[str, Any]:
    """The viewer's own sheets and drafts of every couple, what they said since, and what is open to them now."""
    evenings, _more = queries.own_evenings(viewer, before=None, most=_ALL)
    mine = Addition.objects.filter(author=viewer.person).select_related("check_in").order_by("made_at")
    return {
        "answers": [_answer(own, parts) for own, parts in zip(evenings, wholes(viewer, evenings), strict=True)],
        "said_since": [
            {
                "date": row.check_in.on.isoformat(),
                "kind": row.kind,
                "made_at": row.made_at.isoformat(),
                **(vault.open(viewer, row, "body") or {}),
            }
            for row in mine
        ],
        "chosen_at_the_closed_card": [
            {"date": row.check_in.on.isoformat(), "choice": vault.open(viewer, row, "choice")}
            for row in ReadingChoice.objects.filter(person=viewer.person)
            .select_related("check_in")
            .order_by("check_in__on", "pk")
        ],
        "side_by_side": _side_by_side(viewer),
    }


def tables_of(viewer: "Viewer") -> dict[str, list[Sequence[object]]]:
    """The viewer's own marks, one line each, oldest first; no file for somebody without any."""
    evenings, _more = queries.own_evenings(viewer, before=None, most=_ALL)
    ours = own_questions(viewer, evenings)
    rows = [row for own in reversed(evenings) if own.sheet for row in _marks(own, own.sheet, ours)]
    columns = ("date", "questions", "question", "mark", "of", "kept to yourself")
    return {"marks.csv": [columns, *rows]} if rows else {}


def _marks(own: Own, sheet: Sheet, ours: dict[str, OwnQuestion]) -> list[tuple[object, ...]]:
    asked = question_set(own.check_in.question_set)
    hidden = set(sheet.private) if sheet.share.marks else set(sheet.marks)
    marks = (*asked.marks, *(question.mark for question in ours.values()))
    given = [(mark, sheet.marks[mark.slug], mark.slug in hidden) for mark in marks if mark.slug in sheet.marks]
    given += [(m, sheet.alone[m.slug], True) for m in asked.own.values() if m.slug in sheet.alone]
    return [
        (own.check_in.on, asked.slug, mark.topic, value, 7, "yes" if kept else "no") for mark, value, kept in given
    ]


def _answer(own: Own, parts: list[tuple[str, str]]) -> dict[str, Any]:
    return {
        "date": own.check_in.on.isoformat(),
        "questions": own.check_in.question_set,
        "sent_at": own.prompt.sent_at.isoformat() if own.prompt.sent_at else None,
        "shared": own.sheet.share.value if own.sheet else None,
        "answers": [{"question": label, "answer": text} for label, text in parts],
    }


def _side_by_side(viewer: "Viewer") -> list[dict[str, Any]]:
    """What the other shared and is open now; nothing while the couple rests. Marks stand on the timeline; words,
    reports and what was said back come along only of evenings whose closed card the viewer has opened."""
    if viewer.couple_id is None:
        return []
    evenings = reading.opened_between(viewer.couple_id, viewer, date.min, date.max)
    read = _read_by(viewer, viewer.couple_id)
    known = headlines(viewer, {line for evening in evenings for line in evening.reports})
    ours = _ours(viewer, evenings)
    said = _said_back(viewer, [evening.check_in.pk for evening in evenings if evening.check_in.pk in read])
    other = viewer.other.slot
    found = []
    for evening in evenings:
        shown: dict[str, Any] = {
            "date": evening.check_in.on.isoformat(),
            "marks": {ours.get(slug, slug): by_slot[other] for slug, by_slot in evening.marks.items()},
        }
        if evening.check_in.pk in read:
            shown |= {
                "words": {ours.get(slug, slug): text for slug, text in _words(evening, other).items()},
                "reports": [
                    {"line": known[line], "report": _REPORTS[by_slot[other]]}
                    for line, by_slot in evening.reports.items()
                    if line in known and other in by_slot
                ],
                "said": said.get(evening.check_in.pk, []),
            }
        found.append(shown)
    return found


def _ours(viewer: "Viewer", evenings: list[reading.Opened]) -> dict[str, str]:
    """The couple's own questions that stand open in these evenings, in their words, by key."""
    keys = {slug for evening in evenings for slug in opened_keys(evening)}
    if viewer.couple_id is None:
        return {}
    return {key: question.text for key, question in asked_then(viewer, viewer.couple_id, keys).items()}


_REPORTS = {value: str(label) for value, label in REPORTS}


def _read_by(viewer: "Viewer", couple_id: UUID) -> set[UUID]:
    """Check-ins of a couple whose closed card the viewer opened."""
    rows = ReadingChoice.objects.filter(person=viewer.person, check_in__couple_id=couple_id)
    return {row.check_in_id for row in rows if vault.open(viewer, row, "choice") == Choice.NOW}


def _said_back(viewer: "Viewer", check_ins: list[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    """What the other said back or added to these evenings, by check-in, in order; words that are gone left out."""
    rows = Addition.objects.filter(check_in__in=check_ins, author_id=viewer.other.person_id)
    found: dict[UUID, list[dict[str, Any]]] = {}
    for row in rows.exclude(kind=Addition.Kind.HEARD).select_related("check_in").order_by("made_at", "pk"):
        body = vault.open_or(viewer, row, "body", gone=None)
        if body:
            found.setdefault(row.check_in_id, []).append({"kind": row.kind, **body})
    return found


def _words(evening: reading.Opened, slot: str) -> dict[str, str]:
    words = evening.words.get(slot)
    return {"feeling": ", ".join(feeling_words(words)), **words.texts} if words else {}


def erase(person: User, now: datetime) -> None:
    """What only this person could read goes. Rows that both may count stay, empty."""
    Prompt.objects.filter(membership__person=person).update(draft=b"")
    AnswerSheet.objects.filter(author=person).update(marks=b"", words=b"", alone=b"")
    ReadingChoice.objects.filter(person=person).delete()
    Addition.objects.filter(author=person, kind=Addition.Kind.HEARD).delete()


def closed_part(*, viewer: "Viewer", couple_id: UUID) -> list[tuple[str, str, dict[str, Any]]]:
    """One's own sheets, for the page of a couple that rests or was left."""
    evenings, _more = queries.own_evenings(viewer, before=None, most=_ALL)
    own = [evening for evening in evenings if evening.check_in.couple_id == couple_id and evening.sheet]
    if not own:
        return []
    ours = asked_then(viewer, couple_id, keys_in(evening.sheet for evening in own if evening.sheet))
    rows = [
        (evening, sheet_sentence(evening.sheet, question_set(evening.check_in.question_set), ours))
        for evening in own
        if evening.sheet
    ]
    return [(_("What you sent"), "checkins/prompts/_closed.html", {"evenings": rows})]


def last_asked(*, schedule: Schedule, membership: Membership) -> date | None:
    """The latest date of the rule for which this partner has a prompt of this schedule."""
    return (
        Prompt.objects.filter(membership=membership, check_in__schedule=schedule)
        .order_by("-check_in__on")
        .values_list("check_in__on", flat=True)
        .first()
    )


def register_all() -> None:
    """Register what this room answers for."""
    register_last_asked(last_asked)
    register(
        Holding(
            name="check-ins",
            title="Check-ins",
            models=(CheckIn, Prompt, AnswerSheet, Addition, ReadingChoice),
            export_of=export_of,
            erase=erase,
            tables_of=tables_of,
        )
    )
