"""When every second step is lost: the page, and the seven days."""

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command

from accounts.mail.models import Mail
from accounts.users import lost_step
from accounts.users.models import LostSecondStep
from tests.accounts.users.helpers import app_code, give_app, sign_in
from tests.cast import Cast
from tests.conftest import Moved


def test_the_page_says_what_to_do_and_needs_no_account(cast: Cast, client_of: Any) -> None:
    page = client_of(None).get("/sign-in/lost/").content.decode()
    assert "seven days" in page
    assert "notes@kept.example" in page


def test_seven_notices_then_it_is_gone(cast: Cast, clock: Moved) -> None:
    give_app(cast.ana)
    elsewhere = sign_in(cast.ana)
    call_command("lost_step", cast.ana.email)
    for _ in range(7):
        assert Authenticator.objects.filter(user=cast.ana).exists()
        lost_step.go_on(now=clock.at)
        lost_step.go_on(now=clock.at)
        clock.move(days=1)
    assert Mail.objects.filter(person=cast.ana).count() == 7, "one a day, however often the job runs"
    assert lost_step.go_on(now=clock.at) == 1
    assert not Authenticator.objects.filter(user=cast.ana).exists()
    assert not LostSecondStep.objects.exists()
    assert Mail.objects.filter(person=cast.ana).count() == 8
    assert elsewhere.get("/you/").status_code == 302
    assert sign_in(cast.ana).get("/you/").status_code == 200


def test_signing_in_with_a_second_step_stops_it(cast: Cast, clock: Moved) -> None:
    secret = give_app(cast.ana)
    lost_step.begin(email=cast.ana.email, now=clock.at)
    browser = sign_in(cast.ana)
    assert LostSecondStep.objects.exists(), "the password alone does not"
    browser.post("/sign-in/step/", {"code": app_code(secret)})
    assert not LostSecondStep.objects.exists()
    clock.move(days=9)
    assert lost_step.go_on(now=clock.at) == 0
    assert Authenticator.objects.filter(user=cast.ana).exists()


def test_the_operator_can_stop_it(cast: Cast, clock: Moved) -> None:
    give_app(cast.ana)
    call_command("lost_step", cast.ana.email)
    call_command("lost_step", cast.ana.email, "--stop")
    assert not LostSecondStep.objects.exists()
    with pytest.raises(CommandError, match="nothing is under way"):
        call_command("lost_step", cast.ana.email, "--stop")


@pytest.mark.parametrize("email", ["nobody@mail.example", "ben@mail.example"])
def test_where_there_is_nothing_to_remove_it_says_so(cast: Cast, email: str) -> None:
    with pytest.raises(CommandError, match="second step"):
        call_command("lost_step", email)


def test_asking_twice_does_not_start_anew(cast: Cast, clock: Moved) -> None:
    give_app(cast.ana)
    call_command("lost_step", cast.ana.email)
    clock.move(days=3)
    with pytest.raises(CommandError, match="under way"):
        call_command("lost_step", cast.ana.email)
