"""What opens only if it is asked for: the asking is private, and nothing is told to whoever wrote."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.test import Client

from repair.programmes.story import Story, keep_story
from tests.cast import Cast
from tests.conftest import Moved
from tests.repair.programmes.doing import done, reading, shared, viewer

Browser = Callable[..., Client]

HOUR = datetime(2026, 9, 15, 22, 30, tzinfo=UTC)  # the next day at 18:30 in New York, the later of the two
WHY = "/practices/understanding_why/"
NOTHING = "Nothing is open here"


def bare(browser: Client, page: str) -> str:
    """A page without the tokens of its forms."""
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", browser.get(page).content.decode())


def test_it_opens_to_one_who_asked_at_the_later_hour(cast: Cast, clock: Moved, client_of: Browser) -> None:
    his = shared(cast.ben, "understanding_why", now=clock.at, impact="What it did.")
    read = reading("understanding_why", his)
    clock.set(HOUR)
    ana = client_of(cast.ana)
    assert NOTHING in ana.get(read).content.decode(), "shared, and not asked for"
    assert "This opens only if it is asked for." in ana.get(WHY).content.decode(), "said before"
    for _ in range(2):
        assert ana.post(WHY, {"do": "ask"}).url == WHY
    assert NOTHING in ana.get(read).content.decode(), "not before the next reading hour"
    keep_story(viewer=viewer(cast.ana, now=clock.at), story=Story(hope="x"), now=clock.at)
    clock.move(days=1)
    ana = client_of(cast.ana)
    assert "What it did." in ana.get(read).content.decode()
    ana.post(WHY, {"do": "unask"})
    assert NOTHING in ana.get(read).content.decode()


@pytest.mark.parametrize("does", ["nothing", "finishes", "shares"])
def test_one_who_asked_sees_the_same_whatever_the_other_did_before_the_hour(
    cast: Cast, clock: Moved, client_of: Browser, does: str
) -> None:
    ana = client_of(cast.ana)
    ana.post(WHY, {"do": "ask"}, follow=True)
    read = reading("understanding_why", UUID(int=0))
    before = [bare(ana, page) for page in (read, WHY)]
    if does != "nothing":
        his = (shared if does == "shares" else done)(cast.ben, "understanding_why", now=clock.at)
        read = reading("understanding_why", his)
    assert [bare(ana, page) for page in (read, WHY)] == before


def test_whoever_wrote_is_told_nothing(cast: Cast, clock: Moved, client_of: Browser) -> None:
    piece = done(cast.ben, "understanding_why", now=clock.at)
    own, ben = f"/practices/piece/{piece}/", client_of(cast.ben)
    assert "This opens only if it is asked for." in ben.get(own).content.decode(), "said before sharing"
    ben.post(own, {"do": "share"})
    ben.get(own)
    read = reading("understanding_why", piece)
    pages = [bare(ben, page) for page in (own, WHY, read)]
    ana = client_of(cast.ana)
    ana.post(WHY, {"do": "ask"})
    assert [bare(ben, page) for page in (own, WHY, read)] == pages
    clock.set(HOUR)
    ben = client_of(cast.ben)
    opened = bare(ben, own)
    ana = client_of(cast.ana)
    ana.get(read)
    ana.post(WHY, {"do": "unask"})
    assert bare(ben, own) == opened


@pytest.mark.parametrize(("page", "do"), [(WHY, ""), (WHY, "x"), ("/practices/self_care/", "ask")])
def test_what_cannot_be_asked_is_told(cast: Cast, clock: Moved, client_of: Browser, page: str, do: str) -> None:
    assert client_of(cast.ana).post(page, {"do": do}).status_code == 422


def test_somebody_alone_has_nobody_to_ask(cast: Cast, clock: Moved, client_of: Browser) -> None:
    sol = client_of(cast.sol)
    assert "I would like to read it" not in sol.get(WHY).content.decode()
    assert sol.post(WHY, {"do": "ask"}).status_code == 422
