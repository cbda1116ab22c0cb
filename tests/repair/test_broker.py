"""What Celery is told about Redis: its messages are hints, a lost one is given again soon, none is waited for."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from kombu.transport.redis import Channel

ROOT = Path(__file__).resolve().parent.parent.parent
ASKED = (
    "BROKER_TRANSPORT_OPTIONS", "BROKER_CONNECTION_MAX_RETRIES", "BROKER_CONNECTION_RETRY_ON_STARTUP",
    "TASK_ACKS_LATE", "TASK_REJECT_ON_WORKER_LOST", "TASK_IGNORE_RESULT", "WORKER_PREFETCH_MULTIPLIER",
    "BEAT_SCHEDULE",
)  # fmt: skip
PROGRAM = (
    "import json; from repair import settings; "
    f"print(json.dumps({{name: getattr(settings, 'CELERY_' + name) for name in {ASKED!r}}}))"
)

pytestmark = pytest.mark.pure


@pytest.fixture(scope="module")
def on_redis(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The settings of a run with Redis, as a process of its own reads them."""
    environment = {**os.environ, "REDIS_URL": "redis://127.0.0.1:1/0", "SECRET_KEY": "k" * 60}
    environment |= {"DATA_DIR": str(tmp_path_factory.mktemp("data"))}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_a_task_cut_short_is_given_to_another_soon(on_redis: dict[str, Any]) -> None:
    options = on_redis["BROKER_TRANSPORT_OPTIONS"]
    assert on_redis["TASK_ACKS_LATE"]
    assert on_redis["TASK_REJECT_ON_WORKER_LOST"]
    assert options["visibility_timeout"] == 300
    assert options["unacked_restore_interval"] == 10
    assert options["unacked_restore_throttle"] == 1


def test_kombu_knows_every_option(on_redis: dict[str, Any]) -> None:
    """A misspelt one is passed over in silence."""
    known = set(Channel.from_transport_options) | {"socket_connect_timeout"}
    assert set(on_redis["BROKER_TRANSPORT_OPTIONS"]) <= known
    assert "unacked_restore_intervall" not in known


def test_nothing_runs_longer_than_it_stays_invisible(on_redis: dict[str, Any]) -> None:
    """Else Redis would give the same task to a second worker while the first still has it."""
    from accounts.mail import dispatch, smtp
    from checkins.reminders import engine

    longest = dispatch.JOB_SECONDS + dispatch.BATCH_SECONDS + smtp.OPENING_SECONDS + smtp.SENDING_SECONDS
    timeout = on_redis["BROKER_TRANSPORT_OPTIONS"]["visibility_timeout"]
    assert longest < timeout
    assert timeout > engine.RUN_SECONDS


def test_a_worker_outlives_any_absence_of_redis(on_redis: dict[str, Any]) -> None:
    assert on_redis["BROKER_CONNECTION_MAX_RETRIES"] is None
    assert on_redis["BROKER_CONNECTION_RETRY_ON_STARTUP"]
    assert on_redis["BROKER_TRANSPORT_OPTIONS"]["socket_connect_timeout"] <= 2


def test_a_worker_holds_one_task_and_beats_do_not_pile_up(on_redis: dict[str, Any]) -> None:
    assert on_redis["WORKER_PREFETCH_MULTIPLIER"] == 1
    for name, entry in on_redis["BEAT_SCHEDULE"].items():
        assert entry["options"]["expires"] == entry["schedule"], name
