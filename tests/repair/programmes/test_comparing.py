"""What opened, card by card; a circle drawn of two halves; and one tap further."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.test import Client

from repair.plan.models import Draft
from repair.programmes import content, ports
from repair.programmes.comparing import compared
from tests.cast import Cast
from tests.conftest import Moved
from tests.repair.programmes.doing import read_of, shared

Browser = Callable[..., Client]

HOUR = datetime(2026, 9, 15, 22, 30, tzinfo=UTC)  # the next day at 18:30 in New York, the later of the two

# mine, theirs, and what is shown of each, and where the card goes
PAIRS = [
    ("crosses", "crosses", "Crosses the line", "Crosses the line", "boundary"),
    ("fine", "fine", "Fine", "Fine", ""),
    ("fine", "crosses", "Fine", "Crosses the line", "talk"),
    ("crosses", None, "Crosses the line", "", ""),
    ("crosses", "unbearable", "Crosses the line", "", ""),
    ("unbearable", "crosses", "", "Crosses the line", ""),
]


@pytest.fixture
def topics(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A room that keeps topics, and what it kept."""
    kept: list[str] = []
    monkeypatch.setattr(ports, "_REGISTERED", dict(ports._REGISTERED))
    ports.register_topics(lambda *, viewer, text, now, topic: kept.append(text))
    return kept


@pytest.mark.parametrize(("mine", "theirs", "shown", "beside", "goes_to"), PAIRS)
def test_a_card_of_each(
    topics: list[str], mine: str, theirs: str | None, shown: str, beside: str, goes_to: str
) -> None:
    other = {"cards": {"flirt": theirs} if theirs else {}}
    (row,) = compared(content.practice("our_definition").items, {"cards": {"flirt": mine}}, other)
    assert (row.mine, row.theirs, row.goes_to) == (shown, beside, goes_to)


@pytest.mark.parametrize("other", [{}, {"flirt": "unbearable"}])
def test_what_both_kept_or_left_out_is_no_card_at_all(topics: list[str], other: dict[str, str]) -> None:
    items = list(content.practice("our_definition").items)
    assert compared(items, {"cards": {"flirt": "unbearable"}}, {"cards": other}) == []


def test_without_a_room_for_topics_nothing_is_kept_for_a_talk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports, "_REGISTERED", {})
    items = content.practice("our_definition").items
    (row,) = compared(items, {"cards": {"flirt": "fine"}}, {"cards": {"flirt": "grey"}})
    assert row.goes_to == ""


def test_lists_of_yes_and_no_are_read_and_go_nowhere(topics: list[str]) -> None:
    items = content.practice("consent_lists").items
    rows = compared(
        items, {"cards": {"hand": "yes", "hug": "no"}}, {"cards": {"hand": "yes", "hug": "yes", "kiss": "mine"}}
    )
    assert [(row.mine, row.theirs, row.goes_to) for row in rows] == [("Yes", "Yes", ""), ("No", "Yes", "")]


def test_one_tap_lays_it_on_the_desk_or_keeps_it_for_a_talk(
    cast: Cast, clock: Moved, client_of: Browser, topics: list[str]
) -> None:
    hers = {"flirt": "crosses", "kiss": "fine", "ring": "unbearable"}
    his = {"flirt": "crosses", "kiss": "grey", "ring": "crosses"}
    shared(cast.ana, "our_definition", now=clock.at, cards=hers)
    shared(cast.ben, "our_definition", now=clock.at, cards=his)
    clock.set(HOUR)
    ben = client_of(cast.ben)
    page = ben.get(read_of(ben, "our_definition")).content.decode()
    assert "could not live with" not in page
    assert page.count("Propose as a boundary") == page.count("Keep for a talk") == 1
    for _ in range(2):
        answer = ben.post(read_of(ben, "our_definition"), {"do": "card-cards-flirt"})
        assert "Not between us: flirting lightly" in ben.get(answer.url).content.decode()
    assert Draft.objects.get().author == cast.ben
    assert ben.post(read_of(ben, "our_definition"), {"do": "card-cards-kiss"}).url == read_of(
        ben, "our_definition"
    )
    assert len(topics) == 1
    assert ben.post(read_of(ben, "our_definition"), {"do": "card-cards-ring"}).status_code == 422


def test_two_halves_are_one_circle_with_the_names_both_gave_it(
    cast: Cast, clock: Moved, client_of: Browser
) -> None:
    shared(cast.ana, "our_loop", now=clock.at, name="The staircase", under="I am afraid")
    shared(cast.ben, "our_loop", now=clock.at, name="The staircase", under="I am ashamed")
    clock.set(HOUR)
    ana = client_of(cast.ana)
    page = ana.get(read_of(ana, "our_loop")).content.decode()
    assert '<div class="loop__ring">' in page
    assert page.count("The staircase") == 1
    assert page.index("I am afraid") < page.index("loop__ring") < page.index("I am ashamed")
