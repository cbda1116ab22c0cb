"""/healthz, /readyz, `delivery_status` and `tick`: what the operator may know."""

import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import OperationalError
from django.test import Client

from accounts.mail.models import Mail
from checkins.reminders import engine, health
from repair.schedules.models import Schedule
from tests.cast import Cast
from tests.checkins.reminders.conftest import utc
from tests.conftest import Moved

Rhythm = Callable[..., Schedule]


def test_the_process_answers_without_a_database() -> None:
    """No database fixture: a query would fail the test."""
    response = Client().get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")


@pytest.mark.django_db
def test_ready_while_the_heart_beats(clock: Moved) -> None:
    assert Client().get("/readyz").status_code == 503, "it never ran"
    engine.run_due(now=clock.at)
    assert Client().get("/readyz").status_code == 200
    clock.move(seconds=121)
    response = Client().get("/readyz")
    assert (response.status_code, response.content) == (503, b"not ready\n")


@pytest.mark.django_db
def test_not_ready_without_keys(clock: Moved, settings: Any, tmp_path: Path) -> None:
    engine.run_due(now=clock.at)
    settings.KEYS_FILE = tmp_path / "none.json"
    assert Client().get("/readyz").status_code == 503


@pytest.mark.django_db
def test_not_ready_without_a_database(clock: Moved, monkeypatch: pytest.MonkeyPatch) -> None:
    engine.run_due(now=clock.at)

    def gone() -> None:
        raise OperationalError

    monkeypatch.setattr(health, "last_beat", gone)
    assert Client().get("/readyz").status_code == 503


def status(**options: Any) -> str:
    out = StringIO()
    call_command("delivery_status", stdout=out, **options)
    return out.getvalue()


def test_delivery_status(cast: Cast, clock: Moved, rhythm: Rhythm) -> None:
    rhythm(remind_after_minutes=60)
    clock.set(utc(14, 19, 30))
    engine.run_due(now=clock.at)
    found = json.loads(status(json=True))
    assert found == {
        "last_beat": "2026-09-14T19:30:00+00:00",
        "unserved": 0,
        "unserved_since": None,
        "backlog": 1,
        "oldest_owed": "2026-09-14T19:30:00+00:00",
        "set_aside": 0,
        "outcome_unknown": 0,
    }, "the reminder is not due yet"
    Mail.objects.filter(kind="note").update(state="aside", next_try_at=None)
    assert json.loads(status(json=True))["set_aside"] == 1


def test_delivery_status_of_an_engine_that_stands_still(cast: Cast, clock: Moved, rhythm: Rhythm) -> None:
    """Without a beat nothing becomes a mail, so an empty outbox says nothing: the seats that wait are shown."""
    rhythm()
    clock.set(utc(14, 19, 29))
    engine.run_due(now=clock.at)
    clock.set(utc(14, 20, 15))
    found = json.loads(status(json=True))
    assert (found["unserved"], found["unserved_since"]) == (1, "2026-09-14T19:30:00+00:00")
    assert (found["backlog"], found["last_beat"]) == (0, "2026-09-14T19:29:00+00:00")
    assert Client().get("/readyz").status_code == 503


def test_delivery_status_in_words_names_nobody(cast: Cast, clock: Moved, rhythm: Rhythm) -> None:
    rhythm()
    engine.run_due(now=clock.set(utc(14, 19, 30)))
    words = status()
    assert "backlog          1" in words
    assert "@" not in words


def test_tick_serves_and_sends_right_here(cast: Cast, clock: Moved, rhythm: Rhythm, mailbox: Path) -> None:
    rhythm()
    clock.set(utc(14, 19, 30))
    out = StringIO()
    call_command("tick", stdout=out)
    assert out.getvalue() == "seats served 1, prompts 1, mails owed 1\n"
    assert len(list(mailbox.glob("*.eml"))) == 1
