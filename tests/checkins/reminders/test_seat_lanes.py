"""Many due seats are served by several lanes of one run, each with couples of its own, on real PostgreSQL."""

import threading
from datetime import UTC, datetime, time, timedelta
from uuid import UUID, uuid4

import pytest
from django.conf import LazySettings
from django.db import connection

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
        first, end = part
        return (first is None or first <= couple) and (end is None or couple < end)

    parts = batch.parts(number)
    ends = [UUID(int=0), UUID(int=2**128 - 1), *(end for _, end in parts if end is not None)]
    for couple in [*ends, *(uuid4() for _ in range(200))]:
        assert sum(has(part, couple) for part in parts) == 1


@pytest.fixture
def evening(clock: Moved, settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> Moved:
    """Twenty couples with two rhythms each, due within ten minutes; batches of five seats, three lanes."""
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")
    settings.DISPATCH_LANES = 3
    monkeypatch.setattr(engine, "SEATS_AT_ONCE", 5)
    for n in range(20):
        a, b = (make_person(f"{name}{n}", now=NOW - timedelta(days=300)) for name in ("A", "B"))
        couple = make_couple(a, b, now=NOW - timedelta(days=10))
        for minute in (30, 25):
            make_rhythm(couple, now=NOW - timedelta(hours=1), opens=time(20, minute))
    clock.set(NOW)
    return clock


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
def test_a_lane_that_breaks_stops_no_other_and_shows(evening: Moved, monkeypatch: pytest.MonkeyPatch) -> None:
    real = engine.serve_batch

    def serve(**words: object) -> bool:
        if threading.current_thread().name.startswith("seat lane"):
            raise ValueError("a rule that is none")
        return real(**words)  # type: ignore[arg-type]

    with monkeypatch.context() as broken:
        broken.setattr(engine, "serve_batch", serve)
        with pytest.raises(ValueError, match="a rule that is none"):
            engine.run_due(now=NOW)
    left = Seat.objects.filter(next_due_at__lte=NOW).count()
    assert 0 < left < 80
    assert not Heartbeat.objects.exists(), "the operator sees that not all was served"
    assert engine.run_due(now=NOW).seats == left, "the next run takes what it left"
    assert Heartbeat.objects.get().at == NOW
