"""One heavy thing an evening: the path steps back beside a check-in or a talk, unless one chose otherwise."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from checkins.prompts.models import Prompt
from tests.cast import Cast
from tests.checkins.make import fill, make_evening
from tests.conftest import START, Moved
from tests.contract.talking import make_talk, make_topic

Browser = Callable[..., Client]
BACK = "The path waits, and nothing is late."
AT = "/today/path/"


def card(client: Client) -> str:
    """The card of the path on Today."""
    found = re.search(
        r'<section class="sec" aria-labelledby="nx">.*?</section>', client.get("/today/").content.decode()
    )
    assert found
    return found.group()


def is_back(client: Client) -> bool:
    said = card(client)
    assert ("min" in said) != (BACK in said), "either the thing, or that it waits"
    return BACK in said


def test_without_either_the_path_stands_there(cast: Cast, client_of: Browser) -> None:
    said = card(client_of(cast.ana))
    assert BACK not in said
    assert "<form" not in said, "there is nothing to choose"


def test_it_steps_back_while_a_check_in_is_open_and_for_the_rest_of_its_evening(
    cast: Cast, clock: Moved, client_of: Browser
) -> None:
    evening = make_evening(cast, now=clock.at)
    assert is_back(client_of(cast.ana))
    fill(client_of(cast.ana), evening.ana)
    assert is_back(client_of(cast.ana)), "sent in, it is the same evening"
    sent = card(client_of(cast.ana)).partition("<form")[0]
    Prompt.objects.filter(pk=evening.ana.pk).update(sent_at=None, skipped_at=clock.at)
    assert card(client_of(cast.ana)).partition("<form")[0] == sent, "left out looks the same"
    clock.set(datetime(2026, 9, 15, 2, 0, tzinfo=UTC))
    assert is_back(client_of(cast.ana)), "until four in the morning"
    clock.set(datetime(2026, 9, 15, 9, 0, tzinfo=UTC))
    assert not is_back(client_of(cast.ana))


@pytest.mark.parametrize("who", ["ana", "ben"])
def test_what_the_other_did_with_the_evening_changes_nothing(
    cast: Cast, clock: Moved, client_of: Browser, who: str
) -> None:
    evening = make_evening(cast, now=clock.at)
    other = {"ana": "ben", "ben": "ana"}[who]
    before = is_back(client_of(getattr(cast, who)))
    fill(client_of(getattr(cast, other)), getattr(evening, other))
    assert is_back(client_of(getattr(cast, who))) == before


def test_a_talk_both_agreed_on_is_one_heavy_thing_and_an_offer_is_none(
    cast: Cast, clock: Moved, client_of: Browser
) -> None:
    topic = make_topic(cast.ana, "Sundays", now=START, couple=cast.couples["ana"])
    talk = make_talk(topic, now=START)
    talk.starts_at, talk.yes_at = START + timedelta(hours=1), None
    talk.save()
    assert not is_back(client_of(cast.ana)), "offered, it is nothing yet"
    talk.yes_at = START
    talk.save()
    assert "This evening has your talk." in card(client_of(cast.ana))
    talk.began_at = talk.stage_at = talk.closed_at = START
    talk.save()
    assert is_back(client_of(cast.ana)), "held and over, it was this evening’s"
    talk.began_at = talk.stage_at = talk.closed_at = None
    talk.starts_at = START + timedelta(days=2)
    talk.save()
    assert not is_back(client_of(cast.ana))


def test_by_day_the_path_stands_there_until_the_check_in_opens(
    cast: Cast, clock: Moved, client_of: Browser
) -> None:
    clock.set(datetime(2026, 9, 14, 9, 0, tzinfo=UTC))
    make_evening(cast, now=clock.at + timedelta(hours=10))
    assert not is_back(client_of(cast.ana))


class TestChoice:
    """One's own, for one's own page."""

    def test_this_evening_all_the_same(self, cast: Cast, clock: Moved, client_of: Browser) -> None:
        make_evening(cast, now=clock.at)
        assert client_of(cast.ana).post(AT, {"do": "tonight"})["Location"] == "/today/"
        assert not is_back(client_of(cast.ana))
        assert is_back(client_of(cast.ben)), "his page is his"
        clock.move(days=1)
        make_evening(cast, now=clock.at, schedule=None)
        assert is_back(client_of(cast.ana)), "that was yesterday"

    def test_on_every_such_evening_and_back_again(self, cast: Cast, clock: Moved, client_of: Browser) -> None:
        make_evening(cast, now=clock.at)
        client_of(cast.ana).post(AT, {"do": "always"})
        clock.move(days=1)
        make_evening(cast, now=clock.at)
        assert not is_back(client_of(cast.ana))
        client_of(cast.ana).post(AT, {"do": "back"})
        assert is_back(client_of(cast.ana))

    @pytest.mark.parametrize("do", ["", "nonsense"])
    def test_what_is_no_choice_changes_nothing(
        self, cast: Cast, clock: Moved, client_of: Browser, do: str
    ) -> None:
        make_evening(cast, now=clock.at)
        assert client_of(cast.ana).post(AT, {"do": do}).status_code == 302
        assert is_back(client_of(cast.ana))

    def test_looking_chooses_nothing(self, cast: Cast, client_of: Browser) -> None:
        assert client_of(cast.ana).get(AT).status_code == 405
