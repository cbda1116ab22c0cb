"""The shapes of the guided content, as the loader hands them out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from django.core.exceptions import ImproperlyConfigured

from repair.programmes.practice_shapes import Practice, Programme

# A practice or programme is kept in every version somebody may have begun: by (slug, version).
Practices = Mapping[tuple[str, int], Practice]
Programmes = Mapping[tuple[str, int], Programme]


class ContentError(ImproperlyConfigured):
    """A content file is wrong. The message names the file, the line where known, and why."""


@dataclass(frozen=True)
class Mark:
    """A question answered with a mark from 1 to 7, with words at both ends.

    `text` is its first wording; `wordings` holds all of them, the first included. `{name}` in a wording or hint
    stands for the other partner's name: use `asked` and `hinted`. Each wording stands for `turn` days.
    """

    slug: str
    topic: str  # what it is about, for the timeline: never addressed to one of the two
    wordings: tuple[str, ...]
    low: str
    middle: str
    high: str
    hint: str = ""
    turn: int = 7

    @property
    def text(self) -> str:
        """The first wording."""
        return self.wordings[0]

    def asked(self, *, name: str, on: date) -> str:
        """The question as asked on the check-in's date `on`: the wording changes every `turn` days (each
        ISO week where that is 7), the same for both. `name` is the other partner's name."""
        return self.wordings[(on.toordinal() - 1) // self.turn % len(self.wordings)].replace("{name}", name)

    def hinted(self, *, name: str) -> str:
        """The hint with the other partner's name in it; empty where there is none."""
        return self.hint.replace("{name}", name)


@dataclass(frozen=True)
class Stem:
    """The beginning of a sentence that the person goes on with, at most `limit` characters."""

    slug: str
    label: str
    hint: str
    limit: int

    def hinted(self, *, name: str) -> str:
        """The hint with the other partner's name in it."""
        return self.hint.replace("{name}", name)


@dataclass(frozen=True)
class Said:
    """How a question set is spoken of. Those from `card` on are empty for a set that asks for no words."""

    chosen: str  # as one chooses it: “The minute”
    within: str  # within a sentence: “a minute”
    asks: str  # what it asks, on Today
    send: str  # the button that sends it
    card: str = ""  # its heading on Today; empty: tonight’s minute
    listed: str = ""  # beside a date: “the week”
    read: str = ""  # the heading of its reading
    lines: str = ""  # the heading over its agreements
    last: str = ""  # the heading over what was read of them


@dataclass(frozen=True)
class Elsewhere:
    """What belongs to a check-in and has a page of its own: a practice's slug, or the name of a route."""

    label: str
    practice: str = ""
    page: str = ""


@dataclass(frozen=True)
class QuestionSet:
    """What one check-in asks. `days` is how many days it looks back on, `minutes` how
    long it takes; `feelings` how many feelings words may be
    chosen (0: none are offered); `reports` whether the agreements are asked about; `good` the optional good thing,
    None where not asked. `own` has one mark for each track (what somebody privately says of their own place), or
    is empty: each is asked theirs, for themself alone."""

    slug: str
    version: int
    title: str
    lede: str
    marks: tuple[Mark, ...]
    words: tuple[Stem, ...]
    feelings: int
    reports: bool
    good: Stem | None
    days: int
    minutes: int
    said: Said
    elsewhere: tuple[Elsewhere, ...] = ()
    own: Mapping[str, Mark] = field(default_factory=dict, hash=False)

    def mark(self, slug: str) -> Mark:
        """The mark of that slug. Raises KeyError for an unknown one."""
        return {mark.slug: mark for mark in self.marks}[slug]


@dataclass(frozen=True)
class Feeling:
    """A word for a feeling, without valence."""

    slug: str
    label: str


@dataclass(frozen=True)
class Breach:
    """What trust was lost over, as a heading over starters. Nothing in it says who did what."""

    slug: str
    title: str
    lede: str


@dataclass(frozen=True)
class Starter:
    """A line to begin from: the fields of its kind's form, to be changed freely. `breach` is a Breach's slug."""

    slug: str
    kind: str
    breach: str
    fields: Mapping[str, str] = field(hash=False)


@dataclass(frozen=True)
class Content:
    """Everything that was read."""

    question_sets: Mapping[str, QuestionSet]
    feelings: tuple[Feeling, ...]
    breaches: tuple[Breach, ...]
    starters: tuple[Starter, ...]
    practices: Practices
    programmes: Programmes
