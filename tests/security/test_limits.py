"""Limits hold without Redis: they live in the database, which a lost or emptied Redis does not touch."""

import ast
import time
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.cache import caches
from django.test import Client

from accounts.users.backends import ConfirmedOnly
from repair.celery import app
from tests.cast import Cast
from tests.security.seeds import LIMITS, limit_at

PRODUCTION = {"default": django_settings.COUNTED_IN}
DEAD = "redis://127.0.0.1:1/0"  # nobody listens there


@pytest.fixture
def without_redis(settings: Any, monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    settings.CACHES = PRODUCTION
    settings.REDIS_URL = DEAD
    settings.ACCOUNT_RATE_LIMITS = settings.RATE_LIMITS
    monkeypatch.setattr(app.conf, "broker_url", DEAD)


def tries(address: str, number: int) -> list[int]:
    """The status of so many wrong passwords."""
    return [Client().post("/sign-in/", {"login": address, "password": "wrong"}).status_code for _ in range(number)]


def test_guesses_are_counted_with_redis_dead(cast: Cast, without_redis: None) -> None:
    """ASVS 2.4.1, 16.5.3: five wrong passwords, then also the right one is refused; with Redis out of reach."""
    tries(cast.ana.email, 5)
    answer = Client().post("/sign-in/", {"login": cast.ana.email, "password": "correct horse battery"})
    assert answer.status_code == 422
    assert "many tries" in answer.content.decode()


def test_without_a_limit_it_would_be_noticed(cast: Cast, without_redis: None, settings: Any) -> None:
    """Seeded: counts that are lost with every request."""
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    tries(cast.ana.email, 5)
    answer = Client().post("/sign-in/", {"login": cast.ana.email, "password": "correct horse battery"})
    assert answer.status_code == 302


def evaluated(person: Any, monkeypatch: pytest.MonkeyPatch, *, guesses: int, addresses: int) -> int:
    """How many of so many passwords, tried within an hour from so many addresses, were looked at."""
    looked, right, real = [], ConfirmedOnly._check_password, time.time
    monkeypatch.setattr(ConfirmedOnly, "_check_password", lambda *words: looked.append(1) or right(*words))
    for number in range(guesses):
        monkeypatch.setattr(time, "time", partial(_after, real, 3600 / guesses * number))
        data = {"login": person.email, "password": f"guess {number}"}
        Client(REMOTE_ADDR=f"10.0.0.{number % addresses}").post("/sign-in/", data)
    return len(looked)


def _after(real: Any, seconds: float) -> float:
    return float(real() + seconds)


@pytest.mark.slow
def test_of_many_guesses_from_many_addresses_few_are_looked_at(
    cast: Cast, without_redis: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ASVS 6.3.1: at most five in five minutes for one account, wherever they come from."""
    assert 12 <= evaluated(cast.ana, monkeypatch, guesses=300, addresses=60) <= 65


@pytest.mark.slow
def test_guesses_counted_by_address_alone_would_be_noticed(
    cast: Cast, without_redis: None, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seeded: a limit for each address, none for the account."""
    settings.ACCOUNT_RATE_LIMITS = {**settings.RATE_LIMITS, "login_failed": "10/m/ip"}
    assert evaluated(cast.ana, monkeypatch, guesses=200, addresses=100) > 65


def test_the_table_of_limits_is_the_sites_own() -> None:
    """ASVS 2.1.3: docs/security/limits.md; the tests it names hold each, see the seeds."""
    assert len(LIMITS) >= 15
    for what, most, place, _ in LIMITS:
        found = limit_at(place)
        assert str(found) == most or any(part.startswith(f"{most}/") for part in str(found).split(",")), what


def test_no_cache_stands_on_redis(settings: Any) -> None:
    """ASVS 2.4.1: outside tests the settings name the database, and no other cache."""
    tree = ast.parse(Path("repair/settings.py").read_text())
    named = [
        ast.unparse(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "CACHES"
    ]
    assert named == ["{'default': COUNTED_IN}"]
    assert settings.COUNTED_IN["BACKEND"].endswith(".DatabaseCache")
    assert set(caches.settings) == {"default"}
