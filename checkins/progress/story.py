"""The page as a whole: which question, which range, and everything drawn from them. The same functions serve both
partners and their therapist; nothing in the drawing or the table depends on which of them looks."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from checkins.progress import sentences
from checkins.progress.chart import Drawing, Labels, draw
from checkins.progress.data import Facts, facts_of
from checkins.progress.happenings import Happening, Week, by_week, events_of, happenings_of
from checkins.progress.series import ENOUGH, Series, apart, build, monday_of
from repair.programmes.content import Mark, question_set

if TYPE_CHECKING:
    from accounts.access import Viewer

RANGES = {
    "8w": (gettext_lazy("8 weeks"), 8),
    "6m": (gettext_lazy("6 months"), 26),
    "all": (gettext_lazy("All"), None),
}
FIRST_QUESTIONS = "daily"


@dataclass(frozen=True)
class Link:
    """One link of a switch."""

    key: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class Row:
    """One row of the table, as it is printed."""

    week: str
    values: tuple[str, ...]
    apart: str
    both: str


@dataclass(frozen=True)
class Story:
    """What the timeline's page shows."""

    facts: Facts
    mark: Mark
    span: str
    entries: Sequence[Happening]

    @cached_property
    def series(self) -> Series:
        """The numbers of the chosen question."""
        return build(
            self.facts.marks.get(self.mark.slug, {}),
            due=self.facts.due.get(self.mark.slug, frozenset()),
            closed=self.facts.closed,
            slots=tuple(self.facts.names),
            first=self.facts.first,
            last=self.facts.last,
        )

    @property
    def is_empty(self) -> bool:
        """Whether there are too few evenings to draw anything."""
        return self.facts.evenings < ENOUGH

    @cached_property
    def chart(self) -> SafeString:
        """Both drawings."""
        return mark_safe(draw(self.drawing))  # noqa: S308 - the drawing escapes all text itself

    @property
    def drawing(self) -> Drawing:
        """What is drawn, before it is drawn."""
        return Drawing(
            series=self.series,
            names=self.facts.names,
            phases=self.facts.phases,
            events=events_of(self.entries),
            labels=self._labels(),
        )

    def _labels(self) -> Labels:
        ends = (self.mark.low, self.mark.high)
        return Labels(
            title=self.mark.topic,
            description=sentences.described(self.series, names=self.facts.names, ends=ends),
            low=self.mark.low,
            middle=self.mark.middle,
            high=self.mark.high,
            quiet=_("quiet days"),
            quiet_slim=_("quiet"),
            both_in=_("both in"),
            apart=lambda value: _("%(points)s apart") % {"points": sentences.number(value)},
            value=sentences.number,
            day=sentences.short_day,
            month=lambda on: date_format(on, "M Y"),
        )

    @property
    def eyebrow(self) -> str:
        """“28 September to 17 November · week 8”."""
        week = (monday_of(self.facts.last) - monday_of(self.facts.began)).days // 7 + 1
        said = {"first": sentences.day(self.facts.first), "last": sentences.day(self.facts.last), "week": week}
        return _("%(first)s to %(last)s · week %(week)s") % said

    @property
    def lede(self) -> str:
        """Each person's own line in words."""
        return sentences.lede(self.series, names=self.facts.names, topic=self.mark.topic)

    @property
    def both_in(self) -> str:
        return sentences.both_in_last_week(self.series)

    @property
    def movement(self) -> str:
        return sentences.movement(self.series.ordinary)

    @property
    def ordinary(self) -> str:
        """Ordinary movement in points; empty while there is nothing to take it from."""
        return "" if self.series.ordinary is None else sentences.number(self.series.ordinary)

    @property
    def key(self) -> list[tuple[str, str]]:
        """(slot, words) of the legend's lines."""
        if self.series.rare:
            words = _("%(name)s, each check-in")
        else:
            words = _("%(name)s, average of a week") if self.series.weekly else _("%(name)s, average of 7 days")
        return [(slot, words % {"name": name}) for slot, name in self.facts.names.items()]

    @cached_property
    def rows(self) -> list[Row]:
        """The table: one row per week in which something was due."""
        out = []
        for week in self.series.weeks:
            means = [week.means[slot] for slot in self.facts.names]
            known = [mean for mean in means if mean is not None]
            out.append(
                Row(
                    week=sentences.short_day(week.monday),
                    values=tuple("–" if mean is None else sentences.number(mean) for mean in means),
                    apart=sentences.number(apart(known[0], known[1])) if len(known) == 2 else "–",
                    both=_("%(both)s of %(due)s") % {"both": week.both, "due": week.due},
                )
            )
        return out

    @property
    def weeks(self) -> list[Week]:
        return by_week(self.entries, self.facts)

    @property
    def questions(self) -> list[Link]:
        """The switch between questions."""
        return [Link(m.slug, m.topic, m.slug == self.mark.slug) for m in _questions(self.facts)]

    @property
    def ranges(self) -> list[Link]:
        """The switch between ranges."""
        return [Link(key, str(label), key == self.span) for key, (label, _weeks) in RANGES.items()]


def story_of(viewer: "Viewer", *, question: str = "", span: str = "") -> Story:
    """The story for a partner in a couple or a therapist with a case. An unknown question or range becomes the
    first one. Where the last weeks hold too little to draw, the whole story is looked through for a beginning."""
    span = span if span in RANGES else "8w"
    facts = facts_of(viewer, weeks=RANGES[span][1])
    span = "all" if facts.weeks is None else span
    marks = {mark.slug: mark for mark in _questions(facts)}
    mark = marks.get(question) or next(iter(marks.values()))
    return Story(facts=facts, mark=mark, span=span, entries=happenings_of(viewer, facts))


def _questions(facts: Facts) -> list[Mark]:
    """The questions put to the couple; before the first, those of the daily minute."""
    return list(facts.questions.values()) or list(question_set(FIRST_QUESTIONS).marks)
