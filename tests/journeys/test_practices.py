"""The pages of practices and programmes in a real browser, phone and desktop, light and dark: axe is content.

A sample with every type of item in `make test`; every page of every practice and programme in `make security`.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from repair.programmes import content
from repair.programmes.addresses import address_of
from repair.programmes.practice_reading import ITEM_KEYS
from tests import needs
from tests.journeys.sites import embedded
from tests.journeys.visitor import Looked, Visitor, browsing

pytestmark = [pytest.mark.browser, pytest.mark.timeout(1800)]

PATHS = ["/path/", "/path/mine/", "/path/parting/", "/practices/", "/lines/new/path/"]


def every_page() -> list[str]:
    """The address of every page that the content makes."""
    programmes = [f"/path/{programme.slug}/" for programme in content.programmes()]
    practices = [
        address
        for practice in content.practices()
        for address in (
            [f"/practices/{practice.slug}/"]
            + [f"/practices/{practice.slug}/{number}/" for number in range(1, len(practice.parts) + 1)]
            if address_of(practice).startswith("/practices/")
            else [address_of(practice)]
        )
    ]
    return [*PATHS, *programmes, *practices]


def sample() -> list[str]:
    """One programme, and as few pages of practices as ask every type of item."""
    pages = {
        f"/practices/{practice.slug}/{number}/": {item.type for item in part.items}
        for practice in content.practices()
        for number, part in enumerate(practice.parts, 1)
    }
    chosen: list[str] = []
    missing = set(ITEM_KEYS)
    while missing:
        best = max(sorted(pages), key=lambda page: len(pages[page] & missing))
        assert pages[best] & missing, f"no practice asks {missing}"
        chosen.append(best)
        missing -= pages[best]
    return [*PATHS, f"/path/{content.programmes()[1].slug}/", "/practices/name_the_hurt/", *chosen]


@contextmanager
def looked_at(tmp_path: Path, paths: list[str]) -> Iterator[Visitor]:
    """A visitor of the demo who has looked at these pages."""
    needs.browser()
    looked = Looked()
    with browsing() as browser, embedded(tmp_path, DEMO="1") as site:
        visitor = Visitor(site, browser, looked, name="Mara", zone="Europe/Lisbon")
        visitor.page.goto(f"{site.url}/demo/")
        with visitor.page.expect_navigation():
            visitor.page.locator("form", has_text=re.compile("Mara")).first.locator("button").click()
        for path in paths:
            visitor.go(path)
            assert visitor.path == path
        yield visitor
        visitor.context.close()
    assert looked.violations == []


def test_a_sample_of_every_kind_of_page(tmp_path: Path) -> None:
    with looked_at(tmp_path, sample()) as visitor:
        visitor.go("/practices/name_the_hurt/1/")
        visitor.page.fill("main [name=happened]", "You always leave.")
        visitor.press("Save and go on")
        assert "Only you see this note" in visitor.text
        visitor.press("Save and go on")
        assert visitor.path == "/practices/name_the_hurt/2/"


@pytest.mark.thorough
def test_every_page_of_every_practice_and_programme(tmp_path: Path) -> None:
    with looked_at(tmp_path, every_page()):
        pass
