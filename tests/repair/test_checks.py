"""A production start that is not safe is refused, by every entrance."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from accounts.vault import ring
from repair import checks, env

SAFE = {
    "EMBEDDED": False, "DEMO": False, "TEST_CLOCK_FILE": "", "SITE_IS_LOCAL": False, "SECURE": True,
    "SECRET_KEY": "k" * 60, "EMAIL_URL": "smtp+tls://relay:587",
}  # fmt: skip


@pytest.fixture
def production(settings: Any, tmp_path: Path) -> Any:
    """Settings of a production that may start."""
    for name, value in SAFE.items():
        setattr(settings, name, value)
    settings.KEYS_FILE = tmp_path / "keys.json"
    ring.create(settings.KEYS_FILE)
    return settings


def test_a_safe_production_starts(production: Any) -> None:
    checks.refuse_unsafe_start()


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("DEMO", True, "DEMO"),
        ("TEST_CLOCK_FILE", "/tmp/clock", "TEST_CLOCK_FILE"),
        ("SECRET_KEY", "", "SECRET_KEY"),
        ("SECURE", False, "https://"),
        ("EMAIL_URL", "", "EMAIL_URL"),
        ("KEYS_FILE", "/nowhere/keys.json", "make_keys"),
    ],
)
def test_an_unsafe_one_is_refused(production: Any, name: str, value: object, said: str) -> None:
    """ASVS 13.3.1."""
    setattr(production, name, value)
    with pytest.raises(ImproperlyConfigured, match=said):
        checks.refuse_unsafe_start()


def test_a_key_file_that_others_can_read_is_refused(production: Any) -> None:
    production.KEYS_FILE.chmod(0o644)
    with pytest.raises(ImproperlyConfigured, match="chmod"):
        checks.refuse_unsafe_start()


def test_an_embedded_run_may_have_all_of_it(production: Any) -> None:
    production.EMBEDDED = production.DEMO = True
    production.EMAIL_URL = production.SECRET_KEY = ""
    checks.refuse_unsafe_start()


@pytest.mark.parametrize("words", [["-c", "import repair.wsgi"], ["-m", "celery", "-A", "repair", "beat"]])
def test_the_entrances_ask(words: list[str], tmp_path: Path) -> None:
    unsafe = {"DATABASE_URL": "postgres://x@127.0.0.1:9/x", "SECRET_KEY": "k" * 60, "DEMO": "1"}
    started = subprocess.run(
        [sys.executable, *words],
        check=False,
        cwd=env.BASE_DIR,
        env={**os.environ, "DATA_DIR": str(tmp_path), **unsafe},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert started.returncode != 0
    assert "This start is refused" in started.stderr
