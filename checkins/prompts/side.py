"""An opened evening in the shapes its page draws: two letters, rails with both marks, reports, lines said back."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from accounts.couples.queries import Pair
from accounts.vault import services as vault
from checkins.prompts.forms import REPORTS
from checkins.prompts.lines import headlines
from checkins.prompts.models import Addition
from checkins.prompts.own import OwnQuestion
from checkins.prompts.reading import Opened
from checkins.prompts.sheets import OWN
from checkins.prompts.words import feeling_words
from repair.programmes.content import QuestionSet

if TYPE_CHECKING:
    from accounts.access import Viewer

_FIRST, _STEP = 22.0, 148 / 3  # where 1 stands on a rail, and how far 2 is from it, in drawing units


@dataclass(frozen=True)
class Letter:
    """One partner's words."""

    slot: str
    name: str
    feelings: list[str]
    parts: list[tuple[str, str, str]]  # (slug, label, text)


def letters(opened: Opened, pair: Pair, questions: QuestionSet) -> list[Letter]:
    """Both letters in the fixed order of the slots; empty where words were not shared by both."""
    if not opened.words:
        return []
    both = [_letter(opened, place.slot, name, questions) for place, name in pair.by_slot]
    return both if any(letter.feelings or letter.parts for letter in both) else []


def opened_keys(opened: Opened) -> set[str]:
    """The couple's own questions that something stands open under, by key."""
    texts = [key for words in opened.words.values() for key in words.texts]
    return {key for key in (*opened.marks, *texts) if key.startswith(OWN)}


@dataclass(frozen=True)
class Ours:
    """The couple's own question with what each wrote: (slot, name, words)."""

    text: str
    answers: list[tuple[str, str, str]]


def ours(opened: Opened, pair: Pair, known: dict[str, OwnQuestion]) -> list[Ours]:
    """The couple's own questions that were answered with words, in the fixed order of the slots."""
    found = []
    for key, question in known.items():
        said = [
            (place.slot, name, opened.words[place.slot].texts[key])
            for place, name in pair.by_slot
            if opened.words and opened.words[place.slot].texts.get(key)
        ]
        if said:
            found.append(Ours(question.text, said))
    return found


def _letter(opened: Opened, slot: str, name: str, questions: QuestionSet) -> Letter:
    words = opened.words[slot]
    feelings = feeling_words(words)
    parts = []
    for stem in questions.words:
        text = words.texts.get(stem.slug, "")
        if stem.slug == "feel":
            text = "\n".join(part for part in (", ".join(feelings), text) if part)
        if text:
            parts.append((stem.slug, stem.label.rstrip("…"), text))
    return Letter(slot, name, feelings, parts)


@dataclass(frozen=True)
class Rail:
    """Both marks on one question, on one thread."""

    topic: str
    sentence: str
    note: str
    a: int
    b: int

    @property
    def same(self) -> bool:
        return self.a == self.b

    @property
    def points(self) -> list[tuple[str, int]]:
        """Where 1 to 7 stand."""
        return [(_at(n), n) for n in range(1, 8)]

    @property
    def at_a(self) -> str:
        return _at(self.a)

    @property
    def at_b(self) -> str:
        return _at(self.b)

    @property
    def square(self) -> tuple[str, int]:
        """The left edge and the size of b's square: larger where a's disc stands inside it."""
        size = 26 if self.same else 18
        return f"{_FIRST + (self.b - 1) * _STEP - size / 2:.1f}", size

    @property
    def top(self) -> int:
        return 11 if self.same else 15


def _at(mark: int) -> str:
    return f"{_FIRST + (mark - 1) * _STEP:.1f}"


def rails(opened: Opened, pair: Pair, questions: QuestionSet, known: dict[str, OwnQuestion]) -> list[Rail]:
    """The questions both shared a mark on, in the order they were asked; `known` are the couple's own."""
    names = {place.slot: name for place, name in pair.by_slot}
    found = []
    for mark in (*questions.marks, *(question.mark for question in known.values())):
        both = opened.marks.get(mark.slug)
        if both:
            said = _("%(a)s %(mark_a)s, %(b)s %(mark_b)s.") % {
                "a": names["a"], "mark_a": both["a"], "b": names["b"], "mark_b": both["b"],
            }  # fmt: skip
            ends = _("1 is “%(low)s”, 7 “%(high)s”.") % {"low": mark.low.lower(), "high": mark.high.lower()}
            found.append(Rail(mark.topic, said, ends, both["a"], both["b"]))
    return found


@dataclass(frozen=True)
class LineSaid:
    """What was reported of one line, in a sentence."""

    headline: str
    sentence: str


def lines(viewer: "Viewer", opened: Opened, pair: Pair) -> list[LineSaid]:
    """The reports both opened, each line once, in words. The queries are the same when there are none."""
    known = headlines(viewer, opened.reports)
    labels = {value: str(label) for value, label in REPORTS}
    names = {place.slot: name for place, name in pair.by_slot}
    found = []
    for line, by_slot in opened.reports.items():
        if line in known:
            found.append(LineSaid(known[line], report_sentence(by_slot, names, labels)))
    return found


def report_sentence(by_slot: object, names: dict[str, str], labels: dict[str, str]) -> str:
    """“Kept, you both say.” or “Kept, Ana says. Partly, Ben says.”"""
    said = {slot: labels[report] for slot, report in by_slot.items()}  # type: ignore[attr-defined]
    if len(said) == 2 and len(set(said.values())) == 1:
        return _("%(report)s, you both say.") % {"report": next(iter(said.values()))}
    return " ".join(
        _("%(report)s, %(name)s says.") % {"report": said[slot], "name": names[slot]} for slot in sorted(said)
    )


@dataclass(frozen=True)
class Said:
    """One thing said back, or a line added later."""

    slot: str
    name: str
    kind: str
    text: str
    by: date | None
    mine: bool


def additions(viewer: "Viewer", rows: list[Addition], pair: Pair) -> list[Said]:
    """What was said back and added, by either, in order; words that are gone are left out."""
    found = []
    for row in rows:
        body = vault.open_or(viewer, row, "body", gone=None)
        if body:
            mine = viewer.is_me(row.author_id)
            place, name = (pair.mine, pair.my_name) if mine else (pair.other, pair.other_name)
            by = date.fromisoformat(body["by"]) if body.get("by") else None
            found.append(Said(place.slot, name, body.get("back") or row.kind, body["text"], by, mine))
    return found
