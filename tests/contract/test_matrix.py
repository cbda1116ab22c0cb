"""The access matrix: every route and method × everybody who can stand before it.

`access.csv` gives each route its class, `classes.csv` each class the answer for each actor; both are kept by hand.
The letters are those of tests/contract/actors.py. `fresh` says that a person must first prove themself again.
"""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from repair.management.commands.access_table import routes, rule_of
from tests.cast import Cast
from tests.conftest import Moved
from tests.contract.actors import ACTORS, person_of
from tests.contract.visiting import visit, visits
from tests.contract.world import build_world

HERE = Path(__file__).parent


def _table(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(newline="") as source:
        return list(csv.DictReader(source))


ROUTES = {(row["route"], row["method"]): row for row in _table("access.csv")}
CLASSES = {row["class"]: row for row in _table("classes.csv")}


def test_the_matrix_names_every_route_and_method_and_no_other() -> None:
    there = {
        (name, method)
        for name, _, view in routes()
        if (rule := rule_of(view)) is not None
        for method in {"GET", "POST"} & set(rule.methods)
    }
    assert set(ROUTES) == there


def test_there_are_at_most_twenty_classes_and_each_is_used() -> None:
    assert len(CLASSES) <= 20
    assert {row["class"] for row in ROUTES.values()} == set(CLASSES)


def test_what_needs_fresh_proof_says_so_in_its_rule() -> None:
    """allauth’s own pages ask for proof by themselves."""
    declared = {name for name, _, view in routes() if (rule := rule_of(view)) and rule.fresh}
    tabled = {name for (name, _), row in ROUTES.items() if row["fresh"]}
    assert declared <= tabled
    assert all(name.startswith(("mfa_", "account_")) for name in tabled - declared)


@pytest.mark.parametrize("name", ["accounts:rest", "accounts:leave", "accounts:end_grant", "accounts:exit",
                                  "repair:withdraw", "accounts:resume", "checkins:narrow"])  # fmt: skip
def test_stopping_never_asks_for_fresh_proof(name: str) -> None:
    assert not any(row["fresh"] for (route, _), row in ROUTES.items() if route == name)


@pytest.mark.slow
@pytest.mark.parametrize("actor", ACTORS)
def test_every_page_answers_everybody_as_the_matrix_says(
    cast: Cast, clock: Moved, client_of: Callable[..., Client], actor: str
) -> None:
    """ASVS 7.5.3, 8.2.1."""
    world = build_world(cast, now=clock.at)
    client = client_of(person_of(cast, actor))
    wrong = []
    for name, method, url in visits(world["arguments"]):
        row = ROUTES[name, method]
        expected = CLASSES[row["class"]][actor]
        answer = visit(client, method, url).letter
        given = "Y" if row["fresh"] and answer == "A" else answer
        if given != expected:
            wrong.append(f"{name} {method}: {answer}, expected {expected}")
    assert wrong == []
