"""Six couples' stories, one per programme, both partners on a phone, through at least two phases each.

The test clock moves the time. What is private is looked for on the other's pages and is not there.

`KEPT_SHOTS=folder` lays a picture of every main station there.
"""

import pytest

from tests.journeys.couples import later, middle, sooner
from tests.journeys.couples.acts import Stage, playing
from tests.journeys.couples.people import couple_on

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


def test_first_aid_and_three_first_lines(stage: Stage) -> None:
    with playing(stage, couple_on("first_aid")) as two:
        sooner.first_aid(two)


def test_understanding_and_a_parting(stage: Stage) -> None:
    with playing(stage, couple_on("understanding")) as two:
        sooner.understanding(two)


def test_rebuilding_with_a_talk(stage: Stage) -> None:
    with playing(stage, couple_on("rebuilding")) as two:
        middle.rebuilding(two)


def test_a_clear_stretch_with_minutes_of_one_s_own(stage: Stage) -> None:
    with playing(stage, couple_on("clear_stretch")) as two:
        middle.clear_stretch(two)


def test_closeness_that_one_leaves_without_a_word(stage: Stage) -> None:
    with playing(stage, couple_on("closeness")) as two:
        later.closeness(two)


def test_the_quiet_path_by_months_and_quarters(stage: Stage) -> None:
    with playing(stage, couple_on("quiet_path")) as two:
        later.quiet_path(two)
