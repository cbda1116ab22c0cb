"""The whole story in real browsers: two partners in two zones, then a therapist.

It is played twice: against the embedded one-process run, and against web, worker and beat on PostgreSQL and Redis
with a real SMTP server. Prompts are sent by beat; the test only moves the clock.
"""

from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Browser

from tests import needs
from tests.journeys import places
from tests.journeys.dump import dump_of, leaks
from tests.journeys.sites import Site, distributed, embedded
from tests.journeys.story import Story
from tests.journeys.visitor import MARK, browsing
from tests.security import tally

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900), pytest.mark.minutes(5)]
SEED = "gegenprobe-haselstrauch"


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
        story = play(site, browser)
        assert len(story.looked.typed) > 15
        assert leaks(dump_of(tmp_path / "data" / "kept.sqlite3"), [MARK]) == []


def test_the_story_on_postgresql_and_redis(tmp_path: Path) -> None:
    """ASVS 14.2.1, 16.2.5: afterwards no word, password or key lies anywhere, in any form; what is left there on
    purpose is found."""
    needs.browser()
    redis_url = needs.redis()
    with (
        browsing() as browser,
        distributed(tmp_path, postgres_url=own_database(needs.postgres()), redis_url=redis_url) as site,
        places.watched(site, redis_url) as around,
    ):
        story = play(site, browser)
        typed, around.shown_name = story.looked.typed, story.looked.typed[0]
        around.provoke(story.mara, MARK)
        assert around.never_filled() == sorted(places.EMPTY)
        wanted = [MARK, story.okafor.secret, *around.keys()]
        found = around.search(wanted)
        assert found == {}
        around.plant(SEED)
        caught, everywhere = around.search([SEED]), set(around.gather())
        assert set(caught) == everywhere
        cases = (len(typed) + len(wanted)) * len(everywhere)
        tally.add("canaries", cases=cases, found=len(found), seeded=len(everywhere), caught=len(caught))


def own_database(url: str) -> str:
    """A fresh database on the same server."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS journey")
        connection.execute("CREATE DATABASE journey")
        connection.execute("ALTER DATABASE journey SET log_statement = 'all'")  # the log has to bear the most
    return url.rpartition("/")[0] + "/journey"
