"""The quiet rooms of the made-up couple, filled, in a real browser: axe is content, nothing scrolls sideways."""

from itertools import product
from pathlib import Path

import pytest

from deploy import shots
from tests import needs
from tests.journeys.sites import embedded
from tests.journeys.visitor import THEMES, WIDTHS, Looked, Visitor, browsing

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

NAMES = [
    "journal", "journal-new", "journal-entry", "journal-copy",
    "talks", "topic", "talk-offer", "talk", "talk-after",
    "jar", "season-line", "season", "thanks", "letter", "heavy-days", "moments",
    "park", "somebody", "after",
    "practice-read", "piece", "log",
]  # fmt: skip


# Young pages, with most of the colours there are: in all four views.
YOUNG = [
    "ladder", "near", "new-words", "new-question", "jar", "season-line", "season", "path",
    "hard", "hold-up", "senses", "breathe",
]  # fmt: skip


@pytest.mark.parametrize(
    ("names", "views"),
    [(NAMES, (("light", 390), ("dark", 1280))), (YOUNG, tuple(product(THEMES, WIDTHS)))],
    ids=["the quiet rooms", "young pages in every view"],
)
def test_every_page_of_the_rooms(tmp_path: Path, names: list[str], views: tuple[tuple[str, int], ...]) -> None:
    needs.browser()
    known = {shot.name: shot for shot in shots.SHOTS}
    looked = Looked(*views)
    with browsing() as browser, embedded(tmp_path, at=shots.evening(), DEMO="1") as site:
        visitor = Visitor(site, browser, looked, name="Mara", zone="Europe/Berlin")
        shots.sign_in(visitor.page, site, "mara")
        for name in names:
            shots.find(visitor.page, site, known[name])
            visitor.look()
        visitor.context.close()
    assert len(looked.pages) == len(names)
    assert looked.violations == []
