"""Somebody who asks whether an address has an account here gets the same answer either way."""

import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client

from accounts.mail.models import Mail
from tests.cast import Cast

KNOWN, UNKNOWN = "ana@mail.example", "zoe@mail.example"
NEW_PASSWORD = "four quiet words here"

# name, path, what is posted, what is posted next to the page one is sent to
ASKING = [
    pytest.param("/sign-up/", {"email": "?", "password1": NEW_PASSWORD}, {"code": "000000"}, id="signing up"),
    pytest.param("/sign-up/", {"email": "?", "password1": "short"}, None, id="signing up with a bad password"),
    pytest.param("/reset/", {"email": "?"}, {"code": "000000"}, id="asking for a new password"),
    pytest.param("/sign-in/", {"login": "?", "password": "wrong wrong"}, None, id="signing in"),
]


def _scrubbed(response: Any, address: str) -> tuple[Any, ...]:
    body = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", response.content.decode())
    headers = sorted((name, value) for name, value in response.items() if name != "Set-Cookie")
    cookies = sorted((name, morsel["path"], morsel["httponly"]) for name, morsel in response.cookies.items())
    return response.status_code, headers, cookies, body.replace(address, "?"), len(body.replace(address, "?"))


def _story(address: str, path: str, data: dict[str, str], then: dict[str, str] | None) -> list[tuple[Any, ...]]:
    """Everything somebody sees who asks about `address` and then tries wrong codes until nothing is left."""
    browser = Client()
    posted = {key: address if value == "?" else value for key, value in data.items()}
    answer = browser.post(path, posted)
    seen = [_scrubbed(answer, address)]
    if then is not None:
        where = answer["Location"]
        seen.append(_scrubbed(browser.get(where), address))
        for _ in range(4):
            seen.append(_scrubbed(browser.post(where, then), address))
        seen.append(_scrubbed(browser.get("/sign-in/"), address))
    return seen


@pytest.mark.parametrize(("path", "data", "then"), ASKING)
def test_status_headers_and_body_are_the_same(
    cast: Cast, path: str, data: dict[str, str], then: dict[str, str] | None
) -> None:
    """ASVS 6.3.8."""
    assert _story(KNOWN, path, data, then) == _story(UNKNOWN, path, data, then)


def test_another_code_is_answered_alike(cast: Cast) -> None:
    def story(address: str) -> list[tuple[Any, ...]]:
        browser = Client()
        browser.post("/sign-up/", {"email": address, "password1": NEW_PASSWORD})
        return [_scrubbed(browser.post("/verify/", {"action": "resend"}), address) for _ in range(3)]

    assert story(KNOWN) == story(UNKNOWN)


@pytest.fixture
def hashes(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """How often a password was hashed: what makes up nearly all of an answer's time."""
    counted: list[str] = []
    encode = MD5PasswordHasher.encode

    def counting(self: MD5PasswordHasher, password: str, salt: str) -> str:
        counted.append("hash")
        return encode(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counting)
    return counted


@pytest.mark.parametrize(("path", "data", "then"), ASKING)
def test_as_many_passwords_are_hashed(
    cast: Cast, hashes: list[str], path: str, data: dict[str, str], then: dict[str, str] | None
) -> None:
    counts = []
    for address in (KNOWN, UNKNOWN):
        hashes.clear()
        Client().post(path, {key: address if value == "?" else value for key, value in data.items()})
        counts.append(len(hashes))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(("path", "data", "then"), ASKING)
def test_no_answer_comes_sooner_than_the_floor(
    cast: Cast, settings: Any, path: str, data: dict[str, str], then: dict[str, str] | None
) -> None:
    settings.ANSWER_NO_SOONER_THAN = 0.15
    for address in (KNOWN, UNKNOWN):
        began = time.monotonic()
        Client().post(path, {key: address if value == "?" else value for key, value in data.items()})
        assert time.monotonic() - began >= 0.15


def test_looking_at_a_page_is_not_slowed(cast: Cast, settings: Any) -> None:
    settings.ANSWER_NO_SOONER_THAN = 5.0
    began = time.monotonic()
    Client().get("/sign-in/")
    assert time.monotonic() - began < 4.0


def test_strangers_get_no_mail_when_a_password_is_asked_for(cast: Cast) -> None:
    Client().post("/reset/", {"email": UNKNOWN})
    assert not Mail.objects.filter(address=UNKNOWN).exists(), "the mail itself would tell a reader of that mailbox"
    Client().post("/reset/", {"email": KNOWN})
    assert Mail.objects.filter(address=KNOWN).count() == 1


def test_the_owner_of_a_known_address_is_told_and_nobody_else(cast: Cast) -> None:
    Client().post("/sign-up/", {"email": KNOWN, "password1": NEW_PASSWORD})
    mail = Mail.objects.get()
    assert (mail.kind, mail.address) == ("account_exists", KNOWN)


def test_one_mail_either_way(cast: Cast) -> None:
    for address in (KNOWN, UNKNOWN):
        Client().post("/sign-up/", {"email": address, "password1": NEW_PASSWORD})
        assert Mail.objects.filter(address=address).count() == 1


def test_signing_up_first_and_then_signing_in_tells_nothing(cast: Cast) -> None:
    """With the password they chose themself, somebody is turned away in both cases; and limited alike."""

    def story(address: str) -> list[tuple[Any, ...]]:
        Client().post("/sign-up/", {"email": address, "password1": NEW_PASSWORD})
        tries = [Client().post("/sign-in/", {"login": address, "password": NEW_PASSWORD}) for _ in range(3)]
        return [_scrubbed(answer, address) for answer in tries]

    assert story(KNOWN) == story(UNKNOWN)


def test_tries_are_counted_alike(cast: Cast, settings: Any) -> None:
    from django.core.cache import cache

    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "100/m/ip,2/300s/key", "signup": "100/m/ip"}

    def story(address: str) -> list[tuple[Any, ...]]:
        cache.clear()
        Client().post("/sign-up/", {"email": address, "password1": NEW_PASSWORD})
        tries = [Client().post("/sign-in/", {"login": address, "password": NEW_PASSWORD}) for _ in range(4)]
        return [_scrubbed(answer, address) for answer in tries]

    assert story(KNOWN) == story(UNKNOWN)
