"""Every page of every practice, filled in by its own rules, and every week of every programme for every track.

The words are the real files'. What is checked is that each page is drawn, takes an answer to each of its items and
goes on; that an answer of the greatest length fits; and that a page of a shared practice says what becomes of it.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from repair.programmes import content, paths, pieces
from repair.programmes.practice_shapes import Item, Practice, Sharing
from repair.programmes.story import TRACKS, Story, keep_story
from tests.cast import Cast
from tests.conftest import Moved
from tests.repair.programmes.doing import answer_to, url, viewer

# What is rendered comes from files.
pytestmark = pytest.mark.pure

Browser = Callable[..., Client]
PRACTICES = content.practices()
WRITTEN = [one for one in PRACTICES if one.slug != "ladder"]  # a page of its own; see test_ladder.py


def sent(item: Item) -> dict[str, Any]:
    """What a browser sends for an answer to an item."""
    answer = answer_to(item)
    if item.type == "list":
        return {f"{item.name}-{n}": line for n, line in enumerate(answer)}
    if item.type == "sort":
        return {f"{item.name}-{card}": pile for card, pile in answer.items()}
    return {item.name: answer}


def longest(item: Item) -> Any:
    """The longest answer that an item takes, in the widest characters."""
    if item.type == "list":
        return ["𝄞" * item.limit] * item.most
    return "𝄞" * item.limit if item.limit else answer_to(item)


@pytest.mark.parametrize("practice", WRITTEN, ids=lambda p: p.slug)
def test_every_page_of_every_practice(cast: Cast, clock: Moved, client_of: Browser, practice: Practice) -> None:
    ana = client_of(cast.ana)
    page = ana.get(f"/practices/{practice.slug}/").content.decode()
    assert practice.title in page
    assert not practice.note or practice.note in page, "the note stands before the first page"
    if practice.sharing is Sharing.SEALED:
        assert "only if both of you finished and shared" in page
    for number, part in enumerate(practice.parts, 1):
        page = ana.get(url(practice.slug, number)).content.decode()
        assert part.title in page
        assert all(item.label in page for item in part.items)
        data = {name: value for item in part.items if item.asks for name, value in sent(item).items()}
        answer = ana.post(url(practice.slug, number), {**data, "_anyway": "1"})
        assert answer.status_code == 302, number
    if practice.parts:
        assert answer.url.startswith("/practices/piece/")
        page = ana.get(answer.url).content.decode()
        assert ("Share it" in page) == (practice.sharing in {Sharing.OFFERED, Sharing.SEALED})


@pytest.mark.parametrize("practice", PRACTICES, ids=lambda p: p.slug)
def test_the_longest_answers_fit(cast: Cast, clock: Moved, practice: Practice) -> None:
    values = {item.name: longest(item) for item in practice.items}
    pieces.keep(viewer=viewer(cast.ana, now=clock.at), practice=practice, values=values, now=clock.at)


@pytest.mark.parametrize("track", [track for track, _label in TRACKS])
def test_every_week_of_every_programme_for_every_track(
    cast: Cast, clock: Moved, client_of: Browser, track: str
) -> None:
    keep_story(viewer=viewer(cast.ana, now=clock.at), story=Story(track=track), now=clock.at)
    ana = client_of(cast.ana)
    for programme in content.programmes():
        page = ana.get(f"/path/{programme.slug}/").content.decode()
        for phase in programme.phases:
            assert phase.title in page
            assert all(week.title in page for week in phase.weeks)
        weeks = [week for phase in programme.phases for week in phase.weeks]
        lengths = page.count(" minutes</small>") + page.count(" minute</small>")
        assert lengths == sum(len(week.things) for week in weeks)


def test_a_path_begins_in_every_phase(cast: Cast, clock: Moved) -> None:
    for programme in content.programmes():
        for phase in programme.phases:
            body = {
                "programme": programme.slug,
                "version": programme.version,
                "phase": phase.slug,
                "beside": programme.phases[0].slug,
            }
            assert programme.title in paths.headline(body)
            assert phase.range in dict(paths.lines(body)).values()
