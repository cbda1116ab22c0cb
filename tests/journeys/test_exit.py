"""The quick exit in a real browser, with the back/forward cache on: Playwright turns it off by itself, and then
every exit looks safe."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests import needs
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SECRET = "canary in a field 8841"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    path = needs.browser()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path,
            args=needs.browser_words(),
            ignore_default_args=["--disable-back-forward-cache"],
        )
        yield browser
        browser.close()


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch, live_server: Any) -> str:
    """A neutral page on another origin that the exit goes on to: the same server by its other name."""
    address = str(live_server.url).replace("localhost", "127.0.0.1") + "/static/blank.svg"
    monkeypatch.setattr(settings, "EXIT_URL", address)
    return address


@pytest.fixture
def signed_in(
    chromium: Browser, live_server: Any, cast: Cast, client_of: Callable[..., Client], elsewhere: str
) -> Iterator[BrowserContext]:
    """Ana's browser."""
    context = chromium.new_context()
    cookie = client_of(cast.ana).cookies[settings.SESSION_COOKIE_NAME]
    context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": cookie.value, "url": str(live_server.url)}]
    )
    yield context
    context.close()


def open_page(context: BrowserContext, live_server: Any, path: str = "/before/") -> Page:
    """A page that only somebody signed in may see, reached over another, so that Back has somewhere to go."""
    page = context.new_page()
    page.goto(f"{live_server.url}/privacy/")
    page.goto(f"{live_server.url}{path}")
    expect(page.get_by_role("button", name="I’ve read this")).to_be_visible()
    return page


def left(page: Page, elsewhere: str) -> None:
    page.wait_for_url(elsewhere)


def assert_nothing_comes_back(page: Page, live_server: Any) -> None:
    """Back leads to no page that needs somebody signed in."""
    back(page)
    assert "I’ve read this" not in page.content()
    page.goto(f"{live_server.url}/before/")
    assert "/sign-in/" in page.url


def back(page: Page) -> None:
    """The back button. A page the browser kept fires no `load`, so nothing waits for one here."""
    page.evaluate("setTimeout(() => history.back(), 0)")
    page.wait_for_timeout(800)


def press_shift(page: Page, times: int) -> None:
    for _ in range(times):
        page.keyboard.press("Shift")


def test_the_button_leaves_and_back_shows_nothing(
    signed_in: BrowserContext, live_server: Any, elsewhere: str
) -> None:
    """ASVS 14.3.1."""
    page = open_page(signed_in, live_server)
    page.locator("a.leave").click()
    left(page, elsewhere)
    assert signed_in.cookies(str(live_server.url)) == []
    assert_nothing_comes_back(page, live_server)


def test_without_script_it_is_a_plain_link(
    chromium: Browser, live_server: Any, cast: Cast, client_of: Callable[..., Client], elsewhere: str
) -> None:
    context = chromium.new_context(java_script_enabled=False)
    cookie = client_of(cast.ana).cookies[settings.SESSION_COOKIE_NAME]
    context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": cookie.value, "url": str(live_server.url)}]
    )
    page = open_page(context, live_server)
    page.locator("a.leave").click()
    left(page, elsewhere)
    assert_nothing_comes_back(page, live_server)
    context.close()


def test_the_hidden_link_is_the_second_tab_stop(
    signed_in: BrowserContext, live_server: Any, elsewhere: str
) -> None:
    page = open_page(signed_in, live_server)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('a.skip[data-exit]')")
    page.keyboard.press("Enter")
    left(page, elsewhere)


def test_shift_three_times_leaves(signed_in: BrowserContext, live_server: Any, elsewhere: str) -> None:
    page = open_page(signed_in, live_server)
    press_shift(page, 3)
    left(page, elsewhere)
    assert_nothing_comes_back(page, live_server)


@pytest.mark.parametrize(
    "what",
    ["twice", "as a modifier", "another key between", "held for a click", "too slowly"],
)
def test_other_uses_of_shift_stay(signed_in: BrowserContext, live_server: Any, what: str) -> None:
    page = open_page(signed_in, live_server)
    if what == "twice":
        press_shift(page, 2)
    elif what == "as a modifier":
        for _ in range(4):
            page.keyboard.press("Shift+A")
    elif what == "another key between":
        press_shift(page, 2)
        page.keyboard.press("b")
        press_shift(page, 2)
    elif what == "held for a click":
        for _ in range(4):
            page.locator("h1").click(modifiers=["Shift"])
    else:
        press_shift(page, 2)
        page.wait_for_timeout(5200)
        press_shift(page, 1)
    page.wait_for_timeout(200)
    assert page.url.endswith("/before/")
    assert "gone" not in (page.locator("html").get_attribute("class") or "")


