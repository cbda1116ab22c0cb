"""A question that a practice suggests for the check-ins: one tap lays it out, and nothing is proposed."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.access import viewer_of
from repair.boundaries.question import ASKS, END, QuestionForm
from repair.plan.models import Agreement, Draft
from repair.programmes import content
from repair.programmes.practice_shapes import Audience, Practice
from repair.programmes.story import Story, keep_story
from tests.cast import Cast
from tests.conftest import Moved
from tests.repair.plan.lines import posted
from tests.repair.programmes.doing import done

Browser = Callable[..., Client]
WITH = [practice for practice in content.practices() if practice.question]
TAP = "Write it as a question of your own"


def test_several_practices_suggest_one() -> None:
    assert len(WITH) >= 4
    assert {practice.question.answer for practice in WITH if practice.question} == {"mark", "line"}
    assert {practice.audience for practice in WITH} == {Audience.BOTH}


@pytest.mark.parametrize("practice", WITH, ids=lambda practice: practice.slug)
def test_one_tap_lays_it_out_whole_and_it_can_be_sent(
    cast: Cast, clock: Moved, client_of: Browser, practice: Practice
) -> None:
    assert practice.question is not None
    asked = practice.question.fields
    assert len(asked["what"]) <= ASKS
    assert max(len(practice.question.low), len(practice.question.high)) <= END
    ana = client_of(cast.ana)
    page = ana.get(f"/practices/{practice.slug}/").content.decode()
    assert TAP in page
    for name, value in asked.items():
        assert f'name="{name}" value="{value}"' in page
    laid = ana.post("/lines/new/question/", {"do": "start", **asked})
    assert laid.status_code == 200
    form = laid.context["form"]
    assert {name: form[name].value() for name in asked} == asked
    assert not Agreement.objects.exists()
    assert not Draft.objects.exists(), "nothing is kept before its author says so"
    made = QuestionForm(asked, viewer=viewer_of(cast.ana, now=clock.at))
    assert made.is_valid(), made.errors
    assert ana.post("/lines/new/question/", posted(asked, now=clock.at)).status_code == 302
    assert Agreement.objects.get().kind == "question"


def test_it_stands_beside_what_one_wrote_and_nowhere_else(cast: Cast, clock: Moved, client_of: Browser) -> None:
    own = done(cast.ana, "fully_here", now=clock.at)
    ana = client_of(cast.ana)
    assert TAP in ana.get(f"/practices/piece/{own}/").content.decode()
    assert TAP not in ana.get("/practices/needs_list/").content.decode()


def test_it_is_the_same_for_everybody(cast: Cast, clock: Moved, client_of: Browser) -> None:
    keep_story(viewer=viewer_of(cast.ana, now=clock.at), story=Story(track="broke", willing=1), now=clock.at)
    pages = [client_of(person).get("/practices/our_words/").content.decode() for person in (cast.ana, cast.ben)]
    shown = [page[page.index('aria-labelledby="qs"') : page.index(TAP)] for page in pages]
    assert [page.count("csrf") for page in shown] == [1, 1]
    assert len({page.split("csrf")[0] for page in shown}) == 1
