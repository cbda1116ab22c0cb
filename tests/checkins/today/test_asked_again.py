"""The direction is asked again a month after it was answered, on its author's Today alone."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.test import Client

from accounts.couples import services as couples
from repair.programmes.story import Story, is_asked_again, is_due
from tests.cast import Cast
from tests.conftest import Moved

Browser = Callable[..., Client]
CARD = "Asked again, for you alone"
ANSWER = {"track": "hurt", "willing": "3", "hope": "Quiet.", "direction": "unsure"}


def stands(client: Client) -> bool:
    return CARD in client.get("/today/").content.decode()


@pytest.mark.parametrize(
    ("asked", "today", "due"),
    [
        pytest.param("2026-09-14", date(2026, 9, 15), False, id="yesterday"),
        pytest.param("2026-09-30", date(2026, 10, 1), False, id="another month is not a month"),
        pytest.param("2026-09-14", date(2026, 10, 13), False, id="the day before"),
        pytest.param("2026-09-14", date(2026, 10, 14), True, id="the day"),
        pytest.param("2026-12-31", date(2027, 1, 30), False, id="over the year, the day before"),
        pytest.param("2026-12-31", date(2027, 1, 31), True, id="over the year"),
        pytest.param("2027-01-31", date(2027, 2, 28), True, id="a month without that day"),
    ],
)
def test_a_month_is_a_month(asked: str, today: date, due: bool) -> None:
    assert is_due(Story(asked=asked), today) is due
    assert is_asked_again(Story(asked=asked), today) is due


def test_never_answered_it_is_due_and_not_again() -> None:
    assert is_due(Story(), date(2026, 9, 14))
    assert not is_asked_again(Story(), date(2026, 9, 14))


@pytest.mark.parametrize("who", ["ana", "sol"])
def test_the_card_stands_until_it_is_answered(cast: Cast, clock: Moved, client_of: Browser, who: str) -> None:
    person = cast.people[who]
    assert not stands(client_of(person)), "nothing was ever asked"
    client_of(person).post("/path/mine/", ANSWER)
    clock.set(datetime(2026, 10, 13, 19, 0, tzinfo=UTC))
    assert not stands(client_of(person))
    clock.set(datetime(2026, 10, 14, 19, 0, tzinfo=UTC))
    assert stands(client_of(person))
    assert not stands(client_of(cast.ben)), "he is not told that she was asked"
    page = client_of(person).get("/today/").content.decode()
    assert "Quiet." not in page, "nothing of the answer is on it"
    client_of(person).post("/path/mine/", ANSWER)
    assert not stands(client_of(person)), "the same answer is one"


def test_while_it_rests_nothing_of_it_is_on_the_resting_page(cast: Cast, clock: Moved, client_of: Browser) -> None:
    client_of(cast.ana).post("/path/mine/", ANSWER)
    couples.rest(person=cast.ben, now=clock.at)
    clock.move(days=40)
    assert not stands(client_of(cast.ana))
