"""Worry time to its end: ten minutes, then a day; on that day it stands on one's own Today."""

from collections.abc import Callable
from datetime import date
from uuid import UUID

import pytest
from django.test import Client

from accounts.access import viewer_of
from checkins.hard.asides import MOST, Kind, asides_of
from checkins.hard.models import Aside
from repair.programmes import content
from tests.cast import Cast
from tests.conftest import START, Moved
from tests.contract.world import put

Browser = Callable[..., Client]
LAST = len(content.practice("worry_time").parts)
PAGE = "/practices/worry_time/{}/"
REST = "Whether the test comes back clean"


def worry(browser: Client, *, rest: str = REST, until: str = "2026-09-17") -> UUID:
    """All pages of the practice; returns the piece."""
    browser.post(PAGE.format(1), {"worries": "The test. The rent."})
    browser.post(PAGE.format(2), {"act-0": "Ring the bank"})
    answer = browser.post(PAGE.format(LAST), {"rest": rest, "until": until})
    assert answer.status_code == 302, answer.content.decode()
    return UUID(answer["Location"].split("/")[-2])


def parked(person: object, *, now: object = START) -> list[tuple[str, date | None]]:
    return [(put.text, put.on) for put in asides_of(viewer_of(person, now=now), Kind.PARKED)]  # type: ignore[arg-type]


def today(browser: Client) -> str:
    return browser.get("/today/").content.decode()


def test_tomorrow_stands_there_first(cast: Cast, client_of: Browser) -> None:
    assert 'value="2026-09-15"' in client_of(cast.ana).get(PAGE.format(LAST)).content.decode()


@pytest.mark.parametrize("name", ["ana", "sol", "rita", "cora"])
def test_what_is_left_stands_on_ones_own_today_on_its_day(
    cast: Cast, client_of: Browser, clock: Moved, name: str
) -> None:
    who = getattr(cast, name)
    browser = client_of(who)
    piece = worry(browser)
    assert "Parked until Thursday 17 September" in browser.get(f"/practices/piece/{piece}/").content.decode()
    assert parked(who) == [(REST, date(2026, 9, 17))]
    assert REST not in today(browser)
    clock.move(days=3)
    if name == "ana":
        assert REST in today(client_of(cast.ana))
        assert REST not in today(client_of(cast.ben))


def test_no_day_chosen_is_tomorrow_and_nothing_written_is_nothing_parked(cast: Cast, client_of: Browser) -> None:
    worry(client_of(cast.ana), until="")
    assert parked(cast.ana) == [(REST, date(2026, 9, 15))]
    worry(client_of(cast.ben), rest="")
    assert parked(cast.ben) == []


@pytest.mark.parametrize("until", ["2026-09-14", "2020-01-01", "2028-01-01", "soon"])
def test_a_day_that_does_not_lie_ahead_keeps_the_words(cast: Cast, client_of: Browser, until: str) -> None:
    answer = client_of(cast.ana).post(PAGE.format(LAST), {"rest": REST, "until": until})
    assert answer.status_code == 422
    assert REST in answer.content.decode()
    assert not Aside.objects.exists()


def test_it_is_taken_back_at_any_time_and_twice_is_once(cast: Cast, client_of: Browser) -> None:
    ana = client_of(cast.ana)
    piece = worry(ana)
    for _ in range(2):
        assert ana.post(f"/practices/piece/{piece}/", {"do": "unpark"}).status_code == 302
    page = ana.get(f"/practices/piece/{piece}/").content.decode()
    assert "Parked until" not in page
    assert REST in page, "the words in the practice stay"
    assert parked(cast.ana) == []


def test_changed_and_finished_again_it_is_the_same_line(cast: Cast, client_of: Browser) -> None:
    ana = client_of(cast.ana)
    piece = worry(ana)
    ana.post(f"/practices/piece/{piece}/", {"do": "change"})
    ana.post(PAGE.format(LAST), {"rest": "The rent", "until": "2026-09-20"})
    assert parked(cast.ana) == [("The rent", date(2026, 9, 20))]
    ana.post(f"/practices/piece/{piece}/", {"do": "change"})
    ana.post(PAGE.format(LAST), {"rest": "", "until": ""})
    assert parked(cast.ana) == []


def test_thrown_away_it_is_gone_from_both_places(cast: Cast, client_of: Browser) -> None:
    ana = client_of(cast.ana)
    piece = worry(ana)
    ana.post(f"/practices/piece/{piece}/", {"do": "throw"})
    assert not Aside.objects.exists()


def test_let_go_on_today_the_piece_no_longer_says_so(cast: Cast, client_of: Browser) -> None:
    ana = client_of(cast.ana)
    piece = worry(ana)
    ana.post(f"/tonight/away/{Aside.objects.get().pk}/")
    assert "Parked until" not in ana.get(f"/practices/piece/{piece}/").content.decode()


def test_where_there_is_no_room_the_words_stay_and_nothing_is_finished(cast: Cast, client_of: Browser) -> None:
    for number in range(MOST):
        put(cast.ana, "parked", now=START, on="2026-10-01", text=f"line {number}")
    ana = client_of(cast.ana)
    ana.post(PAGE.format(1), {"worries": "All"})
    answer = ana.post(PAGE.format(LAST), {"rest": REST, "until": "2026-09-17"})
    assert answer.status_code == 422
    assert "There is no room for more here." in answer.content.decode()
    assert REST in answer.content.decode()


@pytest.mark.parametrize("name", ["ben", "cleo", "theo"])
def test_nobody_else_takes_it_back(cast: Cast, client_of: Browser, name: str) -> None:
    piece = worry(client_of(cast.ana))
    client_of(getattr(cast, name)).post(f"/practices/piece/{piece}/", {"do": "unpark"})
    assert parked(cast.ana) == [(REST, date(2026, 9, 17))]
