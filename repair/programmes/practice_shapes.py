"""The shapes of practices and programmes, as the loader hands them out.

A practice is one exercise or lesson: parts are the pages of one form, items the questions on a page. A programme
is phases of weeks; each week names at most three things, and each thing resolves to one practice by the private
track of whoever looks.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum


class Sharing(StrEnum):
    """What becomes of what somebody writes in a practice."""

    PRIVATE = "private"  # never leaves its author
    READING = "reading"  # a lesson: nothing is written
    OFFERED = "offered"  # its author may share it alone; the other reads it from the next reading hour
    SEALED = "sealed"  # opens only if both did theirs and both shared, at a reading hour
    TOGETHER = "together"  # done side by side; nothing is stored but notes each keeps


class Audience(StrEnum):
    """For whom a practice is, by private track. Never shown as a label."""

    BOTH = "both"
    HURT = "hurt"
    RESPONSIBLE = "responsible"
    SOLO = "solo"  # for one alone, of any track


@dataclass(frozen=True)
class Choice:
    """One thing to choose: an option, a pile."""

    slug: str
    label: str


@dataclass(frozen=True)
class Card:
    """One card to sort. `family` groups cards and is never shown as a verdict."""

    slug: str
    text: str
    family: str = ""


@dataclass(frozen=True)
class Item:
    """One question on a page. Which fields matter follows from `type`; see docs/guided.md.

    `limit` is characters, `seconds` the length of a timer, `most` how many lines or words there may be. What is
    `private`, and cards on `private_piles`, are never opened to the other, whatever is shared.
    """

    type: str
    name: str
    label: str
    hint: str = ""
    optional: bool = False
    limit: int = 0
    most: int = 0
    seconds: int = 0
    many: bool = False
    low: str = ""
    high: str = ""
    options: tuple[Choice, ...] = ()
    piles: tuple[Choice, ...] = ()
    private: bool = False
    private_piles: frozenset[str] = frozenset()
    boundary_pile: str = ""  # cards that both laid here can be written as a boundary, differences kept for a talk
    cards: tuple[Card, ...] = ()
    check: str = ""
    send: str = ""
    into: str = ""  # the field of the line's form that this answer fills in, when a sentence is sent on
    tick: str = ""  # the box of the line's form that is ticked with it
    parks: str = ""  # the item whose words are closed until this day
    ahead: int = 0  # the day that stands there first, in days from today

    @property
    def asks(self) -> bool:
        """Whether there is something to answer: everything but a timer."""
        return self.type != "timer"


@dataclass(frozen=True)
class Part:
    """One page of a practice."""

    title: str
    text: tuple[str, ...]
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Reply:
    """What the reader of an opened practice may write back."""

    title: str
    text: tuple[str, ...]
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Question:
    """A question that the two may want asked with their check-ins: the fields of its form, to be changed freely.
    `low` and `high` are the ends of a mark, empty for a line of words; `asked_with` is a set's slug."""

    what: str
    answer: str
    asked_with: str
    low: str = ""
    high: str = ""

    @property
    def fields(self) -> dict[str, str]:
        """The fields of the form that it fills in."""
        return {name: value for name, value in asdict(self).items() if value}


@dataclass(frozen=True)
class Practice:
    """One practice in one version. `minutes` is a range; `page` names the route of a practice that has its own
    page, empty for the generic one. `drawn` is the item that names the circle which two halves are drawn as."""

    slug: str
    version: int
    source: str
    covers: tuple[str, ...]
    title: str
    lede: str
    audience: Audience
    minutes: tuple[int, int]
    sharing: Sharing
    parts: tuple[Part, ...]
    note: str = ""
    proof: str = ""
    once: bool = False
    reply: Reply | None = None
    page: str = ""
    drawn: str = ""
    asked: bool = False  # offered, and open only to one who asked to read it
    question: Question | None = None  # one that its page suggests for the check-ins, the same to everybody
    log: str = ""  # not empty: done in a minute, again and again; the practice that can be offered beside it

    @property
    def items(self) -> Iterator[Item]:
        """Everything that is asked, in order."""
        return (item for part in self.parts for item in part.items if item.asks)

    @property
    def is_written(self) -> bool:
        """Whether anything is kept of it: false for a lesson and for one that asks nothing."""
        return self.sharing is not Sharing.READING and any(self.items)

    def fits(self, audience: Audience) -> bool:
        """Whether somebody of that track may be given it; BOTH stands for “both” and “rather not say”."""
        return self.audience in {audience, Audience.BOTH, Audience.SOLO}


@dataclass(frozen=True)
class Thing:
    """One thing of a week: the practice for each track, by slug. There are as many for every track."""

    hurt: str
    responsible: str
    either: str

    @property
    def by_audience(self) -> Mapping[Audience, str]:
        """The practice for each track."""
        return {Audience.HURT: self.hurt, Audience.RESPONSIBLE: self.responsible, Audience.BOTH: self.either}


@dataclass(frozen=True)
class Week:
    """At most three things. `lines` are kinds of agreement the week suggests; `repeat` how many weeks it lasts."""

    title: str
    things: tuple[Thing, ...]
    lines: tuple[str, ...] = ()
    talk: str = ""
    repeat: int = 1


@dataclass(frozen=True)
class ProgrammePhase:
    """One phase of a programme. `range` is words like “30–90 days”, never a deadline."""

    slug: str
    title: str
    lede: str
    range: str
    weeks: tuple[Week, ...]

    @property
    def all_weeks(self) -> tuple[Week, ...]:
        """The weeks by calendar, those that repeat as often as they do."""
        return tuple(week for week in self.weeks for _ in range(week.repeat))


@dataclass(frozen=True)
class Programme:
    """One programme in one version."""

    slug: str
    version: int
    source: str
    covers: tuple[str, ...]
    id: str
    title: str
    lede: str
    for_text: str
    range: str
    ending: tuple[str, ...]
    phases: tuple[ProgrammePhase, ...] = field(repr=False)

    @property
    def order(self) -> int:
        """Its place among the programmes: the number in its id."""
        return int(self.id[1:])

    def phase(self, slug: str) -> ProgrammePhase:
        """The phase of that slug. Raises KeyError for an unknown one."""
        return {phase.slug: phase for phase in self.phases}[slug]
