"""What a browser keeps after the quick exit: its profile folder, searched; and pages by Back, whichever way one
was signed out. With a real profile and the back/forward cache on, as people have it."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from playwright.sync_api import BrowserContext, Page, Playwright, sync_playwright

from repair.management.commands.access_table import routes, rule_of
from tests import needs
from tests.cast import Cast
from tests.conftest import Moved
from tests.contract.visiting import visits
from tests.contract.world import build_world
from tests.journeys.dump import leaks
from tests.security import tally

BOX = re.compile(r'<(?:textarea|input(?=[^>]*type="(?:text|date|time|email|number)"))[^>]*>')
CANARY = "kieferzapfen4417"
SEED = "haselstrauch4417"
SECRET_PAGES = ("/answers/", "/lines/", "/story/", "/you/settings/")
# Without a page of their own: a file, a picture, or words for machines and mail programs.
NO_PAGE = {"repair:calendar_file", "checkins:healthz", "checkins:readyz"}


@pytest.mark.pure
def test_every_page_has_the_way_out(cast: Cast, clock: Moved) -> None:
    """Each page that anybody of the cast gets, errors and sign-in included: the link, its script, and no-store."""
    arguments = build_world(cast, now=clock.at)["arguments"]
    seen, without, kept_by_browsers = set(), [], set()
    for person in (None, cast.una, cast.ana, cast.rita, cast.cora, cast.theo):
        client = Client(enforce_csrf_checks=True)
        if person is not None:
            client.force_login(person)
        for name, method, path in visits(arguments):
            answer = client.generic(method, path)
            if name in NO_PAGE or answer.status_code in {301, 302, 303}:
                continue
            html = answer.content.decode()
            seen.add(name)
            kept = answer.get("Cache-Control") == "no-store"
            kept_by_browsers |= {f"{name}: {box}" for box in BOX.findall(html) if "autocomplete=" not in box}
            if "data-exit " not in html or "/static/exit" not in html or 'href="/exit"' not in html or not kept:
                without.append(f"{method} {name} {answer.status_code}")
    assert without == []
    assert kept_by_browsers == set(), "browsers remember what is typed there"
    tally.add("quick exit", cases=len(seen), found=len(without))


@pytest.mark.pure
def test_no_fragment_library_keeps_pages() -> None:
    """No htmx, so no history of its own; and no script of the site keeps anything or stays behind."""
    for path in Path("static").glob("*.js"):
        words = path.read_text()
        for keeping in (
            "localStorage",
            "sessionStorage",
            "indexedDB",
            "serviceWorker",
            "caches.",
            "document.cookie",
        ):
            assert keeping not in words, path.name
    assert not [name for name, _, view in routes() if rule_of(view) is None]


# In a browser with a profile on disk.


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


def with_profile(playwright: Playwright, folder: Path) -> BrowserContext:
    return playwright.chromium.launch_persistent_context(
        str(folder), executable_path=needs.browser(), args=needs.browser_words(),
        ignore_default_args=["--disable-back-forward-cache"],
    )  # fmt: skip


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch, live_server: Any) -> str:
    address = str(live_server.url).replace("localhost", "127.0.0.1") + "/static/blank.svg"
    monkeypatch.setattr(settings, "EXIT_URL", address)
    return address


def signed_in(context: BrowserContext, live_server: Any, client: Client) -> Page:
    name = settings.SESSION_COOKIE_NAME
    cookie = {"name": name, "value": client.cookies[name].value, "url": str(live_server.url)}
    context.add_cookies([cookie])  # type: ignore[list-item]
    return context.new_page()


def lying_in(profile: Path, wanted: list[str]) -> list[str]:
    """Which of the wanted a profile folder holds, and in which file."""
    files = [path for path in profile.rglob("*") if path.is_file() and not path.is_symlink()]
    return [f"{path.relative_to(profile)}: {leak}" for path in files for leak in leaks(path.read_bytes(), wanted)]


def held(page: Page) -> Any:
    """Everything a page can leave in the browser."""
    return page.evaluate(
        """async () => [localStorage.length, sessionStorage.length, document.cookie,
             (await indexedDB.databases()).length, (await caches.keys()).length,
             (await navigator.serviceWorker.getRegistrations()).length]"""
    )


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_profile_holds_no_word_after_the_exit(
    playwright: Playwright, live_server: Any, cast: Cast, clock: Moved, client_of: Callable[..., Client],
    elsewhere: str, tmp_path: Path,
) -> None:  # fmt: skip
    """ASVS 14.3.1, 14.3.3: words that were typed, sent, shown again and read, in files of any kind; addresses and
    titles say nothing either."""
    profile = tmp_path / "profile"
    context = with_profile(playwright, profile)
    page = signed_in(context, live_server, client_of(cast.ana))
    page.goto(f"{live_server.url}/lines/new/commitment/")
    page.fill("[name=what]", f"{CANARY} and more")
    page.fill("[name=know]", f"{CANARY} too")
    with page.expect_navigation():
        page.click("button[value=keep]")
    page.goto(f"{live_server.url}/lines/")
    assert CANARY in page.content()
    page.goto(f"{live_server.url}/lines/new/boundary/")
    page.fill("[name=what]", f"{CANARY} not sent")
    assert held(page) == [0, 0, "", 0, 0, 0]
    page.locator("a.leave").click()
    page.wait_for_url(elsewhere)
    context.close()
    assert any(profile.rglob("History")), "a profile was written"
    found = lying_in(profile, [CANARY])
    tally.add("quick exit", cases=len(list(profile.rglob("*"))), found=len(found))
    assert found == []


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_page_that_keeps_words_is_noticed(playwright: Playwright, live_server: Any, tmp_path: Path) -> None:
    """Seeded: words in the browser's storage, in a title and in an address."""
    profile = tmp_path / "profile"
    context = with_profile(playwright, profile)
    page = context.new_page()
    page.goto(f"{live_server.url}/terms/?{SEED}")
    page.evaluate("word => localStorage.setItem('draft', word)", SEED)
    assert held(page)[0] == 1
    context.close()
    found = lying_in(profile, [SEED])
    assert any("History" in where for where in found)
    assert any("Local Storage" in where for where in found)
    tally.add("quick exit", seeded=2, caught=2)


