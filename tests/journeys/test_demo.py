"""The made-up couple in a real browser: one click signs in, every main page holds twelve weeks, axe is content."""

import re
from pathlib import Path

import pytest

from tests import needs
from tests.journeys.sites import embedded
from tests.journeys.visitor import Looked, Visitor, browsing

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

PAGES = {
    "Mara": ["/today/", "/lines/", "/story/", "/story/?range=all", "/answers/", "/helper/", "/you/"],
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
            visitor.context.close()
    assert looked.violations == []
