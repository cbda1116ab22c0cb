"""Changing the address: a code to the new one, a notice to both, other sessions end."""

import pytest
from allauth.account.models import EmailAddress

from accounts.mail.models import Mail
from accounts.users.models import User
from tests.accounts.users.helpers import code_for, proved, sign_in
from tests.cast import Cast
from tests.conftest import Moved

NEW = "ana.two@mail.example"


def test_it_asks_who_you_are_first(cast: Cast) -> None:
    answer = sign_in(cast.ana).get("/you/address/")
    assert answer["Location"] == "/again/?next=%2Fyou%2Faddress%2F"


def test_it_changes_with_the_code_from_the_new_address(cast: Cast, clock: Moved) -> None:
    there = sign_in(cast.ana)
    browser = proved(cast.ana)
    answer = browser.post("/you/address/", {"email": NEW, "action_add": "1"})
    assert answer["Location"] == "/verify/"
    assert User.objects.get(pk=cast.ana.pk).email == cast.ana.email, "not before the code"
    browser.post("/verify/", {"code": code_for(NEW, now=clock.at)})
    assert User.objects.get(pk=cast.ana.pk).email == NEW
    assert list(EmailAddress.objects.filter(user=cast.ana).values_list("email", "verified")) == [(NEW, True)]
    notices = Mail.objects.filter(kind="account_notice")
    assert sorted(notices.values_list("address", flat=True)) == sorted([cast.ana.email, NEW])
    assert browser.get("/you/").status_code == 200
    assert there.get("/you/").status_code == 302


def test_an_address_somebody_else_has_is_answered_like_any_other(cast: Cast, clock: Moved) -> None:
    browser = proved(cast.ana)
    taken = browser.post("/you/address/", {"email": cast.cleo.email, "action_add": "1"})
    free = proved(cast.ben).post("/you/address/", {"email": NEW, "action_add": "1"})
    assert (taken.status_code, taken["Location"]) == (free.status_code, free["Location"])
    answer = browser.post("/verify/", {"code": code_for(cast.cleo.email, now=clock.at)})
    assert answer.status_code == 422, "only who reads that mailbox learns more, and nothing is taken"
    assert User.objects.get(pk=cast.ana.pk).email == cast.ana.email


@pytest.mark.parametrize(
    ("email", "sentence"),
    [
        pytest.param("", "Write your e-mail address", id="nothing"),
        pytest.param("nope", "Write an address like", id="not an address"),
        pytest.param("ana@mail.example", "the address you have now", id="the same"),
    ],
)
def test_bad_input_gets_422(cast: Cast, email: str, sentence: str) -> None:
    answer = proved(cast.ana).post("/you/address/", {"email": email, "action_add": "1"})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()


@pytest.mark.parametrize("action", ["action_send", "action_remove", "action_primary", "action_nothing"])
def test_what_else_allauth_knows_breaks_nothing(cast: Cast, action: str) -> None:
    browser = proved(cast.ana)
    for email in ("", cast.ana.email, cast.ben.email, "x"):
        assert browser.post("/you/address/", {"email": email, action: "1"}).status_code in {200, 302}
    assert list(EmailAddress.objects.filter(user=cast.ana).values_list("email", flat=True)) == [cast.ana.email]
