"""Words that sound like not wanting to live, or like danger: found by a list, shown a card, and nothing else.

Pure functions over text, with the phrases in `crisis_en.toml`. A text is made plain (short forms spelt out,
misspellings put right, filler dropped) and read word by word against a tree of phrases, so that a text is read in
time that grows with its length alone. Nothing here stores, logs or counts.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

WORDS = Path(__file__).with_name("crisis_en.toml")
END = "$"
ABOUT = ("life", "danger")
MOST_READ = 20_000  # characters; no field of this site takes as many

_TOKEN = re.compile(r"[a-z0-9']+|[.,!?;:]+")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_LONG = re.compile(r"([a-z])\1{2,}")
_LIKE_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'", "-": " ", "–": " ", "—": "."})

Tree = dict[str, Any]  # word → what may follow; under "" where a phrase is complete


@dataclass(frozen=True)
class List:
    """A list of one language: how words are made plain, and the phrases as a tree of their words."""

    version: int
    spell: Mapping[tuple[str, ...], tuple[str, ...]]
    drop: frozenset[tuple[str, ...]]
    tree: Tree

    def plain(self, text: str) -> list[str]:
        """The words of a text as the phrases are written, each part of a sentence closed by END."""
        text = text[:MOST_READ].translate(_LIKE_APOSTROPHES).lower()
        if any(letter * 3 in text for letter in _LETTERS):
            text = _LONG.sub(r"\1", text)  # “dieee”
        words = [END if token[0] in ".,!?;:" else token.strip("'") for token in _TOKEN.findall(text)]
        spelt = _replaced([*words, END], self.spell)
        return [word for word in _dropped(spelt, self.drop) if word]

    def found_in(self, text: str) -> bool:
        """Whether any phrase stands in a text."""
        words = self.plain(text)
        tree = self.tree
        for place, word in enumerate(words):
            node, after = tree.get(word), place + 1
            while node is not None:
                if "" in node:
                    return True
                node = node.get(words[after]) if after < len(words) else None
                after += 1
        return False


def sounds_like_crisis(texts: Iterable[str]) -> bool:
    """Whether any of the texts somebody saved should bring up the card."""
    return any(read().found_in(text) for text in texts)


@cache
def read() -> List:
    """The list. Raises ImproperlyConfigured for a wrong file."""
    return load(WORDS)


def load(path: Path) -> List:
    """The list of a file. Raises ImproperlyConfigured for anything not as it should be."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
        if set(raw) != {"version", "language", "drop", "spell", "phrases"}:
            raise KeyError(*raw)
        if any(set(group) != {"about", "any"} or group["about"] not in ABOUT for group in raw["phrases"]):
            raise KeyError("about, any")
        return _built(raw)
    except (OSError, KeyError, TypeError, ValueError, AttributeError) as error:
        message = f"{path.name} is wrong: {error!r}"
        raise ImproperlyConfigured(message) from error


def _built(raw: dict[str, Any]) -> List:
    spell = {tuple(wrong.split()): tuple(right.split()) for wrong, right in raw["spell"].items()}
    drop = frozenset(tuple(filler.split()) for filler in raw["drop"])
    made = List(version=int(raw["version"]), spell=spell, drop=drop, tree={})
    touched = frozenset(word for words in (*spell, *drop) for word in words)
    for group in raw["phrases"]:
        for written in group["any"]:
            for meant in _spelt_out(written):
                _add(made, meant, touched)
    return made


def _add(to: List, meant: str, touched: frozenset[str]) -> None:
    """One phrase into the tree. `touched` are words that spelling or dropping may change; a phrase that loses
    words so would catch more than it says, and is refused."""
    words = meant.removesuffix(END).split()
    plain = to.plain(" ".join(words))[:-1] if touched.intersection(words) else words
    if not words or END in words or len(plain) < len(words):
        message = f"“{meant}” says nothing, or has a word that is dropped"
        raise ValueError(message)
    node = to.tree
    for word in [*plain, END] if meant.endswith(END) else plain:
        node = node.setdefault(word, {})
    node[""] = True


def _spelt_out(written: str) -> Iterator[str]:
    """Every way of reading “(a|b) c (d|)”; one pair of brackets may stand inside another."""
    if "(" in written:
        before, options, after = _outermost(written)
        for option in options:
            yield from _spelt_out(f"{before}{option}{after}")
    elif set(")|") & set(written):
        message = f"“{written}” has a bracket too many"
        raise ValueError(message)
    else:
        yield " ".join(written.split())


def _outermost(written: str) -> tuple[str, list[str], str]:
    """(before, options, after) of the first outermost brackets."""
    start = written.index("(")
    depth, options, last = 0, [], start + 1
    for place in range(start, len(written)):
        sign = written[place]
        depth += (sign == "(") - (sign == ")")
        if (sign == "|" and depth == 1) or depth == 0:
            options.append(written[last:place])
            last = place + 1
        if depth == 0:
            return written[:start], options, written[place + 1 :]
    message = f"“{written}” has a bracket too many"
    raise ValueError(message)


def _replaced(words: list[str], spell: Mapping[tuple[str, ...], tuple[str, ...]]) -> list[str]:
    """Misspellings put right and short forms spelt out, of one word or of two."""
    begins = {wrong[0] for wrong in spell}
    made: list[str] = []
    place = 0
    while place < len(words):
        word = words[place]
        place += 1
        if word in begins:
            pair = tuple(words[place - 1 : place + 1])
            place += pair in spell
            made += spell.get(pair) or spell.get((word,)) or (word,)
        elif word.endswith("n't"):
            made += [word[:-3], "not"]
        else:
            made.append(word)
    return made


def _dropped(words: list[str], drop: frozenset[tuple[str, ...]]) -> Iterator[str]:
    """The words without those that change nothing, of one word up to three."""
    begins = {filler[0] for filler in drop}
    place = 0
    while place < len(words):
        taken = 0
        if words[place] in begins:
            taken = next((n for n in (3, 2, 1) if tuple(words[place : place + n]) in drop), 0)
        if not taken:
            yield words[place]
        place += taken or 1


__all__ = ["List", "load", "read", "sounds_like_crisis"]
