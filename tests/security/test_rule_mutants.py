"""Every access rule taken away or turned round, in this process alone: tests/contract’s matrix must notice."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from accounts.access import Needs, Rule, Who
from repair.management.commands.access_table import routes, rule_of
from tests.cast import Cast
from tests.conftest import Moved
from tests.contract.actors import ACTORS, person_of
from tests.contract.test_matrix import CLASSES, ROUTES
from tests.contract.visiting import visit, visits
from tests.contract.world import build_world
from tests.security import tally

pytestmark = [pytest.mark.slow, pytest.mark.pure]

# What the matrix does not notice, because none of its addresses is anybody’s own there, and what holds it instead.
ELSEWHERE = {
    "accounts:closed_plan: who: somebody else": "tests/accounts/couples/test_closed.py",
    "accounts:therapist_two_factor: who: somebody else": "tests/accounts/therapists/test_desk.py",
    "checkins:note: who: somebody else": "tests/checkins/reminders/test_note.py",
}


def changes(rule: Rule) -> Iterator[tuple[str, Rule]]:
    """A rule without its guard, and turned round."""
    if rule.who is not Who.PUBLIC:
        yield "who: anybody", replace(rule, who=Who.PUBLIC, needs=Needs.NOTHING, fresh=False)
        yield (
            "who: somebody else",
            replace(rule, who=Who.THERAPIST if rule.who is not Who.THERAPIST else Who.PARTNER),
        )
    else:
        yield "who: therapists alone", replace(rule, who=Who.THERAPIST)
    if rule.needs is not Needs.NOTHING:
        yield "needs nothing", replace(rule, needs=Needs.NOTHING)
    elif rule.who in {Who.PARTNER, Who.PERSON}:
        yield "needs an active couple", replace(rule, needs=Needs.ACTIVE)


@contextmanager
def changed(view: Any, rule: Rule) -> Iterator[None]:
    """The view under another rule."""
    cell = dict(zip(view.__code__.co_freevars, view.__closure__, strict=True))["rule"]
    before, open_ = cell.cell_contents, getattr(view, "login_required", True)
    cell.cell_contents = rule
    view.login_required = rule.who is not Who.PUBLIC
    try:
        yield
    finally:
        cell.cell_contents = before
        view.login_required = open_


def entered(view: Any) -> Any:
    """The function that carries the rule, below what is wrapped around it."""
    while "rule" not in getattr(view, "__code__", changed.__wrapped__.__code__).co_freevars and hasattr(
        view, "__wrapped__"
    ):
        view = view.__wrapped__
    return view


def test_every_rule_taken_away_or_turned_round_is_noticed(cast: Cast, clock: Moved, client_of: Any) -> None:
    world = build_world(cast, now=clock.at)
    clients = {actor: client_of(person_of(cast, actor)) for actor in ACTORS}
    addresses = [(name, method, url) for name, method, url in visits(world["arguments"])]
    views = {name: entered(view) for name, _, view in routes()}

    def noticed(name: str) -> bool:
        for route, method, url in addresses:
            if route != name:
                continue
            row = ROUTES[name, method]
            for actor, client in clients.items():
                try:
                    answer = visit(client, method, url).letter
                except Exception:  # noqa: BLE001 - a page that breaks is noticed
                    return True
                given = "Y" if row["fresh"] and answer == "A" else answer
                if given != CLASSES[row["class"]][actor]:
                    return True
        return False

    survived, number = [], 0
    for name, view in views.items():
        rule = rule_of(view)
        assert rule is not None
        for said, mutant in changes(rule):
            number += 1
            with changed(view, mutant):
                if not noticed(name):
                    survived.append(f"{name}: {said}")
    tally.add("mutants of access rules", seeded=number, caught=number - len(survived), elsewhere=len(ELSEWHERE))
    assert sorted(survived) == sorted(ELSEWHERE), f"{len(survived)} of {number}"
