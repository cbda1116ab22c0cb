"""What happened, by week: facts of the shared story, quiet days, evenings somebody marked. Facts, never marks."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from itertools import groupby
from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from checkins.progress.chart import Event
from checkins.progress.data import Facts, day_of
from checkins.progress.marks import marks_of
from checkins.progress.sentences import day
from checkins.progress.series import monday_of
from repair.plan.events import PHASE, moved_to
from repair.schedules.quiet import EVENT as QUIET
from repair.timeline.kinds import registered
from repair.timeline.models import TimelineEvent

if TYPE_CHECKING:
    from accounts.access import Viewer


Lines = Callable[[Sequence[TimelineEvent], "Viewer"], dict[UUID, str]]


@dataclass(frozen=True)
class Happening:
    """One entry. `on` is its place on the drawing, `shown` the date as the viewer's own calendar has it; `number`
    is set for what stands on the drawing too, which only ever is what both see."""

    on: date
    order: str
    shown: date
    heading: str
    joint: str = ""  # the heading for the joint room where the other names one person; empty: the same
    detail: str = ""
    on_chart: bool = False
    number: int | None = None
    mine: UUID | None = None  # a marked evening of the viewer's own, which they may change
    only_me: bool = False

    @property
    def for_both(self) -> str:
        """The heading as the page for the joint room has it: it singles out nobody."""
        return self.joint or self.heading


@dataclass(frozen=True)
class Week:
    """The entries of one week, newest first. `number` counts from the week in which the story began."""

    number: int
    entries: Sequence[Happening]


def happenings_of(viewer: "Viewer", facts: Facts) -> list[Happening]:
    """All entries of the range, oldest first, numbered where they stand on the drawing."""
    found = [*_events(viewer, facts), *_quiet(facts), *_marked(viewer, facts)]
    within = sorted((h for h in found if facts.first <= h.on <= facts.last), key=lambda h: (h.on, h.order))
    numbered, count = [], 0
    for each in within:
        count += each.on_chart
        numbered.append(replace(each, number=count) if each.on_chart else each)
    return numbered


def events_of(entries: Iterable[Happening]) -> list[Event]:
    """What the drawing numbers."""
    return [Event(each.number, each.on) for each in entries if each.number is not None]


def by_week(entries: Sequence[Happening], facts: Facts) -> list[Week]:
    """Newest week first, and in it the newest entry first."""
    start = monday_of(facts.began)
    newest_first = list(reversed(entries))
    return [
        Week(number=(monday - start).days // 7 + 1, entries=list(group))
        for monday, group in groupby(newest_first, key=lambda each: monday_of(each.on))
    ]


def _events(viewer: "Viewer", facts: Facts) -> Iterable[Happening]:
    """Facts other rooms noted; a kind gives the lines of all its events at once."""
    zone = viewer.person.zone if viewer.person else ZoneInfo("UTC")
    start = datetime.combine(facts.first, time(), tzinfo=UTC)
    kinds = registered()
    by_kind: dict[str, list[TimelineEvent]] = {}
    for event in TimelineEvent.objects.visible_to(viewer).filter(at__gte=start, at__lte=viewer.now):
        by_kind.setdefault(event.kind, []).append(event)
    # Quiet days come from `facts.closed`, where a rest can't be told from them.
    known = [kinds[name] for name in sorted((by_kind.keys() & kinds.keys()) - {QUIET})]
    together: dict[Lines, list[TimelineEvent]] = {}
    for kind in known:
        if kind.name != PHASE:
            together.setdefault(kind.lines, []).extend(by_kind[kind.name])
    # Which phase it was is among the facts already, by the same instant.
    moves = dict(facts.moves)
    said = {event.pk: moved_to(moves[event.at]) for event in by_kind.get(PHASE, []) if event.at in moves}
    for lines, events in together.items():
        said.update(lines(events, viewer))
    for kind in known:
        for event in by_kind[kind.name]:
            if event.pk in said:
                yield Happening(
                    on=day_of(event.at),
                    order=f"{event.at.astimezone(UTC).isoformat()} {event.pk}",
                    shown=event.at.astimezone(zone).date(),
                    heading=said[event.pk],
                    on_chart=kind.on_chart and event.only_for_id is None,
                    only_me=event.only_for_id is not None,
                )


def _quiet(facts: Facts) -> Iterable[Happening]:
    """Quiet days and rests alike."""
    for stretch in facts.closed:
        words = _("Quiet days, to %(day)s") % {"day": day(stretch.last)}
        if stretch.first == stretch.last:
            words = _("A quiet day")
        yield Happening(
            on=stretch.first,
            order="",
            shown=stretch.first,
            heading=words,
            detail=_("No check-ins, nothing lost."),
            on_chart=True,
        )


def _marked(viewer: "Viewer", facts: Facts) -> Iterable[Happening]:
    """Evenings marked: the shared ones under their author's name, one's own private ones without a number."""
    names = {m.person_id: facts.names[m.slot] for m in facts.members}
    for mark in marks_of(viewer, since=facts.first):
        row = mark.row
        heading = _("An evening you marked")
        if mark.shared:
            heading = _("An evening %(name)s marked") % {"name": names.get(row.author_id, "")}
        joint = _("An evening marked")
        if mark.name:
            heading = _("%(heading)s: “%(title)s”") % {"heading": heading, "title": mark.name}
            joint = _("%(heading)s: “%(title)s”") % {"heading": joint, "title": mark.name}
        yield Happening(
            on=row.on,
            order=f"~{row.made_at.astimezone(ZoneInfo('UTC')).isoformat()} {row.pk}",
            shown=row.on,
            heading=heading,
            joint=joint,
            detail=_("“%(words)s”") % {"words": mark.words} if mark.words else "",
            on_chart=mark.shared,
            mine=row.pk if mark.mine else None,
            only_me=not mark.shared,
        )
