"""The quick exit as the server sees it. In a real browser: tests/journeys/test_exit.py."""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from accounts.safety import leaving
from tests.cast import Cast

pytestmark = pytest.mark.django_db
Browsers = Callable[..., Client]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_ends_the_session_and_goes_on(cast: Cast, client_of: Browsers, method: str) -> None:
    browser = client_of(cast.ana)
    browser.cookies[settings.CSRF_COOKIE_NAME] = "x" * 32
    response = browser.generic(method, "/exit")
    assert response.status_code == 303
    assert response["Location"] == settings.EXIT_URL
    assert response["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert response["Cache-Control"] == "no-store"
    assert response["Referrer-Policy"] == "same-origin"
    for name in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME):
        assert response.cookies[name]["max-age"] == 0
    assert not Session.objects.exists()


def test_a_kept_cookie_opens_nothing_afterwards(cast: Cast, client_of: Browsers) -> None:
    """ASVS 7.4.1."""
    browser = client_of(cast.ana)
    cookie = browser.cookies[settings.SESSION_COOKIE_NAME].value
    assert browser.get("/before/").status_code == 200
    browser.get("/exit")
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = cookie
    assert thief.get("/before/").status_code == 302


def test_works_for_somebody_not_signed_in(client: Client) -> None:
    assert client.get("/exit").status_code == 303


def test_needs_no_token(cast: Cast) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast.ana)
    assert browser.post("/exit").status_code == 303


@pytest.mark.parametrize(
    ("site", "status"), [("same-origin", 303), ("none", 303), ("cross-site", 200), ("same-site", 200)]
)
def test_another_site_cannot_sign_anybody_out(cast: Cast, client_of: Browsers, site: str, status: int) -> None:
    browser = client_of(cast.ana)
    response = browser.get("/exit", headers={"sec-fetch-site": site})
    assert response.status_code == status
    still_in = browser.get("/before/").status_code == 200
    assert still_in is (status == 200)
    if status == 200:
        assert "Clear-Site-Data" not in response
        assert 'data-exit rel="nofollow noreferrer">Leave this page</a></div>' in response.content.decode()


def test_only_this_session_ends(cast: Cast, client_of: Browsers) -> None:
    here, there, other = client_of(cast.ana), client_of(cast.ana), client_of(cast.ben)
    here.get("/exit")
    assert there.get("/before/").status_code == 200
    assert other.get("/before/").status_code == 200


def test_leads_out_also_when_the_database_does_not_answer(
    cast: Cast, client_of: Browsers, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise OperationalError("gone")

    browser = client_of(cast.ana)
    browser.raise_request_exception = False
    monkeypatch.setattr("accounts.safety.views.logout", broken)
    response = browser.get("/exit")
    assert response.status_code == 303
    assert response["Location"] == settings.EXIT_URL
    assert response.cookies[settings.SESSION_COOKIE_NAME]["max-age"] == 0
    assert response["Cache-Control"] == "no-store"


def test_its_address_is_the_one_the_safety_net_knows() -> None:
    assert reverse("accounts:exit") == leaving.PATH
