"""A form that comes after its session ended: log in, and what was written is there, for its author alone."""

from django.contrib.sessions.models import Session
from django.test import Client

from tests.accounts.users.helpers import PASSWORD, sign_in
from tests.cast import Cast
from tests.conftest import Moved

URL = "/lines/new/commitment/"
WORDS = "I bring the questions of the night to Thursday 😀"
FORM = {"what": WORDS, "who": "me", "do": "keep", "line": "0b3a4a5e-6a0c-4f7e-9d11-2f6f2b0a9c11"}


def _late(cast: Cast, clock: Moved) -> Client:
    browser = sign_in(cast.ana)
    clock.move(minutes=31)
    answer = browser.post(URL, FORM)
    assert answer["Location"] == f"/sign-in/?next={URL}"
    return browser


def _again(browser: Client, address: str) -> str:
    answer = browser.post("/sign-in/", {"login": address, "password": PASSWORD, "next": URL})
    assert answer["Location"] == URL
    return browser.get(URL).content.decode()


def test_after_signing_in_the_words_are_there_and_go_on(cast: Cast, clock: Moved) -> None:
    browser = _late(cast, clock)
    page = _again(browser, cast.ana.email)
    assert page.count(WORDS) == 2, "once to read, once in the form"
    assert WORDS in browser.get(URL).content.decode(), "looking at it changes nothing"
    assert browser.post(URL, FORM).status_code == 302
    assert WORDS not in browser.get(URL).content.decode(), "done, it is gone from the waiting place"
    assert WORDS in browser.get("/lines/").content.decode(), "kept as a draft, as had been pressed"


def test_it_can_be_thrown_away(cast: Cast, clock: Moved) -> None:
    browser = _late(cast, clock)
    _again(browser, cast.ana.email)
    browser.post(URL, {**FORM, "held": "drop"})
    assert WORDS not in browser.get(URL).content.decode()
    assert WORDS not in browser.get("/lines/").content.decode()


def test_somebody_else_at_the_same_browser_gets_nothing_and_it_is_gone(cast: Cast, clock: Moved) -> None:
    browser = _late(cast, clock)
    assert WORDS not in _again(browser, cast.ben.email)
    browser.post("/sign-out/")
    assert WORDS not in _again(browser, cast.ana.email)


def test_at_rest_it_is_sealed(cast: Cast, clock: Moved) -> None:
    browser = _late(cast, clock)
    row = Session.objects.get(pk=browser.session.session_key)
    assert "held" in row.get_decoded()
    assert "Thursday" not in str(row.get_decoded())


def test_passwords_and_bare_buttons_do_not_wait(cast: Cast, clock: Moved) -> None:
    for path, form in (("/again/", {"password": PASSWORD}), ("/you/rest/", {})):
        browser = sign_in(cast.ana)
        clock.move(minutes=31)
        browser.post(path, form)
        assert "held" not in browser.session


def test_a_bare_button_leads_back_to_the_page_it_stood_on(cast: Cast, clock: Moved) -> None:
    browser = sign_in(cast.ana)
    clock.move(minutes=31)
    answer = browser.post("/you/resume/", headers={"referer": "http://testserver/today/?from=mail"})
    assert answer["Location"] == "/sign-in/?next=/today/"
    for elsewhere in ("http://elsewhere.example/x/", ""):
        answer = browser.post("/you/rest/", headers={"referer": elsewhere})
        assert answer["Location"] == "/sign-in/?next=/you/rest/"


def test_a_page_from_before_a_new_sign_in_loses_nothing(cast: Cast) -> None:
    browser = sign_in(cast.ana, client=Client(enforce_csrf_checks=False))
    browser.handler.enforce_csrf_checks = True
    answer = browser.post(URL, FORM, headers={"origin": "http://testserver"})
    assert answer["Location"] == URL
    assert browser.get(URL).content.decode().count(WORDS) == 2
    answer = Client(enforce_csrf_checks=True).post(URL, FORM, headers={"origin": "http://testserver"})
    assert answer.status_code == 403
    assert WORDS in answer.content.decode(), "nobody is signed in: given back to copy, kept nowhere"


def test_a_form_from_elsewhere_is_not_kept(cast: Cast) -> None:
    browser = sign_in(cast.ana, client=Client(enforce_csrf_checks=False))
    browser.handler.enforce_csrf_checks = True
    for headers in ({"origin": "http://elsewhere.example"}, {"origin": "null"}, {}):
        answer = browser.post(URL, FORM, headers=headers)
        assert answer.status_code == 403
        assert WORDS not in answer.content.decode()
        assert "held" not in browser.session
