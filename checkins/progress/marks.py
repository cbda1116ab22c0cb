"""Marked evenings as a viewer may see them: their own, and the other’s where shared. The one place that asks."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from accounts.access import Purpose, system
from accounts.vault import services as vault
from checkins.progress.models import MarkedEvening

if TYPE_CHECKING:
    from accounts.access import Viewer


@dataclass(frozen=True)
class Mark:
    """One marked evening, opened. A therapist without a yes to words from both gets neither name nor words."""

    row: MarkedEvening
    mine: bool
    shared: bool
    name: str
    words: str


def marks_of(viewer: "Viewer", *, since: date | None = None) -> list[Mark]:
    """What `viewer` may see of their story's marked evenings from `since` on. Two queries at most, whatever is
    shared; marks whose author was erased are gone."""
    rows = MarkedEvening.objects.of_story(viewer).order_by("on", "made_at", "pk")
    found = list(rows.filter(on__gte=since) if since else rows)
    return [mark for mark in _opened(viewer, found) if mark.mine or (mark.shared and _shares(viewer, mark.row))]


def _opened(viewer: "Viewer", rows: list[MarkedEvening]) -> Iterable[Mark]:
    reader = system(Purpose.MARKS, now=viewer.now, keys=viewer.keys)
    if rows:
        vault.preload(reader.keys, owners={row.author_id for row in rows})
    with_words = viewer.case is None or viewer.case.words
    for row in rows:
        said = vault.open_or(reader, row, "text", gone=None)
        if said is not None:
            name, words = (said.get("name", ""), said.get("words", "")) if with_words else ("", "")
            yield Mark(row, viewer.is_me(row.author_id), bool(said.get("shared")), name, words)


def _shares(viewer: "Viewer", row: MarkedEvening) -> bool:
    return viewer.is_in(row.couple_id) if viewer.case is None else viewer.shares_with(row.couple_id)
