"""Rhythms to try things on."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from accounts.access import Viewer, viewer_of
from accounts.couples.models import Membership
from accounts.users.models import User
from repair.plan import services as plan
from repair.plan import wording
from repair.plan.models import Agreement, Version
from repair.schedules.models import Schedule, Seat
from tests.cast import Cast

# What a form sends for an ordinary rhythm, started on the day after the tests' first (a Monday).
TYPED: dict[str, Any] = {
    "frequency": "daily",
    "questions": "daily",
    "opens": "20:30",
    "closes": "23:00",
    "reading": "next",
    "reading_at": "18:30",
    "remind": "60",
    "starts_on": "2026-09-15",
    "ends_on": "",
}

BODY: dict[str, Any] = {
    "frequency": "daily",
    "weekdays": [],
    "every": 1,
    "month_day": None,
    "nth": None,
    "starts_on": "2026-09-15",
    "ends_on": None,
    "questions": "daily",
    "windows": {"a": ["20:30", "23:00"], "b": ["20:30", "23:00"]},
    "names": {},
    "reading": {"days_after": 1, "at": "18:30"},
    "remind_after": 60,
}


class Rhythms:
    """Ana proposes, Ben signs, with the plan's own verbs."""

    def __init__(self, cast: Cast, clock: Any) -> None:
        self.cast = cast
        self.clock = clock

    @property
    def now(self) -> datetime:
        at: datetime = self.clock.at
        return at

    def viewer(self, person: User) -> Viewer:
        person.refresh_from_db()
        return viewer_of(person, now=self.now)

    def agree(self, *, line: UUID | None = None, **changes: Any) -> Schedule:
        """A rhythm that both have signed; `line` puts new words on an agreed one."""
        ana, ben = self.viewer(self.cast.ana), self.viewer(self.cast.ben)
        words = plan.Words({**BODY, **changes}, self.now.date().replace(year=2027))
        if line is None:
            line = plan.propose(viewer=ana, kind="rhythm", words=words, line=uuid4(), now=self.now).pk
        else:
            seen = Version.objects.filter(agreement=line).count()
            plan.suggest(viewer=ana, line=line, seen=seen, words=words, now=self.now)
        version = Version.objects.filter(agreement=line).order_by("number").last()
        assert version is not None
        mac = wording.mac_of(version, words.fields)
        plan.sign(viewer=ben, line=line, version=version.pk, mac=mac, now=self.now)
        return Schedule.objects.get(agreement=line)

    def seat(self, schedule: Schedule, person: User) -> Seat:
        return Seat.objects.get(schedule=schedule, membership__person=person)

    def dues(self, schedule: Schedule) -> list[tuple[str, str] | None]:
        """(date, instant) of Ana's seat and Ben's, None for an empty one."""
        seats = [self.seat(schedule, person) for person in (self.cast.ana, self.cast.ben)]
        return [
            (seat.next_on.isoformat(), f"{seat.next_due_at:%Y-%m-%d %H:%M}")
            if seat.next_on and seat.next_due_at
            else None
            for seat in seats
        ]

    def line(self, schedule: Schedule) -> Agreement:
        return schedule.agreement

    def place(self, person: User) -> Membership:
        return Membership.objects.get(person=person, left_at=None)


@pytest.fixture
def rhythms(cast: Cast, clock: Any) -> Rhythms:
    return Rhythms(cast, clock)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Say up to which date each of the two was asked, as the room above would."""
    from repair.schedules import ports

    def say(**by_name: Any) -> None:
        def answer(*, schedule: Schedule, membership: Membership) -> Any:
            return by_name.get(membership.person.email.partition("@")[0])

        monkeypatch.setattr(ports, "_asked", [answer])

    return say
