"""What the stories watch for, they notice: the same acts at a site with two rules broken."""

from pathlib import Path

import pytest

from tests.journeys.couples.acts import Stage, playing
from tests.journeys.couples.conftest import MONDAY, site_of
from tests.journeys.couples.partner import nowhere
from tests.journeys.couples.people import couple_on
from tests.journeys.visitor import Looked, browsing

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


def test_the_acts_fail_where_one_signature_moves_and_one_share_opens(linked: Path, tmp_path: Path) -> None:
    looked = Looked()
    looked.views = ()  # nothing is judged here but what the acts themselves assert
    words = ("-m", "tests.journeys.couples.broken")
    with browsing() as browser, site_of(linked, tmp_path, words) as site:
        stage = Stage(site, browser, looked, MONDAY)
        with playing(stage, couple_on("first_aid")) as two:
            with pytest.raises(AssertionError, match="“First days” stands on"):
                nowhere(two.two, ["nothing like this", "First days"])
            with pytest.raises(AssertionError, match="a path began with one signature"):
                two.choose_path(by=two.one, phase="first_ground")
            with pytest.raises(AssertionError, match="a phase moved with one signature"):
                two.move_phase("first_days", by=two.one)
            with pytest.raises(AssertionError, match="our_words is open for"):
                two.seal_and_open(
                    "our_words", {"words-0": "Nest"}, {"words-0": "Island"}, words=("Nest", "Island")
                )
