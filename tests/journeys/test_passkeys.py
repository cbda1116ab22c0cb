"""Passkeys in a real browser under the site's own policy: adding one, signing in with it alone, as a second step,
and to prove oneself again. And the time zone, guessed once."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.accounts.users.helpers import PASSWORD
from tests.cast import Cast, make_person
from tests.conftest import Moved
from tests.journeys.visitor import browsing

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browsing() as browser:
        yield browser


@pytest.fixture
def site(live_server: Any) -> str:
    return str(live_server.url)


def _sign_in(page: Page, site: str, address: str) -> None:
    page.goto(f"{site}/sign-in/")
    page.get_by_label("E-mail").fill(address)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def _with_authenticator(chromium: Browser, problems: list[str]) -> Page:
    page = chromium.new_context().new_page()
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda line: problems.append(line.text) if "Content Security" in line.text else None)
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    authenticator = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": authenticator})
    return page


def test_a_passkey_from_adding_it_to_proving_oneself_with_it(cast: Cast, chromium: Browser, site: str) -> None:
    problems: list[str] = []
    page = _with_authenticator(chromium, problems)
    _sign_in(page, site, cast.sol.email)
    page.goto(f"{site}/you/second-factor/passkeys/add/")
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("Sign in with it alone").check()
    page.get_by_role("button", name="Add it").click()
    page.get_by_role("button", name="Show my codes").click()
    expect(page.locator(".codes li")).to_have_count(10)

    page.goto(f"{site}/you/")
    page.get_by_role("button", name="Sign out").click()
    page.goto(f"{site}/sign-in/")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/today/")

    page.goto(f"{site}/again/?next=/you/export/")
    page.get_by_role("link", name="A passkey").click()
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/you/export/")

    page.goto(f"{site}/you/")
    page.get_by_role("button", name="Sign out").click()
    _sign_in(page, site, cast.sol.email)
    expect(page.get_by_role("heading", name="One more step")).to_be_visible()
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/today/")
    assert not problems
    page.context.close()


def test_when_it_fails_the_page_says_so(cast: Cast, chromium: Browser, site: str) -> None:
    page = _with_authenticator(chromium, [])

    def cut(route: Route) -> None:
        route.abort()

    page.goto(f"{site}/sign-in/")
    page.route("**/sign-in/passkey/", cut)
    expect(page.get_by_text("That didn’t work")).to_be_hidden()
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_text("That didn’t work")).to_be_visible()
    page.context.close()


def test_without_script_no_button_promises_what_cannot_work(db: None, chromium: Browser, site: str) -> None:
    page = chromium.new_context(java_script_enabled=False).new_page()
    page.goto(f"{site}/sign-in/")
    expect(page.locator("#passkey_login")).to_be_hidden()
    page.context.close()


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/New_York"])
def test_the_time_zone_is_guessed_and_can_be_changed(
    db: None, clock: Moved, chromium: Browser, site: str, zone: str
) -> None:
    person = make_person("Newcomer", now=clock.at, arrived=False)
    page = chromium.new_context(timezone_id=zone).new_page()
    _sign_in(page, site, person.email)
    expect(page.get_by_label("Your time zone")).to_have_value(zone)
    page.get_by_label("Your time zone").select_option("Europe/Berlin")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_label("Your time zone")).to_have_value("Europe/Berlin")
    page.context.close()
