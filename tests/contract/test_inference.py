"""Rule 2: nothing about the two may be worked out from one.

For every outcome in `accounts.openings`, all pairs of private inputs are put through the function itself. Knowing
one’s own input and the result must leave the other’s open, except where a declared opening opens it.
"""

from dataclasses import replace
from importlib import import_module
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from accounts.openings import DECLARED, OUTCOMES, Opening
from checkins.prompts.reading import State, side_by_side
from checkins.prompts.sheets import Share, Sheet
from repair.env import BASE_DIR
from tests.cast import Cast
from tests.conftest import START, Moved
from tests.contract.inference import COUNTED, NOT_OF_TWO, readers, reading_in
from tests.contract.outcomes import CHECKS, Rule, all_readings
from tests.contract.outcomes_of_ladder import Stood, ladder, no_lot, one_is_enough, opening_is_enough
from tests.contract.outcomes_of_pairs import Seen, by_number, in_a_rest_too, pairs, with_a_number, within_a_rest
from tests.security import tally

pytestmark = pytest.mark.pure  # functions are compared with themselves; the rows under them are few
HARNESS = "outcomes of two worked back"


@pytest.mark.parametrize("outcome", OUTCOMES, ids=lambda o: o.name)
def test_nothing_about_the_two_is_worked_out_from_one(cast: Cast, clock: Moved, outcome: Any) -> None:
    module, _, name = outcome.name.rpartition(".")
    assert callable(getattr(import_module(module), name))
    before = COUNTED.total()
    told = CHECKS[outcome.name](cast=cast)
    tally.add(HARNESS, cases=COUNTED.total() - before, found=len(told))
    assert told == []


def test_every_function_that_reads_both_sides_is_known() -> None:
    tabled = {outcome.name for outcome in OUTCOMES}
    assert set(CHECKS) == tabled
    unknown = readers() - tabled - NOT_OF_TWO.keys()
    assert unknown == set(), (
        "name it in accounts/openings.py, or say in tests/contract/inference.py why it is none"
    )
    assert NOT_OF_TWO.keys() <= readers(), "no longer there"


@pytest.mark.parametrize("opening", Opening)
def test_every_opening_is_said_on_screen_before_it_is_given(opening: Opening) -> None:
    declared = DECLARED[opening]
    root = Path(BASE_DIR) if declared.said_in.endswith(".py") else Path(BASE_DIR) / "templates"
    place = root / declared.said_in
    assert declared.words in place.read_text()
    assert any(outcome.opening is opening for outcome in OUTCOMES)


def test_every_opening_stands_in_the_access_table() -> None:
    out = StringIO()
    call_command("access_table", stdout=out)
    printed = out.getvalue()
    for opening, declared in DECLARED.items():
        assert f"opening: {opening.value}\n  {declared.opens}\n  said in {declared.said_in}" in printed
    assert all(f"by {outcome.name}" in printed for outcome in OUTCOMES)


# --- it bites ---


def _both_private_shown(one: Sheet | None, two: Sheet | None, **more: Any) -> Any:
    seen = side_by_side(one, two, **more)
    both = one is not None and two is not None and one.share is Share.NONE and two.share is Share.NONE
    return replace(seen, state="both kept it") if both and seen.state is State.NOTHING else seen  # type: ignore[arg-type]


def _sent_without_sharing_shown(one: Sheet | None, two: Sheet | None, **more: Any) -> Any:
    seen = side_by_side(one, two, **more)
    return replace(seen, state=State.OPEN) if one and two and seen.state is State.NOTHING else seen


def _as_soon_as_both_sent(one: Sheet | None, two: Sheet | None, **more: Any) -> Any:
    if more["reads_at"] is None and one and two:
        more["closings"] = [START]
    return side_by_side(one, two, **more)


def _one_side_is_enough(one: Sheet | None, two: Sheet | None, **more: Any) -> Any:
    """Not read from the result by `readings`, so nothing of it counts as opened: a mark in the wrong place."""
    seen = side_by_side(one, two, **more)
    shown = str(two.marks) if two and seen.state is State.OPEN else ""
    return replace(seen, state=f"{seen.state}{shown}")


@pytest.mark.parametrize(
    "rule", [_both_private_shown, _sent_without_sharing_shown, _as_soon_as_both_sent, _one_side_is_enough]
)
def test_a_rule_that_tells_is_noticed(rule: Rule) -> None:
    told = all_readings(rule)
    tally.add(HARNESS, seeded=1, caught=int(bool(told)))
    assert told != []


@pytest.mark.parametrize("rule", [no_lot, opening_is_enough, one_is_enough])
def test_a_ladder_that_tells_is_noticed(rule: Stood) -> None:
    told = ladder(rule)
    tally.add(HARNESS, seeded=1, caught=int(bool(told)))
    assert told != []


@pytest.mark.parametrize("seen", [by_number, with_a_number])
def test_pairs_that_tell_are_noticed(seen: Seen) -> None:
    told = pairs(seen)
    tally.add(HARNESS, seeded=1, caught=int(bool(told)))
    assert told != []


def test_pairs_made_in_a_rest_are_noticed() -> None:
    told = within_a_rest(in_a_rest_too)
    tally.add(HARNESS, seeded=1, caught=int(bool(told)))
    assert told != []


def test_a_function_added_without_a_word_is_noticed() -> None:
    source = """
def both_answered(couple_id):
    return Prompt.objects.filter(check_in__couple=couple_id).exclude(sent_at=None).count() == 2

def peek(viewer, row):
    return vault.open(system(Purpose.READING, now=viewer.now), row, "marks")

def mine(viewer):
    return Prompt.objects.visible_to(viewer)
"""
    assert reading_in(source) == {"both_answered", "peek"}
