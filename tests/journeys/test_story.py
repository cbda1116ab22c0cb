"""The whole story in real browsers: two partners in two zones, then a therapist.

It is played twice: against the embedded one-process run, and against web, worker and beat on PostgreSQL and Redis
with a real SMTP server. Prompts are sent by beat; the test only moves the clock.
"""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests import needs
from tests.journeys.sites import Site, distributed, embedded
from tests.journeys.story import Story
from tests.journeys.visitor import browsing

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]


def play(site: Site, browser: Browser) -> Story:
    """The story, act by act."""
    story = Story(site, browser)
    try:
        for act in story.acts():
            act()
            assert story.looked.violations == []
    except BaseException as error:
        for log in site.logs:
            error.add_note(f"--- {log.name}\n{log.read_text()[-3000:]}")
        error.add_note("\n".join(story.looked.violations))
        raise
    return story


def test_the_story_on_the_embedded_run(tmp_path: Path) -> None:
    needs.browser()
    with browsing() as browser, embedded(tmp_path) as site:
        play(site, browser)


def test_the_story_on_postgresql_and_redis(tmp_path: Path) -> None:
    needs.browser()
    with (
        browsing() as browser,
        distributed(tmp_path, postgres_url=needs.postgres(), redis_url=needs.redis()) as site,
    ):
        play(site, browser)
