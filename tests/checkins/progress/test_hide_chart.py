"""Hiding the drawing from oneself for a month: private, on one's own page alone."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from tests.cast import Cast
from tests.checkins.make import make_evening, schedule_of, send
from tests.conftest import START, Moved

Browser = Callable[..., Client]
DRAWN = '<div class="chart">'


@pytest.fixture(autouse=True)
def _three_evenings(cast: Cast, clock: Moved) -> None:
    """Enough for a drawing."""
    schedule = schedule_of(cast, now=START)
    for _ in range(3):
        evening = make_evening(cast, now=clock.at, reads_in=60, schedule=schedule)
        for prompt in (evening.ana, evening.ben):
            send(prompt, at=clock.at)
        clock.move(days=1)


def seen(client: Client) -> str:
    """The timeline without the token of its forms."""
    return re.sub(r'csrfmiddlewaretoken" value="[^"]+', "", client.get("/story/").content.decode())


def test_it_is_hidden_for_a_month_from_oneself_alone(cast: Cast, client_of: Browser, clock: Moved) -> None:
    his = seen(client_of(cast.ben))
    assert client_of(cast.ana).post("/story/plain/")["Location"] == "/story/"
    hers = client_of(cast.ana).get("/story/").content.decode()
    assert DRAWN not in hers
    assert "Until 17 October, for you alone." in hers
    assert "<table" in hers
    assert seen(client_of(cast.ben)) == his
    clock.move(days=29)
    assert DRAWN not in client_of(cast.ana).get("/story/?range=all").content.decode()
    clock.move(days=1)
    assert DRAWN in client_of(cast.ana).get("/story/?range=all").content.decode()


def test_it_is_shown_again_at_once(cast: Cast, client_of: Browser) -> None:
    ana = client_of(cast.ana)
    ana.post("/story/plain/")
    ana.post("/story/plain/", {"do": "show"})
    assert DRAWN in ana.get("/story/").content.decode()
