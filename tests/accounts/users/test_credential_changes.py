"""S2, S3: every change of a way in: who is told what, at which addresses; which sessions end; what else ends with
them. The other partner is told of none."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from accounts.mail.models import Mail
from accounts.privacy import services as privacy
from accounts.users import calendar, lost_step
from accounts.users import services as users
from tests.accounts.users.helpers import PASSWORD, app_code, code_for, give_app, payload, proved, sign_in
from tests.cast import Cast
from tests.conftest import Moved
from tests.security import tally

NEW = "another five quiet words"
ADDRESS = "ana.two@mail.example"
Do = Callable[[Cast, Client, Moved], None]


def _password(cast: Cast, here: Client, clock: Moved) -> None:
    assert here.post("/you/password/", {"oldpassword": PASSWORD, "password1": NEW}).status_code == 302


def _reset(cast: Cast, here: Client, clock: Moved) -> None:
    browser = Client()
    browser.post("/reset/", {"email": cast.ana.email})
    browser.post("/reset/code/", {"code": code_for(cast.ana.email, now=clock.at)})
    assert browser.post("/reset/new/", {"password1": NEW})["Location"] == "/reset/done/"


def _address(cast: Cast, here: Client, clock: Moved) -> None:
    here.post("/you/address/", {"email": ADDRESS, "action_add": "1"})
    here.post("/verify/", {"code": code_for(ADDRESS, now=clock.at)})


def _app_added(cast: Cast, here: Client, clock: Moved) -> None:
    page = here.get("/you/second-factor/app/").content.decode()
    secret = re.search(r'class="key">([A-Z2-7]+)<', page)
    assert secret is not None
    assert here.post("/you/second-factor/app/", {"code": app_code(secret[1])}).status_code == 302


def _app_removed(cast: Cast, here: Client, clock: Moved) -> None:
    give_app(cast.ana)
    assert here.post("/you/second-factor/app/off/").status_code == 302


def _codes_made(cast: Cast, here: Client, clock: Moved) -> None:
    give_app(cast.ana)
    assert here.post("/you/second-factor/codes/new/").status_code == 302


def _passkey_removed(cast: Cast, here: Client, clock: Moved) -> None:
    data: dict[str, Any] = {"name": "1", "credential": {"clientExtensionResults": {}}}
    key = Authenticator.objects.create(user=cast.ana, type="webauthn", data=data)
    assert here.post(f"/you/second-factor/passkeys/{key.pk}/remove/").status_code == 302


def _second_step_lost(cast: Cast, here: Client, clock: Moved) -> None:
    give_app(cast.ana)
    lost_step.begin(email=cast.ana.email, now=clock.at)


def _signed_out_elsewhere(cast: Cast, here: Client, clock: Moved) -> None:
    assert here.post("/you/devices/").status_code == 302


def _deleting(cast: Cast, here: Client, clock: Moved) -> None:
    assert privacy.ask_delete(person=cast.ana, now=clock.at)


def _suspended(cast: Cast, here: Client, clock: Moved) -> None:
    users.suspend(email=cast.ana.email, now=clock.at)


@dataclass(frozen=True)
class Change:
    """`told`: what the notices say, at `to`; whether this browser stays signed in, the others, the calendar."""

    do: Do
    told: tuple[str, ...] = ()
    to: tuple[str, ...] = ("ana@mail.example",)
    here: bool = True
    elsewhere: bool = False
    calendar: bool = False


CHANGES = {
    "a new password": Change(_password, ("password",), here=False),
    "a reset": Change(_reset, ("password",), here=False),
    "a new address": Change(_address, ("address",), to=(ADDRESS, "ana@mail.example")),
    "an app is added": Change(_app_added, ("factor_added",)),
    "an app is removed": Change(_app_removed, ("factor_removed",)),
    "recovery codes are made": Change(_codes_made, ("codes",)),
    "a passkey is removed": Change(_passkey_removed, ("factor_removed",)),
    "every second step is lost": Change(_second_step_lost, ("lost_step",), elsewhere=True, calendar=True),
    "signing out elsewhere": Change(_signed_out_elsewhere),
    "deleting the account": Change(_deleting, here=False),
    "being suspended": Change(_suspended, here=False),
}


def what_follows(cast: Cast, clock: Moved, do: Do, run: Any) -> tuple[Any, ...]:
    """(what is told, where, this browser in, another browser in, calendar on)."""
    there, here = sign_in(cast.ana), proved(cast.ana)
    calendar.switch_on(person=cast.ana)
    with run(execute=True):
        do(cast, here, clock)
    notices = list(Mail.objects.filter(kind="account_notice"))
    assert not Mail.objects.filter(person=cast.ben).exists()
    told = {payload(mail, now=clock.at)["what"] for mail in notices}
    still = [client.get("/you/").status_code == 200 for client in (here, there)]
    return tuple(sorted(told)), tuple(sorted({m.address for m in notices})), *still, calendar.is_on(cast.ana)


def expected(change: Change) -> tuple[Any, ...]:
    return change.told, change.to if change.told else (), change.here, change.elsewhere, change.calendar


@pytest.mark.parametrize("name", CHANGES)
def test_every_change_of_a_way_in(
    cast: Cast, clock: Moved, django_capture_on_commit_callbacks: Any, name: str
) -> None:
    """ASVS 6.3.7, 7.4.3."""
    found = what_follows(cast, clock, CHANGES[name].do, django_capture_on_commit_callbacks)
    assert found == expected(CHANGES[name])
    tally.add("changes of a way in", cases=1, found=0)


def test_a_change_that_ends_nothing_and_tells_nobody_is_noticed(
    cast: Cast, clock: Moved, django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seeded: the hook that tells and ends is not called."""
    monkeypatch.setattr("accounts.users.adapter.AccountAdapter.send_notification_mail", lambda *_, **__: None)
    change = CHANGES["an app is removed"]
    assert what_follows(cast, clock, change.do, django_capture_on_commit_callbacks) != expected(change)
    tally.add("changes of a way in", seeded=1, caught=1)
