"""A practice done in a minute: kept at once, listed by week for its author alone."""

from collections.abc import Callable

import pytest
from django.test import Client

from tests.cast import Cast
from tests.conftest import Moved

Browser = Callable[..., Client]

LOG = "/practices/urge_log/log/"


def test_a_minute_is_kept_and_listed_by_week(cast: Cast, clock: Moved, client_of: Browser) -> None:
    assert client_of(cast.ana).post(LOG, {"strong": "5", "before": ["tired"], "did": "waited"}).url == LOG
    clock.move(days=7)
    ana = client_of(cast.ana)
    ana.post(LOG, {"kind": "Ten minutes by the door."})
    page = ana.get(LOG).content.decode()
    assert page.index("Week of 21 September") < page.index("Ten minutes by") < page.index("Week of 14 September")
    assert page.index("Week of 14 September") < page.index("5 of 7")
    assert "Ten minutes by" not in client_of(cast.ben).get(LOG).content.decode()


@pytest.mark.parametrize("data", [{}, {"strong": "9"}, {"kind": "x" * 121}])
def test_nothing_or_something_wrong_keeps_nothing(
    cast: Cast, clock: Moved, client_of: Browser, data: dict[str, str]
) -> None:
    ana = client_of(cast.ana)
    assert ana.post(LOG, data).status_code == 422
    assert "Week of" not in ana.get(LOG).content.decode()


def test_what_can_be_told_is_another_practice_with_two_things_in_it(
    cast: Cast, clock: Moved, client_of: Browser
) -> None:
    page = client_of(cast.ana).get(LOG).content.decode()
    assert "/practices/practised_today/" in page
    assert LOG in client_of(cast.ana).post("/practices/", {"words": "urge"}).content.decode()


def test_a_practice_that_is_no_log_has_no_such_page(cast: Cast, clock: Moved, client_of: Browser) -> None:
    assert client_of(cast.ana).get("/practices/self_care/log/").status_code == 404
