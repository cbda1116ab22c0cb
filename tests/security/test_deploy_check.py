"""`manage.py check --deploy` with the settings of a production: nothing to say, not even a hint."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from accounts.vault import ring
from repair.env import BASE_DIR
from tests.security import tally

pytestmark = [pytest.mark.slow, pytest.mark.pure]

PRODUCTION = {
    "DATABASE_URL": "postgres://kept@127.0.0.1:9/kept", "REDIS_URL": "redis://127.0.0.1:9/0",
    "EMAIL_URL": "smtp+tls://relay.example:587", "SITE_URL": "https://notes.example", "TRUSTED_PROXIES": "1",
    "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
}  # fmt: skip


def said(folder: Path, **changed: str) -> str:
    """What the command says with these settings; nothing where all is well."""
    ring.create(folder / "keys.json")
    told = {**os.environ, **PRODUCTION, "KEYS_FILE": str(folder / "keys.json"), "DATA_DIR": str(folder), **changed}
    told.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)  # pytest’s own
    words = ["manage.py", "check", "--deploy", "--fail-level", "INFO"]
    done = subprocess.run(
        [sys.executable, *words], cwd=BASE_DIR, env=told, check=False, capture_output=True, text=True, timeout=120
    )
    return "" if done.returncode == 0 else done.stdout + done.stderr


def test_the_check_before_a_deployment_has_nothing_to_say(tmp_path: Path) -> None:
    """ASVS 13.4.2."""
    wrong = said(tmp_path)
    tally.add("check --deploy", cases=1, found=int(bool(wrong)))
    assert wrong == ""


@pytest.mark.parametrize(
    "wrong", [{"SITE_URL": "http://notes.example"}, {"SECRET_KEY": "short"}], ids=lambda w: next(iter(w))
)
def test_settings_that_are_not_safe_are_found(tmp_path: Path, wrong: dict[str, str]) -> None:
    """Seeded: plain http; a key that can be guessed."""
    assert said(tmp_path, **wrong)
    tally.add("check --deploy", seeded=1, caught=1)
