"""A talk of the two on two phones, from what one keeps for it to what both shared of it, in a real browser."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests import needs
from tests.journeys.sites import embedded
from tests.journeys.visitor import Looked, Visitor, browsing

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


def _opens(visitor: Visitor, path: str) -> None:
    """Sign in by the button of the demo, since sessions end while the clock is moved, and open a page."""
    visitor.go("/demo/")
    with visitor.page.expect_navigation():
        visitor.page.locator("form", has_text=re.compile(visitor.name)).first.locator("button").click()
    visitor.go(path)


def _sees(visitor: Visitor, words: str) -> None:
    """The page comes to say so by itself: the script asks, and the server holds the clock."""
    expect(visitor.page.locator("main")).to_contain_text(words, timeout=15_000)
    visitor.look()


def test_two_phones_hold_one_talk(tmp_path: Path) -> None:
    needs.browser()
    looked = Looked()
    with browsing() as browser, embedded(tmp_path, DEMO="1") as site:
        mara, jonas = (
            Visitor(site, browser, looked, name=name, zone="Europe/Berlin") for name in ("Mara", "Jonas")
        )
        _opens(mara, "/journal/new/")
        mara.page.fill("[name=text]", "Sundays feel like somebody else’s day.")
        mara.press("Keep it")
        mara.follow("Use some of it elsewhere")
        mara.press("Use it as a topic for a talk")
        mara.press("Keep it")
        mara.follow(re.compile("somebody else’s day"))
        mara.press("Bring it up to both")
        mara.follow("Offer a time")
        soon = (site.now + timedelta(days=1)).date().isoformat()
        mara.page.fill("[name=on]", soon)
        mara.page.fill("[name=at]", "20:30")
        mara.mark("minutes", "5")
        mara.press("Offer it")
        if mara.page.locator("button[value=anyway]").count():
            mara.press("Offer this day all the same")
        talk = mara.path

        _opens(jonas, "/today/")
        jonas.go(talk)
        jonas.press("Yes, that time")
        # 20:25 in Berlin on that day, whatever the season
        there = jonas.page.evaluate("day => new Date(day + 'T20:25:00').toISOString()", soon)
        site.move_to(site.now.fromisoformat(there.replace("Z", "+00:00")))

        _opens(mara, talk)
        _opens(jonas, talk)
        mara.press("I’m here")
        _sees(jonas, "Mara is here")
        jonas.press("I’m here")
        _sees(mara, "You speak")
        assert "Mara speaks" in jonas.text
        mara.page.reload()
        assert "About 5 minutes left" in mara.text
        mara.press("That was it from me")
        _sees(jonas, "Say back what you heard")
        jonas.press("I asked one")
        _sees(mara, "Questions asked: 1 of 3")

        jonas.follow("Not today")
        jonas.page.fill("[name=text]", "The car, another day")
        jonas.page.fill("[name=on]", (site.now + timedelta(days=5)).date().isoformat())
        jonas.press("Give it that day")
        jonas.page.get_by_text("Time-out").first.click()
        jonas.press("In 20 minutes")
        _sees(mara, "Time-out")
        site.move_to(site.now + timedelta(minutes=20))
        for each in (mara, jonas):
            _opens(each, talk)
            each.press("I’m here")
        _sees(mara, "Jonas says back")
        mara.press("I was heard, go on")
        _sees(jonas, "You speak")
        site.move_to(site.now + timedelta(minutes=15))  # the bell rings by itself

        for each, lines in ((mara, "I could say it."), (jonas, "I heard it.")):
            _opens(each, talk)
            assert "That was the time" in each.text
            each.page.fill("[name=text]", lines)
            each.tap("[name=took]")
            each.mark("share", "both")
            each.press("Keep it")
            assert "whatever either of you does" in each.text
        mara.go("/talks/")
        assert "The car, another day" in mara.text
        site.move_to(site.now + timedelta(days=1, hours=8))
        _opens(mara, f"{talk}after/")
        assert "I heard it." in mara.text
        _opens(mara, "/story/")
        assert "The two of you talked" in mara.text
    assert looked.violations == []
