"""How willing one is and what one hopes change one's own pages, gently, and nobody else's."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from repair.programmes import content, paths, weeks
from repair.programmes.story import Story, keep_story
from tests.cast import Cast
from tests.conftest import Moved
from tests.repair.programmes.doing import viewer

Browser = Callable[..., Client]


def bare(client: Client, path: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", client.get(path).content.decode())


@pytest.mark.parametrize(
    ("willing", "smallest"),
    [
        pytest.param(None, False, id="not said"),
        pytest.param(1, True, id="not at all"),
        pytest.param(2, True, id="hardly"),
        pytest.param(3, False, id="somewhat"),
        pytest.param(7, False, id="completely"),
    ],
)
def test_hardly_willing_the_next_thing_is_the_smallest(
    cast: Cast, clock: Moved, client_of: Browser, willing: int | None, smallest: bool
) -> None:
    paths.begin(couple=cast.couples["ana"], now=clock.at)
    before = {path: bare(client_of(cast.ben), path) for path in ("/today/", "/path/", "/path/mine/", "/season/")}
    keep_story(viewer=viewer(cast.ana, now=clock.at), story=Story(willing=willing), now=clock.at)
    me = viewer(cast.ana, now=clock.at)
    place = weeks.place_of(me)
    assert place is not None
    steps, _more = weeks.steps_of(me, place)
    least = min(steps, key=lambda step: step.practice.minutes)
    assert least != steps[0], "there is a smaller one than the first"
    wanted = least if smallest else steps[0]
    step, _long = weeks.next_step(me, place)
    assert step == wanted
    page = client_of(cast.ana).get("/today/").content.decode()
    card = page[page.index('aria-labelledby="nx"') :]
    assert content.practice(wanted.practice.slug).title in card[: card.index("</section>")]
    assert {path: bare(client_of(cast.ben), path) for path in before} == before


def test_the_hope_is_read_back_where_one_writes_alone_and_nowhere_the_two_read(
    cast: Cast, clock: Moved, client_of: Browser
) -> None:
    ana = client_of(cast.ana)
    before = bare(client_of(cast.ben), "/season/")
    assert "What you hoped for" not in bare(ana, "/season/")
    keep_story(viewer=viewer(cast.ana, now=clock.at), story=Story(hope="A quiet Sunday"), now=clock.at)
    assert "“A quiet Sunday”" in bare(ana, "/season/")
    assert bare(client_of(cast.ben), "/season/") == before
    clock.move(weeks=13)
    assert "A quiet Sunday" not in bare(client_of(cast.ana), "/season/1/"), "that page is read together"
