"""The made-up couple in a real browser: one click signs in, every main page holds twelve weeks, axe is content."""

import re
from pathlib import Path

import pytest

from tests import needs
from tests.journeys.sites import embedded
from tests.journeys.visitor import Looked, Visitor, browsing

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

PAGES = {
    "Mara": [
        "/today/",
        "/lines/",
        "/story/",
        "/story/?range=all",
        "/answers/",
        "/helper/",
        "/you/",
        "/you/support/",
        "/lines/for-me/",
        "/you/leave/",
        "/think/?on=leave",
        "/support/",
        "/support/own/?country=NZ",
        "/support/here/?country=US",
        "/limits/",
        "/not-for/",
        "/lines/new/commitment/",
        "/journal/",
        "/talks/",
        "/talks/new/",
    ],
    "Jonas": ["/today/", "/lines/", "/story/"],
    "Nadia": ["/today/", "/lines/", "/story/", "/together/", "/think/"],
    "Okafor": ["/cases/", "/t/profile/", "/t/codes/"],
}


def test_everybody_of_the_demo_has_pages_to_look_at(tmp_path: Path) -> None:
    needs.browser()
    looked = Looked()
    with browsing() as browser, embedded(tmp_path, DEMO="1") as site:
        for name, paths in PAGES.items():
            visitor = Visitor(site, browser, looked, name=name, zone="Europe/Lisbon")
            visitor.go("/demo/")
            with visitor.page.expect_navigation():
                visitor.page.locator("form", has_text=re.compile(name)).first.locator("button").click()
            visitor.look()
            assert "/sign-in/" not in visitor.path
            looked.pages = {shape for shape in looked.pages if shape[0].startswith("/demo/")}
            for path in paths:
                visitor.go(path)
                assert "/sign-in/" not in visitor.path, path
            if name == "Mara":
                _writes_hard_words(visitor)
            visitor.context.close()
    assert looked.violations == []


def _writes_hard_words(visitor: Visitor) -> None:
    """The card with numbers comes with the save, goes on by one press, and is nowhere afterwards."""
    visitor.go("/lines/new/commitment/")
    assert "a court may ask for it" in visitor.page.inner_text("main")
    visitor.page.fill("[name=what]", "I don’t want to live any more")
    with visitor.page.expect_navigation():
        visitor.page.click("button[value=keep]")
    visitor.look()
    assert "you can talk to someone now" in visitor.page.inner_text("main")
    with visitor.page.expect_navigation():
        visitor.page.get_by_role("link", name="Go on").click()
    assert visitor.path == "/lines/"
    assert "you can talk to someone now" not in visitor.page.inner_text("main")
    visitor.go("/lines/new/commitment/")
    assert "a court may ask for it" not in visitor.page.inner_text("main"), "said once"
