"""Processes that are killed (SIGKILL) at named places while they serve and send, on real PostgreSQL and over SMTP.

The next process, two minutes later, finishes what the dead one had begun: nothing is lost, and there is one copy
more only where the relay had the mail and the row did not say so.
"""

import os
import signal
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from accounts.mail.models import Mail, State
from checkins.prompts.models import CheckIn, Prompt
from tests.accounts.mail.relay import Relay, running
from tests.cast import make_couple, make_person
from tests.checkins.reminders.conftest import make_rhythm
from tests.conftest import Moved

pytestmark = [pytest.mark.services, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
NOW = datetime(2026, 9, 14, 19, 30, tzinfo=UTC)
KILLED = -signal.SIGKILL


@pytest.fixture(autouse=True)
def _only_postgres(db: None, clock: Moved) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")
    clock.set(NOW)
    for n in range(3):
        a, b = (make_person(f"{letter}{n}", now=NOW - timedelta(days=300)) for letter in "AB")
        make_rhythm(make_couple(a, b, now=NOW - timedelta(days=9)), now=NOW, opens=time(20, 30))


def tick(at: datetime, relay: Relay, folder: Path, *, failpoint: str = "") -> int:
    """`manage.py tick` in a process of its own, as if it were `at`. Returns how it ended."""
    found: dict[str, Any] = connection.settings_dict
    offset = folder / "offset"
    offset.write_text(str((at - datetime.now(UTC)).total_seconds()))
    login = found["USER"] + (f":{found['PASSWORD']}" if found["PASSWORD"] else "")
    host = found["HOST"]
    base = f"postgres://{login}@{'' if host.startswith('/') else host}:{found['PORT']}/{found['NAME']}"
    url = f"{base}?host={host}" if host.startswith("/") else base
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "EMAIL_URL": relay.url,
        "KEYS_FILE": str(settings.KEYS_FILE),
        "DATA_DIR": str(folder),
        "SECRET_KEY": "only-for-tests-" + "x" * 50,
        "TEST_CLOCK_FILE": str(offset),
        "KEPT_FAILPOINT": failpoint,
        "LOG_LEVEL": "ERROR",
    }
    environment.pop("REDIS_URL", None)
    done = subprocess.run(
        [sys.executable, "manage.py", "tick"],
        cwd=settings.BASE_DIR if hasattr(settings, "BASE_DIR") else Path(__file__).parents[2],
        env=environment,
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert done.returncode in {0, KILLED}, done.stderr.decode()[-2000:]
    return done.returncode


PLACES = [
    # where it is killed, copies more than one in all, because
    ("after_rows=kill", 0, "nothing was committed: the seats are still due"),
    ("after_claim=kill", 0, "the lease ends, and another takes all"),
    ("after_begin=kill", 0, "begun, and the relay had heard nothing"),
    ("before_data=kill", 0, "begun, and DATA was not said"),
    ("after_dot=kill@2", 1, "the second mail was with the relay; its row did not say so"),
    ("before_commit=kill@3", 1, "the third mail was taken; its row did not say so"),
]


@pytest.mark.parametrize(("place", "more", "because"), PLACES)
def test_a_killed_process_loses_nothing(tmp_path: Path, place: str, more: int, because: str) -> None:
    with running() as relay:
        assert tick(NOW, relay, tmp_path, failpoint=place) == KILLED
        assert tick(NOW + timedelta(seconds=10), relay, tmp_path) == 0
        assert tick(NOW + timedelta(seconds=125), relay, tmp_path) == 0
        copies = Counter(got.recipient for got in relay.got)
    assert (CheckIn.objects.count(), Prompt.objects.count()) == (3, 6)
    assert len(copies) == 6, "nobody is left out"
    assert sum(copies.values()) == 6 + more, because
    assert max(copies.values()) <= 2
    assert Mail.objects.filter(state=State.SENT).count() == 6
