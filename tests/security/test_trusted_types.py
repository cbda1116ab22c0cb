"""Trusted Types in real Chromium: the site's pages work under them, and text cannot become markup or script."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page

from tests.cast import Cast
from tests.journeys.visitor import browsing

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SINKS = {
    "markup": "document.body.innerHTML = '<b>x</b>'",
    "a page": "new DOMParser().parseFromString('<b>x</b>', 'text/html')",
    "a script's address": "document.createElement('script').src = '/static/zone.js'",
    "a script's text": "document.createElement('script').text = '1'",
    "a policy of one's own": "window.trustedTypes.createPolicy('mine', { createHTML: String })",
    "the site's policy once more": "window.trustedTypes.createPolicy('read', { createHTML: String })",
}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browsing() as browser:
        yield browser


@pytest.fixture
def page(chromium: Browser, live_server: Any, cast: Cast, client_of: Callable[..., Client]) -> Iterator[Page]:
    context = chromium.new_context()
    cookie = client_of(cast.ana).cookies[settings.SESSION_COOKIE_NAME]
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": cookie.value, "url": str(live_server.url)}])
    yield context.new_page()
    context.close()


def test_pages_break_no_rule_of_theirs_and_text_stays_text(page: Page, live_server: Any) -> None:
    """ASVS 3.4.3: no violation on any of these pages; each way of making markup or script of text is refused.

    ASVS 14.2.3.
    """
    problems: list[str] = []
    page.on("console", lambda line: problems.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    for path in ("/today/", "/story/", "/lines/", "/lines/new/boundary/", "/you/settings/", "/support/"):
        page.goto(f"{live_server.url}{path}")
        assert problems == [], path
    for what, script in SINKS.items():
        tried = f"() => {{ try {{ {script}; return 'allowed'; }} catch (error) {{ return error.name; }} }}"
        answer = page.evaluate(tried)
        assert answer in {"TypeError", "EvalError"}, what
