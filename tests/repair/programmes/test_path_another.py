"""Going from one path to another: what was left as it lay there is no mistake, what was chosen is."""

from collections.abc import Callable

import pytest
from django.test import Client

from repair.programmes import paths
from repair.programmes.paths import PathForm
from tests.cast import Cast
from tests.conftest import Moved
from tests.repair.programmes.doing import viewer

BASE = {"programme": "first_aid", "version": 1, "phase": "first_ground", "beside": "first_days"}


@pytest.mark.parametrize(
    ("phase", "beside", "leads_to"),
    [
        pytest.param("first_aid/first_ground", "first_aid/first_days", "what_happened", id="left as they were"),
        pytest.param("", "", "what_happened", id="from its beginning"),
        pytest.param("understanding/between_us", "", "between_us", id="a phase of the new path"),
        pytest.param("first_aid/first_days", "", None, id="another phase of the path before"),
    ],
)
def test_another_path(cast: Cast, clock: Moved, phase: str, beside: str, leads_to: str | None) -> None:
    data = {"programme": "understanding", "phase": phase, "beside": beside}
    form = PathForm(data, viewer=viewer(cast.ana, now=clock.at), base=dict(BASE))
    assert form.is_valid() is (leads_to is not None), form.errors
    if leads_to is not None:
        body = form.body()
        assert (body["programme"], body["phase"], body["beside"]) == ("understanding", leads_to, "")


def test_the_last_week_says_what_follows_and_that_it_takes_both(
    cast: Cast, clock: Moved, client_of: Callable[..., Client]
) -> None:
    paths.begin(couple=cast.couples["ana"], now=clock.at)
    said = "“First ground” follows when you have both signed it"
    pages = []
    for _ in range(3):
        pages.append([said in client_of(who).get("/path/").content.decode() for who in (cast.ana, cast.ben)])
        clock.move(days=7)
    assert pages == [[False, False], [True, True], [True, True]]
