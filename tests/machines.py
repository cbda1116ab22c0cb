"""State machines over the database: each history is rolled back, and all are the same from run to run."""

from typing import Any

import hypothesis
from django.db import transaction
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test


class RolledBack(RuleBasedStateMachine):
    """A machine that leaves no row behind."""

    def __init__(self) -> None:
        super().__init__()
        self.atom = transaction.atomic()
        self.atom.__enter__()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atom.__exit__(None, None, None)


def run_all(machine: type[RuleBasedStateMachine], *, examples: int, steps: int, **more: Any) -> None:
    """Every example of a machine; `more` are Hypothesis’ settings. Raises AssertionError where a rule breaks."""
    calm = {"deadline": None, "database": None, "suppress_health_check": list(hypothesis.HealthCheck)}
    chosen = {"derandomize": True, **calm, **more}
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        machine, settings=hypothesis.settings(max_examples=examples, stateful_step_count=steps, **chosen)
    )
