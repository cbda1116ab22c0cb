"""Quiet days: set alone, seen by both, ended by either, with nobody's name."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.test import Client

from accounts.couples import services as couples
from accounts.refusal import Refusal
from repair.plan.locks import NotActive
from repair.schedules import quiet
from repair.schedules.models import QuietDays
from repair.timeline import queries as timeline
from tests.cast import Cast
from tests.repair.schedules.conftest import Rhythms

URL = "/times/quiet/"
SPAN = {"first_on": "2026-09-20", "last_on": "2026-09-23"}
TODAY = date(2026, 9, 14)
Browser = Callable[..., Client]


def day(text: str) -> date:
    return date.fromisoformat(text)


def put(rhythms: Rhythms, first: str, last: str, *, by: str = "ana") -> QuietDays:
    person = getattr(rhythms.cast, by)
    return quiet.set_quiet_days(
        viewer=rhythms.viewer(person), first_on=day(first), last_on=day(last), today=TODAY, now=rhythms.now
    )


def test_either_sets_them_and_both_see_the_same(cast: Cast, client_of: Browser) -> None:
    answer = client_of(cast.ben).post(URL, SPAN)
    assert (answer.status_code, answer["Location"]) == (302, URL)
    assert QuietDays.objects.count() == 1
    for person in (cast.ana, cast.ben):
        seen = client_of(person).get(URL).content.decode()
        assert "20 September – 23 September" in seen


def test_whose_they_are_changes_nothing_on_the_page(rhythms: Rhythms, client_of: Browser) -> None:
    """The page of the one who set them is the page of the one who did not."""
    pages = []
    for by in ("ana", "ben"):
        QuietDays.objects.all().delete()
        put(rhythms, "2026-09-20", "2026-09-23", by=by)
        page = client_of(rhythms.cast.ana).get(URL).content.decode()
        pages.append(re.sub(r"[0-9a-f-]{36}|csrfmiddlewaretoken\" value=\"\w+", "", page))
    assert pages[0] == pages[1]


def test_it_shows_how_they_will_read_without_setting_them(cast: Cast, client_of: Browser) -> None:
    answer = client_of(cast.ana).post(URL, {**SPAN, "do": "show"})
    assert answer.status_code == 200
    assert "No check-ins until Thursday 24 September" in answer.content.decode()
    assert not QuietDays.objects.exists()


def test_two_clicks_make_one_stretch_and_one_event(rhythms: Rhythms, client_of: Browser) -> None:
    browser = client_of(rhythms.cast.ana)
    for _ in range(2):
        assert browser.post(URL, SPAN).status_code == 302
    assert QuietDays.objects.count() == 1
    told = [t.line for t in timeline.story(rhythms.viewer(rhythms.cast.ben))]
    assert told.count("Quiet days, 20 to 23 September") == 1


def test_days_inside_quiet_days_are_not_set_twice_but_longer_ones_are(rhythms: Rhythms) -> None:
    first = put(rhythms, "2026-09-20", "2026-09-23")
    assert put(rhythms, "2026-09-21", "2026-09-22", by="ben") == first
    assert put(rhythms, "2026-09-21", "2026-09-24", by="ben") != first


BAD = [
    ({}, "both missing"),
    ({"first_on": "2026-09-20"}, "no last day"),
    ({"first_on": "2026-09-20", "last_on": "2026-09-19"}, "the wrong way round"),
    ({"first_on": "2026-09-13", "last_on": "2026-09-19"}, "from yesterday"),
    ({"first_on": "2027-10-01", "last_on": "2027-10-02"}, "more than a year ahead"),
    ({"first_on": "2026-09-20", "last_on": "2026-12-21"}, "more than three months"),
    ({"first_on": "2026-02-30", "last_on": "2026-09-21"}, "a day that does not exist"),
    ({"first_on": "9999-12-31", "last_on": "9999-12-31"}, "the end of the calendar"),
    ({"first_on": "2026-09-20", "last_on": "9" * 5000}, "a huge number"),
]


@pytest.mark.parametrize(("typed", "why"), BAD, ids=[b[1] for b in BAD])
def test_what_is_not_taken(cast: Cast, client_of: Browser, typed: dict[str, str], why: str) -> None:
    answer = client_of(cast.ana).post(URL, typed)
    assert answer.status_code == 422, why
    assert not QuietDays.objects.exists()
    seen = answer.content.decode()
    assert 'role="alert"' in seen
    assert 'aria-invalid="true"' in seen


def test_nothing_typed_is_lost(cast: Cast, client_of: Browser) -> None:
    seen = client_of(cast.ana).post(URL, {"first_on": "2026-09-20", "last_on": "soon"}).content.decode()
    assert 'value="2026-09-20"' in seen
    assert 'value="soon"' in seen


def test_three_months_are_the_most_and_are_allowed(cast: Cast, client_of: Browser) -> None:
    span = {"first_on": "2026-09-20", "last_on": "2026-12-20"}
    assert client_of(cast.ana).post(URL, span).status_code == 302


def test_the_thirteenth_stretch_is_refused(rhythms: Rhythms, client_of: Browser) -> None:
    for n in range(12):
        start = date(2026, 9, 16) + timedelta(days=3 * n)
        put(rhythms, start.isoformat(), start.isoformat())
    with pytest.raises(Refusal):
        put(rhythms, "2027-01-01", "2027-01-02")
    answer = client_of(rhythms.cast.ana).post(URL, {"first_on": "2027-01-01", "last_on": "2027-01-02"})
    assert answer.status_code == 422
    assert "twelve stretches" in answer.content.decode()


ENDS = [
    ("2026-09-20", "2026-09-23", "2026-09-14", None, "before they begin: taken back"),
    ("2026-09-14", "2026-09-23", "2026-09-14", None, "on their first day: taken back"),
    ("2026-09-14", "2026-09-23", "2026-09-16", "2026-09-15", "in the middle: yesterday was the last"),
    ("2026-09-14", "2026-09-23", "2026-09-23", "2026-09-22", "on the last day: today is free again"),
    ("2026-09-14", "2026-09-15", "2026-09-16", "2026-09-15", "afterwards: nothing changes"),
]


@pytest.mark.parametrize(("first", "last", "today", "ends", "why"), ENDS, ids=[e[4] for e in ENDS])
def test_either_ends_them(rhythms: Rhythms, first: str, last: str, today: str, ends: str | None, why: str) -> None:
    row = put(rhythms, first, last)
    for _ in range(2):
        viewer = rhythms.viewer(rhythms.cast.ben)
        quiet.end_quiet_days(viewer=viewer, quiet=row.pk, today=day(today), now=rhythms.now)
    row.refresh_from_db()
    assert (row.last_on.isoformat() if row.ended_at is None else None) == ends, why
    assert not quiet.quiet_on(row.couple_id, max(day(first), day(today)))
    assert quiet.quiet_on(row.couple_id, day(first)) == (ends is not None)


def test_ending_by_the_button(rhythms: Rhythms, client_of: Browser) -> None:
    row = put(rhythms, "2026-09-20", "2026-09-23")
    answer = client_of(rhythms.cast.ben).post(f"{URL}{row.pk}/end/")
    assert (answer.status_code, answer["Location"]) == (302, URL)
    assert "September –" not in client_of(rhythms.cast.ana).get(URL).content.decode()
    assert [t.line for t in timeline.story(rhythms.viewer(rhythms.cast.ana))] == []


def test_nobody_ends_another_couples_days(rhythms: Rhythms, client_of: Browser) -> None:
    row = put(rhythms, "2026-09-20", "2026-09-23")
    assert client_of(rhythms.cast.cleo).post(f"{URL}{row.pk}/end/").status_code == 404
    assert client_of(rhythms.cast.ana).post(f"{URL}{uuid4()}/end/").status_code == 404
    row.refresh_from_db()
    assert row.ended_at is None


WHO = [
    ("cleo", 200, "another couple has its own page"),
    ("sol", 404, "somebody without a partner"),
    ("theo", 404, "their therapist"),
    ("stan", 404, "staff"),
    ("rob", 200, "a resting couple gets the resting page"),
    ("una", 302, "an unconfirmed address"),
]


@pytest.mark.parametrize(("name", "status", "why"), WHO, ids=[w[2] for w in WHO])
def test_who_comes_in(rhythms: Rhythms, client_of: Browser, name: str, status: int, why: str) -> None:
    put(rhythms, "2026-09-20", "2026-09-23")
    person = getattr(rhythms.cast, name)
    answer = client_of(person).get(URL)
    assert answer.status_code == status, why
    assert "20 September" not in answer.content.decode()
    assert client_of(person).post(URL, SPAN).status_code in {200, 302, 404}
    assert QuietDays.objects.filter(set_by__person=person).exists() == (name == "cleo")


def test_anonymous_people_sign_in_first(cast: Cast, client_of: Browser) -> None:
    assert client_of(None).get(URL)["Location"].startswith("/sign-in/")


def test_getting_the_page_of_an_ending_is_no_way_to_end(rhythms: Rhythms, client_of: Browser) -> None:
    row = put(rhythms, "2026-09-20", "2026-09-23")
    assert client_of(rhythms.cast.ana).get(f"{URL}{row.pk}/end/").status_code == 405


def test_a_rest_that_comes_between_the_page_and_the_button(rhythms: Rhythms) -> None:
    viewer = rhythms.viewer(rhythms.cast.ana)
    row = put(rhythms, "2026-09-20", "2026-09-23")
    couples.rest(person=rhythms.cast.ben, now=rhythms.now)
    with pytest.raises(NotActive):
        quiet.set_quiet_days(viewer=viewer, first_on=TODAY, last_on=TODAY, today=TODAY, now=rhythms.now)
    with pytest.raises(NotActive):
        quiet.end_quiet_days(viewer=viewer, quiet=row.pk, today=TODAY, now=rhythms.now)


SPANS = [
    ([], None, "none"),
    ([("2026-09-14", "2026-09-16")], "2026-09-17", "today is one"),
    ([("2026-09-15", "2026-09-16")], None, "they begin tomorrow"),
    ([("2026-09-14", "2026-09-16"), ("2026-09-17", "2026-09-18")], "2026-09-19", "two that touch are one"),
    ([("2026-09-14", "2026-09-20"), ("2026-09-15", "2026-09-16")], "2026-09-21", "one within another"),
    ([("2026-09-14", "2026-09-16"), ("2026-09-18", "2026-09-19")], "2026-09-17", "a day between"),
]


@pytest.mark.parametrize(("spans", "until", "why"), SPANS, ids=[s[2] for s in SPANS])
def test_until_when(rhythms: Rhythms, spans: list[tuple[str, str]], until: str | None, why: str) -> None:
    for first, last in spans:
        QuietDays.objects.create(
            couple=rhythms.cast.couples["ana"], set_by=rhythms.place(rhythms.cast.ana),
            first_on=day(first), last_on=day(last), set_at=rhythms.now,
        )  # fmt: skip
    found = quiet.quiet_until(rhythms.viewer(rhythms.cast.ben), today=TODAY)
    assert (found.isoformat() if found else None) == until, why


LINES = [
    ("2026-09-20", "2026-09-20", "A quiet day, 20 September"),
    ("2026-09-20", "2026-09-23", "Quiet days, 20 to 23 September"),
    ("2026-09-28", "2026-10-02", "Quiet days, 28 September to 2 October"),
    ("2026-12-31", "2027-01-01", "Quiet days, 31 December to 1 January"),
]


@pytest.mark.parametrize(("first", "last", "line"), LINES, ids=[found[2] for found in LINES])
def test_what_the_timeline_says(rhythms: Rhythms, first: str, last: str, line: str) -> None:
    put(rhythms, first, last)
    assert [t.line for t in timeline.story(rhythms.viewer(rhythms.cast.ben))] == [line]


def test_the_export_has_the_days_without_who_set_them(rhythms: Rhythms) -> None:
    from accounts.privacy.ports import registered

    put(rhythms, "2026-09-20", "2026-09-23")
    held = registered()["schedules"]
    for person in (rhythms.cast.ana, rhythms.cast.ben):
        assert held.export_of(rhythms.viewer(person)) == [{"from": "2026-09-20", "to": "2026-09-23"}]
    assert held.export_of(rhythms.viewer(rhythms.cast.cleo)) == []
