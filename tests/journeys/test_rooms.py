"""The quiet rooms of the made-up couple, filled, in a real browser: axe is content, nothing scrolls sideways."""

from pathlib import Path

import pytest

from deploy import shots
from tests import needs
from tests.journeys.sites import embedded
from tests.journeys.visitor import Looked, Visitor, browsing

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

NAMES = [
    "journal", "journal-new", "journal-entry", "journal-copy",
    "talks", "topic", "talk-offer", "talk", "talk-after",
    "jar", "season-line", "season", "thanks", "letter", "heavy-days", "moments",
    "park", "somebody", "after",
    "practice-read", "piece", "log",
]  # fmt: skip


def test_every_page_of_the_quiet_rooms(tmp_path: Path) -> None:
    needs.browser()
    known = {shot.name: shot for shot in shots.SHOTS}
    looked = Looked(("light", 390), ("dark", 1280))
    with browsing() as browser, embedded(tmp_path, at=shots.evening(), DEMO="1") as site:
        visitor = Visitor(site, browser, looked, name="Mara", zone="Europe/Berlin")
        shots.sign_in(visitor.page, site, "mara")
        for name in NAMES:
            shots.find(visitor.page, site, known[name])
            visitor.look()
        visitor.context.close()
    assert len(looked.pages) == len(NAMES)
    assert looked.violations == []
