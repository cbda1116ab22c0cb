"""The harness of two worlds bites: each seeded leak is seen, in the channel in which it leaks, and nothing without
it."""

from dataclasses import replace
from typing import Any

import pytest

from repair.plan import holdings
from repair.plan.models import StepOut
from repair.plan.ways_out import WaysOut
from tests.cast import Cast
from tests.conftest import Moved
from tests.contract.leaks import LEAKS, Leak
from tests.contract.looking import ASKED, House
from tests.contract.secret import Secret
from tests.contract.secrets_of_ana import SECRETS
from tests.security import tally

pytestmark = pytest.mark.pure  # as in test_two_worlds.py


def _two_worlds(name: str, number: int) -> Secret:
    found = next(secret for secret in SECRETS if secret.name == name)
    return replace(found, worlds=(found.worlds[0], found.worlds[number]))


def test_there_are_enough_leaks() -> None:
    assert len(LEAKS) >= 12
    assert {leak.channel for leak in LEAKS} >= {
        "status", "headers", "cookies", "redirect", "title", "length", "body", "export", "calendar", "messages",
        "queries", "mail", "audit", "logs",
    }  # fmt: skip


@pytest.mark.parametrize("leak", LEAKS, ids=lambda leak: leak.name)
def test_a_seeded_leak_is_caught(cast: Cast, clock: Moved, monkeypatch: pytest.MonkeyPatch, leak: Leak) -> None:
    """The same routes as in the whole harness, those alone where this leak would show."""
    house = House.build(cast, clock, kept=False)
    house.only = frozenset({leak.route.rpartition(" ")[2] if leak.channel != "mail" else leak.route})
    secret = _two_worlds(leak.secret, leak.world)
    assert house.told_apart(secret, ["ben"], ways=ASKED) == []
    house.forget()
    leak.seed(monkeypatch)
    found = house.told_apart(secret, ["ben"], ways=ASKED)
    caught = (leak.route, leak.channel) in {(each.route.strip(), c) for each in found for c in each.channels}
    tally.add("two worlds", seeded=1, caught=int(caught))
    assert caught


@pytest.mark.parametrize("secret", [s for s in SECRETS if "stepped out" in s.name], ids=lambda s: s.name)
def test_a_step_out_that_everybody_sees_is_caught(
    cast: Cast, clock: Moved, monkeypatch: pytest.MonkeyPatch, secret: Secret
) -> None:
    """Seeded: the page of the signed lines shows what anybody stepped out of, not the viewer’s own alone."""

    def everybodys(viewer: Any, couple_id: Any, signed: list[Any]) -> WaysOut:
        out = set(StepOut.objects.values_list("agreement_id", flat=True))
        return WaysOut(stepped_out=frozenset(w.version.pk for w in signed if w.version.agreement_id in out))

    monkeypatch.setattr(holdings, "ways_out", everybodys)
    house = House.build(cast, clock, kept=False)
    house.only = frozenset({"accounts:closed_plan"})
    found = house.told_apart(secret, ["ben"], ways=ASKED)
    assert "GET accounts:closed_plan" in {each.route for each in found}
