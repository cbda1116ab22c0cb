"""Booking sessions: by the therapist's own clock, twice in seven days at most, cancelled at once."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.refusal import Refusal
from accounts.therapists.models import Session
from accounts.therapists.queries import access_to_case
from accounts.therapists.services import book_session
from accounts.users.models import User
from tests.cast import Cast, book
from tests.conftest import START, Moved

ClientOf = Callable[..., Client]


def path(cast: Cast, couple: str = "ana") -> str:
    return f"/cases/{cast.couples[couple].pk}/book/"


TIMES = [
    ("an ordinary day in Lisbon's summer", "Europe/Lisbon", "2026-10-01", "10:00", "2026-10-01T09:00"),
    ("a time the clocks skip", "America/New_York", "2027-03-14", "02:30", "2027-03-14T07:30"),
    ("a time they repeat: its first pass", "America/New_York", "2026-11-01", "01:30", "2026-11-01T05:30"),
    ("half-hour zones", "Asia/Kolkata", "2026-10-01", "10:00", "2026-10-01T04:30"),
]


@pytest.mark.parametrize(("sentence", "zone", "on", "at", "utc"), TIMES, ids=[t[0] for t in TIMES])
def test_it_is_booked_by_the_therapists_clock(
    cast: Cast, client_of: ClientOf, sentence: str, zone: str, on: str, at: str, utc: str
) -> None:
    User.objects.filter(pk=cast.wim.pk).update(time_zone=zone)
    client = client_of(User.objects.get(pk=cast.wim.pk))
    for _ in range(2):
        response = client.post(path(cast), {"on": on, "at": at})
        assert (response.status_code, response["Location"]) == (302, path(cast))
    found = Session.objects.filter(therapist=cast.wim, starts_at=datetime.fromisoformat(utc).replace(tzinfo=UTC))
    assert found.count() == 1, sentence


BAD: list[dict[str, Any]] = [
    {},
    {"on": "", "at": ""},
    {"on": "2026-02-30", "at": "10:00"},
    {"on": "2026-10-01", "at": "25:00"},
    {"on": "9999-12-31", "at": "23:59"},
    {"on": "0001-01-01", "at": "00:00"},
    {"on": "2026-09-13", "at": "10:00"},
    {"on": "2028-10-01", "at": "10:00"},
    {"on": "🙂", "at": ["1", "2"]},
]


@pytest.mark.parametrize("fields", BAD)
def test_bad_input(cast: Cast, client_of: ClientOf, fields: dict[str, Any]) -> None:
    response = client_of(cast.theo).post(path(cast), fields)
    assert response.status_code == 422
    assert "err-sum" in response.content.decode()
    assert Session.objects.filter(therapist=cast.theo).count() == 1


def test_two_in_seven_days_at_most(cast: Cast) -> None:
    """A full calendar would be an open window."""
    Session.objects.filter(therapist=cast.theo).delete()
    couple = cast.couples["ana"].pk

    def booked(hours: float, *, now: datetime = START) -> bool:
        try:
            book_session(therapist=cast.theo, couple_id=couple, at=START + timedelta(hours=hours), now=now)
        except Refusal:
            return False
        return True

    assert [booked(24), booked(72), booked(100), booked(24 + 168), booked(20)] == [True, True, False, True, False]


def test_a_cancelled_one_whose_window_had_begun_counts(cast: Cast, client_of: ClientOf, clock: Moved) -> None:
    client = client_of(cast.theo)
    session = Session.objects.get(therapist=cast.theo)  # in twelve hours: its window is open
    couple = cast.couples["ana"].pk
    client.post(path(cast), {"cancel": session.pk})
    access = access_to_case(cast.theo, couple, now=START)
    assert access is not None
    assert not access.open
    assert client.post(path(cast), {"on": "2026-09-15", "at": "09:00"}).status_code == 302
    assert client.post(path(cast), {"on": "2026-09-16", "at": "09:00"}).status_code == 422


@pytest.mark.parametrize("cancel", ["", "x", "-1", "999999999", "9" * 40, "١"])
def test_what_is_not_ones_own_is_not_cancelled(cast: Cast, client_of: ClientOf, cancel: str) -> None:
    assert client_of(cast.theo).post(path(cast), {"cancel": cancel}).status_code == 404


def test_a_colleagues_session_is_not_cancelled(cast: Cast, client_of: ClientOf) -> None:
    other = Session.objects.get(therapist=cast.wim)
    assert client_of(cast.theo).post(path(cast), {"cancel": other.pk}).status_code == 404
    assert Session.objects.get(pk=other.pk).cancelled_at is None


def test_one_that_is_over_is_not_cancelled(cast: Cast, client_of: ClientOf) -> None:
    past = book(cast.theo, cast.couples["ana"], at=START - timedelta(days=3))
    client_of(cast.theo).post(path(cast), {"cancel": past.pk})
    assert Session.objects.get(pk=past.pk).cancelled_at is None


@pytest.mark.parametrize(("who", "status"), [("hal", 404), ("rae", 404), ("ana", 404), (None, 302)])
def test_nobody_else_books(cast: Cast, client_of: ClientOf, who: str | None, status: int) -> None:
    client = client_of(cast.people[who] if who else None)
    assert client.get(path(cast)).status_code == status
    assert client.post(path(cast), {"on": "2026-10-01", "at": "10:00"}).status_code == status


def test_it_tells_nothing_of_a_rest(cast: Cast, client_of: ClientOf) -> None:
    import re

    from accounts.couples.models import Membership

    def page() -> str:
        return re.sub(r'value="[A-Za-z0-9]{64}"', "", client_of(cast.theo).get(path(cast)).content.decode())

    before = page()
    Membership.objects.filter(person=cast.ana).update(rested_at=START)
    assert page() == before
