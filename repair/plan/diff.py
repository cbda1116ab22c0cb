"""What changes between two wordings, word by word. Pure functions over text."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

# A word (or one sign) with the space after it; the space takes no part in the comparison.
_WORD = re.compile(r"([^\W_]+(?:[’'-][^\W_]+)*|\S)(\s*)", re.UNICODE)


class Change(StrEnum):
    SAME = "same"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True)
class Piece:
    """A run of text that stayed, went or came."""

    change: Change
    text: str


@dataclass(frozen=True)
class LineDiff:
    """One labelled part of a wording, compared with what it was."""

    label: str
    pieces: tuple[Piece, ...]

    @property
    def changed(self) -> bool:
        """Whether anything in it differs."""
        return any(piece.change is not Change.SAME for piece in self.pieces)


def words(before: str, after: str) -> tuple[Piece, ...]:
    """`after` compared with `before`. But for space, joining what is not new gives `before`, and joining what is
    not gone gives `after`."""
    old, new = _WORD.findall(before.strip()), _WORD.findall(after.strip())
    texts = [word for word, _ in old], [word for word, _ in new]
    pieces: list[Piece] = []
    missing = ""  # the space that stood before what went, and stands nowhere now
    for tag, i, j, k, m in SequenceMatcher(None, *texts, autojunk=False).get_opcodes():
        gone, came = _joined(old[i:j]), _joined(new[k:m])
        if tag == "equal":
            pieces.append(Piece(Change.SAME, came))
            missing = old[j - 1][1] if not new[m - 1][1] else ""
            continue
        if gone:
            pieces.append(Piece(Change.GONE, missing + gone))
        if came:
            pieces.append(Piece(Change.NEW, came))
    return tuple(pieces)


def lines(before: Iterable[tuple[str, str]], after: Iterable[tuple[str, str]]) -> list[LineDiff]:
    """Two wordings as (label, text) pairs, compared part by part: those of `after`, then what went."""
    old, new = dict(before), dict(after)
    labels = [*new, *(label for label in old if label not in new)]
    return [LineDiff(label, words(old.get(label, ""), new.get(label, ""))) for label in labels]


def _joined(tokens: list[tuple[str, str]]) -> str:
    return "".join(word + space for word, space in tokens)
