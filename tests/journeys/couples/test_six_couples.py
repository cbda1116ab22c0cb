"""Six couples' stories, one per programme, both partners on a phone, through at least two phases each.

The test clock moves the time. What is private is looked for on the other's pages and is not there.

`KEPT_SHOTS=folder` lays a picture of every main station there.
"""

import pytest

from tests.journeys.couples import sooner
from tests.journeys.couples.acts import Stage, playing
from tests.journeys.couples.people import couple_on

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


def test_first_aid_and_three_first_lines(stage: Stage) -> None:
    with playing(stage, couple_on("first_aid")) as two:
        sooner.first_aid(two)


def test_understanding_and_a_parting(stage: Stage) -> None:
    with playing(stage, couple_on("understanding")) as two:
        sooner.understanding(two)
