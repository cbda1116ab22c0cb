"""What the plan tells the timeline, the export, the erasure and the page of a closed plan."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.access import viewer_of
from accounts.couples.models import Couple, Membership
from accounts.privacy.ports import registered
from repair.plan import phases, services
from repair.plan.dates import pass_dates
from repair.plan.drafts import keep_draft
from repair.plan.holdings import closed_part
from repair.plan.models import Draft, RepairPlan, Version
from repair.timeline.queries import story
from tests.repair.plan.lines import COMMITMENT, agreed, proposed, signed, suggested

OTHER = {**COMMITMENT, "what": "We take turns with the coffee"}


def told(person, now):
    return [found.line for found in story(viewer_of(person, now=now))]


@pytest.mark.slow
def test_a_lines_story_in_its_own_words_and_without_a_name(cast, clock):
    line = agreed(cast.ana, cast.ben, now=clock.at)
    clock.move(days=1)
    suggested(cast.ben, line, OTHER, now=clock.at)
    signed(cast.ana, line, now=clock.at)
    clock.move(days=1)
    services.withdraw(viewer=viewer_of(cast.ben, now=clock.at), line=line.pk, now=clock.at)
    expected = [
        "In force: “I make the morning coffee”",
        "New words in force: “We take turns with the coffee”",
        "Out of force, needs a talk: “We take turns with the coffee”",
    ]
    for person in (cast.ana, cast.ben):
        assert told(person, clock.at) == expected


def test_a_ritual_begins_and_then_has_other_words(cast, clock):
    tea = {"what": "Tea at five", "when": "Sundays"}
    line = agreed(cast.ana, cast.ben, now=clock.at, kind="ritual", fields=tea)
    clock.move(days=1)
    suggested(cast.ben, line, {**tea, "what": "Tea at six"}, now=clock.at)
    signed(cast.ana, line, now=clock.at)
    expected = ["A ritual began: “Tea at five”", "New words in force: “Tea at six”"]
    for person in (cast.ana, cast.ben):
        assert told(person, clock.at) == expected
    assert told(cast.cleo, clock.at) == []


def test_a_proposal_is_no_event(cast, clock):
    proposed(cast.ana, now=clock.at)
    assert told(cast.ben, clock.at) == []


def test_the_phase_moves_in_the_story_each_time(cast, clock):
    for to in ("understanding", "rebuilding"):
        clock.move(days=1)
        for person in (cast.ana, cast.ben):
            phases.propose_phase(viewer=viewer_of(person, now=clock.at), to=to, now=clock.at)
    assert told(cast.ana, clock.at) == ["You both moved to Understanding", "You both moved to Rebuilding"]


def test_a_day_that_passes_is_told_once(cast, clock):
    agreed(cast.ana, cast.ben, now=clock.at, days=2)
    clock.move(days=2)
    assert pass_dates(now=clock.at) == 0, "on its last day it still holds"
    clock.move(days=1)
    assert [pass_dates(now=clock.at) for _ in range(2)] == [1, 0]
    assert told(cast.ana, clock.at)[-1] == "Out of force, needs a talk: “I make the morning coffee”"


def test_a_day_that_passes_after_somebody_stepped_out_tells_nothing_more(cast, clock):
    line = agreed(cast.ana, cast.ben, now=clock.at, days=2)
    services.withdraw(viewer=viewer_of(cast.ana, now=clock.at), line=line.pk, now=clock.at)
    clock.move(days=3)
    before = told(cast.ben, clock.at)
    assert pass_dates(now=clock.at) == 0
    assert told(cast.ben, clock.at) == before


def test_a_long_story_takes_no_more_queries_than_a_short_one(cast, clock):
    def queries():
        with CaptureQueriesContext(connection) as found:
            story(viewer_of(cast.ana, now=clock.at))
        return len(found)

    agreed(cast.ana, cast.ben, now=clock.at)
    few = queries()
    for _ in range(5):
        agreed(cast.ana, cast.ben, now=clock.at)
    assert queries() == few


def test_a_plan_begins_with_the_link_once(cast, clock):
    couple = Couple.objects.create(created_at=clock.at, cooling_until=clock.at)
    assert phases.begin(couple=couple, now=clock.at) == phases.begin(couple=couple, now=clock.at)
    assert RepairPlan.objects.filter(couple=couple).count() == 1
    assert couple.events.count() == 1


@pytest.fixture
def written(cast, clock):
    """A line in force, a proposal of each, a draft of each."""
    agreed(cast.ana, cast.ben, now=clock.at)
    for person, what in ((cast.ana, "ana-proposal"), (cast.ben, "ben-proposal")):
        proposed(person, now=clock.at, fields={**COMMITMENT, "what": what})
        viewer = viewer_of(person, now=clock.at)
        typed = {"what": what.replace("proposal", "draft")}
        keep_draft(viewer=viewer, kind="ritual", typed=typed, draft=uuid.uuid4(), now=clock.at)


def test_the_export_has_my_words_and_what_both_signed(cast, clock, written):
    out = str(registered()["plan"].export_of(viewer_of(cast.ana, now=clock.at)))
    assert all(words in out for words in ("ana-proposal", "ana-draft", "I make the morning coffee"))
    assert "ben-proposal" in out, "it stands on her page, waiting for her"
    assert "ben-draft" not in out
    Membership.objects.filter(person=cast.ben).update(rested_at=clock.at)
    resting = str(registered()["plan"].export_of(viewer_of(cast.ana, now=clock.at)))
    assert all(words in resting for words in ("ana-proposal", "ana-draft", "I make the morning coffee"))
    assert not any(words in resting for words in ("ben-proposal", "ben-draft"))


def test_the_erasure_takes_drafts_and_no_row_of_the_couple(cast, clock, written):
    before = Version.objects.count()
    registered()["plan"].erase(cast.ana, clock.at)
    assert [draft.author for draft in Draft.objects.all()] == [cast.ben]
    assert Version.objects.count() == before


def test_a_closed_plan_shows_what_both_signed(cast, clock, written):
    viewer = viewer_of(cast.ben, now=clock.at)
    parts = closed_part(viewer=viewer, couple_id=cast.couples["ana"].pk)
    assert [words.headline for words in parts[0][2]["wordings"]] == ["I make the morning coffee"]
    assert closed_part(viewer=viewer, couple_id=cast.couples["cleo"].pk) == []
