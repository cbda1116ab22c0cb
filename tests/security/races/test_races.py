"""The fifteen races on real PostgreSQL. Ten trials of each in `make test`; KEPT_RACES says how many otherwise."""

from datetime import UTC, datetime

import pytest
from django.db import connection

from tests.conftest import Moved
from tests.security import tally
from tests.security.races import harness, linking, stopping, ways_in, words
from tests.security.races.faults import FAULTS, Fault
from tests.security.races.harness import Race

pytestmark = [pytest.mark.services, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
NOW = datetime(2026, 9, 14, 19, 30, tzinfo=UTC)
MOST_FOR_A_FAULT = 60
RACES: list[Race] = [*linking.RACES, *words.RACES, *stopping.RACES, *ways_in.RACES]


@pytest.fixture(autouse=True)
def _on_postgres(db: None, clock: Moved) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")
    clock.set(NOW)


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("race", RACES, ids=str)
def test_a_race_breaks_nothing(race: Race) -> None:
    """ASVS 2.3.4, 6.5.1, 15.4.2: nothing that must hold is broken, and nobody gets an error."""
    ran = harness.run(race, now=NOW)
    tally.add(f"race {race}", cases=ran.trials, races=ran.trials, found=ran.found, seeded=0, caught=0)
    assert (ran.breaks, ran.errors) == ([], [])
    assert not (race.says_who and ran.trials >= 200 and len(ran.sides) < 2), "one side won every time"


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_seeded_fault_is_found(fault: Fault) -> None:
    """Seeded: a lock, a check or a constraint is gone. Played until something is found, sixty times at most."""
    race = next(race for race in RACES if race.ident == fault.race)
    with fault.built_in():
        ran = harness.run(race, now=NOW, trials=MOST_FOR_A_FAULT, until_found=True)
    tally.add(f"race {race}", cases=0, races=0, found=0, seeded=1, caught=int(ran.found > 0))
    assert ran.found, f"not in {ran.trials} trials"
