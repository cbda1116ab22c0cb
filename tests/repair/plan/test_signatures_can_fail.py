"""The machine of two signatures notices faults that are built in."""

from typing import Any

import pytest
from hypothesis import Phase

from repair.plan import services, standing, stepping_out
from repair.plan.models import Version
from tests.cast import Cast
from tests.repair.plan.test_signatures import run_machine

# What is held are verbs and answers; the races hold what the other database could do differently.
pytestmark = pytest.mark.pure


def _all(version: Version) -> list[Any]:
    return list(version.signatures.all())


FAULTS = {
    "a signature that was withdrawn counts": (standing, "standing_signatures", _all),
    "an overtaken proposal stays open": (services, "close", lambda *_, **__: None),
    "a step out during a rest is forgotten": (stepping_out, "_step_out", lambda *_, **__: None),
}


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS)
def test_a_seeded_fault_is_noticed(cast: Cast, clock: Any, monkeypatch: pytest.MonkeyPatch, fault: str) -> None:
    """Seeded: each of them."""
    monkeypatch.setattr(*FAULTS[fault])
    with pytest.raises(BaseException):  # noqa: B017 - whichever assertion notices first
        run_machine(cast, clock, monkeypatch, phases=(Phase.generate,))
