"""After 4, 12 and 26 weeks the plan proposes a step; it follows from what both see and takes both."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

from accounts.access import viewer_of
from checkins.seasons.stepping import proposal_of, weeks_reached
from repair.plan import services
from repair.plan.models import Agreement, RepairPlan
from repair.programmes.content import question_sets
from repair.schedules.models import Schedule
from repair.schedules.stepping import STEPS, beside, laid_out, step_of
from tests.cast import Cast
from tests.conftest import START, Moved

Browser = Callable[..., Client]
DAILY = {
    "frequency": "daily", "weekdays": [], "every": 1, "month_day": None, "nth": None, "starts_on": "2026-09-15",
    "ends_on": None, "questions": "daily", "windows": {"a": ["20:30", "23:00"], "b": ["20:30", "23:00"]},
    "names": {}, "reading": {"days_after": 1, "at": "18:30"}, "remind_after": 60,
}  # fmt: skip


def signed_rhythm(cast: Cast, **fields: Any) -> UUID:
    """A rhythm that both signed, through the verbs."""
    ana, ben = viewer_of(cast.ana, now=START), viewer_of(cast.ben, now=START)
    words = services.Words({**DAILY, **fields}, START.date() + timedelta(days=300))
    made = services.propose(viewer=ana, kind="rhythm", words=words, line=uuid4(), now=START)
    version = made.versions.get()
    mac = bytes(version.signatures.get().mac)
    services.sign(viewer=ben, line=made.pk, version=version.pk, mac=mac, now=START)
    return made.pk


DAYS = [
    (0, None), (27, None), (28, 4), (41, 4), (42, None), (83, None), (84, 12), (97, 12), (98, None), (182, 26),
    (195, 26), (196, None), (363, None), (364, 52), (378, None), (546, 78),
]  # fmt: skip


@pytest.mark.parametrize(("days", "weeks"), DAYS)
def test_when_it_stands(days: int, weeks: int | None) -> None:
    assert weeks_reached(START.date(), START.date() + timedelta(days=days)) == weeks


RULES: list[tuple[dict[str, Any], str]] = [
    ({}, "daily"),
    ({"frequency": "weekly", "weekdays": [0, 2, 4]}, "three"),
    ({"frequency": "weekly", "weekdays": [6]}, "weekly"),
    ({"frequency": "weeks", "weekdays": [6], "every": 2}, "weekly"),
    ({"frequency": "weeks", "weekdays": [6], "every": 6}, "monthly"),
    ({"frequency": "weeks", "weekdays": [6], "every": 12}, "quarterly"),
    ({"frequency": "monthday", "month_day": 3}, "monthly"),
]


@pytest.mark.parametrize(("fields", "step"), RULES)
def test_which_step_a_rhythm_is_on(fields: dict[str, Any], step: str) -> None:
    assert step_of({**DAILY, **fields}) == step


def test_the_steps_are_a_ladder() -> None:
    assert beside("daily") == ("three", "")
    assert beside("quarterly") == ("", "monthly")
    assert laid_out(DAILY, "no such step") == {}


FITTING = {
    "daily": "daily", "three": "daily", "weekly": "weekly", "monthly": "monthly", "quarterly": "quarterly",
}  # fmt: skip


def test_every_step_lays_out_questions_that_there_are() -> None:
    assert {step: laid_out(DAILY, step)["questions"] for step in STEPS} == FITTING
    assert {asked.slug for asked in question_sets()} == set(FITTING.values())


@pytest.mark.parametrize("step", STEPS)
def test_what_is_laid_out_is_a_rhythm_on_that_step(cast: Cast, client_of: Browser, step: str) -> None:
    """Prefilled, previewed, sent, signed: the words in force are on the step."""
    line = signed_rhythm(cast, frequency="weekly", weekdays=[1, 5])
    ana = client_of(cast.ana)
    page = ana.get(f"/lines/{line}/suggest/?step={step}")
    form = page.context["form"]
    data = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    data |= {"seen": page.context["seen"], "look_again_on": "2027-01-01", "do": "seen"}
    answer = ana.post(f"/lines/{line}/suggest/", data)
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    version = Agreement.objects.get(pk=line).versions.get(number=2)
    mac = bytes(version.signatures.get().mac)
    services.sign(viewer=viewer_of(cast.ben, now=START), line=line, version=version.pk, mac=mac, now=START)
    RepairPlan.objects.filter(couple=cast.couples["ana"]).update(season_began_at=START - timedelta(weeks=4))
    found = proposal_of(viewer_of(cast.ben, now=START))
    assert found is not None
    assert found.here == step
    assert Schedule.objects.get(agreement=line).question_set == FITTING[step]


def test_both_see_the_same_card_and_nobody_else(cast: Cast, client_of: Browser, clock: Moved) -> None:
    line = signed_rhythm(cast)
    RepairPlan.objects.filter(couple=cast.couples["ana"]).update(season_began_at=START - timedelta(weeks=12))
    for who in ("ana", "ben"):
        page = client_of(cast.people[who]).get("/today/").content.decode()
        assert "After 12 weeks the plan proposes three days a week instead of every day." in page
        assert f"/lines/{line}/suggest/?step=three" in page
    assert "the plan proposes" not in client_of(cast.cleo).get("/today/").content.decode(), "no rhythm there"


def test_no_second_rhythm_is_proposed_on_a_step_that_one_is_on(
    cast: Cast, client_of: Browser, clock: Moved
) -> None:
    often = signed_rhythm(cast, frequency="weekly", weekdays=[0, 2, 4])
    signed_rhythm(cast, frequency="weekly", weekdays=[6], questions="weekly")
    RepairPlan.objects.filter(couple=cast.couples["ana"]).update(season_began_at=START - timedelta(weeks=12))
    for who in ("ana", "ben"):
        page = client_of(cast.people[who]).get("/today/").content.decode()
        assert "the plan proposes once a week alone" in page
        assert "the line that asks three days a week would end" in page
        assert f'href="/lines/{often}/"' in page
        assert "?step=weekly" not in page
    ana = client_of(cast.ana)
    assert "Propose to end it" in ana.get(f"/lines/{often}/").content.decode(), "where the button leads"


def test_two_rhythms_two_steps_apart_are_proposed_the_step_between(cast: Cast, clock: Moved) -> None:
    signed_rhythm(cast)
    signed_rhythm(cast, frequency="weekly", weekdays=[6], questions="weekly")
    RepairPlan.objects.filter(couple=cast.couples["ana"]).update(season_began_at=START - timedelta(weeks=4))
    found = proposal_of(viewer_of(cast.ana, now=START))
    assert found is not None
    assert (found.down, found.held) == ("three", False)


def test_it_is_silent_while_other_words_wait(cast: Cast, client_of: Browser) -> None:
    line = signed_rhythm(cast)
    RepairPlan.objects.filter(couple=cast.couples["ana"]).update(season_began_at=START - timedelta(weeks=4))
    ana = viewer_of(cast.ana, now=START)
    assert proposal_of(ana) is not None
    words = services.Words({**DAILY, "frequency": "weekly", "weekdays": [6]}, START.date() + timedelta(days=30))
    services.suggest(viewer=ana, line=line, seen=1, words=words, now=START)
    assert proposal_of(ana) is None


def test_it_stands_on_the_page_of_the_season_that_just_ended(cast: Cast, client_of: Browser) -> None:
    signed_rhythm(cast)
    RepairPlan.objects.filter(couple=cast.couples["ana"]).update(season_began_at=START - timedelta(weeks=26))
    ana = client_of(cast.ana)
    assert "After 24 weeks the plan proposes" in ana.get("/season/2/").content.decode()
    assert "the plan proposes" not in ana.get("/season/1/").content.decode()
