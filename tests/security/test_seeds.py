"""The seeded faults of single requirements: each turns the test red that the requirement names."""

import pytest

from tests.security import seeding, tally
from tests.security.seeds import SEEDS

pytestmark = [pytest.mark.slow, pytest.mark.pure]


@pytest.mark.thorough  # starts other tests once more; `make test` has those tests themselves
@pytest.mark.timeout(900)
@pytest.mark.minutes(4)
def test_each_seeded_fault_turns_its_test_red() -> None:
    red = seeding.red({name: seed.test for name, seed in SEEDS.items()})
    tally.add("seeded faults of single requirements", seeded=len(SEEDS), caught=len(red))
    assert sorted(set(SEEDS) - red) == []


def test_without_a_fault_nothing_is_red() -> None:
    """Otherwise a test that is red anyway would pass for one that notices."""
    some = "tests/accounts/users/test_unsafe_defaults.py::test_mail_is_no_factor"
    assert seeding.red({seeding.NO_FAULT: some}) == set()
