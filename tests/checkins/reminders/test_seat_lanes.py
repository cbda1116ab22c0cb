"""Many due seats are served by several lanes of one run, each with couples of its own, on real PostgreSQL."""

import threading
import time as pause
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import LazySettings
from django.db import connection

from accounts.mail import claims
from accounts.mail.models import Mail
from checkins.prompts.models import CheckIn, Prompt
from checkins.reminders import batch, engine
from checkins.reminders.models import Heartbeat
from repair.schedules.models import Seat
from tests.cast import make_couple, make_person
from tests.checkins.reminders.conftest import make_rhythm
from tests.conftest import Moved

NOW = datetime(2026, 9, 14, 19, 30, tzinfo=UTC)


@pytest.mark.parametrize("number", [1, 2, 3, 7])
def test_every_couple_is_in_exactly_one_part(number: int) -> None:
    def has(part: batch.Part, couple: UUID) -> bool:
        return (part.first is None or part.first <= couple) and (part.end is None or couple < part.end)

    parts = batch.parts(number)
    assert [part.number for part in parts] == list(range(number))
    ends = [UUID(int=0), UUID(int=2**128 - 1), *(part.end for part in parts if part.end is not None)]
    for couple in [*ends, *(uuid4() for _ in range(200))]:
        assert sum(has(part, couple) for part in parts) == 1


@pytest.fixture
def evening(clock: Moved, settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> Moved:
    """Twenty couples with two rhythms each, due within ten minutes; batches of five seats, three lanes."""
    settings.DISPATCH_LANES = 3
    monkeypatch.setattr(engine, "SEATS_AT_ONCE", 5)
    _couples(20)
    clock.set(NOW)
    return clock


def _couples(number: int) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")
    for n in range(number):
        a, b = (make_person(f"{name}{n}", now=NOW - timedelta(days=300)) for name in ("A", "B"))
        couple = make_couple(a, b, now=NOW - timedelta(days=10))
        for minute in (30, 25):
            make_rhythm(couple, now=NOW - timedelta(hours=1), opens=time(20, minute))


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_lanes_make_each_row_once_and_one_mail_for_each_person(
    evening: Moved, monkeypatch: pytest.MonkeyPatch
) -> None:
    lanes: set[str] = set()
    real = engine.serve_batch

    def serve(**words: object) -> bool:
        lanes.add(threading.current_thread().name)
        return real(**words)  # type: ignore[arg-type]

    monkeypatch.setattr(engine, "serve_batch", serve)
    ran = engine.run_due(now=NOW)
    assert (ran.seats, ran.prompts, ran.mails) == (80, 80, 40)
    assert (CheckIn.objects.count(), Prompt.objects.count(), Mail.objects.count()) == (40, 80, 40)
    assert not Seat.objects.filter(next_due_at__lte=NOW).exists()
    assert len(lanes) == 3


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_a_part_that_breaks_stops_no_other_and_shows(evening: Moved, monkeypatch: pytest.MonkeyPatch) -> None:
    real = engine.serve_batch

    def serve(*, part: batch.Part, **words: object) -> bool:
        if part.number in {0, 4}:
            raise ValueError("a rule that is none")
        return real(part=part, **words)  # type: ignore[arg-type]

    with monkeypatch.context() as broken:
        broken.setattr(engine, "serve_batch", serve)
        with pytest.raises(ValueError, match="a rule that is none"):
            engine.run_due(now=NOW)
    left = Seat.objects.filter(next_due_at__lte=NOW).count()
    assert 0 < left < 80
    assert not Heartbeat.objects.exists(), "the operator sees that not all was served"
    assert engine.run_due(now=NOW).seats == left, "the next run takes what it left"
    assert Heartbeat.objects.get().at == NOW


def _at_once(work: Callable[[], object], times: int) -> None:
    with ThreadPoolExecutor(times) as pool:
        for done in [pool.submit(_alone, work) for _ in range(times)]:
            done.result()


def _alone(work: Callable[[], object]) -> None:
    try:
        work()
    finally:
        connection.close()


@pytest.fixture
def slowly(clock: Moved, monkeypatch: pytest.MonkeyPatch) -> None:
    """One couple, two rhythms due within ten minutes. A batch is one rhythm and takes a while before its commit,
    so that whoever looks meanwhile sees nothing of it."""
    real = engine.owing.owe_notes

    def owe(*words: Any) -> int:
        made = real(*words)
        pause.sleep(0.4)
        return made

    _couples(1)
    clock.set(NOW)
    monkeypatch.setattr(engine.owing, "owe_notes", owe)
    monkeypatch.setattr(engine, "SEATS_AT_ONCE", 2)


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_two_engines_at_once_send_one_person_one_note_for_two_rhythms(slowly: None) -> None:
    _at_once(lambda: engine.run_due(now=NOW), 2)
    assert not Seat.objects.filter(next_due_at__lte=NOW).exists()
    assert (Prompt.objects.count(), Mail.objects.count()) == (4, 2)


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_engines_that_take_no_turns_are_noticed(slowly: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Seeded fault of the test above."""
    monkeypatch.setattr(claims, "turn", lambda *_: True)
    _at_once(lambda: engine.run_due(now=NOW), 2)
    assert Mail.objects.count() == 4
