"""Limits hold without Redis: they live in the database, which a lost or emptied Redis does not touch."""

import ast
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client

from repair.celery import app
from tests.cast import Cast

PRODUCTION = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "accounts_cache",
        "KEY_FUNCTION": "accounts.users.cache.hashed_key",
    }
}
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


def test_no_cache_stands_on_redis(settings: Any) -> None:
    """ASVS 2.4.1: outside tests the settings name the database, and no other cache."""
    tree = ast.parse(Path("repair/settings.py").read_text())
    named = [
        ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "CACHES"
    ]
    assert [list(each) for each in named] == [["default"]]
    assert named[0]["default"]["BACKEND"] == PRODUCTION["default"]["BACKEND"]
    assert set(caches.settings) == {"default"}
