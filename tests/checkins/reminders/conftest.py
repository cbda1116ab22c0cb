"""Rhythms for tests: a schedule with both seats, as signing one would have made them; mail into a folder."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pytest

from accounts.couples.models import Couple, Membership
from accounts.mail.models import Mail
from accounts.mail.transport import Envelope, Outcome, Result
from accounts.users.models import User
from accounts.vault import services as vault
from repair.plan.models import Agreement
from repair.schedules.models import Schedule, Seat
from repair.schedules.recurrence import instant
from tests.cast import Cast
from tests.conftest import Moved
from tests.repair.schedules.conftest import rhythms

__all__ = ["rhythms"]  # the same fixture here

MONDAY = date(2026, 9, 14)


def make_rhythm(
    couple: Couple,
    *,
    now: datetime,
    opens: time = time(20, 30),
    closes: time = time(23, 0),
    next_on: date = MONDAY,
    **fields: Any,
) -> Schedule:
    """A rhythm in force, daily unless told otherwise, next on `next_on` for both."""
    plan = couple.plan
    line = Agreement.objects.create(
        plan=plan, kind="rhythm", number=plan.agreements.count() + 1, made_at=now, first_in_force_at=now
    )
    usual = {
        "question_set": "daily",
        "frequency": "daily",
        "starts_on": date(2026, 9, 1),
        "reading_time": time(18, 30),
        "in_force": True,
    }
    schedule = Schedule.objects.create(agreement=line, couple=couple, **{**usual, **fields})
    for place in Membership.objects.filter(couple=couple).select_related("person"):
        Seat.objects.create(
            schedule=schedule,
            membership=place,
            couple=couple,
            opens_at=opens,
            closes_at=closes,
            next_on=next_on,
            next_due_at=instant(next_on, opens, place.person.zone),
        )
    return schedule


@pytest.fixture
def rhythm(cast: Cast, clock: Moved) -> Callable[..., Schedule]:
    """`rhythm(opens=time(…), …)`: one for Ana and Ben, or for the couple named by `of`."""

    def make(of: str = "ana", **fields: Any) -> Schedule:
        return make_rhythm(cast.couples[of], now=clock.at, **fields)

    return make


@pytest.fixture(autouse=True)
def mailbox(tmp_path: Path, settings: Any) -> Path:
    """A mailbox folder of the test's own, and no hints to anybody."""
    settings.MAILBOX_DIR = tmp_path / "mailbox"
    settings.EMAIL_URL = ""
    folder: Path = settings.MAILBOX_DIR
    return folder


@pytest.fixture(autouse=True)
def hints(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The hints given to workers."""
    given: list[int] = []
    monkeypatch.setattr("checkins.reminders.engine.hint", given.append)
    return given


class Accepting:
    """A transport that takes everything."""

    def __init__(self) -> None:
        self.sent: list[Envelope] = []

    def connect(self) -> None:
        pass

    def send(self, envelope: Envelope, *, go: Callable[[], bool]) -> Result:
        if not go():
            return Result(Outcome.LATER, called_off=True)
        self.sent.append(envelope)
        return Result(Outcome.ACCEPTED, 250, reached_data=True)

    def close(self) -> None:
        pass

    @property
    def to(self) -> list[str]:
        """Who got something, in order."""
        return [envelope.recipient.partition("@")[0] for envelope in self.sent]


def set_quiet(person: User, begins: str, ends: str) -> None:
    """Quiet hours for somebody."""
    vault.seal(person, "settings", {"quiet": [begins, ends]})
    person.save(update_fields=["settings"])


def utc(day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    """An instant of September 2026."""
    return datetime(2026, 9, day, hour, minute, second, tzinfo=UTC)


def mails_of(person: User, kind: str = "note") -> list[Mail]:
    """The mails of a kind to somebody, in order."""
    return list(Mail.objects.filter(person=person, kind=kind).order_by("due_at"))
