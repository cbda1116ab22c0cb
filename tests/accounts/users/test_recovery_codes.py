"""Recovery codes: shown once, each works once."""

import re

from allauth.mfa.models import Authenticator
from django.test import Client

from tests.accounts.users.helpers import app_code, give_app, proved, sign_in
from tests.cast import Cast


def _with_codes(cast: Cast) -> tuple[Client, list[str]]:
    browser = proved(cast.ana)
    give_app(cast.ana)
    assert browser.post("/you/second-factor/codes/new/").status_code == 302
    page = browser.post("/you/second-factor/codes/").content.decode()
    return browser, re.findall(r"<li>(\d{8})</li>", page)


def test_they_are_shown_once_and_only_on_a_post(cast: Cast) -> None:
    browser = proved(cast.ana)
    give_app(cast.ana)
    browser.post("/you/second-factor/codes/new/")
    before = Authenticator.objects.get(user=cast.ana, type="recovery_codes").data
    page = browser.get("/you/second-factor/codes/")
    assert "Show my codes" in page.content.decode()
    assert Authenticator.objects.get(user=cast.ana, type="recovery_codes").data == before
    assert len(re.findall(r"<li>(\d{8})</li>", browser.post("/you/second-factor/codes/").content.decode())) == 10
    second = browser.post("/you/second-factor/codes/").content.decode()
    assert not re.findall(r"<li>(\d{8})</li>", second)
    assert "can’t be shown again" in second


def test_each_signs_in_once_instead_of_the_app(cast: Cast) -> None:
    """ASVS 6.5.1."""
    _browser, codes = _with_codes(cast)
    first = sign_in(cast.ana)
    assert first.post("/sign-in/step/", {"code": codes[0]}).status_code == 302
    assert first.get("/you/").status_code == 200
    assert sign_in(cast.ana).post("/sign-in/step/", {"code": codes[0]}).status_code == 422
    assert sign_in(cast.ana).post("/sign-in/step/", {"code": codes[1]}).status_code == 302


def test_new_ones_kill_the_old_ones(cast: Cast) -> None:
    browser, codes = _with_codes(cast)
    browser.post("/you/second-factor/codes/new/")
    assert sign_in(cast.ana).post("/sign-in/step/", {"code": codes[0]}).status_code == 422


def test_they_are_not_in_the_database(cast: Cast) -> None:
    _browser, codes = _with_codes(cast)
    stored = str(Authenticator.objects.get(user=cast.ana, type="recovery_codes").data)
    assert not any(code in stored for code in codes)


def test_without_a_second_step_there_are_none(cast: Cast) -> None:
    browser = proved(cast.ana)
    assert browser.get("/you/second-factor/codes/").status_code == 404
    assert browser.post("/you/second-factor/codes/new/").status_code == 422


def test_one_of_them_proves_who_you_are_again(cast: Cast) -> None:
    _browser, codes = _with_codes(cast)
    browser = sign_in(cast.ana)
    browser.post("/sign-in/step/", {"code": codes[0]})
    assert browser.post("/again/code/", {"code": codes[1], "next": "/you/export/"})["Location"] == "/you/export/"
    assert app_code("JBSWY3DPEHPK3PXP")
