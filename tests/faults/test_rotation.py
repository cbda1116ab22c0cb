"""Keys are rotated while people arrive and read, by processes that are killed (SIGKILL) at random moments.

At no moment is anything unreadable; when a run has finished, nothing needs an old key.
"""

import json
import os
import random
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections

from accounts.access import viewer_of
from accounts.users.models import User
from accounts.vault import crypto, ring, rotation
from accounts.vault import services as vault
from accounts.vault.models import DataKey
from tests.cast import make_person

pytestmark = [pytest.mark.services, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
NOW = datetime(2026, 9, 14, 19, 30, tzinfo=UTC)
KILLS = 60
ROOT = Path(__file__).parents[2]


def address() -> str:
    """The address of the database this test runs on."""
    found: dict[str, Any] = connection.settings_dict
    login = found["USER"] + (f":{found['PASSWORD']}" if found["PASSWORD"] else "")
    return f"postgres://{login}@{found['HOST']}:{found['PORT']}/{found['NAME']}"


class Load:
    """Two threads in which people arrive, two in which they are read."""

    def __init__(self) -> None:
        self.people: list[tuple[Any, str]] = []
        self.wrong: list[str] = []
        self.writes = self.reads = 0
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._run, args=(do, n)) for n, do in enumerate(
            (self._write, self._write, self._read, self._read))]  # fmt: skip

    def __enter__(self) -> "Load":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _run(self, do: Any, number: int) -> None:
        chance, count = random.Random(number), 0
        try:
            while not self._stop.is_set():
                do(f"p{number}x{count}", chance)
                count += 1
                time.sleep(0.05)
        except Exception as error:  # noqa: BLE001
            self.wrong.append(f"{do.__name__}: {error!r}")
        finally:
            connections.close_all()

    def _write(self, name: str, chance: random.Random) -> None:
        person = make_person(name, now=NOW)
        self.people.append((person.pk, name))
        self.writes += 1

    def _read(self, name: str, chance: random.Random) -> None:
        if self.people:
            pk, expected = chance.choice(self.people)
            person = User.objects.get(pk=pk)
            assert vault.open(viewer_of(person, now=NOW), person, "name") == expected
            self.reads += 1


def test_rotation_survives_being_killed_under_load(tmp_path: Path) -> None:
    """60 kills at random moments: 0 values unreadable, 0 data keys under an old key when finished."""
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")
    settings.KEYS_FILE, before = tmp_path / "keys.json", settings.KEYS_FILE
    try:
        ring.create(settings.KEYS_FILE)
        for n in range(40):
            make_person(f"old{n}", now=NOW)
        with Load() as load:
            rotated = _rotating(tmp_path)
        assert load.wrong == []
        assert rotated["killed"] >= 50, rotated
        # People came and were read between the kills; how many more than those, a slow machine decides.
        assert min(load.writes, load.reads) > rotated["killed"], (load.writes, load.reads, rotated)
        call_command("rotate_keys", "--resume", "--drop-old")
        _nothing_is_lost(load)
    finally:
        settings.KEYS_FILE = before


def _rotating(folder: Path) -> dict[str, int]:
    environment = {
        **os.environ,
        "DATABASE_URL": address(),
        "KEYS_FILE": str(settings.KEYS_FILE),
        "DATA_DIR": str(folder),
        "SECRET_KEY": "only-for-tests-" + "x" * 50,
        "DJANGO_SETTINGS_MODULE": "repair.settings",
        "LOG_LEVEL": "ERROR",
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.rotating", str(KILLS), "55", "20261120"],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, int] = json.loads(done.stdout)
    return found


def _nothing_is_lost(load: Load) -> None:
    assert rotation.left_over() == 0
    keks = ring.load()
    assert list(keks.keys) == [keks.current]
    assert int(keks.current[1:]) > 3, "it was rotated several times"
    for row in DataKey.objects.all():
        assert len(crypto.unwrap(bytes(row.wrapped), kek=keks.keys[row.kek])) == crypto.KEY_BYTES
    people = {person.pk: person for person in User.objects.all()}
    opened = [vault.open(viewer_of(people[pk], now=NOW), people[pk], "name") for pk, _ in load.people]
    assert opened == [name for _, name in load.people]
    assert len(people) == len(load.people) + 40
    assert Path(settings.KEYS_FILE).stat().st_mode & 0o777 == 0o600


def test_a_key_forgotten_too_early_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Seeded: the old keys are forgotten without waiting for keys that are being made. One is lost."""
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")
    settings.KEYS_FILE, before = tmp_path / "keys.json", settings.KEYS_FILE
    try:
        ring.create(settings.KEYS_FILE)
        monkeypatch.setattr(rotation, "_hold_off_makers", lambda: None)
        assert _made_while_rotating() == 1
        monkeypatch.undo()
        assert _made_while_rotating() == 0
    finally:
        settings.KEYS_FILE = before


def _made_while_rotating() -> int:
    """Somebody arrives in a transaction that stays open while keys are rotated. Returns how many keys are lost."""
    from django.db import transaction

    made, rotated = threading.Event(), threading.Event()

    def arrive() -> None:
        try:
            with transaction.atomic():
                make_person(f"late{time.monotonic_ns()}", now=NOW)
                made.set()
                rotated.wait(1.5)
        finally:
            connections.close_all()

    thread = threading.Thread(target=arrive)
    thread.start()
    made.wait(10)
    rotation.start()
    rotation.rewrap()
    try:
        rotation.finish()
    except RuntimeError:
        rotation.rewrap()
        rotation.finish()
    rotated.set()
    thread.join()
    lost = DataKey.objects.exclude(kek__in=ring.load().keys)
    number = lost.count()
    lost.delete()
    return number
