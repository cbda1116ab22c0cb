"""S2: every cookie the site sets, under the settings of a site with https, and on a local run."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from http.cookies import Morsel
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from repair.env import BASE_DIR
from tests.accounts.users.helpers import PASSWORD, sign_in
from tests.cast import Cast
from tests.conftest import Moved
from tests.contract.visiting import visits
from tests.contract.world import build_world
from tests.security import tally

NAMES = ("SESSION", "CSRF", "LANGUAGE")
READ = (
    "import json; from repair import settings; print(json.dumps({n: getattr(settings, n) for n in dir(settings)"
    " if n.startswith(('SESSION_COOKIE', 'CSRF_COOKIE', 'LANGUAGE_COOKIE')) or n == 'SECURE'}))"
)


def as_started(folder: Path, url: str) -> dict[str, Any]:
    """The cookie settings of a site that is started at this address, read in a process of its own."""
    surroundings = {**os.environ, "SITE_URL": url, "DATA_DIR": str(folder), "SECRET_KEY": "k" * 60}
    done = subprocess.run(
        [sys.executable, "-c", READ], cwd=BASE_DIR, env=surroundings, capture_output=True, text=True, check=True
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.fixture(scope="module")
def production(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return as_started(tmp_path_factory.mktemp("production"), "https://notes.example")


@pytest.fixture
def over_https(production: dict[str, Any], settings: Any) -> dict[str, Any]:
    """This process with those settings."""
    assert production["SECURE"]
    for name, value in production.items():
        setattr(settings, name, value)
    settings.ALLOWED_HOSTS = ["*"]
    return production


def wrong_with(morsel: "Morsel[str]") -> list[str]:
    """What a cookie of a site with https must have, and does not."""
    rules = {
        "its name": morsel.key.startswith("__Host-"),
        "Secure": bool(morsel["secure"]),
        "HttpOnly": bool(morsel["httponly"]) or not morsel.value,  # one that is taken away says nothing
        "SameSite": morsel["samesite"] == "Lax" or not morsel.value,
        "its path": morsel["path"] == "/",
        "no domain": not morsel["domain"],
        "the life of a browser": not morsel["max-age"] or morsel.key != "__Host-s" or not morsel.value,
    }
    return [what for what, holds in rules.items() if not holds]


def _signs_in(cast: Cast) -> list[Any]:
    client = Client()
    asked = client.get("/sign-in/", secure=True)
    return [asked, client.post("/sign-in/", {"login": cast.ana.email, "password": PASSWORD}, secure=True)]


def _signs_out(cast: Cast) -> list[Any]:
    client = sign_in(cast.ana, secure=True)
    return [client.get("/you/", secure=True), client.post("/sign-out/", secure=True)]


def _proves_it(cast: Cast) -> list[Any]:
    client = sign_in(cast.ana, secure=True)
    return [client.get("/you/export/", secure=True), client.post("/again/", {"password": PASSWORD}, secure=True)]


def _leaves_by_the_exit(cast: Cast) -> list[Any]:
    return [sign_in(cast.ana, secure=True).get("/exit", secure=True)]


def _signs_up(cast: Cast) -> list[Any]:
    form = {"email": "new@mail.example", "password1": "four quiet words here"}
    return [Client().post("/sign-up/", form, secure=True)]


def _asks_for_a_new_password(cast: Cast) -> list[Any]:
    return [Client().post("/reset/", {"email": cast.ana.email}, secure=True)]


def _comes_too_late(cast: Cast) -> list[Any]:
    return [Client().post("/you/settings/", {"name": "x"}, secure=True)]


FLOWS: list[Callable[[Cast], list[Any]]] = [
    _signs_in, _signs_out, _proves_it, _leaves_by_the_exit, _signs_up, _asks_for_a_new_password, _comes_too_late,
]  # fmt: skip


@pytest.mark.parametrize("flow", FLOWS, ids=lambda f: f.__name__.strip("_"))
def test_cookies_of_every_way_in_and_out(cast: Cast, over_https: Any, flow: Callable[[Cast], list[Any]]) -> None:
    """ASVS 3.3.1, 3.3.4."""
    answers = flow(cast)
    cookies = [morsel for answer in answers for morsel in answer.cookies.values()]
    assert {morsel.key: wrong_with(morsel) for morsel in cookies if wrong_with(morsel)} == {}
    for answer in answers:
        shown = answer.content.decode()
        assert not [morsel.key for morsel in cookies if morsel.value and morsel.value in shown]
    tally.add("cookies", cases=len(cookies), found=0)


def test_signing_in_sets_two_and_leaving_takes_all_away(cast: Cast, over_https: Any) -> None:
    """Otherwise the test above might have looked at nothing."""
    assert {key for answer in _signs_in(cast) for key in answer.cookies} == {"__Host-s", "__Host-c"}
    (gone,) = _leaves_by_the_exit(cast)
    assert {key: morsel["max-age"] for key, morsel in gone.cookies.items()} == {
        f"__Host-{name}": 0 for name in "scl"
    }


@pytest.mark.slow
@pytest.mark.pure
def test_no_page_sets_another_cookie(cast: Cast, clock: Moved, over_https: Any) -> None:
    arguments = build_world(cast, now=clock.at)["arguments"]
    wrong = {}
    for who in (cast.ana, None):
        client = Client()
        if who is not None:
            client.force_login(who)
        for name, method, path in visits(arguments):
            if method == "GET" and name != "accounts:exit":
                for morsel in client.get(path, secure=True).cookies.values():
                    if found := wrong_with(morsel):
                        wrong[name] = (morsel.key, found)
    assert wrong == {}


FAULTS = [
    ("SESSION_COOKIE_NAME", "s"), ("CSRF_COOKIE_NAME", "__Secure-c"), ("SESSION_COOKIE_SECURE", False),
    ("CSRF_COOKIE_SECURE", False), ("SESSION_COOKIE_HTTPONLY", False), ("CSRF_COOKIE_HTTPONLY", False),
    ("SESSION_COOKIE_SAMESITE", "None"), ("SESSION_COOKIE_DOMAIN", "notes.example"),
    ("SESSION_COOKIE_PATH", "/you/"), ("ACCOUNT_SESSION_REMEMBER", True),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value"), FAULTS, ids=[name for name, _ in FAULTS])
def test_a_setting_that_is_weaker_is_noticed(
    cast: Cast, over_https: Any, settings: Any, name: str, value: object
) -> None:
    """Seeded: each of them, one at a time."""
    setattr(settings, name, value)
    assert any(wrong_with(morsel) for answer in _signs_in(cast) for morsel in answer.cookies.values())
    tally.add("cookies", seeded=1, caught=1)


def test_a_local_run_has_plain_names_because_browsers_refuse_the_others_there(tmp_path: Path) -> None:
    local = as_started(tmp_path, "http://localhost:8000")
    assert not local["SECURE"]
    assert [local[f"{name}_COOKIE_NAME"] for name in NAMES] == ["s", "c", "l"]
    assert not local["SESSION_COOKIE_SECURE"]
    assert local["SESSION_COOKIE_HTTPONLY"]
    assert local["CSRF_COOKIE_HTTPONLY"]


def test_the_key_of_a_session_is_new_once_somebody_is_signed_in(cast: Cast) -> None:
    """ASVS 7.2.4: a cookie that was laid on a browser beforehand opens nothing."""
    browser = Client()
    browser.post("/reset/", {"email": cast.ana.email})  # gives a session to a browser nobody is signed in on
    laid = browser.cookies["s"].value
    browser.post("/sign-in/", {"login": cast.ana.email, "password": PASSWORD})
    assert browser.cookies["s"].value != laid
    other = Client()
    other.cookies["s"] = laid
    assert other.get("/you/").status_code == 302
    assert browser.get("/you/").status_code == 200
