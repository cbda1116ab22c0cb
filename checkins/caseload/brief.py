"""The page for the joint room, and the page for the therapist alone: both only from what both have opened.

The first shows nothing that singles out one person: each one's own line stands beside the other's, a wish is
quoted only beside the other's wish, and what was left out, kept or skipped is nowhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from math import sqrt
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.therapists.models import Session
from accounts.therapists.queries import AFTER_SESSION
from checkins.caseload.overview import since_words
from checkins.progress import sentences
from checkins.progress.data import day_of
from checkins.progress.happenings import Happening
from checkins.progress.series import Series, apart, build
from checkins.progress.story import Story, story_of
from checkins.prompts.reading import opened_between, opened_reports
from checkins.prompts.sheets import Report
from repair.plan.queries import plan_read
from repair.plan.standing import LineState

if TYPE_CHECKING:
    from accounts.access import Viewer
    from repair.plan.shown import Line

# Reliable change of one mark: 1.96 × SD × √(2 × (1 − reliability)), handbook/guided-content.md 5.8. Both figures
# are assumptions, shown as such on the page.
MARK_SD, MARK_RELIABILITY = 0.8, 0.80
NEED = "need"
WITHOUT_A_SESSION = timedelta(days=28)
MOST_EVENTS = 12


def reliable_change() -> float:
    """How many points one person's line moves before chance alone is unlikely, calculated."""
    return round(1.96 * MARK_SD * sqrt(2 * (1 - MARK_RELIABILITY)), 1)


@dataclass(frozen=True)
class Wishes:
    """What each asked for on one evening; always of both."""

    on: date
    by_slot: tuple[tuple[str, str, str], ...]  # slot, name, words


@dataclass(frozen=True)
class Differing:
    """One line reported differently: its words, the week's date, and both reports in words, a first."""

    line: str
    on: date
    reports: tuple[str, ...]


@dataclass(frozen=True)
class Brief:
    """Everything the two pages show of one couple."""

    story: Story
    last_session: Session | None
    next_session: Session | None
    start: date
    lines: Sequence["Line"]
    wishes: Wishes | None
    differing: Sequence[Differing]

    @property
    def names(self) -> dict[str, str]:
        return self.story.facts.names

    @cached_property
    def since(self) -> Series:
        """The chosen question from the last session on (four weeks without one)."""
        facts, slug = self.story.facts, self.story.mark.slug
        return build(
            facts.marks.get(slug, {}),
            due=facts.due.get(slug, frozenset()),
            closed=facts.closed,
            slots=tuple(facts.names),
            first=min(max(self.start, facts.first), facts.last),
            last=facts.last,
        )

    @property
    def since_words(self) -> str:
        return since_words(self.since, self.names)

    @property
    def both(self) -> str:
        """“10 of 12 evenings both in”."""
        due = len(self.since.both) + len(self.since.missing)
        return _("%(both)s of %(due)s evenings both in") % {"both": len(self.since.both), "due": due}

    @property
    def moved(self) -> list[Happening]:
        """What happened since the last session, newest first."""
        return [each for each in reversed(self.story.entries) if each.on >= self.start]

    @property
    def numbered(self) -> list[Happening]:
        """The key of the drawing: its newest numbered entries."""
        return [each for each in self.story.entries if each.number is not None][-MOST_EVENTS:]

    @property
    def to_talk(self) -> list["Line"]:
        """Lines that need a talk."""
        return [line for line in self.lines if line.state is LineState.TALK]

    @property
    def moved_words(self) -> str:
        count = len(self.moved)
        if not count:
            return _("No event since then")
        return ngettext("One event since then", "%(count)s events since then", count) % {"count": count}

    @property
    def differing_words(self) -> str:
        count = len({each.line for each in self.differing})
        if not count:
            return _("No line seen differently")
        return ngettext("One line seen differently", "%(count)s lines seen differently", count) % {"count": count}


def brief_of(viewer: "Viewer", *, question: str = "", whole: bool = True) -> Brief:
    """The brief of a case. Needs a viewer with a case that is open."""
    story = story_of(viewer, question=question, span="all" if whole else "8w")
    last, coming = _sessions(viewer)
    start = day_of(last.starts_at if last else viewer.now - WITHOUT_A_SESSION)
    lines = plan_read(viewer).lines
    return Brief(
        story=story,
        last_session=last,
        next_session=coming,
        start=start,
        lines=lines,
        wishes=_wishes(viewer, story, start),
        differing=_differing(viewer, story, start, {line.pk: line.words.headline for line in lines}),
    )


