"""Sessions end when idle and after a working day, by role, by the server's clock."""

import pytest
from django.contrib.sessions.models import Session

from tests.accounts.users.helpers import app_code, give_app, sign_in
from tests.cast import Cast
from tests.conftest import Moved

# who, minutes between clicks, how many clicks, still signed in?
TABLE = [
    pytest.param("ana", [29], True, id="a partner idle for 29 minutes stays"),
    pytest.param("ana", [31], False, id="a partner idle for 31 minutes is signed out"),
    pytest.param("ana", [24] * 29, True, id="a partner who clicks now and then stays for 11 h 36"),
    pytest.param("ana", [24] * 31, False, id="and is signed out after 12 hours all the same"),
    pytest.param("theo", [14], True, id="a therapist idle for 14 minutes stays"),
    pytest.param("theo", [16], False, id="a therapist idle for 16 minutes is signed out"),
    pytest.param("theo", [9] * 53, True, id="a therapist who clicks stays for 7 h 57"),
    pytest.param("theo", [9] * 54, False, id="and is signed out after 8 hours"),
]


@pytest.mark.parametrize(("who", "waits", "stays"), TABLE)
def test_limits(cast: Cast, clock: Moved, who: str, waits: list[int], stays: bool) -> None:
    """ASVS 7.3.1, 7.3.2."""
    person = cast.people[who]
    browser = sign_in(person)
    if person.is_therapist:
        person.authenticator_set.all().delete()
        secret = give_app(person)
        browser = sign_in(person)
        browser.post("/sign-in/step/", {"code": app_code(secret)})
    assert browser.get("/you/").status_code == 200
    for minutes in waits:
        clock.move(minutes=minutes)
        answer = browser.get("/you/")
    assert (answer.status_code == 200) is stays
    if not stays:
        assert answer["Location"] == "/sign-in/?next=/you/"


def test_the_row_is_written_at_most_every_five_minutes(cast: Cast, clock: Moved) -> None:
    """Otherwise it would be a “last seen”, to the second."""
    browser = sign_in(cast.ana)
    browser.get("/you/")
    before = Session.objects.get(pk=browser.session.session_key).session_data
    for _ in range(4):
        clock.move(minutes=1)
        browser.get("/you/")
    assert Session.objects.get(pk=browser.session.session_key).session_data == before
    clock.move(minutes=2)
    browser.get("/you/")
    assert Session.objects.get(pk=browser.session.session_key).session_data != before


def test_a_post_that_came_too_late_is_asked_to_sign_in_and_changes_nothing(cast: Cast, clock: Moved) -> None:
    browser = sign_in(cast.ana)
    clock.move(minutes=31)
    answer = browser.post("/you/", {"theme": "dark"})
    assert answer["Location"].startswith("/sign-in/")
    assert "data-theme" not in sign_in(cast.ana).get("/you/").content.decode()


def test_an_ended_session_stays_dead_when_the_clock_goes_back(cast: Cast, clock: Moved) -> None:
    browser = sign_in(cast.ana)
    began = clock.at
    clock.move(minutes=31)
    browser.get("/you/")
    clock.set(began)
    assert browser.get("/you/").status_code == 302
