"""The page of all lines: what each sees in which state, in which order, with how many queries."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from repair.plan.models import Agreement
from tests.repair.plan.lines import COMMITMENT, agreed, proposed, signed, suggested
from tests.repair.plan.outsiders import assert_refuses

OTHER = {**COMMITMENT, "what": "We take turns with the coffee"}


def headings(page):
    return [re.sub("<[^>]+>", "", found) for found in re.findall(r"<h3>(.*?)</h3>", page)]


def line(cast, clock, what, by, *, force=False):
    other = cast.ben if by == cast.ana else cast.ana
    made = proposed(by, now=clock.at, fields={**COMMITMENT, "what": what})
    if force:
        signed(other, made, now=clock.at)
    return made


def test_what_waits_for_me_comes_first(cast, clock, client_of):
    line(cast, clock, "in force", cast.ana, force=True)
    line(cast, clock, "mine", cast.ana)
    line(cast, clock, "theirs", cast.ben)
    assert headings(client_of(cast.ana).get("/lines/").content.decode()) == ["theirs", "mine", "in force"]
    assert headings(client_of(cast.ben).get("/lines/").content.decode()) == ["mine", "theirs", "in force"]


@pytest.mark.parametrize(
    ("show", "expected"),
    [
        ("waiting", ["theirs"]),
        ("force", ["in force"]),
        ("talk", []),
        ("ended", []),
        ("nonsense", ["theirs", "in force"]),
    ],
)
def test_filters(cast, clock, client_of, show, expected):
    line(cast, clock, "in force", cast.ana, force=True)
    line(cast, clock, "theirs", cast.ben)
    assert headings(client_of(cast.ana).get("/lines/", {"show": show}).content.decode()) == expected


def test_every_state_has_its_words(cast, clock, client_of):
    line(cast, clock, "in force", cast.ana, force=True)
    line(cast, clock, "proposed", cast.ana)
    review = line(cast, clock, "review", cast.ana, force=True)
    suggested(cast.ben, review, OTHER, now=clock.at)
    agreed(cast.ana, cast.ben, now=clock.at, fields={**COMMITMENT, "what": "old"}, days=2)
    clock.move(days=5)
    page = client_of(cast.ana).get("/lines/").content.decode()
    for words in ("In force", "Proposed", "Under review", "Needs a talk", "Not in force", "Its last day was"):
        assert words in page


def test_the_other_never_sees_my_drafts(cast, clock, client_of):
    client_of(cast.ana).post("/lines/new/ritual/", {"what": "secret-draft-77", "do": "keep"})
    assert "secret-draft-77" in client_of(cast.ana).get("/lines/").content.decode()
    assert "secret-draft-77" not in client_of(cast.ben).get("/lines/").content.decode()


@pytest.mark.parametrize("name", ["sol", "cora"])
def test_alone_or_cooling_off_the_page_is_for_drafts(cast, client_of, name):
    answer = client_of(getattr(cast, name)).get("/lines/")
    assert answer.status_code == 200
    assert "Lines of your own" in answer.content.decode()


@pytest.mark.parametrize("name", ["rita", "rob", "eve"])
def test_resting_the_resting_page_stands_in(cast, clock, client_of, name):
    answer = client_of(getattr(cast, name)).get("/lines/")
    assert answer.status_code == 200
    assert answer.templates[0].name == "accounts/couples/resting.html"


def test_who_does_not_get_in(cast, client_of):
    assert client_of(cast.theo).get("/lines/").status_code == 404
    assert client_of(None).get("/lines/").status_code == 302
    assert_refuses(client_of(cast.ana), "/lines/", "post", "put", "delete")


def test_the_number_of_queries_does_not_grow_with_the_lines(cast, clock, client_of):
    client = client_of(cast.ana)

    def queries():
        with CaptureQueriesContext(connection) as found:
            assert client.get("/lines/").status_code == 200
        return len(found)

    line(cast, clock, "one", cast.ana, force=True)
    line(cast, clock, "two", cast.ben)
    queries()  # the first page of a session also reads what is cached after it
    few = queries()
    for number in range(6):
        made = line(cast, clock, f"force {number}", cast.ana, force=True)
        suggested(cast.ben, made, {**OTHER, "what": f"other {number}"}, now=clock.at)
        line(cast, clock, f"theirs {number}", cast.ben)
    assert Agreement.objects.count() == 14
    assert queries() == few
    assert few <= 14