def _sessions(viewer: "Viewer") -> tuple[Session | None, Session | None]:
    """The last session before now and the next one (one that is going on is the next)."""
    assert viewer.case is not None
    booked = Session.objects.filter(
        therapist=viewer.person, couple_id=viewer.case.couple_id, cancelled_at=None
    ).order_by("starts_at")
    turn: datetime = viewer.now - AFTER_SESSION
    rows = list(booked)
    past = [s for s in rows if s.starts_at < turn]
    coming = [s for s in rows if s.starts_at >= turn]
    return (past[-1] if past else None), (coming[0] if coming else None)


def _wishes(viewer: "Viewer", story: Story, start: date) -> Wishes | None:
    """The newest evening since the last session on which both wrote what they need, and let it be read."""
    evenings = opened_between(story.facts.couple_id, viewer, start, story.facts.last)
    for evening in reversed(evenings):
        needs = {slot: words.texts.get(NEED, "") for slot, words in evening.words.items()}
        if len(needs) == 2 and all(needs.values()):
            names = story.facts.names
            return Wishes(evening.check_in.on, tuple((slot, names[slot], needs[slot]) for slot in names))
    return None


def _differing(viewer: "Viewer", story: Story, start: date, titles: dict[UUID, str]) -> list[Differing]:
    words = {
        Report.KEPT: _("kept"),
        Report.PARTLY: _("partly"),
        Report.NOT_KEPT: _("not kept"),
        Report.NOT_DUE: _("did not come up"),
        Report.UNSURE: _("not sure"),
    }
    found = []
    for on, line, by_slot in opened_reports(story.facts.couple_id, viewer, start, story.facts.last):
        if len(by_slot) == 2 and len(set(by_slot.values())) == 2 and line in titles:
            said = tuple(words[Report(by_slot[slot])] for slot in story.facts.names)
            found.append(Differing(titles[line], on, said))
    return found


@dataclass(frozen=True)
class Signal:
    """One thing for the therapist alone: a heading and plain sentences."""

    heading: str
    words: str


def signals_of(brief: Brief) -> list[Signal]:
    """What moved more than ordinarily, in words, from opened parts alone. No rank, no risk, no verdict."""
    out = []
    for link in brief.story.questions:
        mark = brief.story.facts.questions.get(link.key)
        if mark is not None:
            story = replace(brief.story, mark=mark)
            out += _of_question(story)
    out += [
        Signal(
            _("A line that needs a talk"),
            _("“%(line)s” is out of force.") % {"line": line.words.headline},
        )
        for line in brief.to_talk
    ]
    seen: dict[str, int] = {}
    for each in brief.differing:
        seen[each.line] = seen.get(each.line, 0) + 1
    for line, count in seen.items():
        if count > 1:
            words = _("“%(line)s”, %(count)s times since the last session.") % {"line": line, "count": count}
            out.append(Signal(_("A line seen differently more than once"), words))
    return out


def _of_question(story: Story) -> list[Signal]:
    """One question's signals. None for a question asked too rarely for means: single answers move by chance."""
    ordinary = story.series.ordinary
    if story.series.rare or ordinary is None:
        return []
    changes = {slot: sentences.change_of(story.series, slot) for slot in story.facts.names}
    one, other = changes["a"], changes["b"]
    if one is None or other is None:
        return []
    out = []
    then, now = apart(one.then.value, other.then.value), apart(one.now.value, other.now.value)
    topic, limit = story.mark.topic, ordinary
    lines = " ".join(
        sentences.own_line(name, changes[slot], threshold=limit) for slot, name in story.facts.names.items()
    )
    if abs(now - then) >= max(limit, 0.1):
        heading = _("The space narrowed") if now < then else _("The space widened")
        said = {"topic": topic, "then": sentences.number(then), "now": sentences.number(now)}
        words = _("%(topic)s: %(then)s apart in the first week, %(now)s at the end.") % said
        beyond = _("More than ordinary movement for this couple (%(points)s).") % {
            "points": sentences.number(limit)
        }
        out.append(Signal(heading, f"{words} {beyond} {lines}"))
    for slot, name in story.facts.names.items():
        change = changes[slot]
        if change is not None and abs(change.by) >= reliable_change():
            said = {"name": name, "topic": topic, "then": sentences.number(change.then.value)}
            words = _("%(topic)s: %(then)s in the first week, %(now)s at the end.") % {
                **said,
                "now": sentences.number(change.now.value),
            }
            out.append(Signal(_("%(name)s’s line moved by more than the reliable change") % said, words))
    return out
