"""A question of the couple's own: its form, one at a time, and the mirror over what it asks."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.access import viewer_of
from repair.boundaries import mirror, monthly
from repair.boundaries.question import QUESTION, QuestionForm, headline, lines
from repair.plan import services
from repair.plan.models import Agreement, Signature, Version
from repair.plan.queries import in_force_of, lines_in_force
from tests.cast import Cast
from tests.conftest import Moved
from tests.repair.plan.lines import agreed, open_version, posted, proposed, signed, suggested

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


class TestTwoAtOnce:
    """Each proposed one before either was signed."""

    @staticmethod
    def two(cast: Cast, clock: Moved) -> tuple[Agreement, Agreement]:
        mine, theirs = (
            proposed(person, now=clock.at, kind="question", fields={**GOOD, "what": what})
            for person, what in ((cast.ana, "How warm was it?"), (cast.ben, "How light was it?"))
        )
        signed(cast.ben, mine, now=clock.at)
        return mine, theirs

    @staticmethod
    def sign_page(client: Client, line: Agreement, cast: Cast, clock: Moved) -> Any:
        version = open_version(line)
        mac = bytes(version.signatures.get().mac).hex()
        return client.post(f"/lines/{line.pk}/sign/", {"version": version.pk, "mac": mac})

    def test_the_second_is_refused_in_clear_words_and_the_first_goes_on(
        self, cast: Cast, clock: Moved, client_of: Browser
    ) -> None:
        mine, theirs = self.two(cast, clock)
        answer = self.sign_page(client_of(cast.ana), theirs, cast, clock)
        assert answer.status_code == 422
        assert "Another question of your own is in force" in answer.content.decode()
        assert Signature.objects.filter(version__agreement=theirs).count() == 1, "nothing was signed"
        for person in (cast.ana, cast.ben):
            there = in_force_of(viewer_of(person, now=clock.at), "question")
            assert [line.pk for line in there] == [mine.pk]

    @pytest.mark.parametrize("how", ["stepped out", "lapsed"])
    def test_once_the_first_no_longer_holds_the_second_can_be_signed(
        self, cast: Cast, clock: Moved, client_of: Browser, how: str
    ) -> None:
        mine, theirs = self.two(cast, clock)
        if how == "lapsed":
            Version.objects.filter(agreement=mine).update(look_again_on=clock.at.date() - timedelta(days=1))
        else:
            services.withdraw(viewer=viewer_of(cast.ben, now=clock.at), line=mine.pk, now=clock.at)
        assert self.sign_page(client_of(cast.ana), theirs, cast, clock).status_code == 302
        there = in_force_of(viewer_of(cast.ana, now=clock.at), "question")
        assert [line.pk for line in there] == [theirs.pk]

    def test_other_words_for_the_one_in_force_are_no_second_one(self, cast: Cast, clock: Moved) -> None:
        mine, _theirs = self.two(cast, clock)
        suggested(cast.ana, mine, {**GOOD, "what": "How warm is it?"}, now=clock.at)
        signed(cast.ben, mine, now=clock.at)
        there = in_force_of(viewer_of(cast.ana, now=clock.at), "question")
        assert [line.words.headline for line in there] == ["How warm is it?"]


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
