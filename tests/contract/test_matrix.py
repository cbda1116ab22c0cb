"""The access matrix: every route and method × everybody who can stand before it.

`access.csv` gives each route its class, `classes.csv` each class the answer for each actor; both are kept by hand.
The letters are those of tests/contract/actors.py. `fresh` says that whoever is let in must first prove
themself again; “asks”, that it is one of the pages that ask.
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
from tests.security import tally
from tests.security.rules import METHODS

# What is compared are answers, and each page is asked of both databases by its own tests.
pytestmark = pytest.mark.pure

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


def wrong_answer(client: Client, actor: str, name: str, method: str, url: str) -> str:
    """What is wrong with the answer to an actor; nothing where the matrix says the same."""
    row = ROUTES[name, method]
    expected = CLASSES[row["class"]][actor]
    if expected == "Y":
        expected = {"yes": "A", "asks": "AY", "": "Y"}[row["fresh"]]
    answer = visit(client, method, url).letter
    return "" if answer in expected else f"{name} {method} as {actor}: {answer}, expected {expected}"


def wrong_methods(client: Client, name: str, url: str) -> list[str]:
    """Methods that are not the route’s and not refused, or refused with other methods than the route’s offered."""
    declared = {method for route, method in ROUTES if route == name}
    offered = ", ".join(sorted(declared | ({"HEAD"} if "GET" in declared else set())))
    found = []
    for method in sorted(set(METHODS) - declared):
        seen = visit(client, method, url)
        if seen.letter != "M" or dict(seen.headers).get("Allow") != offered:
            found.append(f"{name} {method}: {seen.letter}, {dict(seen.headers).get('Allow')}")
    return found


@pytest.mark.slow
@pytest.mark.parametrize("actor", ACTORS)
def test_every_page_answers_everybody_as_the_matrix_says(
    cast: Cast, clock: Moved, client_of: Callable[..., Client], actor: str
) -> None:
    """ASVS 7.5.3, 8.2.1: with fresh proof asked for where the table says so, and nowhere else."""
    world = build_world(cast, now=clock.at)
    client = client_of(person_of(cast, actor))
    asked = list(visits(world["arguments"]))
    wrong = [said for each in asked if (said := wrong_answer(client, actor, *each))]
    tally.add("access matrix", cases=len(asked), found=len(wrong))
    assert wrong == []


@pytest.mark.slow
def test_every_page_refuses_every_other_method(cast: Cast, clock: Moved, client_of: Callable[..., Client]) -> None:
    """ASVS 4.1.4: for somebody who may enter most of them."""
    world = build_world(cast, now=clock.at)
    client = client_of(cast.ana)
    addresses = {name: url for name, _, url in visits(world["arguments"])}
    wrong = [said for name, url in addresses.items() for said in wrong_methods(client, name, url)]
    tally.add("access matrix", cases=len(addresses) * len(METHODS) - len(ROUTES), found=len(wrong))
    assert wrong == []
