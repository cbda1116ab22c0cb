"""Where a couple is on its path, by the calendar alone, and what one of them could do this week.

The week counts from the day the phase came into force, quiet days and rests left out, and stops at the last one:
nothing runs out and nothing is late. It is the same for both. What a week's things resolve to, and what of it is
done, is each one's own.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import zip_longest
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q

from accounts.couples.models import Rest
from accounts.couples.states import CoupleState
from accounts.vault import services as vault
from repair.plan.standing import today_of
from repair.programmes import content, ports
from repair.programmes.addresses import address_of
from repair.programmes.models import Enrolment
from repair.programmes.pieces import Own, own_pieces
from repair.programmes.practice_shapes import Practice, Programme, ProgrammePhase, Sharing, Thing, Week
from repair.programmes.story import Story, story_of

if TYPE_CHECKING:
    from accounts.access import Viewer

DAY = timedelta(days=1)
MOST = 3  # things a week, whatever goes on at once
ABSENT = timedelta(days=21)  # after so long without doing anything here, one small step stands there alone


@dataclass(frozen=True)
class Alongside:
    """A phase that goes on beside the couple's own, with a calendar of its own: its week, and when that began."""

    phase: ProgrammePhase
    week: Week
    number: int
    week_began: date


@dataclass(frozen=True)
class Place:
    """Where the path stands: the phase, the week of it (from 1), and the day that week began."""

    programme: Programme
    phase: ProgrammePhase
    week: Week
    number: int
    week_began: date
    since: datetime
    beside: Alongside | None = None
    line: UUID | None = None  # the line of the plan it was agreed in
    by_itself: bool = False  # phase follows phase by the calendar, with nobody to agree with

    @property
    def last(self) -> int:
        """How many weeks the phase is laid out for; nothing happens when they are over."""
        return len(self.phase.all_weeks)

    @property
    def stays(self) -> bool:
        """Whether this week stays until the two agree on something else."""
        return self.number == self.last and not self.by_itself

    @property
    def follows(self) -> ProgrammePhase | None:
        """The phase that comes after this one; None after the last."""
        phases = self.programme.phases
        after = [phase.slug for phase in phases].index(self.phase.slug) + 1
        return phases[after] if after < len(phases) else None

    @property
    def things(self) -> list[tuple[Thing, date]]:
        """What stands in the week, with the day from which it counts as done: by turns from the phase and from
        what goes on beside it, each once."""
        mine = [(thing, self.week_began) for thing in self.week.things]
        beside = self.beside
        theirs = [(thing, beside.week_began) for thing in beside.week.things] if beside else []
        found: dict[Thing, date] = {}
        for turn in zip_longest(mine, theirs):
            for one in turn:
                if one is not None:
                    found.setdefault(*one)
        return list(found.items())


@dataclass(frozen=True)
class Step:
    """One thing of the week, as it is for the viewer."""

    practice: Practice
    address: str
    done: bool


def place_of(viewer: "Viewer") -> Place | None:
    """Where the viewer's path stands now. Somebody alone, cooling off or resting is on the first programme since
    they arrived. None for a couple whose path is out of force: nothing is agreed then."""
    if viewer.state is not CoupleState.ACTIVE:
        assert viewer.person is not None
        return _first(viewer, viewer.person.arrived_at or viewer.now)
    rows = list(Enrolment.objects.visible_to(viewer).order_by("-phase_since", "-pk"))
    standing = [row for row in rows if row.ended_at is None and row.agreement_id is not None]
    first = [row for row in rows if row.agreement_id is None]
    if not standing and len(rows) > len(first):
        return None
    if not standing and not first:
        return _first(viewer, viewer.mine.couple.cooling_until)
    return _on(viewer, (standing or first)[0])


def steps_of(viewer: "Viewer", place: Place) -> tuple[list[Step], list[Step]]:
    """The things of the week for the viewer, at most three, and what else stands in it where two phases go on at
    once: as many for any track, each done or not by the viewer's own pieces since its week began."""
    story, mine = story_of(viewer), own_pieces(viewer)
    first, more = place.things[:MOST], place.things[MOST:]
    return _steps(viewer, first, story, mine), _steps(viewer, more, story, mine)


