"""Reading one's own journal, and finding words in it.

Words are looked for in memory, in what was just unsealed; there is no index of them anywhere, and the words looked
for are kept nowhere.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import Http404

from accounts.vault import services as vault
from checkins.journal.models import JournalEntry
from checkins.journal.prompts import words_of

if TYPE_CHECKING:
    from accounts.access import Viewer
    from checkins.journal.models import JournalEntryQuerySet

ON_A_PAGE = 30
LOOKED_THROUGH = 1000  # entries in one search, 24 KiB each, a hundred at a time
AROUND = 70  # characters shown before and after what was found


@dataclass(frozen=True)
class Read:
    """One entry as its author reads it."""

    row: JournalEntry
    prompt: str  # the slug
    text: str

    @property
    def question(self) -> str:
        """The question it began with; "" for a blank one."""
        return words_of(self.prompt)

    @property
    def first_line(self) -> str:
        """The first line with something in it."""
        return next((line.strip() for line in self.text.splitlines() if line.strip()), "")


@dataclass(frozen=True)
class Hit:
    """An entry in which all words were found, with the place of the first of them."""

    read: Read
    before: str
    found: str
    after: str


@dataclass(frozen=True)
class Page:
    """Some of the entries, newest first; `older` is where the next page begins, None at the end."""

    entries: list[Read]
    older: int | None


@dataclass(frozen=True)
class Search:
    """What was found; `older` is where to look on, None when all was looked through."""

    hits: list[Hit]
    older: int | None


def entry_of(viewer: "Viewer", entry: UUID) -> Read:
    """One of the viewer's own entries that was not thrown away. Raises Http404 for any other."""
    row = _standing(viewer).filter(pk=entry).first()
    if row is None:
        raise Http404
    return _read(viewer, row)


def own(viewer: "Viewer", entry: UUID) -> Read | None:
    """One of the viewer's own entries, thrown away or not; None for any other."""
    row = JournalEntry.objects.visible_to(viewer).filter(pk=entry).first()
    return _read(viewer, row) if row else None


def page_of(viewer: "Viewer", *, start: int) -> Page:
    """The viewer's entries from number `start` on (0: the newest)."""
    rows = list(_standing(viewer)[start : start + ON_A_PAGE + 1])
    older = start + ON_A_PAGE if len(rows) > ON_A_PAGE else None
    return Page([_read(viewer, row) for row in rows[:ON_A_PAGE]], older)


def thrown_away(viewer: "Viewer") -> list[Read]:
    """What can still be brought back, latest first."""
    rows = JournalEntry.objects.visible_to(viewer).filter(thrown_at__isnull=False)
    return [_read(viewer, row) for row in rows.order_by("-thrown_at", "pk")[:ON_A_PAGE]]


def all_of(viewer: "Viewer") -> Iterator[Read]:
    """Every entry, oldest first, without those thrown away."""
    for row in _standing(viewer).order_by("made_at", "pk").iterator(chunk_size=100):
        yield _read(viewer, row)


def find(viewer: "Viewer", words: str, *, start: int = 0) -> Search:
    """The viewer's entries from number `start` on in which every one of `words` stands, in any order, as part of
    a word too; capitals and accents make no difference. Looks through LOOKED_THROUGH entries at most and stops
    after ON_A_PAGE that match."""
    wanted = folded(words).split()
    hits: list[Hit] = []
    place = start
    rows = _standing(viewer)[start : start + LOOKED_THROUGH]
    for row in rows.iterator(chunk_size=100) if wanted else ():
        place += 1
        read = _read(viewer, row)
        text = folded(read.text)
        if all(word in text for word in wanted):
            hits.append(_hit(read, wanted))
            if len(hits) == ON_A_PAGE:
                break
    return Search(hits, place if wanted and _standing(viewer)[place : place + 1].exists() else None)


def folded(text: str) -> str:
    """A text without capitals and accents, for comparing."""
    if text.isascii():
        return text.lower()
    return "".join(c for c in unicodedata.normalize("NFKD", text).casefold() if not unicodedata.combining(c))


def _hit(read: Read, wanted: list[str]) -> Hit:
    """The first word's first place, in the text as it was written: folding may have changed its length."""
    lengths = [len(folded(character)) for character in read.text]
    at = folded(read.text).find(wanted[0])
    start = _written(lengths, at)
    end = _written(lengths, at + len(wanted[0]) - 1) + 1
    before = read.text[max(0, start - AROUND) : start]
    after = read.text[end : end + AROUND]
    return Hit(
        read,
        before=("… " if start > AROUND else "") + before,
        found=read.text[start:end],
        after=after + (" …" if end + AROUND < len(read.text) else ""),
    )


def _written(lengths: list[int], place: int) -> int:
    """Which character of the written text a place in the folded one belongs to."""
    for number, length in enumerate(lengths):
        place -= length
        if place < 0:
            return number
    return len(lengths) - 1


def _standing(viewer: "Viewer") -> "JournalEntryQuerySet":
    return JournalEntry.objects.visible_to(viewer).filter(thrown_at=None).order_by("-made_at", "-pk")


def _read(viewer: "Viewer", row: JournalEntry) -> Read:
    body = vault.open(viewer, row, "body") or {}
    return Read(row, prompt=body.get("prompt", ""), text=body.get("text", ""))
