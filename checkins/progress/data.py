"""What the timeline is computed from, fetched with a fixed number of queries for any length of time.

Opened parts alone (checkins.prompts.reading), and facts both know: when check-ins were due, quiet days, rests,
phases. Days are the rule's dates; an instant counts for its date in UTC, so that the drawing is the same for two
people in two zones and for their therapist, and tells nobody the other's zone.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Count, DateField, DateTimeField, Max, Value

from accounts.couples.models import Membership, Rest
from accounts.couples.queries import names_of
from accounts.vault import services as vault
from checkins.progress.chart import Phase
from checkins.progress.series import ENOUGH, Marks, Stretch, merged, monday_of
from checkins.prompts.models import CheckIn
from checkins.prompts.reading import opened_marks
from repair.plan.models import Phase as PlanPhase
from repair.plan.models import PhaseProposal
from repair.programmes.content import Mark, question_set
from repair.schedules.models import QuietDays

if TYPE_CHECKING:
    from accounts.access import Viewer

WINDOW_BEFORE = timedelta(days=6)
# By then a window of some date has closed in every zone (the same bound as in checkins.prompts.reading).
CLOSED_EVERYWHERE = timedelta(hours=60)
# Quiet days are dates and rests are instants: what one of them has not, in the query that fetches both.
_NO_DATE = Value(None, output_field=DateField())
_NO_INSTANT = Value(None, output_field=DateTimeField())


@dataclass(frozen=True)
class Facts:
    """Everything dated that the page draws, from `first` on. `names` by slot, a first; `marks` and `due` by the
    slug of a question, `questions` in the order of their sets; `moves` are when both said yes to which phase."""

    couple_id: UUID
    members: tuple[Membership, ...]
    names: dict[str, str]
    weeks: int | None  # None: everything
    began: date
    first: date
    last: date
    questions: Mapping[str, Mark]
    marks: Mapping[str, Mapping[date, Marks]]
    due: Mapping[str, frozenset[date]]
    closed: tuple[Stretch, ...]
    moves: Sequence[tuple[datetime, str]]
    phases: tuple[Phase, ...]

    @property
    def evenings(self) -> int:
        """On how many dates both opened a mark, whatever the question."""
        return len({on for by_date in self.marks.values() for on in by_date})


def facts_of(viewer: "Viewer", *, weeks: int | None) -> Facts:
    """The facts of the couple that `viewer` (a partner in one, or a therapist with a case) looks at: the last
    `weeks` weeks from their Monday on, or everything (None). Where those weeks hold too little to draw and the
    whole story does not, it is everything all the same.

    Four queries, one more for looking back, and one for data keys that are not at hand.
    """
    members = _members(viewer)
    couple = members[0].couple
    own = [viewer.person_id] if viewer.person_id else []
    vault.preload(viewer.keys, owners=[couple.pk, *(m.person_id for m in members), *own])
    names = names_of(viewer, list(members))
    today = viewer.now.astimezone(UTC).date()
    began = max(couple.cooling_until, _since(viewer) or couple.cooling_until).astimezone(UTC).date()
    marks, seen = _opened(viewer, couple.pk, _start(today, weeks), today)
    if len(seen) < ENOUGH and weeks is not None:
        whole = _opened(viewer, couple.pk, date.min, today)
        if len(whole[1]) >= ENOUGH:
            (marks, seen), weeks = whole, None
    fetch_from = _start(today, weeks)
    asked = asked_of({couple.pk: viewer}, fetch_from)[couple.pk]
    closed = _closed(viewer, couple.pk, seen)
    earliest = min([began, *(on for on, _ in asked), *seen])
    first = earliest if weeks is None else max(earliest, fetch_from + WINDOW_BEFORE)
    last = max([today, *seen])
    questions, due = _due(asked, closed)
    moves = _moves(couple.pk)
    return Facts(
        couple_id=couple.pk,
        members=members,
        names={m.slot: names[m.pk] for m in members},
        weeks=weeks,
        began=earliest if weeks is None else min(began, first),
        first=min(first, last),
        last=last,
        questions=questions,
        marks=marks,
        due=due,
        closed=closed,
        moves=moves,
        phases=_phases(moves, began),
    )


def _start(today: date, weeks: int | None) -> date:
    """From which date on answers count: those of the first week's first window too."""
    return date.min if weeks is None else monday_of(today) - timedelta(weeks=weeks - 1) - WINDOW_BEFORE


