"""The page for one person alone, before linking and before leaving: the same questions, other ways on."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.safety import onward
from accounts.safety.onward import Door, Onward
from tests.cast import Cast

pytestmark = pytest.mark.django_db
Browsers = Callable[..., Client]


def test_before_leaving_it_leads_on_to_leaving(cast: Cast, client_of: Browsers) -> None:
    browser = client_of(cast.ana)
    assert 'href="/think/?on=leave"' in browser.get("/you/leave/").content.decode()
    html = browser.get("/think/?on=leave").content.decode()
    doors = html.split('id="doors"')[1]
    assert doors.count("<li>") == 4
    for path in ("/you/leave/", "/you/rest/", "/you/", "/support/"):
        assert f'href="{path}"' in doors, path
    assert "a helpline can think that through with you first" in html
    assert "<input" not in html
    assert "<form" not in html


@pytest.mark.parametrize("name", sorted(onward.registered()))
def test_whoever_registers_it_stores_nothing(client: Client, name: str, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        response = client.get("/think/", {"on": name})
    assert response.status_code == 200
    assert not response.cookies
    assert response.content.decode().count("Are you ever afraid of how the other person may react?") == 1


@pytest.mark.parametrize("name", ["nothing", "leave/", "LEAVE", "'--", "x" * 4000])
def test_a_name_that_is_none_leads_where_the_first_one_leads(client: Client, name: str) -> None:
    assert client.get("/think/", {"on": name}).content == client.get("/think/").content


def test_every_door_leads_somewhere() -> None:
    for each in onward.registered().values():
        for door in each.doors:
            assert reverse(door.route)


def test_two_of_one_name_are_refused() -> None:
    door = Door("accounts:start", "Somewhere")
    with pytest.raises(ValueError, match="two ways on"):
        onward.register(Onward(name="leave", go_on=door, instead=door, not_now=door))


def test_a_therapist_is_led_to_no_partners_page(cast: Cast, client_of: Browsers) -> None:
    html = client_of(cast.theo).get("/think/?on=leave").content.decode()
    assert 'href="/you/leave/"' not in html
    assert 'href="/you/rest/"' not in html
