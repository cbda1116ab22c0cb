"""Who is asked how a line went: whoever does it, and the other only where both can see it."""

import pytest
from django.http import Http404

from accounts.access import viewer_of
from repair.boundaries.reports import Report, asked_of, headlines
from tests.repair.plan.lines import COMMITMENT, agreed, proposed

CASES = [
    ({"who": "a"}, True, False),
    ({"who": "b"}, False, True),
    ({"who": "both"}, True, True),
    ({"who": "a", "both_see": True}, True, True),
    ({"who": "b", "both_see": True}, True, True),
]


@pytest.mark.parametrize(("change", "ana", "ben"), CASES)
def test_the_doer_reports_and_the_other_only_what_they_can_see(cast, clock, change, ana, ben):
    line = agreed(cast.ana, cast.ben, now=clock.at, fields={**COMMITMENT, **change})
    for person, asked in ((cast.ana, ana), (cast.ben, ben)):
        found = asked_of(viewer_of(person, now=clock.at))
        assert [one.line for one in found] == ([line.pk] if asked else [])


def test_what_is_asked_says_whose_doing_it_is(cast, clock):
    agreed(cast.ana, cast.ben, now=clock.at, fields={**COMMITMENT, "who": "a", "both_see": True})
    ana, ben = (asked_of(viewer_of(person, now=clock.at))[0] for person in (cast.ana, cast.ben))
    assert (ana.does_it, ben.does_it, ana.both_do) == (True, False, False)
    assert ana.know == COMMITMENT["know"]


def test_of_a_trigger_card_the_one_who_is_asked_reports(cast, clock):
    card = {"when": "I go quiet", "please": "sit with me", "asks": "a"}
    agreed(cast.ana, cast.ben, now=clock.at, kind="trigger", fields=card)
    assert asked_of(viewer_of(cast.ana, now=clock.at)) == []
    assert asked_of(viewer_of(cast.ben, now=clock.at))[0].headline == "When I go quiet, please sit with me"


def test_only_lines_in_force_are_asked_about(cast, clock):
    proposed(cast.ana, now=clock.at)
    agreed(cast.ana, cast.ben, now=clock.at, days=2)
    clock.move(days=3)
    assert asked_of(viewer_of(cast.ana, now=clock.at)) == []
    assert headlines(viewer_of(cast.ana, now=clock.at)) == {}


@pytest.mark.parametrize("name", ["sol", "rita", "rob", "eve"])
def test_without_an_active_couple_nobody_is_asked(cast, clock, name):
    with pytest.raises(Http404):
        asked_of(viewer_of(getattr(cast, name), now=clock.at))


def test_one_answer_set_serves_everywhere():
    assert Report.values == ["kept", "partly", "not_kept", "did_not_come_up", "not_sure"]
