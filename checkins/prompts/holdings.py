"""What check-ins hold about a person: for their export, and for their erasure; and their part of a closed plan."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.couples.models import Membership
from accounts.privacy.ports import Holding, register
from accounts.users.models import User
from accounts.vault import services as vault
from checkins.prompts import queries, reading
from checkins.prompts.models import Addition, AnswerSheet, CheckIn, Prompt, ReadingChoice
from checkins.prompts.queries import Own
from checkins.prompts.whole import wholes
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
        "side_by_side": _side_by_side(viewer),
    }


def _answer(own: Own, parts: list[tuple[str, str]]) -> dict[str, Any]:
    return {
        "date": own.check_in.on.isoformat(),
        "questions": own.check_in.question_set,
        "sent_at": own.prompt.sent_at.isoformat() if own.prompt.sent_at else None,
        "shared": own.sheet.share.value if own.sheet else None,
        "answers": [{"question": label, "answer": text} for label, text in parts],
    }


def _side_by_side(viewer: "Viewer") -> list[dict[str, Any]]:
    """What the other shared and is open now; nothing while the couple rests."""
    if viewer.couple_id is None:
        return []
    other = viewer.other.slot
    return [
        {
            "date": evening.check_in.on.isoformat(),
            "marks": {slug: by_slot[other] for slug, by_slot in evening.marks.items()},
            "words": _words(evening, other),
        }
        for evening in reading.opened_between(viewer.couple_id, viewer, date.min, date.max)
    ]


def _words(evening: reading.Opened, slot: str) -> dict[str, str]:
    words = evening.words.get(slot)
    return {"feeling": ", ".join(feeling_words(words)), **words.texts} if words else {}


def erase(person: User, now: datetime) -> None:
    """What only this person could read goes. Rows that both may count stay, empty."""
    Prompt.objects.filter(membership__person=person).update(draft=b"")
    AnswerSheet.objects.filter(author=person).update(marks=b"", words=b"")
    ReadingChoice.objects.filter(person=person).delete()
    Addition.objects.filter(author=person, kind=Addition.Kind.HEARD).delete()


def closed_part(*, viewer: "Viewer", couple_id: UUID) -> list[tuple[str, str, dict[str, Any]]]:
    """One's own sheets, for the page of a couple that rests or was left."""
    evenings, _more = queries.own_evenings(viewer, before=None, most=_ALL)
    own = [evening for evening in evenings if evening.check_in.couple_id == couple_id and evening.sheet]
    if not own:
        return []
    rows = [
        (evening, sheet_sentence(evening.sheet, question_set(evening.check_in.question_set)))
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
        )
    )
