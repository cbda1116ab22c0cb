"""M2, M3: what opens mail before its reader does (HEAD, GET, GET again, a browser that runs scripts) changes
nothing and gets in nowhere, whichever link it takes, with anybody’s session or none."""

import hashlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings as used
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.test import Client
from playwright.sync_api import Browser, Page

from accounts.mail import stopping
from tests.cast import Cast
from tests.conftest import Moved
from tests.journeys.visitor import browsing
from tests.security import tally
from tests.security.letters import links_in, owe_every_kind

WHO = ("nobody", "ana", "ben", "theo")  # whose browser a scanner stands behind
WAYS = ("HEAD", "GET", "GET")


def everything() -> str:
    """One hash over every row of every table."""
    rows = (f"{m._meta.label} {row!r}" for m in apps.get_models() for row in m._base_manager.values_list())
    return hashlib.sha256("\n".join(sorted(rows)).encode()).hexdigest()


def opened(cast: Cast, links: list[str], client_of: Callable[..., Client]) -> list[str]:
    """Links with which opening changed a row, or let somebody in who was not in before."""
    found = []
    for who in WHO:
        client = client_of(None if who == "nobody" else cast.people[who])
        client.get("/terms/")  # a session notes once when it began
        before = everything()
        for path in links:
            for way in WAYS:
                answer = client.generic(way, path)
                assert answer.status_code in {200, 302, 404}, f"{way} {path} as {who}: {answer.status_code}"
                if everything() != before:
                    found.append(f"{way} {path} as {who}")
                    before = everything()
            if who == "nobody" and client.get("/you/").status_code == 200:
                found.append(f"{path} lets in")
    return found


@pytest.fixture
def links(cast: Cast, clock: Moved, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setattr("checkins.reminders.engine.hint", lambda count: None)
    found = links_in(owe_every_kind(cast, clock), now=clock.at)
    assert {path.split("/")[1] for path in found} >= {"n", "m", "i", "sign-in"}
    return found


@pytest.mark.pure
def test_opening_every_link_changes_no_row(cast: Cast, links: list[str], client_of: Any) -> None:
    """ASVS 3.5.3, 6.3.6."""
    found = opened(cast, links, client_of)
    tally.add("mail scanner", cases=len(links) * len(WHO) * len(WAYS), found=len(found))
    assert found == []


class StopsOnLooking:
    """Seeded: the page that stops mail does so as soon as it is looked at."""

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response: HttpResponse = self.get_response(request)
        if request.method == "GET" and request.path.startswith("/m/"):
            stopping.stop_by_token(token=request.path.split("/")[2], now=request.viewer.now)  # type: ignore[attr-defined]
        return response


def stops_by_script(request: HttpRequest, template: str, *words: Any, **named: Any) -> HttpResponse:
    """Seeded: the page sends its own form, as soon as a script can run."""
    response = render(request, template, *words, **named)
    if template == "accounts/mail/stop.html":
        response.content += b"<script>document.querySelector('main form').submit()</script>"
        response._csp_exempt = True  # type: ignore[attr-defined]
    return response


@pytest.mark.pure
def test_a_page_that_acts_on_looking_is_noticed(
    cast: Cast, links: list[str], client_of: Any, settings: Any
) -> None:
    """Seeded fault of the test above."""
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, f"{__name__}.StopsOnLooking"]
    assert any("/m/" in where for where in opened(cast, links, client_of))
    tally.add("mail scanner", seeded=1, caught=1)


# In a browser.


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browsing() as browser:
        yield browser


def opened_in(page: Page, url: str, links: list[str]) -> list[str]:
    before, found = everything(), []
    for path in links:
        page.goto(f"{url}{path}")
        page.wait_for_load_state("networkidle")
        if everything() != before:
            found.append(path)
            before = everything()
    return found


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("who", ["nobody", "ana"])
def test_a_browser_that_runs_scripts_changes_no_row(
    chromium: Browser, live_server: Any, cast: Cast, links: list[str], client_of: Callable[..., Client], who: str
) -> None:
    """ASVS 3.5.3."""
    context = chromium.new_context()
    if who != "nobody":
        cookie = client_of(cast.people[who]).cookies[used.SESSION_COOKIE_NAME]
        name, url = used.SESSION_COOKIE_NAME, str(live_server.url)
        context.add_cookies([{"name": name, "value": cookie.value, "url": url}])
    page = context.new_page()
    page.goto(f"{live_server.url}/terms/")  # a session notes once when it began
    if who != "nobody":
        page.goto(f"{live_server.url}/you/")
    found = opened_in(page, str(live_server.url), links)
    tally.add("mail scanner", cases=len(links), found=len(found))
    assert found == []
    context.close()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_page_that_acts_by_script_is_noticed(
    chromium: Browser, live_server: Any, cast: Cast, links: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seeded fault of the test above."""
    monkeypatch.setattr("accounts.mail.views.render", stops_by_script)
    context = chromium.new_context()
    found = opened_in(context.new_page(), str(live_server.url), [path for path in links if path.startswith("/m/")])
    assert found
    tally.add("mail scanner", seeded=1, caught=1)
    context.close()