def test_the_keys_can_be_switched_off(signed_in: BrowserContext, live_server: Any, cast: Cast) -> None:
    from accounts.vault import services as vault

    vault.seal(cast.ana, "settings", {"exit_keys": False})
    cast.ana.save(update_fields=["settings"])
    page = open_page(signed_in, live_server)
    press_shift(page, 4)
    page.wait_for_timeout(200)
    assert page.url.endswith("/before/")


def test_the_page_is_blank_before_anything_is_asked_of_the_network(
    signed_in: BrowserContext, live_server: Any
) -> None:
    page = open_page(signed_in, live_server)
    page.evaluate(
        """secret => {
             const field = document.createElement("textarea");
             field.value = secret; document.getElementById("main").append(field);
             getSelection().selectAllChildren(document.getElementById("main"));
           }""",
        SECRET,
    )
    after = page.evaluate(
        """() => {
             const began = performance.now();
             document.querySelector("a.leave").dispatchEvent(new PointerEvent("pointerdown", {button: 0}));
             return {
               took: performance.now() - began,
               height: document.body.getBoundingClientRect().height,
               title: document.title, field: document.querySelector("textarea").value,
               chosen: String(getSelection()), icon: document.querySelector("link[rel=icon]").href,
             };
           }"""
    )
    assert after["took"] < 50
    assert after["height"] == 0
    assert after["title"] == "Weather"
    assert after["field"] == ""
    assert after["chosen"] == ""
    assert "blank" in after["icon"]


def test_other_tabs_leave_too(signed_in: BrowserContext, live_server: Any, elsewhere: str) -> None:
    first = open_page(signed_in, live_server)
    second = open_page(signed_in, live_server)
    second.locator("a.leave").click()
    left(second, elsewhere)
    left(first, elsewhere)


def test_a_session_ended_elsewhere_leaves_no_page_behind_back(
    signed_in: BrowserContext, live_server: Any, cast: Cast
) -> None:
    """The cookie stays, the right is gone: only asking the server again keeps the page from coming back."""
    from django.contrib.sessions.models import Session

    page = open_page(signed_in, live_server)
    page.goto(f"{live_server.url}/terms/")
    Session.objects.all().delete()
    back(page)
    assert "I’ve read this" not in page.content()


def test_words_typed_come_back_where_the_page_is_still_the_same(
    signed_in: BrowserContext, live_server: Any
) -> None:
    page = open_page(signed_in, live_server)
    kept = page.evaluate(
        """secret => {
             const field = document.createElement("textarea");
             document.querySelector("#main form").append(field); field.value = secret;
             addEventListener("pageshow", e => { window.backAgain = e.persisted; });
             return true;
           }""",
        SECRET,
    )
    assert kept
    page.goto(f"{live_server.url}/terms/")
    back(page)
    page.wait_for_function("window.backAgain === true")  # times out where the browser did not keep the page
    assert page.locator("#main textarea").input_value() == SECRET
    assert page.locator("#main textarea").is_visible()


def test_nothing_is_stored_in_the_browser(signed_in: BrowserContext, live_server: Any) -> None:
    """ASVS 14.3.3."""
    page = open_page(signed_in, live_server)
    held = page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]")
    assert held == [0, 0, ""]


def test_from_another_site_it_takes_one_press(signed_in: BrowserContext, live_server: Any, elsewhere: str) -> None:
    page = signed_in.new_page()
    there = str(live_server.url).replace("localhost", "127.0.0.1")
    page.goto(f"{there}/terms/")
    began = time.monotonic()
    page.evaluate("address => { window.location.href = address; }", f"{live_server.url}/exit")
    expect(page.get_by_role("heading", name="Leave this page?")).to_be_visible()
    page.locator("#main a[data-exit]").click()
    left(page, elsewhere)
    assert time.monotonic() - began < 10
