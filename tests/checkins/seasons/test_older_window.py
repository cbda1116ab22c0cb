"""An older window overwrites nothing: a note for a talk, the lines of a season, what somebody says of themself."""

import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from django.test import Client

from accounts.access import viewer_of
from checkins.conversations import topics
from repair.programmes import asking, content
from repair.programmes.story import Story, keep_story
from tests.cast import Cast
from tests.conftest import START, Moved
from tests.contract.talking import make_topic

Browser = Callable[..., Client]
FORMS: dict[str, Mapping[str, Any]] = {
    "/path/mine/": {"hope": "{}", "track": "hurt"},
    "/season/": {"then": "{}", "now": "Now"},
    "/talks/about/{topic}/": {"note": "{}"},
}


def seen(html: str) -> str:
    found = re.search(r'name="seen" value="([^"]*)"', html)
    assert found is not None
    return found[1]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("begun", [False, True], ids=["blank", "begun"])
def test_an_older_window_shows_both_and_overwrites_nothing(
    cast: Cast, clock: Moved, client_of: Browser, form: str, begun: bool
) -> None:
    ana, page = client_of(cast.ana), form.format(topic=make_topic(cast.ana, "A topic", now=START).pk)

    def typed(words: str) -> dict[str, str]:
        return {name: value.format(words) for name, value in FORMS[form].items()}

    if begun:
        ana.post(page, {**typed("The first words"), "seen": seen(ana.get(page).content.decode())})
    older = seen(ana.get(page).content.decode())
    clock.move(minutes=1)
    ana = client_of(cast.ana)
    newer = {**typed("The newer words"), "seen": older}
    assert [ana.post(page, newer).status_code for _ in range(2)] == [302, 302], "the same twice is once"
    long = ana.post(page, {**typed("x" * 5000), "seen": older})
    assert (long.status_code, seen(long.content.decode())) == (422, older), "still the older window"
    answer = ana.post(page, {**typed("The older words"), "seen": older})
    assert answer.status_code == 409
    html = answer.content.decode()
    assert "The newer words" in html
    assert "The older words" in html
    assert "The newer words" in ana.get(page).content.decode(), "nothing is overwritten"
    assert ana.post(page, {**typed("The older words"), "seen": seen(html)}).status_code == 302
    assert "The older words" in ana.get(page).content.decode()


def test_asking_to_read_is_no_other_window_of_ones_story(cast: Cast, clock: Moved, client_of: Browser) -> None:
    ana = client_of(cast.ana)
    keep_story(viewer=viewer_of(cast.ana, now=START), story=Story(hope="One"), now=START)
    older = seen(ana.get("/path/mine/").content.decode())
    viewer = viewer_of(cast.ana, now=clock.move(minutes=1))
    asking.ask(viewer=viewer, practice=content.practice("understanding_why"), now=clock.at)
    assert client_of(cast.ana).post("/path/mine/", {"hope": "Two", "seen": older}).status_code == 302
    assert asking.asked_from(viewer_of(cast.ana, now=clock.at)) != {}


def test_a_note_is_not_taken_away_from_an_older_window(cast: Cast, clock: Moved, client_of: Browser) -> None:
    topic = make_topic(cast.ana, "A topic", now=START).pk
    topics.keep_note(viewer=viewer_of(cast.ana, now=START), topic=topic, text="Newer", now=START)
    assert client_of(cast.ana).post(f"/talks/about/{topic}/", {"note": "", "seen": ""}).status_code == 409
    assert topics.note_of(viewer_of(cast.ana, now=START), topic) == "Newer"
