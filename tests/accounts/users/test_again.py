"""Proving oneself again before what cannot be undone, and going back to it."""

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client

from tests.accounts.users.helpers import PASSWORD, app_code, give_app, proved, sign_in
from tests.cast import Cast

ASKED = [
    "/you/export/",
    "/you/delete/",
    "/you/address/",
    "/you/second-factor/app/",
    "/you/second-factor/passkeys/add/",
]
NOT_ASKED = ["/you/", "/you/settings/", "/you/devices/", "/you/password/", "/you/second-factor/"]


@pytest.mark.parametrize("path", ASKED)
def test_it_is_asked_even_right_after_signing_in_and_leads_back(cast: Cast, path: str) -> None:
    browser = sign_in(cast.ana)
    asked = browser.get(path)
    assert asked.status_code == 302
    assert asked["Location"].startswith("/again/?next=")
    page = browser.get(asked["Location"])
    assert f'name="next" value="{path}"' in page.content.decode()
    answer = browser.post("/again/", {"password": PASSWORD, "next": path})
    assert answer["Location"] == path
    assert browser.get(path).status_code == 200


@pytest.mark.parametrize("path", NOT_ASKED)
def test_it_is_not_asked_for_looking_and_for_stopping(cast: Cast, path: str) -> None:
    assert sign_in(cast.ana).get(path).status_code == 200


def test_it_holds_for_five_minutes(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    browser = proved(cast.ana)
    now = time.time()
    monkeypatch.setattr("allauth.account.internal.flows.reauthentication.time.time", lambda: now + 298)
    assert browser.get("/you/export/").status_code == 200
    monkeypatch.setattr("allauth.account.internal.flows.reauthentication.time.time", lambda: now + 301)
    assert browser.get("/you/export/").status_code == 302


def test_a_post_that_was_asked_goes_through_afterwards(cast: Cast) -> None:
    browser = sign_in(cast.ana)
    assert browser.post("/you/export/")["Location"] == "/again/?next=%2Fyou%2Fexport%2F"
    answer = browser.post("/again/", {"password": PASSWORD, "next": "/you/export/"})
    assert answer["Content-Type"] == "application/zip"


@pytest.mark.parametrize(("password", "sentence"), [("wrong", "not your password"), ("", "Write your password")])
def test_a_wrong_password_gets_422(cast: Cast, password: str, sentence: str) -> None:
    browser = sign_in(cast.ana)
    answer = browser.post("/again/", {"password": password, "next": "/you/export/"})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert browser.get("/you/export/").status_code == 302


def test_it_leads_nowhere_else(cast: Cast) -> None:
    answer = sign_in(cast.ana).post("/again/", {"password": PASSWORD, "next": "https://evil.example/"})
    assert answer["Location"] == "/today/"


def test_the_code_of_the_app_is_another_way(cast: Cast) -> None:
    secret = give_app(cast.ana)
    browser = sign_in(cast.ana)
    browser.post("/sign-in/step/", {"code": app_code(secret)})
    assert "recovery code" in browser.get("/again/").content.decode()
    assert browser.get("/again/code/").status_code == 200
    assert browser.post("/again/code/", {"code": "12"}).status_code == 422


def test_ways_one_does_not_have_lead_to_the_one_one_has(cast: Cast) -> None:
    browser = sign_in(cast.ana)
    assert browser.get("/again/code/")["Location"] == "/again/"
    assert browser.get("/again/passkey/")["Location"] == "/again/"


def test_the_session_gets_a_new_key_and_the_copied_one_is_dead(cast: Cast) -> None:
    """ASVS 7.2.4."""
    browser = sign_in(cast.ana)
    copied = browser.cookies["s"].value
    proved(cast.ana, client=browser)
    assert browser.cookies["s"].value != copied
    thief = Client()
    thief.cookies["s"] = copied
    assert thief.get("/you/").status_code == 302
    assert browser.get("/you/").status_code == 200
    assert list(UserSession.objects.values_list("session_key", flat=True)) == [browser.cookies["s"].value]


def test_nobody_can_prove_themself_without_a_session(cast: Cast) -> None:
    assert Client().post("/again/", {"password": PASSWORD}).status_code == 302
