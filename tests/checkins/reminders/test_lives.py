"""Random histories of edits, moves, rests, holidays, outages and clocks, held against the oracle each time."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import hypothesis
import pytest
from django.db import IntegrityError, transaction
from hypothesis import strategies as st

from checkins.reminders import batch, owing, planning
from checkins.reminders.planning import Due, SeatPlan
from repair.schedules import ports, services
from tests.checkins.reminders.lives import BEGINNING, STEP, Lives
from tests.conftest import Moved

ALL = tuple(hypothesis.Phase)
GENERATE = (hypothesis.Phase.generate,)
Play = Callable[..., int]


@pytest.fixture
def play(db: None, clock: Moved) -> Play:
    """`play(examples, steps)`: that many lives; returns how many prompts went out in all of them."""

    def run(examples: int, steps: int, phases: tuple[hypothesis.Phase, ...] = ALL) -> int:
        total = 0

        @hypothesis.settings(
            max_examples=examples,
            deadline=None,
            database=None,
            derandomize=True,  # the same histories each time: a count of prompts can be held
            phases=phases,
            report_multiple_bugs=False,
            suppress_health_check=list(hypothesis.HealthCheck),
        )
        @hypothesis.given(BEGINNING, st.lists(STEP, min_size=steps, max_size=steps))
        def lived(beginning: tuple, history: list) -> None:
            nonlocal total
            with transaction.atomic():
                total += Lives(clock, *beginning).play(history)
                transaction.set_rollback(True)

        lived()
        return total

    return run


@pytest.mark.slow
def test_a_few_lives(play: Play) -> None:
    assert play(8, 12) >= 6


@pytest.mark.slow
@pytest.mark.pure  # a few of them are lived on both databases
def test_many_lives(play: Play) -> None:
    assert play(60, 25) >= 120


# --- the lives notice what is wrong ---------------------------------------------------------------------------


def from_now(patch: pytest.MonkeyPatch) -> None:
    """Planning from “now and an interval”."""
    right = planning.plan_seat

    def wrong(due: Due, *, now: datetime, **more: Any) -> SeatPlan:
        plan = right(due, now=now, **more)
        return replace(plan, next_due_at=now + timedelta(days=1)) if plan.next_on else plan

    patch.setattr(batch, "plan_seat", wrong)


def nothing_written_down(patch: pytest.MonkeyPatch) -> None:
    """What was missed leaves no trace."""
    right = planning.plan_seat
    patch.setattr(batch, "plan_seat", lambda due, **more: replace(right(due, **more), missed=()))


def a_date_left_out(patch: pytest.MonkeyPatch) -> None:
    """Waking up late, the seat goes on from today."""
    right = planning.plan_seat

    def wrong(due: Due, *, now: datetime, **more: Any) -> SeatPlan:
        late = due.next_on is not None and due.next_on < now.date() - timedelta(days=1)
        return right(due._replace(next_on=now.date()) if late else due, now=now, **more)

    patch.setattr(batch, "plan_seat", wrong)


def moving_moves_nothing(patch: pytest.MonkeyPatch) -> None:
    """A new zone holds from the next but one."""
    patch.setattr(services, "_retime", lambda seat: False)


def asked_again_after_signing(patch: pytest.MonkeyPatch) -> None:
    """A rhythm signed anew forgets who was asked."""
    patch.setattr(ports, "_asked", [])


def quiet_days_unheeded(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(batch, "_quiet_days", lambda couples: {})


def a_mail_each(patch: pytest.MonkeyPatch) -> None:
    """What is due together is mailed apart."""
    patch.setattr(owing, "NEAR", timedelta(seconds=-1))


FAULTS = [
    from_now, nothing_written_down, a_date_left_out, moving_moves_nothing, asked_again_after_signing,
    quiet_days_unheeded, a_mail_each,
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS, ids=lambda f: f.__name__)
def test_a_seeded_fault_is_noticed(
    play: Play, monkeypatch: pytest.MonkeyPatch, fault: Callable[[pytest.MonkeyPatch], None]
) -> None:
    fault(monkeypatch)
    with pytest.raises((AssertionError, IntegrityError)):
        play(25, 25, GENERATE)
