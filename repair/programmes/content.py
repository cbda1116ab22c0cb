"""The guided content, read once from the files under `content/` when the site starts.

Question sets, feelings words and starters are data, so that somebody who writes words need not write code. Each
file says its slug, version, source and when it is to be read again. A wrong file stops the start with its name,
the line where it is known, and the reason (`ContentError`).

    question_set("daily")            -> QuestionSet
    feelings()                       -> tuple[Feeling, ...]
    starters("boundary", "money")    -> tuple[Starter, ...]
    breaches()                       -> tuple[Breach, ...]
    practices()                      -> tuple[Practice, ...], each in its newest version
    practice("our_loop"), practice("our_loop", 1)
    programmes()                     -> tuple[Programme, ...], each in its newest version
    programme("first_aid"), programme("first_aid", 1)
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from repair.programmes.guided import Guided
from repair.programmes.practice_shapes import Practice, Programme
from repair.programmes.reading import load
from repair.programmes.shapes import Breach, Content, ContentError, Feeling, Mark, QuestionSet, Starter, Stem

FOLDER = Path(__file__).parent / "content"


def question_set(slug: str) -> QuestionSet:
    """The question set of that slug ("daily", "weekly", …). Raises KeyError for an unknown one."""
    return content().question_sets[slug]


def question_sets() -> tuple[QuestionSet, ...]:
    """All question sets, the most frequent first."""
    return tuple(sorted(content().question_sets.values(), key=lambda asked: (asked.days, asked.slug)))


def feelings() -> tuple[Feeling, ...]:
    """The feelings words in the order of the file."""
    return content().feelings


def breaches() -> tuple[Breach, ...]:
    """The headings over starters; the one for any couple first."""
    return content().breaches


def starters(kind: str, breach: str) -> tuple[Starter, ...]:
    """Starters for a kind of agreement ("boundary", "commitment", "ritual", "trigger", "timeout") after a kind of
    breach. Empty for a pair that has none."""
    return tuple(s for s in content().starters if s.kind == kind and s.breach == breach)


def practices() -> tuple[Practice, ...]:
    """Every practice in its newest version, by title."""
    return tuple(sorted(_newest(content().practices).values(), key=lambda practice: practice.title.casefold()))


def practice(slug: str, version: int | None = None) -> Practice:
    """The practice of that slug, in that version or the newest. Raises KeyError for an unknown one."""
    every = content().practices
    return every[slug, version] if version is not None else _newest(every)[slug]


def programmes() -> tuple[Programme, ...]:
    """Every programme in its newest version, P1 first: the same order for everybody."""
    return tuple(sorted(_newest(content().programmes).values(), key=lambda programme: programme.order))


def programme(slug: str, version: int | None = None) -> Programme:
    """The programme of that slug, in that version or the newest. Raises KeyError for an unknown one."""
    every = content().programmes
    return every[slug, version] if version is not None else _newest(every)[slug]


def _newest(every: Mapping[tuple[str, int], Guided]) -> dict[str, Guided]:
    return {slug: every[slug, version] for slug, version in sorted(every)}


@cache
def content() -> Content:
    """All content files, read and checked once per process. Raises ContentError."""
    return load(FOLDER)


__all__ = [
    "Breach", "Content", "ContentError", "Feeling", "Mark", "Practice", "Programme", "QuestionSet", "Starter",
    "Stem", "breaches", "content", "feelings", "load", "practice", "practices", "programme", "programmes",
    "question_set", "question_sets", "starters",
]  # fmt: skip
