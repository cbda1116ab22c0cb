"""Signing in: address and password, then whatever is still missing."""

import pytest
from django.test import Client

from accounts.users.models import User
from tests.accounts.users.helpers import PASSWORD, app_code, give_app, sign_in
from tests.cast import Cast
from tests.conftest import Moved


def test_it_signs_in_and_goes_to_today(cast: Cast) -> None:
    browser = Client()
    answer = browser.post("/sign-in/", {"login": "Ana@mail.example", "password": PASSWORD})
    assert answer["Location"] == "/today/"
    assert browser.get("/you/").status_code == 200


def test_it_goes_back_to_the_page_that_was_asked_for(cast: Cast) -> None:
    browser = Client()
    asked = browser.get("/you/settings/")
    assert asked["Location"] == "/sign-in/?next=/you/settings/"
    page = browser.get(asked["Location"])
    assert 'name="next" value="/you/settings/"' in page.content.decode()
    answer = browser.post("/sign-in/", {"login": cast.ana.email, "password": PASSWORD, "next": "/you/settings/"})
    assert answer["Location"] == "/you/settings/"


@pytest.mark.parametrize("where", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "\\\\evil"])
def test_it_leads_nowhere_else(cast: Cast, where: str) -> None:
    answer = Client().post("/sign-in/", {"login": cast.ana.email, "password": PASSWORD, "next": where})
    assert answer["Location"] == "/today/"


@pytest.mark.parametrize(
    ("login", "password", "sentence"),
    [
        pytest.param("ana@mail.example", "wrong", "don’t fit together", id="a wrong password"),
        pytest.param("nobody@mail.example", PASSWORD, "don’t fit together", id="an unknown address"),
        pytest.param("", PASSWORD, "Write your e-mail address", id="no address"),
        pytest.param("ana@mail.example", "", "Write your password", id="no password"),
        pytest.param("ana", PASSWORD, "Write an address like", id="no address at all"),
    ],
)
def test_bad_input_gets_422_and_keeps_the_address(cast: Cast, login: str, password: str, sentence: str) -> None:
    answer = Client().post("/sign-in/", {"login": login, "password": password})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert sentence in page
    assert f'value="{login}"' in page or not login
    assert PASSWORD not in page


@pytest.mark.parametrize("accept", ["application/json", "text/html"])
def test_headers_make_no_other_page_of_it(cast: Cast, accept: str) -> None:
    """allauth answers scripts in JSON with other statuses; here every page is a page."""
    answer = Client().post(
        "/sign-in/",
        {"login": cast.ana.email, "password": "wrong"},
        headers={"accept": accept, "x-requested-with": "XMLHttpRequest"},
    )
    assert answer.status_code == 422
    assert answer["Content-Type"].startswith("text/html")


def test_an_unconfirmed_address_is_answered_like_an_unknown_one(cast: Cast) -> None:
    answer = Client().post("/sign-in/", {"login": cast.una.email, "password": PASSWORD})
    assert answer.status_code == 422
    assert "don’t fit together" in answer.content.decode()


def test_with_a_second_step_the_password_alone_opens_nothing(cast: Cast) -> None:
    secret = give_app(cast.ana)
    browser = sign_in(cast.ana)
    assert browser.get("/you/").status_code == 302
    assert browser.get("/sign-in/step/").status_code == 200
    assert browser.post("/sign-in/step/", {"code": "000000"}).status_code == 422
    answer = browser.post("/sign-in/step/", {"code": app_code(secret)})
    assert answer["Location"] == "/today/"
    assert browser.get("/you/").status_code == 200


def test_a_code_of_the_app_works_once(cast: Cast) -> None:
    secret = give_app(cast.ana)
    code = app_code(secret)
    assert sign_in(cast.ana).post("/sign-in/step/", {"code": code}).status_code == 302
    assert sign_in(cast.ana).post("/sign-in/step/", {"code": code}).status_code == 422


def test_a_suspended_account_is_told_so_only_with_its_password(cast: Cast, clock: Moved) -> None:
    User.objects.filter(pk=cast.ana.pk).update(suspended_at=clock.at)
    wrong = Client().post("/sign-in/", {"login": cast.ana.email, "password": "wrong"})
    unknown = Client().post("/sign-in/", {"login": "nobody@mail.example", "password": "wrong"})
    assert wrong.status_code == unknown.status_code == 422
    browser = sign_in(cast.ana)
    assert browser.get("/you/").status_code == 302
    assert "notes@kept.example" in browser.get("/closed/").content.decode()


def test_the_session_gets_a_new_key(cast: Cast) -> None:
    browser = Client()
    browser.get("/sign-in/")
    session = browser.session
    session["before"] = 1
    session.save()
    before = browser.session.session_key
    sign_in(cast.ana, client=browser)
    assert browser.session.session_key != before


def test_nothing_is_signed_in_by_opening_pages(cast: Cast) -> None:
    browser = Client()
    for path in (
        "/sign-in/",
        "/sign-in/step/",
        "/sign-in/passkey/",
        "/verify/",
        "/reset/",
        "/reset/code/",
        "/again/",
    ):
        assert browser.get(path).status_code in {200, 302}, path
        assert "_auth_user_id" not in browser.session


def test_signing_out_is_a_post_and_leaves_nothing(cast: Cast) -> None:
    browser = sign_in(cast.ana)
    assert browser.get("/sign-out/").status_code == 200
    assert browser.get("/you/").status_code == 200, "looking at the page does nothing"
    cookie = browser.cookies["s"].value
    assert browser.post("/sign-out/").status_code == 302
    thief = Client()
    thief.cookies["s"] = cookie
    assert thief.get("/you/").status_code == 302


def test_a_therapist_lands_on_the_cases(cast: Cast) -> None:
    cast.theo.authenticator_set.all().delete()
    answer = Client().post("/sign-in/", {"login": cast.theo.email, "password": PASSWORD})
    assert answer["Location"] == "/cases/"