# Signed out in one of these ways, then Back.


def _by_the_exit(page: Page, url: str) -> None:
    page.goto(f"{url}/exit")


def _by_the_clock(page: Page, url: str) -> None:
    page.goto(f"{url}/terms/")
    for session in Session.objects.all():
        store = session.get_session_store_class()(session.session_key)
        store["seen"] = store["began"] = "2020-01-01T00:00:00+00:00"
        store.save()


def _from_elsewhere(page: Page, url: str) -> None:
    page.goto(f"{url}/terms/")
    Session.objects.all().delete()


WAYS = (_by_the_exit, _by_the_clock, _from_elsewhere)


def comes_back(
    context: BrowserContext, url: str, way: Callable[[Page, str], None], sign_in: Callable[[], Client]
) -> list[str]:
    """Pages of which Back shows something after the session has ended."""
    found = []
    for path in SECRET_PAGES:
        page = signed_in(context, type("S", (), {"url": url}), sign_in())
        page.goto(f"{url}/privacy/")
        page.goto(f"{url}{path}")
        title = page.locator("h1").inner_text()
        way(page, url)
        for _ in range(3):
            page.evaluate("setTimeout(() => history.back(), 0)")
            page.wait_for_timeout(400)
            page.wait_for_load_state()
            heads = page.locator("h1")
            if page.url.endswith(path) and heads.count() and heads.first.is_visible():
                found += [path] if heads.first.inner_text() == title else []
        page.close()
    return found


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__.strip("_"))
def test_back_shows_no_page_however_the_session_ended(
    playwright: Playwright, live_server: Any, cast: Cast, client_of: Callable[..., Client], elsewhere: str,
    tmp_path: Path, way: Callable[[Page, str], None],
) -> None:  # fmt: skip
    """ASVS 14.3.1."""
    context = with_profile(playwright, tmp_path / "profile")
    found = comes_back(context, str(live_server.url), way, lambda: client_of(cast.ana))
    context.close()
    tally.add("back after signing out", cases=len(SECRET_PAGES), found=len(found))
    assert found == []
