"""A choice that nobody offered, posted for each choice of each form: refused, and nothing written."""

import random
from typing import Any

import pytest
from django import forms

from tests.cast import Cast
from tests.conftest import Moved
from tests.security import tally
from tests.security.forms import URLENCODED, Form, World, with_value
from tests.security.test_attempts import rows
from tests.security.test_form_fuzz import WHOLE

pytestmark = [pytest.mark.slow, pytest.mark.pure]

SAMPLE = 20
CHOICES = {"radio", "select"}
# Forms that write all the same, and what.
KEPT = {"checkins:step": "the draft of an evening: whatever else on the page is fit to keep is kept"}


@pytest.fixture
def world(cast: Cast, clock: Moved) -> World:
    return World(cast, now=clock.at)


def taken(world: World, found: list[Form]) -> tuple[int, list[str]]:
    """(choices tried, those for which something was written)."""
    before = rows()
    seen, wrong = set(), []
    for form in found:
        for name, kind in form.kinds:
            if kind in CHOICES and (form.route, name) not in seen:
                seen.add((form.route, name))
                body = with_value(form, (name,), b"no such choice")
                response: Any = world.send(form.finder, "POST", form.path, body, URLENCODED, keep=rows)
                if response.kept != before and form.route not in KEPT:
                    wrong.append(f"{form.route} {name}")
    return len(seen), wrong


def some(found: list[Form]) -> list[Form]:
    """The forms of some routes that offer a choice. In their order: the first of a route is sent by its first
    button, others may keep a draft of whatever was typed."""
    offering = {form.route for form in found if CHOICES & {kind for _, kind in form.kinds}}
    routes = random.Random(1).sample(sorted(offering), SAMPLE)
    return [form for form in found if form.route in routes]


def test_a_choice_that_nobody_offered_writes_nothing(world: World) -> None:
    """ASVS 2.2.1. The forms of some routes in the suite, all of them in `make security`."""
    number, wrong = taken(world, world.forms() if WHOLE else some(world.forms()))
    tally.add("choices nobody offered", cases=number, found=len(wrong))
    assert wrong == []
    assert number > (30 if WHOLE else 5)


def test_a_form_that_takes_anything_is_found(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Seeded: no list is looked at."""
    found = some(world.forms())
    monkeypatch.setattr(forms.ChoiceField, "valid_value", lambda self, value: True)
    monkeypatch.setattr(forms.TypedChoiceField, "_coerce", lambda self, value: value)
    _, wrong = taken(world, found)
    tally.add("choices nobody offered", seeded=1, caught=int(bool(wrong)))
    assert wrong
