"""The clock of a talk: a pure function of its row and the time."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from checkins.conversations.clock import GRACE, SAYING_BACK, State, clock_of, may_come
from checkins.conversations.models import Talk
from tests.conftest import START

MINUTE = timedelta(minutes=1)
BACK = SAYING_BACK / MINUTE


def a_talk(**fields: Any) -> Talk:
    """A talk of five minutes each, agreed for START; not saved."""
    return Talk(
        **{"starts_at": START, "minutes": 5, "made_at": START - MINUTE, "yes_at": START - MINUTE, **fields}
    )


def after(minutes: float) -> datetime:
    return START + minutes * MINUTE


BEFORE: list[tuple[str, dict[str, Any], float, State]] = [
    ("offered, and its time to come", {"yes_at": None}, -1, State.OFFERED),
    ("never answered", {"yes_at": None}, 0, State.NOTHING),
    ("agreed", {}, -1, State.AGREED),
    ("agreed, and late", {}, 119, State.AGREED),
    ("agreed, and nobody came", {}, 120, State.NOTHING),
    ("taken back", {"closed_at": START - MINUTE}, -1, State.NOTHING),
]


@pytest.mark.parametrize(("sentence", "fields", "minutes", "state"), BEFORE, ids=[b[0] for b in BEFORE])
def test_before_it_begins(sentence: str, fields: dict[str, Any], minutes: float, state: State) -> None:
    assert clock_of(a_talk(**fields), now=after(minutes)).state is state, sentence


STAGES = [
    (0, 0, 5),
    (4.9, 0, 0.1),
    (5, 1, BACK),
    (5 + BACK, 2, 5),
    (10 + BACK, 3, BACK),
    (10 + 2 * BACK - 1, 3, 1),
]


@pytest.mark.parametrize(("minutes", "stage", "left"), STAGES)
def test_stages_end_by_themselves(minutes: float, stage: int, left: float) -> None:
    clock = clock_of(a_talk(began_at=START, stage_at=START), now=after(minutes))
    assert (clock.state, clock.stage) == (State.RUNNING, stage)
    assert clock.left is not None
    assert abs(clock.left - left * MINUTE) < timedelta(seconds=1)
    assert clock.ends_at == after(10 + 2 * BACK)
    assert clock.first_turn == (stage < 2)
    assert clock.saying_back == (stage in {1, 3})


def test_the_bell_needs_nobody() -> None:
    for minutes in (10 + 2 * BACK, 10_000):
        clock = clock_of(a_talk(began_at=START, stage_at=START), now=after(minutes))
        assert (clock.state, clock.ends_at) == (State.OVER, after(10 + 2 * BACK))


def test_a_stage_passed_on_early_moves_the_bell() -> None:
    talk = a_talk(began_at=START, stage=2, stage_at=after(3))
    assert clock_of(talk, now=after(4)).ends_at == after(3 + 5 + BACK)


def test_a_time_out_holds_the_clock_and_ends_by_itself_when_nobody_comes_back() -> None:
    talk = a_talk(began_at=START, stage=1, stage_at=after(5), held=77, resume_at=after(26))
    for minutes in (7, 26, 26 + 119):
        clock = clock_of(talk, now=after(minutes))
        assert (clock.state, clock.stage, clock.left) == (State.PAUSED, 1, timedelta(seconds=77))
    assert clock_of(talk, now=after(26) + GRACE).state is State.OVER


COMING = [
    ("too early", {}, -11, False),
    ("shortly before", {}, -10, True),
    ("late", {}, 60, True),
    ("only offered", {"yes_at": None}, -5, False),
    ("in a time-out", {"began_at": START, "stage_at": START, "resume_at": after(25)}, 24, False),
    ("after it", {"began_at": START, "stage_at": START, "resume_at": after(25)}, 25, True),
    ("under way", {"began_at": START, "stage_at": START}, 1, False),
]


@pytest.mark.parametrize(("sentence", "fields", "minutes", "may"), COMING, ids=[c[0] for c in COMING])
def test_when_one_may_come(sentence: str, fields: dict[str, Any], minutes: float, may: bool) -> None:
    talk, now = a_talk(**fields), after(minutes)
    assert may_come(talk, clock_of(talk, now=now), now=now) is may, sentence
