"""What changes between two wordings, word by word. Pure functions over text."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

_WORD = re.compile(r"\s+|[^\W_]+(?:[’'-][^\W_]+)*|.", re.UNICODE | re.DOTALL)


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
    """`after` compared with `before`. Joining what is not new gives `before`; what is not gone, `after`."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    pieces: list[Piece] = []
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        gone, came = "".join(old[i:j]), "".join(new[k:m])
        if tag == "equal":
            pieces.append(Piece(Change.SAME, came))
            continue
        if gone:
            pieces.append(Piece(Change.GONE, gone))
        if came:
            pieces.append(Piece(Change.NEW, came))
    return tuple(_without_islands(pieces))


def lines(before: Iterable[tuple[str, str]], after: Iterable[tuple[str, str]]) -> list[LineDiff]:
    """Two wordings as (label, text) pairs, compared part by part: those of `after`, then what went."""
    old, new = dict(before), dict(after)
    labels = [*new, *(label for label in old if label not in new)]
    return [LineDiff(label, words(old.get(label, ""), new.get(label, ""))) for label in labels]


def _without_islands(pieces: list[Piece]) -> list[Piece]:
    """Single spaces left standing between two changes are drawn into them, so that whole phrases stay together."""
    merged: list[Piece] = []
    gone = came = ""
    for index, piece in enumerate(pieces):
        between = 0 < index < len(pieces) - 1 and piece.change is Change.SAME and piece.text.isspace()
        if between and (gone or came):
            gone, came = gone + piece.text, came + piece.text
        elif piece.change is Change.GONE:
            gone += piece.text
        elif piece.change is Change.NEW:
            came += piece.text
        else:
            merged += _flushed(gone, came)
            gone = came = ""
            merged.append(piece)
    return merged + _flushed(gone, came)


def _flushed(gone: str, came: str) -> list[Piece]:
    """The changes gathered so far. Space that both share at the end stays as it was."""
    end = ""
    while gone and came and gone[-1] == came[-1] and gone[-1].isspace():
        end, gone, came = gone[-1] + end, gone[:-1], came[:-1]
    pieces = [(Change.GONE, gone), (Change.NEW, came), (Change.SAME, end)]
    return [Piece(change, text) for change, text in pieces if text]