def _opened(
    viewer: "Viewer", couple_id: UUID, since: date, today: date
) -> tuple[dict[str, dict[date, Marks]], set[date]]:
    """What both opened, by question and date, and on which dates anything."""
    marks: dict[str, dict[date, Marks]] = {}
    for on, slug, by_slot in opened_marks(couple_id, viewer, since, today + timedelta(days=1)):
        marks.setdefault(slug, {})[on] = by_slot
    return marks, {on for by_date in marks.values() for on in by_date}


def day_of(at: datetime) -> date:
    """The date an instant counts for on the drawing."""
    return at.astimezone(UTC).date()


def _members(viewer: "Viewer") -> tuple[Membership, ...]:
    if viewer.case is not None:
        return viewer.case.members
    return tuple(sorted([viewer.mine, viewer.other], key=lambda m: m.slot))


def _since(viewer: "Viewer") -> datetime | None:
    return viewer.case.since if viewer.case is not None else None


def asked_of(viewers: Mapping[UUID, "Viewer"], since: date) -> dict[UUID, list[tuple[date, str]]]:
    """By couple, (date, question set) of every check-in that is over: its reading hour has come or, where there is
    none, every window has closed. Whether anybody sent anything is not asked. One query for any number."""
    rows = CheckIn.objects.filter(couple_id__in=viewers, on__gte=since).annotate(
        seats=Count("prompts"), closes=Max("prompts__closes_at")
    )
    found: dict[UUID, list[tuple[date, str]]] = {couple_id: [] for couple_id in viewers}
    for couple_id, on, slug, reads, made, seats, closes in rows.values_list(
        "couple_id", "on", "question_set", "reads_at", "made_at", "seats", "closes"
    ):
        viewer = viewers[couple_id]
        from_start = _since(viewer)
        over = reads or (closes if seats > 1 else datetime.combine(on, time(), tzinfo=UTC) + CLOSED_EVERYWHERE)
        if over <= viewer.now and (from_start is None or made >= from_start):
            found[couple_id].append((on, slug))
    return found


def _due(
    asked: Iterable[tuple[date, str]], closed: tuple[Stretch, ...]
) -> tuple[dict[str, Mark], dict[str, frozenset[date]]]:
    """The questions put, in the order of their sets, and the dates of each (none inside quiet days and rests)."""
    by_set: dict[str, set[date]] = {}
    for on, slug in asked:
        inside = any(stretch.first <= on <= stretch.last for stretch in closed)
        by_set.setdefault(slug, set()).update(() if inside else (on,))
    questions: dict[str, Mark] = {}
    due: dict[str, frozenset[date]] = {}
    for slug in sorted(by_set):
        try:
            marks = question_set(slug).marks
        except KeyError:
            continue
        for mark in marks:
            questions[mark.slug] = mark
            due[mark.slug] = frozenset(by_set[slug]) | due.get(mark.slug, frozenset())
    return questions, due


def _closed(viewer: "Viewer", couple_id: UUID, seen: set[date]) -> tuple[Stretch, ...]:
    """Quiet days and rests as one kind of thing: no name, no cause. A rest takes the days from the one on which it
    began to the one before it ended, without the evenings at its edges that both were in on. One query."""
    quiet = QuietDays.objects.visible_to(viewer).annotate(began_at=_NO_INSTANT)
    rests = Rest.objects.filter(membership__couple_id=couple_id).exclude(ended_at=None)
    rests = rests.annotate(first_on=_NO_DATE, last_on=_NO_DATE)
    columns = ("first_on", "last_on", "began_at", "ended_at")
    out = []
    for first, last, began, ended in quiet.values_list(*columns).union(rests.values_list(*columns), all=True):
        before = day_of(ended) - timedelta(days=1) if ended else last
        out.append(Stretch(day_of(began), before) if began else Stretch(first, min(last, before)))
    return tuple(merged(_trimmed(stretch, seen) for stretch in out))


def _trimmed(stretch: Stretch, seen: set[date]) -> Stretch:
    first, last = stretch.first, stretch.last
    while first <= last and first in seen:
        first += timedelta(days=1)
    while last >= first and last in seen:
        last -= timedelta(days=1)
    return Stretch(first, last)


def _moves(couple_id: UUID) -> list[tuple[datetime, str]]:
    """When both said yes to a phase, and its name; the earliest first."""
    agreed = PhaseProposal.objects.filter(plan__couple_id=couple_id).exclude(agreed_at=None).order_by("agreed_at")
    return [(at, str(PlanPhase(to).label)) for to, at in agreed.values_list("to", "agreed_at") if at is not None]


def _phases(moves: Iterable[tuple[datetime, str]], began: date) -> tuple[Phase, ...]:
    """Each phase, from the beginning."""
    return (Phase(str(PlanPhase.STEADYING.label), began), *(Phase(name, day_of(at)) for at, name in moves))
