"""The stage of the demo: a clock that is moved, people by name, and what they do in the order of its time."""

import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django.db.models import Min
from django.http import QueryDict

from accounts.access import Viewer, viewer_of
from accounts.mail import dispatch
from accounts.mail.models import Mail, State
from accounts.users.models import User
from checkins.reminders import engine
from repair import clock
from repair.plan import services as plan
from repair.plan.dates import pass_dates
from repair.plan.kinds import kind_named
from repair.plan.queries import line_read
from repair.schedules.models import Seat

ZONE = ZoneInfo("Europe/Berlin")
FIRST_DAY = -90  # the story begins this many days before today
DAY = timedelta(days=1)

Act = Callable[["World"], object]
Typed = Mapping[str, str | list[str]]  # what is typed into a form, by field name


@dataclass
class World:
    """Where the story stands. Days are counted from today (0), times are those of the couple's zone."""

    ends_at: datetime
    chance: random.Random
    now: datetime = field(init=False)
    people: dict[str, User] = field(default_factory=dict)
    lines: dict[str, UUID] = field(default_factory=dict)
    kept: dict[str, Any] = field(default_factory=dict)
    acts: list[tuple[datetime, int, Act]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.now = self.at(FIRST_DAY, "00:00")

    @property
    def today(self) -> date:
        """The date on which the story ends."""
        return self.ends_at.astimezone(ZONE).date()

    def day(self, number: int) -> date:
        """A day of the story as a calendar date."""
        return self.today + number * DAY

    def at(self, day: int, hour: str) -> datetime:
        """A moment of the story, in UTC."""
        return datetime.combine(self.day(day), time.fromisoformat(hour), tzinfo=ZONE).astimezone(UTC)

    def viewer(self, name: str) -> Viewer:
        """One of the people as a request at this moment would have them."""
        return viewer_of(User.objects.get(pk=self.people[name].pk), now=self.now)

    def plan_act(self, day: int, hour: str, act: Act) -> None:
        """Have something done at a moment, unless that is still to come when the story ends."""
        self.acts.append((self.at(day, hour), len(self.acts), act))

    def play(self) -> None:
        """Do everything in the order of its time; in between evenings open and lines lapse as they would."""
        with self._in_charge():
            for at, _order, act in sorted(self.acts, key=lambda entry: entry[:2]):
                if at > self.ends_at:
                    break
                self._pass_time(at)
                act(self)
            self._pass_time(self.ends_at)

    def _pass_time(self, until: datetime) -> None:
        """Let the clock go on, stopping wherever a check-in is due or a mail is owed, and after each midnight for
        dates that pass."""
        while True:
            midnight = datetime.combine(self.now.date() + DAY, time(0, 5), tzinfo=UTC)
            seat = Seat.objects.filter(next_due_at__lte=until).aggregate(at=Min("next_due_at"))["at"]
            mail = Mail.objects.filter(state=State.OWED, next_try_at__lte=until).aggregate(at=Min("next_try_at"))[
                "at"
            ]
            at = min(moment for moment in (midnight, seat, mail, until) if moment is not None)
            self.now = max(self.now, at)
            if at == midnight:
                pass_dates(now=self.now)
            elif at == seat:
                engine.serve_batch(now=self.now, ran=engine.Ran())
            elif at == mail:
                dispatch.send_owed(now=self.now)
            else:
                return

    @contextmanager
    def _in_charge(self) -> Iterator[None]:
        """While the story plays, time and chance are the story's own."""
        real = clock.now, clock.below
        clock.now, clock.below = self._its_now, self._its_chance
        try:
            yield
        finally:
            clock.now, clock.below = real

    def _its_now(self) -> datetime:
        return self.now

    def _its_chance(self, limit: int) -> int:
        return self.chance.randrange(limit)

    def let_the_coin_fall(self) -> None:
        """Go on until the next coin shows heads: it deals Mara the round, indigo place, as in the pictures."""
        state = self.chance.getstate()
        while self.chance.randrange(2) == 0:
            state = self.chance.getstate()
        self.chance.setstate(state)

    # --- lines of the plan ------------------------------------------------------------------------------------

    def propose(self, who: str, key: str, kind: str, typed: Typed, *, again_in: int = 150) -> None:
        """Propose a line with what was typed into its form."""
        viewer = self.viewer(who)
        made = plan.propose(
            viewer=viewer, kind=kind, words=self._words(viewer, kind, typed, again_in), line=uuid4(), now=self.now
        )
        self.lines[key] = made.pk

    def suggest(self, who: str, key: str, typed: Typed, *, note: str = "", again_in: int = 150) -> None:
        """Suggest other words for a line."""
        viewer = self.viewer(who)
        read, wordings = line_read(viewer, self.lines[key])
        words = self._words(viewer, read.kind.name, typed, again_in, note=note, base=read.words.fields)
        plan.suggest(
            viewer=viewer, line=self.lines[key], seen=wordings[0].version.number, words=words, now=self.now
        )

    def sign(self, who: str, key: str) -> None:
        """Sign what the other proposed."""
        viewer = self.viewer(who)
        read, _wordings = line_read(viewer, self.lines[key])
        if read.open is None:
            raise ValueError(f"nothing is proposed for {key}")
        plan.sign(
            viewer=viewer,
            line=read.pk,
            version=read.open.version.pk,
            mac=bytes.fromhex(read.open.mac),
            now=self.now,
        )

    def _words(
        self,
        viewer: Viewer,
        kind: str,
        typed: Typed,
        again_in: int,
        *,
        note: str = "",
        base: Any = None,
    ) -> plan.Words:
        data = QueryDict(mutable=True)
        for name, value in typed.items():
            data.setlist(name, value if isinstance(value, list) else [value])
        form = kind_named(kind).form(data, viewer=viewer, base=base)
        if not form.is_valid():
            raise ValueError(f"the story's {kind} is not taken: {form.errors.as_json()}")
        return plan.Words(form.body(), self.now.date() + timedelta(days=again_in), note)
