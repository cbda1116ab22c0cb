"""Hints to workers: they wake somebody, and losing them costs a moment, never a mail."""

from collections.abc import Callable
from typing import Any

import kombu.exceptions
import pytest
from django.conf import settings

from accounts.mail import services as outbox
from accounts.mail import tasks
from accounts.mail.models import Mail, State
from checkins.reminders.tasks import run_due
from repair.celery import app
from tests.cast import Cast
from tests.conftest import Moved

Owe = Callable[..., Mail]


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The hints that would have been published."""
    found: list[dict[str, Any]] = []
    monkeypatch.setattr(tasks.send_owed, "apply_async", lambda **options: found.append(options))
    return found


def test_owing_wakes_a_worker_once_it_is_committed(
    cast: Cast, clock: Moved, owe: Owe, given: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks() as callbacks:
        owe(cast.ana)
    assert given == []
    for callback in callbacks:
        callback()
    assert given == [{"expires": 60, "retry": False}]


def test_what_is_due_later_wakes_nobody(
    cast: Cast, clock: Moved, owe: Owe, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks() as callbacks:
        owe(cast.ana, due_at=clock.at.replace(hour=23))
    assert not callbacks


@pytest.mark.parametrize("error", [kombu.exceptions.OperationalError("gone"), ConnectionRefusedError()])
def test_a_broker_that_is_gone_harms_nothing(
    cast: Cast, clock: Moved, owe: Owe, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def gone(**options: Any) -> None:
        raise error

    monkeypatch.setattr(tasks.send_owed, "apply_async", gone)
    tasks.hint(3)
    owe(cast.ana)
    assert Mail.objects.filter(state=State.OWED).count() == 1


def test_a_fault_of_our_own_is_not_swallowed(monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(**options: Any) -> None:
        raise TypeError

    monkeypatch.setattr(tasks.send_owed, "apply_async", wrong)
    with pytest.raises(TypeError):
        tasks.hint()


def test_the_task_sends(cast: Cast, clock: Moved, owe: Owe) -> None:
    mail = owe(cast.ana)
    tasks.send_owed()
    mail.refresh_from_db()
    assert mail.state == State.SENT


def test_beat_calls_tasks_that_exist_and_its_messages_expire() -> None:
    app.loader.import_default_modules()
    for entry in settings.CELERY_BEAT_SCHEDULE.values():
        assert entry["task"] in app.tasks
        assert entry["options"]["expires"] <= entry["schedule"]
    assert settings.CELERY_BEAT_SCHEDULE["run-due"]["task"] == run_due.name
    assert settings.CELERY_BEAT_SCHEDULE["run-due"]["schedule"] == 20


def test_cancelling_leaves_nothing_owed(cast: Cast, clock: Moved, owe: Owe) -> None:
    from uuid import uuid4

    ref = uuid4()
    owe(cast.ana, ref=ref)
    assert outbox.cancel(kind="plain", ref=ref, now=clock.at) == 1
    assert not Mail.objects.filter(state=State.OWED).exists()
