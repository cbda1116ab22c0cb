"""The list of couples: the next session first, a constant number of queries, one line where nothing is shared."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.audit.models import Entry
from accounts.audit.services import verify
from accounts.couples.models import Membership
from tests.cast import Cast, book, make_couple, make_grant, make_person
from tests.checkins.caseload.given import ago, eight_weeks
from tests.checkins.progress.rows import make_evenings, shared
from tests.conftest import START

ClientOf = Callable[..., Client]


def page(client: Client) -> str:
    response = client.get("/cases/")
    assert response.status_code == 200
    return response.content.decode()


def test_it_says_where_each_stands(cast: Cast, client_of: ClientOf) -> None:
    eight_weeks(cast)
    html = page(client_of(cast.theo))
    assert "Ana &amp; Ben" in html
    assert "apart, now" in html
    assert 'class="spark"' in html
    assert re.search(r"\d+ of 27", html)
    assert "Tuesday 15 September, 07:00" in html


def test_it_leaves_a_row_only_for_what_it_shows(cast: Cast, client_of: ClientOf) -> None:
    eight_weeks(cast)
    page(client_of(cast.theo))
    assert [(e.what, e.couple_id) for e in Entry.objects.all()] == [("list", cast.couples["ana"].pk)]
    page(client_of(cast.wim))
    page(client_of(cast.hal))
    assert Entry.objects.count() == 1
    assert verify().broken_at is None


@pytest.mark.parametrize("who", ["rae", "hal", "xan"])
def test_without_two_yeses_the_list_is_empty(cast: Cast, client_of: ClientOf, who: str) -> None:
    html = page(client_of(cast.people[who]))
    assert "No couple yet." in html
    assert "Ana" not in html


@pytest.mark.parametrize(("who", "status"), [("ana", 404), ("sol", 404), ("sue", 404), (None, 302)])
def test_nobody_else_has_a_list(cast: Cast, client_of: ClientOf, who: str | None, status: int) -> None:
    assert client_of(cast.people[who] if who else None).get("/cases/").status_code == status


def test_outside_the_window_and_at_rest_stands_one_line(cast: Cast, client_of: ClientOf) -> None:
    eight_weeks(cast)
    outside = page(client_of(cast.wim))
    assert "Not shared at present." in outside
    assert 'class="spark"' not in outside
    Membership.objects.filter(person=cast.ben).update(rested_at=START)
    assert "Not shared at present." in page(client_of(cast.theo))
    assert not Entry.objects.exists()


def test_the_queries_do_not_grow_with_the_couples(cast: Cast, client_of: ClientOf) -> None:
    eight_weeks(cast)
    client = client_of(cast.theo)
    page(client)  # the first visit makes the head of the audit and the session
    with CaptureQueriesContext(connection) as one:
        page(client)
    for i in range(5):
        people = [make_person(f"p{i}{j}", now=START) for j in range(2)]
        couple = make_couple(*people, now=START)
        for person in people:
            make_grant(cast.theo, couple, person, now=START)
        book(cast.theo, couple, at=START + timedelta(hours=i))
        make_evenings(couple.pk, {ago(d): {"a": shared(3), "b": shared(4)} for d in range(2, 9)}, now=START)
    with CaptureQueriesContext(connection) as six:
        html = page(client)
    assert html.count('class="spark"') == 6
    assert len(six) == len(one)
    assert Entry.objects.count() == 8
    assert verify().broken_at is None