def next_step(viewer: "Viewer", place: Place, story: Story | None = None) -> tuple[Step | None, bool]:
    """The one thing that is next for the viewer (None: nothing this week), and whether they come back after a long
    time. Follows from the calendar, the viewer's own pieces and their own story (read here unless given): for
    somebody who is hardly willing just now, it is the smallest."""
    story = story if story is not None else story_of(viewer)
    mine = own_pieces(viewer)
    latest = max((own.row.changed_at for own in mine), default=place.since)
    steps = _steps(viewer, place.things[:MOST], story, mine)
    left = [step for step in steps if not step.done and (step.practice.is_written or not step.practice.page)]
    if story.is_hardly_willing:
        left.sort(key=lambda step: step.practice.minutes)
    return (left[0] if left else None), viewer.now - latest > ABSENT


def _steps(viewer: "Viewer", things: list[tuple[Thing, date]], story: Story, mine: list[Own]) -> list[Step]:
    assert viewer.person is not None
    zone = viewer.person.zone
    found = []
    for thing, since in things:
        practice = content.practice(thing.by_audience[story.audience])
        if practice.sharing is Sharing.TOGETHER and viewer.state is CoupleState.NONE:
            continue
        done = any(
            own.head.done
            and own.head.practice == practice.slug
            and (practice.once or own.row.changed_at.astimezone(zone).date() >= since)
            for own in mine
        )
        found.append(Step(practice, address_of(practice), done))
    return found


def _first(viewer: "Viewer", since: datetime) -> Place:
    """The first programme since an instant, phase after phase by the calendar."""
    programme = content.programmes()[0]
    every = [(phase, week) for phase in programme.phases for week in phase.all_weeks]
    days = max(0, (today_of(viewer.now) - today_of(since)).days)
    at = min(days // 7, len(every) - 1)
    phase, week = every[at]
    number = at - next(n for n, (one, _) in enumerate(every) if one is phase) + 1
    return Place(programme, phase, week, number, today_of(since) + at * 7 * DAY, since, by_itself=True)


def _on(viewer: "Viewer", row: Enrolment) -> Place:
    kept = vault.open(viewer, row, "body")
    programme = content.programme(kept["programme"], kept["version"])
    phase = programme.phase(kept["phase"])
    since, today = today_of(row.phase_since), today_of(viewer.now)
    other = programme.phase(kept["beside"]) if kept["beside"] else None
    other_since = today_of(datetime.fromisoformat(kept["beside_since"])) if other else since
    first = min(since, other_since)
    still = ports.quiet_days(row.couple_id, since=first, until=today) | _rested(row.couple_id, first, today)
    number, began = _by_calendar(phase, since, today, still)
    beside = None
    if other is not None:
        other_number, other_began = _by_calendar(other, other_since, today, still)
        beside = Alongside(other, other.all_weeks[other_number - 1], other_number, other_began)
    week = phase.all_weeks[number - 1]
    return Place(programme, phase, week, number, began, row.phase_since, beside, row.agreement_id)


def _by_calendar(phase: ProgrammePhase, since: date, today: date, still: set[date]) -> tuple[int, date]:
    """Which week of a phase it is, counted from 1, and the day it began; `still` days are not counted."""
    counted = [day for n in range((today - since).days + 1) if (day := since + n * DAY) not in still]
    at = min(max(0, len(counted) - 1) // 7, len(phase.all_weeks) - 1)
    return at + 1, counted[at * 7] if at * 7 < len(counted) else today


def _rested(couple_id: UUID, since: date, until: date) -> set[date]:
    """The dates on which the plan rested, whoever rested it: both have seen that."""
    rows = Rest.objects.filter(membership__couple_id=couple_id).filter(
        Q(ended_at=None) | Q(ended_at__date__gte=since), began_at__date__lte=until
    )
    found: set[date] = set()
    for began, ended in rows.values_list("began_at", "ended_at"):
        first, last = max(today_of(began), since), min(today_of(ended) if ended else until, until)
        found |= {first + n * DAY for n in range((last - first).days + 1)}
    return found
