"""The couple's own question: which one a check-in asks now, and which ones were answered before.

An answer stands in a sheet under the wording it answers (`own-` and the version's id), so that two answers are
read side by side only if both saw the same words, and a wording that is gone takes nothing with it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from checkins.prompts.sheets import OWN, Sheet
from repair.boundaries.question import MARK, NAME
from repair.plan.queries import in_force_of, signed_words
from repair.plan.shown import Words
from repair.programmes.content import Mark

if TYPE_CHECKING:
    from accounts.access import Viewer

LIMIT = 200  # characters of a line


@dataclass(frozen=True)
class OwnQuestion:
    """One wording of the couple's own question."""

    key: str
    text: str
    is_mark: bool
    low: str = ""
    high: str = ""

    @property
    def mark(self) -> Mark:
        """The question as one that a mark answers."""
        return Mark(self.key, self.text, (self.text,), self.low, "", self.high)


def asked_now(viewer: "Viewer", asked: str) -> OwnQuestion | None:
    """The question in force that goes with this set of questions: a couple has one at a time."""
    lines = in_force_of(viewer, NAME)
    return next((_of(line.in_force) for line in lines if _goes_with(line.in_force, asked)), None)


def asked_then(viewer: "Viewer", couple_id: UUID, keys: Iterable[str]) -> dict[str, OwnQuestion]:
    """The wordings these keys stand for, in force or not, by key. No query where there is no key."""
    wanted = set(keys)
    if not wanted:
        return {}
    signed = [words for words in signed_words(viewer, couple_id) if words.kind.name == NAME]
    found = [_of(words) for words in signed if words.fields and not words.is_end]
    return {question.key: question for question in found if question.key in wanted}


def keys_in(sheets: Iterable[Sheet]) -> set[str]:
    """The keys of own questions that these sheets answer."""
    return {key for sheet in sheets for key in (*sheet.marks, *sheet.words.texts) if key.startswith(OWN)}


def _goes_with(words: Words | None, asked: str) -> bool:
    return words is not None and (words.fields or {}).get("asked_with") == asked


def _of(words: Words | None) -> OwnQuestion:
    assert words is not None
    fields = words.fields or {}
    return OwnQuestion(
        key=f"{OWN}{words.version.pk.hex}",
        text=fields["what"],
        is_mark=fields["answer"] == MARK,
        low=fields.get("low", ""),
        high=fields.get("high", ""),
    )
