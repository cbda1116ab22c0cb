"""Marking an evening: a dated note of one partner, for themself or for both. Its author changes it, narrows it or
takes it away at any time; nobody else can."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.http import Http404

from accounts.vault import services as vault
from checkins.progress.models import MarkedEvening
from repair.plan.locks import entered

if TYPE_CHECKING:
    from accounts.access import Viewer


@dataclass(frozen=True)
class Note:
    """What an evening is marked with: its date, a short name, words that may be empty, and who sees it."""

    on: date
    name: str
    words: str
    shared: bool


@transaction.atomic
def mark_evening(*, viewer: "Viewer", note: Note, now: datetime) -> MarkedEvening:
    """Mark an evening of the viewer's couple. Marking the same twice in a row (a double click) makes one.

    Raises NotActive when the couple stopped being active meanwhile.
    """
    mine = entered(viewer, now=now)
    for there in MarkedEvening.objects.filter(author=viewer.person, couple=mine.couple, on=note.on):
        if note_of(viewer, there) == note:
            return there
    row = MarkedEvening(couple=mine.couple, author=mine.person, on=note.on, made_at=now)
    vault.seal(row, "text", _sealed(note), cache=viewer.keys)
    row.save(force_insert=True)
    return row


@transaction.atomic
def change_mark(*, viewer: "Viewer", mark: UUID, note: Note, now: datetime) -> MarkedEvening:
    """Write an evening's mark anew, its sharing included; narrowing holds from the next request on.

    Raises Http404 for one that is not the viewer's, NotActive.
    """
    mine = entered(viewer, now=now)
    row = MarkedEvening.objects.select_for_update().filter(pk=mark, author=mine.person, couple=mine.couple).first()
    if row is None:
        raise Http404
    row.on = note.on
    vault.seal(row, "text", _sealed(note), cache=viewer.keys)
    row.save(update_fields=["on", "text"])
    return row


@transaction.atomic
def remove_mark(*, viewer: "Viewer", mark: UUID) -> None:
    """Take a mark away. One that is gone already stays gone. Never asks the other, nor how the couple stands."""
    MarkedEvening.objects.filter(pk=mark, author=viewer.person).delete()


def mark_of(viewer: "Viewer", mark: UUID) -> MarkedEvening:
    """One of the viewer's own marks in their couple. Raises Http404 for any other."""
    row = MarkedEvening.objects.of_story(viewer).filter(pk=mark, author=viewer.person).first()
    if row is None:
        raise Http404
    return row


def note_of(viewer: "Viewer", row: MarkedEvening) -> Note:
    """What a mark says. Raises Http404 where the viewer may not read it."""
    said = vault.open(viewer, row, "text") or {}
    return Note(on=row.on, name=said.get("name", ""), words=said.get("words", ""), shared=bool(said.get("shared")))


def _sealed(note: Note) -> dict[str, object]:
    return {"name": note.name, "words": note.words, "shared": note.shared}
