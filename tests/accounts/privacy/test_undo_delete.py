"""Undoing a deletion within seven days, with password and second step."""

import pytest

from accounts.couples.queries import standing_of
from accounts.couples.states import CoupleState
from accounts.privacy import services
from accounts.refusal import Refusal
from accounts.users.models import User
from tests.accounts.users.helpers import PASSWORD, app_code, give_app, sign_in
from tests.cast import Cast
from tests.conftest import Moved


def test_it_opens_the_account_again(cast: Cast, clock: Moved) -> None:
    services.ask_delete(person=cast.ana, now=clock.at)
    clock.move(days=6, hours=23)
    browser = sign_in(cast.ana)
    assert browser.get("/you/undo/")["Location"] == "/again/?next=%2Fyou%2Fundo%2F"
    assert browser.post("/again/", {"password": PASSWORD, "next": "/you/undo/"})["Location"] == "/you/undo/"
    page = browser.get("/you/undo/")
    assert page.status_code == 200
    assert "21 September, 19:00" in page.content.decode(), "the day it is gone, on one’s own clock"
    assert browser.post("/you/undo/")["Location"] == "/you/"
    assert browser.get("/you/").status_code == 200
    standing = standing_of(User.objects.get(pk=cast.ben.pk), now=clock.at)
    assert standing is not None
    assert standing.state is CoupleState.ACTIVE


def test_with_a_second_step_the_password_alone_does_not(cast: Cast, clock: Moved) -> None:
    secret = give_app(cast.ana)
    services.ask_delete(person=cast.ana, now=clock.at)
    browser = sign_in(cast.ana)
    assert browser.post("/you/undo/").status_code == 302
    assert User.objects.get(pk=cast.ana.pk).delete_asked_at is not None
    browser.post("/sign-in/step/", {"code": app_code(secret)})
    browser.post("/again/", {"password": PASSWORD, "next": "/you/undo/"})
    browser.post("/you/undo/")
    assert User.objects.get(pk=cast.ana.pk).delete_asked_at is None


@pytest.mark.parametrize(("days", "works"), [(6.999, True), (7, False), (8, False)])
def test_the_seven_days(cast: Cast, clock: Moved, days: float, works: bool) -> None:
    services.ask_delete(person=cast.ana, now=clock.at)
    clock.move(days=days)
    if works:
        assert services.undo_delete(person=cast.ana, now=clock.at)
        return
    with pytest.raises(Refusal, match="seven days"):
        services.undo_delete(person=cast.ana, now=clock.at)
    assert User.objects.get(pk=cast.ana.pk).delete_asked_at is not None


def test_too_late_gets_422_with_the_reason(cast: Cast, clock: Moved) -> None:
    services.ask_delete(person=cast.ana, now=clock.at)
    clock.move(days=7, minutes=1)
    browser = sign_in(cast.ana)
    browser.post("/again/", {"password": PASSWORD})
    answer = browser.post("/you/undo/")
    assert answer.status_code == 422
    assert "can’t be brought back" in answer.content.decode()


def test_without_anything_to_undo_it_leads_to_you(cast: Cast, clock: Moved) -> None:
    browser = sign_in(cast.ana)
    browser.post("/again/", {"password": PASSWORD})
    assert browser.get("/you/undo/")["Location"] == "/you/"
    assert browser.post("/you/undo/")["Location"] == "/you/"
    assert not services.undo_delete(person=cast.ana, now=clock.at)


def test_another_person_undoes_only_their_own(cast: Cast, clock: Moved) -> None:
    services.ask_delete(person=cast.ana, now=clock.at)
    browser = sign_in(cast.ben)
    browser.post("/again/", {"password": PASSWORD})
    browser.post("/you/undo/")
    assert User.objects.get(pk=cast.ana.pk).delete_asked_at is not None
