"""What the cards of Today look at: one viewer at one moment, each thing read at most once."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from uuid import UUID
from zoneinfo import ZoneInfo

from accounts.access import Viewer
from accounts.couples.queries import Pair, pair_of
from accounts.couples.states import CoupleState
from accounts.vault import services as vault
from checkins.hard.asides import Put, asides_of
from checkins.prompts import drafts, reading
from checkins.prompts.models import CheckIn, Prompt, ReadingChoice
from checkins.prompts.reading import Opened
from checkins.seasons.gifts import Gift, gifts_of
from checkins.seasons.year import Season, current
from repair.programmes.story import Story, story_of
from repair.schedules.models import Seat
from repair.schedules.quiet import quiet_until

LOOK_BACK = timedelta(days=14)
READABLE = timedelta(hours=40)  # how long after its hour an evening stands on Today


@dataclass(frozen=True)
class Evening:
    """One of the viewer's own prompts as Today sees it."""

    prompt: Prompt
    hour: datetime
    now: datetime
    begun: bool = False

    @property
    def check_in(self) -> CheckIn:
        return self.prompt.check_in

    @property
    def window_open(self) -> bool:
        """Whether the clock still takes words, whatever was done with them."""
        return self.prompt.opens_at <= self.now < min(self.prompt.closes_at, self.hour)

    @property
    def waits(self) -> bool:
        """Whether there is something for the viewer to do with it now."""
        return self.window_open and self.prompt.sent_at is None and self.prompt.skipped_at is None

    @property
    def sealed(self) -> bool:
        """Whether the viewer's part is over and the reading hour has not come."""
        return not self.waits and self.now < self.hour


class Moment:
    """One viewer now. Properties are read on first use and kept."""

    def __init__(self, viewer: Viewer) -> None:
        self.viewer = viewer
        self.now = viewer.now

    @property
    def alone(self) -> bool:
        return self.viewer.state is CoupleState.NONE

    @property
    def active(self) -> bool:
        return self.viewer.state is CoupleState.ACTIVE

    @cached_property
    def zone(self) -> ZoneInfo:
        assert self.viewer.person is not None
        return self.viewer.person.zone

    @cached_property
    def here(self) -> datetime:
        """Now, on the viewer's wall clock."""
        return self.now.astimezone(self.zone)

    @property
    def today(self) -> date:
        return self.here.date()

    @cached_property
    def my_name(self) -> str:
        assert self.viewer.person is not None
        return vault.open(self.viewer, self.viewer.person, "name") or ""

    @cached_property
    def asides(self) -> list[Put]:
        """What the viewer put aside for themself."""
        return asides_of(self.viewer)

    @cached_property
    def story(self) -> Story:
        """What the viewer says privately of it all."""
        return story_of(self.viewer)

    @cached_property
    def season(self) -> Season:
        """The season that the couple is in. Raises Http404 without one."""
        return current(self.viewer)

    @cached_property
    def gifts(self) -> list[Gift]:
        """What the viewer gave, and what is open to them of the other's."""
        return gifts_of(self.viewer)

    @cached_property
    def pair(self) -> Pair:
        return pair_of(self.viewer)

    @cached_property
    def evenings(self) -> list[Evening]:
        """The viewer's own prompts of the last two weeks, the newest first. Three queries."""
        rows = list(
            Prompt.objects.visible_to(self.viewer)
            .filter(
                membership=self.viewer.mine,
                opens_at__lte=self.now,
                opens_at__gt=self.now - LOOK_BACK,
            )
            .select_related("check_in", "membership")
            .defer("draft")
            .order_by("-opens_at", "pk")
        )
        hours = reading.hours_of(row.check_in for row in rows)
        begun = self._begun()
        return [Evening(row, hours[row.check_in_id], self.now, begun=row.pk in begun) for row in rows]

    def _begun(self) -> set[UUID]:
        """Which of the viewer's own prompts, open by the clock, have a draft."""
        rows = Prompt.objects.visible_to(self.viewer).filter(
            membership=self.viewer.mine, opens_at__lte=self.now, closes_at__gt=self.now
        )
        return {row.pk for row in rows.select_related("membership") if drafts.load(self.viewer, row)}

    @cached_property
    def gap(self) -> bool:
        """Whether the viewer's own last three evenings were not sent: coming back, nothing is owed."""
        past = [evening for evening in self.evenings if self.now >= evening.prompt.closes_at][:3]
        return len(past) == 3 and all(evening.prompt.sent_at is None for evening in past)

    @cached_property
    def opened(self) -> dict[UUID, Opened]:
        """What opened of the last two weeks, by check-in."""
        if self.viewer.couple_id is None:
            return {}
        since = self.today - LOOK_BACK
        evenings = reading.opened_between(
            self.viewer.couple_id, self.viewer, since, self.today + timedelta(days=1)
        )
        return {evening.check_in.pk: evening for evening in evenings}

    @cached_property
    def choices(self) -> dict[UUID, tuple[str, date]]:
        """What the viewer chose at the closed cards of the last two weeks, and on which of their days."""
        rows = ReadingChoice.objects.filter(
            person=self.viewer.person,
            check_in__couple_id=self.viewer.mine.couple_id,
            check_in__on__gte=self.today - LOOK_BACK,
        )
        return {
            row.check_in_id: (vault.open(self.viewer, row, "choice"), row.made_at.astimezone(self.zone).date())
            for row in rows
        }

    @cached_property
    def quiet(self) -> date | None:
        """The first day that is not quiet, when today is; None when it is not."""
        return quiet_until(self.viewer, today=self.today)

    @cached_property
    def next_due(self) -> datetime | None:
        """When the viewer's own next prompt opens, on their wall clock."""
        seat = (
            Seat.objects.filter(
                membership=self.viewer.mine,
                schedule__couple=self.viewer.couple_id,
                schedule__in_force=True,
                next_due_at__gt=self.now,
            )
            .order_by("next_due_at")
            .first()
        )
        return seat.next_due_at.astimezone(self.zone) if seat and seat.next_due_at else None
