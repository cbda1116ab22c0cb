"""Every access rule taken away or turned round, in this process alone: the matrix of tests/contract must notice;
what it cannot see, the tests of the page itself."""

import random
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest
from django.test import Client

from tests.cast import Cast
from tests.conftest import Moved
from tests.contract.actors import ACTORS, person_of
from tests.contract.test_matrix import ROUTES, wrong_answer, wrong_methods
from tests.contract.visiting import visits
from tests.contract.world import build_world
from tests.security import rules, seeding, tally
from tests.security.test_form_fuzz import WHOLE

pytestmark = [pytest.mark.slow, pytest.mark.pure]

# The matrix has no address of these that is anybody’s own, so that nobody is let in or turned away for who they
# are: the tests of the page are run with the rule changed.
ELSEWHERE = {
    "accounts:closed_plan: who: somebody else": "tests/accounts/couples/test_closed.py",
    "accounts:therapist_two_factor: who: somebody else": "tests/accounts/therapists/test_desk.py",
    "checkins:note: who: somebody else": "tests/checkins/reminders/test_note.py",
}
HARNESS = "mutants of access rules"
SAMPLE = 120


@pytest.fixture
def noticed(cast: Cast, clock: Moved, client_of: Callable[..., Client]) -> Callable[[str], str]:
    """What the matrix first finds wrong with a route; nothing where all is as it says."""
    world = build_world(cast, now=clock.at)
    clients = {actor: client_of(person_of(cast, actor)) for actor in ACTORS}
    addresses: dict[str, list[tuple[str, str]]] = {}
    for name, method, url in visits(world["arguments"]):
        addresses.setdefault(name, []).append((method, url))

    def answers(name: str) -> Iterator[str]:
        for actor, client in clients.items():
            for method, url in addresses[name]:
                yield wrong_answer(client, actor, name, method, url)
        yield from wrong_methods(clients["partner A"], name, addresses[name][0][1])

    def first(name: str) -> str:
        try:
            return next(filter(None, answers(name)), "")
        except Exception as error:  # noqa: BLE001 - a page that breaks is noticed
            return f"{name}: {type(error).__name__}"

    return first


def every_mutant() -> dict[str, tuple[str, AbstractContextManager[None]]]:
    """mutant → (route, the site with the change). Pages of the sign-in library ask for fresh proof by themselves:
    there it is the library that no longer asks."""
    found = {
        f"{name}: {said}": (name, rules.changed(name, how)) for name in rules.VIEWS for said, how in rules.of(name)
    }
    theirs = {name for (name, _), row in ROUTES.items() if row["fresh"] == "yes" and rules.is_of_library(name)}
    return found | {f"{name}: no fresh proof": (name, rules.nobody_is_asked_again()) for name in sorted(theirs)}


@pytest.mark.timeout(1800)
def test_every_rule_taken_away_or_turned_round_is_noticed(noticed: Callable[[str], str]) -> None:
    """A sample in the suite, all of them in `make security`."""
    mutants = every_mutant()
    tried = mutants if WHOLE else {*random.Random(1).sample(sorted(mutants), SAMPLE), *ELSEWHERE}
    survived = []
    for mutant in tried:
        name, change = mutants[mutant]
        with change:
            by = noticed(name)
        if by:
            tally.mutant(mutant, by)
        else:
            survived.append(mutant)
    tally.add(HARNESS, cases=len(tried), seeded=len(tried), caught=len(tried) - len(survived))
    assert sorted(survived) == sorted(ELSEWHERE), f"{len(survived)} of {len(tried)}"


def test_what_the_matrix_cannot_see_the_pages_own_tests_do() -> None:
    red = seeding.red(ELSEWHERE)
    for mutant in red:
        tally.mutant(mutant, ELSEWHERE[mutant])
    tally.add(HARNESS, caught=len(red))
    assert red == set(ELSEWHERE)
