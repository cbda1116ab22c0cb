"""The page You: everything of one's own, and every way to stop."""

import re
from typing import Any

import pytest

from accounts.access import viewer_of
from accounts.users.models import User
from accounts.users.preferences import preferences_of
from tests.accounts.users.helpers import give_app, sign_in
from tests.cast import Cast
from tests.conftest import Moved


def test_a_partner_finds_everything(cast: Cast, client_of: Any) -> None:
    page = client_of(cast.ana).get("/you/").content.decode()
    for path in ("/you/export/", "/you/settings/", "/you/password/", "/you/second-factor/", "/you/address/",
                 "/you/devices/", "/you/rest/", "/you/leave/", "/you/delete/", "/helper/", "/you/nevers/",
                 "/helper/visits/", "/answers/", "/you/closed/", "/times/quiet/"):  # fmt: skip
        assert f'href="{path}' in page, path
    assert re.search(r'href="/you/" aria-current="page"|aria-current="page"[^>]*href="/you/"', page)


def test_somebody_alone_has_nothing_to_rest_or_to_leave(cast: Cast, client_of: Any) -> None:
    page = client_of(cast.sol).get("/you/").content.decode()
    assert "/you/rest/" not in page
    assert "/you/leave/" not in page
    assert "/you/delete/" in page


def test_a_therapist_sees_their_own_side(cast: Cast, client_of: Any) -> None:
    page = client_of(cast.theo).get("/you/").content.decode()
    assert "/you/delete/" in page
    for path in ("/answers/", "/helper/", "/you/rest/", "/you/nevers/"):
        assert f'href="{path}' not in page


def test_nobody_else_gets_in(cast: Cast, client_of: Any) -> None:
    assert client_of(None).get("/you/")["Location"] == "/sign-in/?next=/you/"
    assert client_of(cast.una).get("/you/")["Location"] == "/sign-in/"


@pytest.mark.parametrize(("theme", "shown"), [("dark", 'data-theme="dark"'), ("light", 'data-theme="light"')])
def test_a_theme_is_kept(cast: Cast, client_of: Any, theme: str, shown: str) -> None:
    browser = client_of(cast.ana)
    assert browser.post("/you/", {"theme": theme, "keys": "on"}).status_code == 302
    page = browser.get("/you/").content.decode()
    assert shown in page
    assert "Saved." in page
    assert "data-exit-keys" not in page
    assert "data-theme" not in client_of(cast.ben).get("/you/").content.decode()


def test_the_keys_can_be_switched_off_and_the_rest_stays(cast: Cast, client_of: Any, clock: Moved) -> None:
    browser = client_of(cast.ana)
    browser.post(
        "/you/settings/", {"name": "Ana", "zone": "Europe/Lisbon", "quiet_from": "23:00", "quiet_to": "06:30"}
    )
    browser.post("/you/", {"theme": "device"})
    assert 'data-exit-keys="off"' in browser.get("/you/").content.decode()
    person = User.objects.get(pk=cast.ana.pk)
    assert preferences_of(viewer_of(person, now=clock.at), person).quiet == ("23:00", "06:30")


@pytest.mark.parametrize("theme", ["", "purple", "<b>", "x" * 5000])
def test_a_theme_that_is_none_gets_422(cast: Cast, client_of: Any, theme: str) -> None:
    assert client_of(cast.ana).post("/you/", {"theme": theme}).status_code == 422


def test_a_refused_address_is_told_to_its_owner_alone(cast: Cast, client_of: Any, clock: Moved) -> None:
    before = client_of(cast.ben).get("/you/").content
    User.objects.filter(pk=cast.ana.pk).update(mail_failed_at=clock.at)
    page = client_of(cast.ana).get("/you/").content.decode()
    assert "did not take our last mail" in page
    assert cast.ana.email in page
    after = client_of(cast.ben).get("/you/").content
    strip = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]+"')
    assert strip.sub(b"", before) == strip.sub(b"", after)


def test_it_says_which_second_step_there_is(cast: Cast, client_of: Any) -> None:
    assert "None yet" in client_of(cast.ana).get("/you/").content.decode()
    give_app(cast.ana)
    assert "An authenticator app" in client_of(cast.ana).get("/you/").content.decode()


def test_it_counts_ones_own_devices(cast: Cast) -> None:
    first = sign_in(cast.ana)
    assert "This device" in first.get("/you/").content.decode()
    sign_in(cast.ana)
    assert "2 devices" in first.get("/you/").content.decode()


@pytest.mark.parametrize("other", ["rested_at", "left_at", "suspended_at", "delete_asked_at", "mail_stopped_at"])
def test_it_does_not_depend_on_what_the_other_did(
    cast: Cast, client_of: Any, clock: Moved, other: str, django_assert_max_num_queries: Any
) -> None:
    """The same bytes whatever the other has done: only one’s own place decides."""
    strip = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]+"')
    browser = client_of(cast.ana)
    before = strip.sub(b"", browser.get("/you/").content)
    rows = cast.ben.memberships if other in {"rested_at", "left_at"} else User.objects.filter(pk=cast.ben.pk)
    rows.update(**{other: clock.at})
    with django_assert_max_num_queries(9):
        after = strip.sub(b"", browser.get("/you/").content)
    assert before == after
