"""The whole story in real browsers: two partners in two zones, then a therapist.

It is played twice: against the embedded one-process run, and against web, worker and beat on PostgreSQL and Redis
with a real SMTP server. Prompts are sent by beat; the test only moves the clock.
"""

import subprocess
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Browser

from deploy import services
from tests import needs
from tests.journeys.dump import dump_of, leaks
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
        story = play(site, browser)
        typed = [text for text in story.looked.typed if text != "Okafor"]  # a therapist's profile is public
        assert leaks(dump_of(tmp_path / "data" / "kept.sqlite3"), typed) == []


def test_the_story_on_postgresql_and_redis(tmp_path: Path) -> None:
    needs.browser()
    with (
        browsing() as browser,
        distributed(tmp_path, postgres_url=own_database(needs.postgres()), redis_url=needs.redis()) as site,
    ):
        story = play(site, browser)
        dump = subprocess.run(
            [str(services.find_postgres() / "pg_dump"), site.environment["DATABASE_URL"]],
            capture_output=True,
            check=True,
        ).stdout
        assert b"COPY public.accounts_user " in dump
        typed = [text for text in story.looked.typed if text != "Okafor"]
        assert leaks(dump, typed) == []


def own_database(url: str) -> str:
    """A fresh database on the same server."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS journey")
        connection.execute("CREATE DATABASE journey")
    return url.rpartition("/")[0] + "/journey"
