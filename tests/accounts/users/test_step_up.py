"""S4, both ways: what asks for fresh proof, and what never does. No route asks that does not stand here."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.users.models import User
from tests.cast import Cast
from tests.conftest import Moved
from tests.contract.actors import letter
from tests.contract.looking import browser
from tests.contract.visiting import visit, visits
from tests.contract.world import build_world
from tests.security import tally

# What cannot be undone, opens a way in, takes everything along, or lets somebody in: for whom, and why.
ASKS = {
    "accounts:export": "everything goes out in one file",
    "accounts:delete": "the account ends",
    "accounts:undo_delete": "an ended account comes back",
    "accounts:confirm": "two people are linked",
    "accounts:grant": "a therapist reads",
    "repair:calendar_on": "an address is made that needs no sign-in",
    "account_email": "the way back in changes",
    "mfa_activate_totp": "a second step is added",
    "mfa_deactivate_totp": "one is taken away",
    "mfa_view_recovery_codes": "codes that sign in are shown",
    "mfa_generate_recovery_codes": "codes that sign in are made",
    "mfa_add_webauthn": "a key that signs in is added",
    "mfa_remove_webauthn": "one is taken away",
}
# The pages of proving oneself lead to one another; changing the password asks for the old one in its own form.
PROVING = {"account_reauthenticate", "mfa_reauthenticate", "mfa_reauthenticate_webauthn"}
# Named, so that nobody adds proof to them without seeing this line: stopping is quick, one’s own is one’s own.
NEVER = (
    "accounts:exit", "account_logout", "usersessions_list", "accounts:rest", "accounts:resume", "accounts:leave",
    "accounts:undo_link", "accounts:withdraw", "accounts:invite_take_back", "accounts:nevers",
    "accounts:end_grant", "accounts:stop_mail", "accounts:notes", "repair:withdraw", "repair:calendar",
    "checkins:narrow", "checkins:take_back", "checkins:skip", "checkins:step", "checkins:my_answers",
    "accounts:support", "accounts:safety",
)  # fmt: skip
FLOW = "allauth.account.internal.flows.reauthentication"
TURNED_AWAY = {"A", "N", "R", "C"}


def asked_for(
    cast: Cast, arguments: dict[str, Any], signed_in: Callable[[User], Client], *, named: bool
) -> dict[str, set[str]]:
    """Of each route the letters of its answers to Ana, Theo and Sol; of those `named` in the two tables alone, or
    of all."""
    found: dict[str, set[str]] = {}
    for person in (cast.ana, cast.theo, cast.sol):
        client = signed_in(person)
        for name, method, path in visits(arguments):
            if not named or name in ASKS or name in NEVER:
                found.setdefault(name, set()).add(visit(client, method, path).letter)
    return found


def unproved(person: User) -> Client:
    """Signed in some time ago."""
    client = Client()
    client.force_login(person)
    return client


def wrong_in(asked: dict[str, set[str]]) -> list[str]:
    """Routes that ask without standing in the table, and those that stand there and do not."""
    asking = {name for name, letters in asked.items() if "A" in letters} - PROVING
    return sorted(asking ^ set(ASKS))


@pytest.mark.pure
@pytest.mark.parametrize("named", [True, pytest.param(False, marks=[pytest.mark.slow, pytest.mark.thorough])])
def test_the_table_holds_both_ways(cast: Cast, clock: Moved, named: bool) -> None:
    """ASVS 7.5.1, 7.5.3: somebody signed in for a while is asked at these and at no other, and gets no further
    there; whoever has just proved it is asked nowhere."""
    arguments = build_world(cast, now=clock.at)["arguments"]
    asked = asked_for(cast, arguments, unproved, named=named)
    assert wrong_in(asked) == []
    assert {name: asked[name] - TURNED_AWAY for name in ASKS if asked[name] - TURNED_AWAY} == {}
    assert set(NEVER) <= set(asked)
    proved = asked_for(cast, arguments, lambda person: browser(person, clock), named=named)
    assert [name for name, letters in proved.items() if "A" in letters and name not in PROVING] == []
    tally.add("fresh proof", cases=6 * len(asked), found=0)


def test_nothing_stands_in_both_tables() -> None:
    assert not set(ASKS) & set(NEVER)


@pytest.mark.pure
def test_a_proof_of_six_minutes_ago_is_none(cast: Cast, clock: Moved) -> None:
    client = browser(cast.ana, clock)
    assert letter(client.get("/you/export/")) == "Y"
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time() - 360}]
    session.save()
    assert letter(client.get("/you/export/")) == "A"


@pytest.mark.slow
@pytest.mark.pure
def test_a_site_that_asks_for_nothing_is_noticed(
    cast: Cast, clock: Moved, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seeded: everybody counts as having proved themself; and a page that asks where it must not."""
    arguments = build_world(cast, now=clock.at)["arguments"]
    monkeypatch.setattr(f"{FLOW}.did_recently_reauthenticate", lambda request: True)
    assert wrong_in(asked_for(cast, arguments, unproved, named=True)) == sorted(ASKS)
    assert wrong_in({**{name: {"A"} for name in ASKS}, "accounts:rest": {"A"}}) == ["accounts:rest"]
    tally.add("fresh proof", seeded=2, caught=2)
