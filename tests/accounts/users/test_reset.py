"""A new password by a mailed code. The second step stays what it is."""

import pytest
from django.test import Client

from accounts.mail.models import Mail
from tests.accounts.users.helpers import app_code, code_for, give_app, sign_in
from tests.cast import Cast
from tests.conftest import Moved

NEW = "another five quiet words"


def _reset(cast: Cast, clock: Moved) -> Client:
    browser = Client()
    answer = browser.post("/reset/", {"email": cast.ana.email})
    assert answer["Location"] == "/reset/code/"
    answer = browser.post("/reset/code/", {"code": code_for(cast.ana.email, now=clock.at)})
    assert answer["Location"] == "/reset/new/"
    answer = browser.post("/reset/new/", {"password1": NEW})
    assert answer["Location"] == "/reset/done/"
    return browser


def test_it_sets_the_password_and_signs_nobody_in(cast: Cast, clock: Moved) -> None:
    browser = _reset(cast, clock)
    assert browser.get("/reset/done/").status_code == 200
    assert browser.get("/you/").status_code == 302, "mail is no factor"
    assert sign_in(cast.ana, password=NEW).get("/you/").status_code == 200
    assert sign_in(cast.ana).get("/you/").status_code == 302, "the old password is dead"


def test_every_session_ends(cast: Cast, clock: Moved) -> None:
    elsewhere = sign_in(cast.ana)
    _reset(cast, clock)
    assert elsewhere.get("/you/").status_code == 302


def test_the_second_step_is_still_asked_for(cast: Cast, clock: Moved) -> None:
    """ASVS 6.4.3."""
    secret = give_app(cast.ana)
    _reset(cast, clock)
    browser = sign_in(cast.ana, password=NEW)
    assert browser.get("/you/").status_code == 302
    browser.post("/sign-in/step/", {"code": app_code(secret)})
    assert browser.get("/you/").status_code == 200


def test_the_owner_gets_a_notice(cast: Cast, clock: Moved) -> None:
    _reset(cast, clock)
    assert [mail.kind for mail in Mail.objects.filter(person=cast.ana).order_by("pk")].count("account_notice") == 1


def test_the_code_is_needed_in_the_same_browser_and_in_order(cast: Cast, clock: Moved) -> None:
    browser = Client()
    browser.post("/reset/", {"email": cast.ana.email})
    code = code_for(cast.ana.email, now=clock.at)
    assert browser.get("/reset/new/")["Location"] == "/reset/code/", "no way around the code"
    assert browser.post("/reset/new/", {"password1": NEW})["Location"] == "/reset/code/"
    other = Client()
    assert other.get("/reset/new/")["Location"] == "/reset/"
    assert other.post("/reset/code/", {"code": code}).status_code == 302
    assert sign_in(cast.ana, password=NEW).get("/you/").status_code == 302


def test_a_code_works_once(cast: Cast, clock: Moved) -> None:
    browser = _reset(cast, clock)
    code = code_for(cast.ana.email, now=clock.at)
    assert browser.get("/reset/code/").status_code == 302
    assert browser.post("/reset/code/", {"code": code}).status_code == 302
    assert browser.post("/reset/new/", {"password1": "yet another long one"}).status_code == 302
    assert sign_in(cast.ana, password=NEW).get("/you/").status_code == 200


def test_three_wrong_codes_end_it(cast: Cast, clock: Moved) -> None:
    browser = Client()
    browser.post("/reset/", {"email": cast.ana.email})
    right = code_for(cast.ana.email, now=clock.at)
    wrong = "000000" if right != "000000" else "111111"
    for status in (422, 422, 302):
        assert browser.post("/reset/code/", {"code": wrong}).status_code == status
    assert browser.post("/reset/code/", {"code": right}).status_code == 302
    assert browser.get("/reset/new/")["Location"] == "/reset/"


def test_after_fifteen_minutes_the_code_is_dead(cast: Cast, clock: Moved, monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    browser = Client()
    browser.post("/reset/", {"email": cast.ana.email})
    code = code_for(cast.ana.email, now=clock.at)
    later = time.time() + 15 * 60 + 1
    monkeypatch.setattr("allauth.account.internal.flows.code_verification.time.time", lambda: later)
    assert browser.post("/reset/code/", {"code": code})["Location"] == "/sign-in/"


@pytest.mark.parametrize("password", ["", "short", "password123"])
def test_a_bad_password_gets_422(cast: Cast, clock: Moved, password: str) -> None:
    browser = Client()
    browser.post("/reset/", {"email": cast.ana.email})
    browser.post("/reset/code/", {"code": code_for(cast.ana.email, now=clock.at)})
    assert browser.post("/reset/new/", {"password1": password}).status_code == 422


def test_a_long_password_is_taken_whole(cast: Cast, clock: Moved) -> None:
    """ASVS 6.2.1."""
    browser = Client()
    browser.post("/reset/", {"email": cast.ana.email})
    browser.post("/reset/code/", {"code": code_for(cast.ana.email, now=clock.at)})
    long = " " + "passphrase of many words " * 8
    assert browser.post("/reset/new/", {"password1": long}).status_code == 302
    assert sign_in(cast.ana, password=long.strip()).get("/you/").status_code == 302
    assert sign_in(cast.ana, password=long).get("/you/").status_code == 200


@pytest.mark.parametrize("email", ["", "nope", "a" * 300 + "@mail.example"])
def test_a_bad_address_gets_422(cast: Cast, email: str) -> None:
    assert Client().post("/reset/", {"email": email}).status_code == 422
