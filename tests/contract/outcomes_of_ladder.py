"""The ladder put through all pairs of answers, and through all that chance can do at three looks: each early, in
the middle or late, with the lot or without. Neither of the two knows which."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise, product
from typing import Any
from unittest import mock

from repair.programmes.ladder import FEWEST, MOST, Answer, Place, Says, may_say, next_look, stood
from tests.conftest import START
from tests.contract.inference import Case, fixed

Stood = Callable[..., Place]
STEPS, DAYS = 5, (1, 20, 36, 55)
CHANCES = ["".join(each) for each in product("012345", repeat=3)]


def _chance(there: Place, what: str) -> int:
    """What is drawn for the next look, read off the seed: one digit for each."""
    digit = int(there.seed[min(there.drawn, 2)])  # a fourth look would come after the last of DAYS
    if what == "lot":
        return digit // 3
    return (0, 864_000, int((MOST - FEWEST).total_seconds()))[digit % 3]


def _answers(step: int) -> Iterator[tuple[str, Answer]]:
    yield "closed", Answer()
    yield "open, silent", Answer(open=True, turned=START)
    for says in may_say(step, STEPS):
        yield f"open, {says}", Answer(open=True, turned=START, says=says, said=START)


def _story(rule: Stood, there: Place, one: Answer, two: Answer) -> list[tuple[datetime, int]]:
    """When which step became the one that is open."""
    end, found = START + timedelta(days=max(DAYS)), [(START, there.step)]
    while (at := next_look(there)) <= end:
        there = rule(there, one, two, now=at, steps=STEPS)
        if there.step != found[-1][1]:
            found.append((at, there.step))
    return found


def ladder(rule: Stood = stood, **_: Any) -> list[str]:
    """What one sees of the steps until a day, for each pair of answers. A step on is the declared opening; staying
    and going back leave open what the other did, and whether they opened it at all."""
    cases = []
    for step in (0, 1, 3, STEPS):
        answers = list(_answers(step))
        for (own, one), (other, two), chance in product(answers, answers, CHANCES):
            with mock.patch("repair.programmes.ladder._drawn", _chance):
                story = _story(rule, Place(seed=chance, at=START, since=START, step=step), one, two)
            for days in DAYS:
                until = START + timedelta(days=days)
                seen = tuple(there for at, there in story if at <= until) if one.open else ()
                on = any(b > a for a, b in pairwise(seen))
                parts = {"says": other, "open": two.open}
                cases.append(Case((step, days, own), parts, seen, frozenset(parts) if on else frozenset()))
    return fixed(cases)


def no_lot(there: Place, one: Answer, two: Answer, *, now: datetime, steps: int) -> Place:
    """A fault: nothing goes back by lot."""
    after = stood(there, one, two, now=now, steps=steps)
    asked = Says.BACK in {a.stands(since=there.since, at=now) for a in (one, two)}
    return replace(after, step=there.step, since=there.since) if after.step < there.step and not asked else after


def opening_is_enough(there: Place, one: Answer, two: Answer, *, now: datetime, steps: int) -> Place:
    """A fault: whoever opened it is ready to begin."""
    if there.step == 0:
        one, two = (Answer(a.open, a.turned, Says.GO, a.turned) for a in (one, two))
    return stood(there, one, two, now=now, steps=steps)


def one_is_enough(there: Place, one: Answer, two: Answer, *, now: datetime, steps: int) -> Place:
    """A fault: being closed shows as a step back."""
    after = stood(there, one, two, now=now, steps=steps)
    away = there.step > 1 and not (one.open and two.open)
    return replace(after, step=there.step - 1, since=after.at) if away else after
