"""Nothing is half done: every form of the site, with the database failing at each of its writes in turn, leaves
either everything as it was or everything done."""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.couples import services as couples
from tests.cast import Cast
from tests.conftest import Moved
from tests.security import tally
from tests.security.forms import Form, World, encoded
from tests.security.test_attempts import rows
from tests.security.test_form_fuzz import WHOLE
from tests.security.test_mass_assignment import BY_CHANCE, Fixed

pytestmark = [pytest.mark.slow, pytest.mark.pure]


SAMPLE = 15
# Two things one after the other, each whole by itself, and why.
APART = {
    "checkins:reply": "what was heard is one’s own and kept first; pressed again, neither comes twice",
    "checkins:step": "the words are kept before the evening is sent, so that they are there whatever happens",
}


@contextmanager
def failing_at(number: int) -> Iterator[Callable[[], int]]:
    """The database, failing at its write of this number (from 1). Gives how many writes there were."""
    seen = 0

    def counted(execute: Any, sql: str, params: Any, many: Any, context: Any) -> Any:
        nonlocal seen
        if sql.startswith(("INSERT", "UPDATE", "DELETE")):
            seen += 1
            if seen == number:
                raise DatabaseError(sql.partition(" (")[0][:40])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(counted):
        yield lambda: seen


def as_committed() -> dict[str, list[str]]:
    """Every row, also where the database holds the whole test for broken: each verb has a savepoint of its own."""
    transaction.set_rollback(False)
    return rows()


def half_done(world: World, fixed: Fixed, form: Form) -> tuple[int, list[str]]:
    """(writes, what was left half done) of one form."""

    def sent(number: int) -> tuple[Any, int]:
        fixed.start()
        with failing_at(number) as writes:
            body = encoded(form.data)
            left: Any = world.send(form.finder, "POST", form.path, body, keep=as_committed)
        return left.kept, writes()

    before = rows()
    after, writes = sent(0)
    found = []
    for number in range(1, writes + 1):
        left, _ = sent(number)
        # That a sentence was shown is noted with its reader, after what it goes with.
        states = [before, after, {**after, "accounts.User": before["accounts.User"]}]
        if form.route in BY_CHANCE:
            left, *states = ({k: len(v) for k, v in state.items()} for state in (left, *states))
        if left not in states:
            tables = sorted(table for table in before if left[table] != before[table])
            found.append(f"{form.route} as {form.finder}, write {number} of {writes}: {tables}")
    return writes, found


@pytest.fixture
def world(cast: Cast, clock: Moved) -> World:
    return World(cast, now=clock.at)


@pytest.fixture
def fixed(monkeypatch: pytest.MonkeyPatch) -> Fixed:
    return Fixed(monkeypatch)


@pytest.mark.timeout(900)
def test_a_write_that_fails_leaves_nothing_half_done(world: World, fixed: Fixed) -> None:
    """ASVS 2.3.3. A sample of the forms in the suite, all of them in `make security`."""
    wrong, number = [], 0
    every = world.forms()
    for form in every if WHOLE else random.Random(1).sample(every, SAMPLE):
        writes, found = half_done(world, fixed, form)
        number += writes
        wrong += found if form.route not in APART else []
    tally.add("half done", cases=number, found=len(wrong))
    assert wrong == []
    assert number > (100 if WHOLE else SAMPLE)


def test_a_verb_without_its_transaction_is_found(
    world: World, fixed: Fixed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seeded: resting, leaving the plan as it goes."""
    monkeypatch.setattr(couples, "rest", couples.rest.__wrapped__)  # type: ignore[attr-defined]
    form = Form("accounts:rest", "/you/rest/", "ana", (), ())
    assert half_done(world, fixed, form)[1]
    tally.add("half done", seeded=1, caught=1)
