"""Stopping the evening notes, and letting them come again."""

from typing import Any

from accounts.users.models import User
from tests.cast import Cast
from tests.conftest import Moved


def _person(cast: Cast) -> User:
    return User.objects.get(pk=cast.ana.pk)


def test_they_stop_and_come_again(cast: Cast, client_of: Any, clock: Moved) -> None:
    browser = client_of(cast.ana)
    assert "Stop the notes" in browser.get("/you/settings/").content.decode()
    assert browser.post("/you/notes/", {"notes": "stop"})["Location"] == "/you/settings/"
    assert _person(cast).mail_stopped_at == clock.at
    assert "Let notes come again" in browser.get("/you/settings/").content.decode()
    browser.post("/you/notes/", {"notes": "resume"})
    assert _person(cast).mail_stopped_at is None


def test_stopping_twice_keeps_the_first_moment(cast: Cast, client_of: Any, clock: Moved) -> None:
    browser, first = client_of(cast.ana), clock.at
    browser.post("/you/notes/", {"notes": "stop"})
    clock.move(minutes=5)
    browser.post("/you/notes/", {"notes": "stop"})
    assert _person(cast).mail_stopped_at == first


def test_resuming_tries_a_refused_address_again(cast: Cast, client_of: Any, clock: Moved) -> None:
    User.objects.filter(pk=cast.ana.pk).update(mail_failed_at=clock.at)
    client_of(cast.ana).post("/you/notes/", {"notes": "resume"})
    assert _person(cast).mail_failed_at is None


def test_looking_does_nothing(cast: Cast, client_of: Any) -> None:
    assert client_of(cast.ana).get("/you/notes/")["Location"] == "/you/settings/"
    assert client_of(None).post("/you/notes/", {"notes": "stop"}).status_code == 302
    assert _person(cast).mail_stopped_at is None


def test_only_ones_own_stop(cast: Cast, client_of: Any) -> None:
    client_of(cast.ben).post("/you/notes/", {"notes": "stop"})
    assert _person(cast).mail_stopped_at is None
