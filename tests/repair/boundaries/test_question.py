"""A question of the couple's own: its form, one at a time, and the mirror over what it asks."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.access import viewer_of
from repair.boundaries import mirror, monthly
from repair.boundaries.question import QUESTION, QuestionForm, headline, lines
from repair.plan.models import Agreement
from repair.plan.queries import lines_in_force
from tests.cast import Cast
from tests.conftest import Moved
from tests.repair.plan.lines import agreed, posted

Browser = Callable[..., Client]
GOOD = {
    "what": "How easy was it to laugh?",
    "answer": "mark",
    "low": "Hard",
    "high": "Easy",
    "asked_with": "daily",
}


def form(cast: Cast, clock: Moved, base: Any = None, **changes: str) -> QuestionForm:
    return QuestionForm({**GOOD, **changes}, viewer=viewer_of(cast.ana, now=clock.at), base=base)


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        pytest.param({}, set(), id="a mark with both ends"),
        pytest.param({"answer": "line", "low": "", "high": ""}, set(), id="a line needs no ends"),
        pytest.param({"answer": "line", "low": "x" * 40}, set(), id="ends that do not count are no problem"),
        pytest.param({"low": ""}, {"low"}, id="an end without words"),
        pytest.param({"high": "x" * 25}, {"high"}, id="an end too long"),
        pytest.param({"what": ""}, {"what"}, id="no question"),
        pytest.param({"what": "x" * 161}, {"what"}, id="too long a question"),
        pytest.param({"answer": "yes"}, {"answer"}, id="no such answer"),
        pytest.param({"asked_with": "hourly"}, {"asked_with"}, id="no such check-in"),
    ],
)
def test_what_a_question_needs(cast: Cast, clock: Moved, changes: dict[str, str], missing: set[str]) -> None:
    assert set(form(cast, clock, **changes).errors) == missing


def test_it_reads_whole_and_comes_back_as_it_was(cast: Cast, clock: Moved) -> None:
    made = form(cast, clock)
    assert made.is_valid()
    body = made.body()
    assert headline(body) == GOOD["what"]
    assert ("How it is answered", "With a mark from 1, “Hard”, to 7, “Easy”") in lines(body)
    assert ("Asked with", "The minute") in lines(body)
    again = form(cast, clock, base=body, **QuestionForm.initial_from(body, viewer_of(cast.ben, now=clock.at)))
    assert again.is_valid()
    assert again.body() == body


def test_a_couple_has_one_at_a_time(cast: Cast, clock: Moved, client_of: Browser) -> None:
    line = agreed(cast.ana, cast.ben, now=clock.at, kind="question", fields=GOOD)
    data = posted(GOOD, now=clock.at)
    answer = client_of(cast.ana).post("/lines/new/question/", data)
    assert answer.status_code == 422
    assert "There is one question of your own already" in answer.content.decode()
    assert form(cast, clock, base=GOOD).is_valid(), "other words for it are no second one"
    assert Agreement.objects.filter(kind="question").get() == line


def test_sent_twice_it_is_one_line(cast: Cast, clock: Moved, client_of: Browser) -> None:
    data, ana = posted(GOOD, now=clock.at), client_of(cast.ana)
    first, second = (ana.post("/lines/new/question/", data) for _ in range(2))
    assert (first.status_code, first.url) == (second.status_code, second.url) == (302, f"/lines/{data['line']}/")


ASKS = [
    ("Where were you today?", "location"),
    ("How often did you send me your location?", "location"),
    ("How honest was your password list?", "passwords"),
]


@pytest.mark.parametrize(("text", "theme"), ASKS)
def test_the_mirror_looks_at_it_as_at_any_line(
    cast: Cast, clock: Moved, client_of: Browser, text: str, theme: str
) -> None:
    body = {**GOOD, "what": text}
    assert theme in mirror.themes_in(mirror.asked_in(body))
    answer = client_of(cast.ana).post("/lines/new/question/", posted(body, now=clock.at))
    shown = next(found for found in mirror.themes() if found.slug == theme)
    assert answer.status_code == 200
    assert shown.title in answer.content.decode()
    assert not Agreement.objects.filter(kind="question").exists(), "shown before it is sent"
    again = client_of(cast.ana).post("/lines/new/question/", posted(body, now=clock.at) | {"do": "anyway"})
    assert again.status_code == 302, "never a block"


def test_the_words_at_the_ends_are_looked_at_too(cast: Cast, clock: Moved) -> None:
    body = {**GOOD, "high": "You gave me the password"}
    assert QUESTION.reflect(body, viewer_of(cast.ana, now=clock.at), None)


@pytest.mark.parametrize("text", ["How easy was it to laugh?", "How kind were you today?", "What moved you?"])
def test_a_question_about_oneself_shows_nothing(cast: Cast, clock: Moved, text: str) -> None:
    assert not QUESTION.reflect({**GOOD, "what": text}, viewer_of(cast.ana, now=clock.at), None)


def test_the_monthly_mirror_counts_what_it_asks_to_see(cast: Cast, clock: Moved) -> None:
    asked = {**GOOD, "what": "Where were you today?"}
    agreed(cast.ana, cast.ben, now=clock.at, kind="question", fields=asked)
    found = lines_in_force(viewer_of(cast.ben, now=clock.at))
    assert [monthly.asks_for_sight(line) for line in found if line.kind.name == "question"] == [True]
