"""Seasons: twelve weeks each, from the day the plan began. Each ends for each of the two at
18:30 by their own clock."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.http import Http404

from accounts.users.queries import me
from repair.plan.models import RepairPlan
from repair.schedules.recurrence import DAY, reading_instant

if TYPE_CHECKING:
    from accounts.access import Viewer

LENGTH = timedelta(weeks=12)
HOUR = time(18, 30)


@dataclass(frozen=True)
class Season:
    """One season by its number, counted from 1; both dates belong to it. It ends on its last day at the hour."""

    number: int
    first: date
    last: date

    @property
    def following(self) -> "Season":
        """The next one."""
        return Season(self.number + 1, self.last + DAY, self.last + LENGTH)


def season_on(began: date, day: date) -> Season:
    """The season that `day` lies in; the first one for a day before the beginning."""
    past = max(0, (day - began) // LENGTH)
    first = began + past * LENGTH
    return Season(past + 1, first, first + LENGTH - DAY)


def hour_on(viewer: "Viewer", day: date) -> datetime:
    """The reading hour of a day: 18:30 by the viewer's own clock, in UTC. By both clocks, the page would tell
    each where the other is."""
    return reading_instant(day, HOUR, 0, (me(viewer).zone,))


def next_hour(viewer: "Viewer") -> datetime:
    """When what the viewer gives now is read: the next day at 18:30 by their own clock. In UTC."""
    return hour_on(viewer, viewer.now.astimezone(me(viewer).zone).date() + DAY)


def opened_until(viewer: "Viewer") -> date:
    """The latest day whose reading hour has come."""
    day = viewer.now.astimezone(UTC).date() + DAY
    while hour_on(viewer, day) > viewer.now:
        day -= DAY
    return day


def both_opened_until(viewer: "Viewer") -> date:
    """The latest day whose reading hour has come by both clocks: until then the other may still change theirs. The
    couple is active. Said on no page."""
    zones = tuple(ZoneInfo(place.person.time_zone) for place in (viewer.mine, viewer.other))
    day = viewer.now.astimezone(UTC).date() + DAY
    while reading_instant(day, HOUR, 0, zones) > viewer.now:
        day -= DAY
    return day


def began_on(viewer: "Viewer") -> date:
    """The first day of the first season. Raises Http404 for somebody without a plan."""
    if viewer.couple_id is None:
        raise Http404
    began = RepairPlan.objects.filter(couple_id=viewer.couple_id).values_list("season_began_at", flat=True).first()
    if began is None:
        raise Http404
    return began.astimezone(UTC).date()


def current(viewer: "Viewer") -> Season:
    """The season whose hour has not come yet. One query. Raises Http404 for somebody without a plan."""
    began = began_on(viewer)
    season = season_on(began, max(began, opened_until(viewer)))
    return season.following if season.last <= opened_until(viewer) else season


def ended(viewer: "Viewer", number: int) -> Season:
    """A season that has ended, by its number. Raises Http404 for any other."""
    began, until = began_on(viewer), opened_until(viewer)
    if (
        not 1 <= number <= (until - began).days + 1
    ):  # no season is shorter than a day; an address may hold any number
        raise Http404
    season = season_on(began, began + (number - 1) * LENGTH)
    if season.last > until:
        raise Http404
    return season
