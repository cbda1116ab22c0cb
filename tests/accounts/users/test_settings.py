"""Name, zone, quiet hours, later."""

from typing import Any

import pytest

from accounts.access import viewer_of
from accounts.couples.models import Membership
from accounts.users.models import User
from accounts.users.preferences import preferences_of
from accounts.vault import services as vault
from tests.cast import Cast
from tests.conftest import Moved

GOOD = {"name": "Anna", "zone": "Europe/Madrid", "quiet_from": "23:00", "quiet_to": "06:30"}


def test_it_shows_what_is_kept(cast: Cast, client_of: Any) -> None:
    page = client_of(cast.ana).get("/you/settings/").content.decode()
    assert 'value="Ana"' in page
    assert '<option value="Europe/Lisbon" selected' in page


def test_it_saves_and_copies_the_name_for_the_other(cast: Cast, client_of: Any, clock: Moved) -> None:
    browser = client_of(cast.ana)
    assert browser.post("/you/settings/", GOOD)["Location"] == "/you/settings/"
    person = User.objects.get(pk=cast.ana.pk)
    viewer = viewer_of(person, now=clock.at)
    assert vault.open(viewer, person, "name") == "Anna"
    assert person.time_zone == "Europe/Madrid"
    assert preferences_of(viewer, person).quiet == ("23:00", "06:30")
    place = Membership.objects.get(person=cast.ana)
    assert vault.open(viewer_of(cast.ben, now=clock.at), place, "name") == "Anna"


def test_while_the_plan_rests_the_others_copy_stays(cast: Cast, client_of: Any, clock: Moved) -> None:
    client_of(cast.rita).post("/you/settings/", {**GOOD, "name": "Marguerite"})
    place = Membership.objects.get(person=cast.rita)
    assert vault.open(viewer_of(cast.rob, now=clock.at), place, "name") == "Rita"


def test_somebody_alone_can_change_theirs(cast: Cast, client_of: Any) -> None:
    assert client_of(cast.sol).post("/you/settings/", GOOD).status_code == 302


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"name": ""}, id="no name"),
        pytest.param({"name": "x" * 41}, id="too long"),
        pytest.param({"zone": "Nowhere/Land"}, id="no zone"),
        pytest.param({"quiet_from": "06:30"}, id="no length"),
        pytest.param({"quiet_to": ""}, id="no end"),
    ],
)
def test_bad_input_gets_422_and_changes_nothing(cast: Cast, client_of: Any, change: dict[str, str]) -> None:
    before = User.objects.filter(pk=cast.ana.pk).values().get()
    answer = client_of(cast.ana).post("/you/settings/", {**GOOD, **change})
    assert answer.status_code == 422
    assert "err-sum" in answer.content.decode()
    assert User.objects.filter(pk=cast.ana.pk).values().get() == before


def test_a_field_sent_twice_counts_once(cast: Cast, client_of: Any) -> None:
    body = "name=One&name=Two&zone=Europe/Madrid&quiet_from=off&quiet_to=07:00"
    answer = client_of(cast.ana).post("/you/settings/", body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 302


def test_the_other_sees_nothing_of_zone_and_quiet_hours(cast: Cast, client_of: Any) -> None:
    before = client_of(cast.ben).get("/you/settings/").content
    client_of(cast.ana).post("/you/settings/", {**GOOD, "name": "Ana"})
    after = client_of(cast.ben).get("/you/settings/").content
    assert len(before) == len(after)
    assert b"Madrid</option" not in after.replace(b"Europe/Madrid (", b"")
