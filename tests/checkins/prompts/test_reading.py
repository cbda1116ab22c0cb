"""`checkins:reading`, `checkins:choose`, `checkins:reply`, `checkins:add`: the card, and side by side."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.access import viewer_of
from accounts.couples.models import Membership
from accounts.vault import services as vault
from checkins.prompts.models import Addition, ReadingChoice
from checkins.prompts.sheets import Share, Words
from tests.cast import Cast
from tests.checkins.make import Evening, make_evening, make_line, send
from tests.conftest import Moved

Browser = Callable[..., Client]


@pytest.fixture
def read(cast: Cast, clock: Moved) -> Evening:
    """Last night’s minute, shared by both, at its reading hour."""
    evening = make_evening(cast, now=clock.at, opened=24 * 60, reads_in=0)
    send(evening.ana, at=evening.ana.opens_at)
    send(
        evening.ben,
        at=evening.ben.opens_at,
        marks={"safe": 6, "close": 4},
        words=Words(feelings=("sad",), own="a bit lost"),
    )
    return evening


def url(evening: Evening, page: str = "") -> str:
    return f"/reading/{evening.check_in.pk}/{page}"


def test_first_the_closed_card_then_side_by_side(
    cast: Cast, clock: Moved, client_of: Browser, read: Evening
) -> None:
    ana = client_of(cast.ana)
    card = ana.get(url(read)).content.decode()
    assert "You needn’t answer today." in card
    assert "a bit lost" not in card
    assert card.count('<button class="btn btn--line" name="choice"') == 3, "three buttons of one weight"
    assert ana.post(url(read, "choose/"), {"choice": "now"}).url == url(read)
    page = ana.get(url(read)).content.decode()
    assert "a bit lost" in page
    assert "Ana 5, Ben 6." in page
    assert page.index("One word each") < page.index("Your marks"), "words first"
    row = ReadingChoice.objects.get()
    assert vault.open(viewer_of(cast.ana, now=clock.at), row, "choice") == "now"


@pytest.mark.parametrize("choice", ["tomorrow", "never"])
def test_another_choice_keeps_it_closed_and_can_be_changed(
    cast: Cast, clock: Moved, client_of: Browser, read: Evening, choice: str
) -> None:
    ana = client_of(cast.ana)
    assert ana.post(url(read, "choose/"), {"choice": choice}).url == "/today/"
    assert b"a bit lost" not in ana.get(url(read)).content
    ana.post(url(read, "choose/"), {"choice": "now"})
    assert b"a bit lost" in ana.get(url(read)).content
    assert ReadingChoice.objects.count() == 1


@pytest.mark.parametrize("data", [{}, {"choice": "later"}, {"choice": ["now", "later"]}, {"choice": "x" * 999}])
def test_a_choice_that_is_none_gets_422(
    cast: Cast, client_of: Browser, read: Evening, data: dict[str, Any]
) -> None:
    answer = client_of(cast.ana).post(url(read, "choose/"), data)
    assert answer.status_code == 422
    assert b"Choose one of the three" in answer.content
    assert not ReadingChoice.objects.exists()


def test_before_the_hour_there_is_only_the_sealed_page(cast: Cast, clock: Moved, client_of: Browser) -> None:
    tonight = make_evening(cast, now=clock.at)
    for prompt in (tonight.ana, tonight.ben):
        send(prompt, at=clock.at)
    sealed = f"/evening/{tonight.ana.pk}/sealed/"
    assert client_of(cast.ana).get(url(tonight)).url == sealed
    client_of(cast.ana).post(url(tonight, "choose/"), {"choice": "now"})
    client_of(cast.ana).post(url(tonight, "reply/"), {"heard": "x"})
    client_of(cast.ana).post(url(tonight, "add/"), {"later": "x"})
    assert not ReadingChoice.objects.exists()
    assert not Addition.objects.exists()


def test_nothing_side_by_side_looks_the_same_for_skipped_private_and_missing(
    cast: Cast, clock: Moved, client_of: Browser
) -> None:
    pages = set()
    for ana_does in ("nothing", "skips", "keeps it private", "shares only words"):
        evening = make_evening(cast, now=clock.at, opened=24 * 60, reads_in=0)
        send(evening.ben, at=evening.ben.opens_at, share=Share.MARKS)
        if ana_does == "skips":
            evening.ana.skipped_at = evening.ana.opens_at
            evening.ana.save()
        elif ana_does != "nothing":
            share = Share.NONE if ana_does == "keeps it private" else Share.WORDS
            send(evening.ana, at=evening.ana.opens_at, share=share)
        answer = client_of(cast.ben).get(url(evening))
        assert answer.status_code == 200
        pages.add(answer.content)
        evening.check_in.additions.all().delete()
        for prompt in evening.check_in.prompts.all():
            if hasattr(prompt, "sheet"):
                prompt.sheet.delete()
            prompt.delete()
        evening.check_in.delete()
    assert len(pages) == 1
    assert b"Nothing side by side" in pages.pop()


def test_the_week_with_letters_rails_and_reports(cast: Cast, clock: Moved, client_of: Browser) -> None:
    week = make_evening(cast, now=clock.at, questions="weekly", opened=24 * 60, reads_in=0)
    both = make_line(cast, now=clock.at, what="Half an hour together")
    one = make_line(cast, now=clock.at, what="Phones at night")
    send(
        week.ana,
        at=week.ana.opens_at,
        marks={"hope": 4, "reach": 5},
        private=frozenset({"reach"}),
        words=Words(feelings=("tired",), texts={"notice": "You put\nthe phone away", "need": "A walk"}),
        reports={str(both.pk): "kept", str(one.pk): "partly"},
    )
    send(
        week.ben,
        at=week.ben.opens_at,
        marks={"hope": 6, "reach": 5},
        words=Words(texts={"feel": "relieved & <b>calm</b>"}),
        reports={str(both.pk): "kept", str(one.pk): "kept"},
    )
    ben = client_of(cast.ben)
    ben.post(url(week, "choose/"), {"choice": "now"})
    page = ben.get(url(week)).content.decode()
    assert "You put<br>the phone away" in page
    assert "relieved &amp; &lt;b&gt;calm&lt;/b&gt;" in page
    assert "Ana 4, Ben 6." in page
    assert "Reaching each other" not in page, "one kept that mark private"
    assert "Kept, you both say." in page
    assert "Partly, Ana says." in page
    assert page.index("letter--a") < page.index("letter--b"), "the same order for both"


def test_one_thing_back_is_shown_to_the_other_and_what_was_heard_to_nobody(
    cast: Cast, clock: Moved, client_of: Browser, read: Evening
) -> None:
    ana, ben = client_of(cast.ana), client_of(cast.ben)
    for client in (ana, ben):
        client.post(url(read, "choose/"), {"choice": "now"})
    reply = {"heard": "He is tired", "back": "try", "line": "to ask first", "by": "2026-09-20"}
    assert ana.post(url(read, "reply/"), reply).url == "/today/"
    assert ana.post(url(read, "reply/"), reply).status_code == 302, "twice is once"
    page = ben.get(url(read)).content.decode()
    assert "I’ll try to ask first, by 20 September" in page
    assert "He is tired" not in page
    own = ana.get(url(read)).content.decode()
    assert "He is tired" in own
    assert "You have said one thing back" in own
    ana.post(url(read, "reply/"), {"heard": "He is very tired", "back": "understood", "line": "more"})
    assert Addition.objects.count() == 2, "one reply, one thing heard"
    assert "He is very tired" in ana.get(url(read)).content.decode()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        pytest.param({"line": "alone"}, "Choose how your line begins", id="a line without its beginning"),
        pytest.param({"back": "understood"}, "Write your line", id="a beginning without a line"),
        pytest.param({"back": "try", "line": "x"}, "Choose a day", id="try without a day"),
        pytest.param({"back": "until", "by": "2020-01-01"}, "Choose a day from today", id="a day in the past"),
        pytest.param({"back": "until", "by": "someday"}, "Choose a day", id="no day at all"),
        pytest.param({"back": "later", "line": "x"}, "later", id="a kind that is none"),
        pytest.param({"heard": "x" * 401}, "This is 401 characters", id="too long"),
    ],
)
def test_a_reply_that_does_not_hold_gets_422_and_keeps_the_words(
    cast: Cast, client_of: Browser, read: Evening, data: dict[str, str], words: str
) -> None:
    ana = client_of(cast.ana)
    answer = ana.post(url(read, "reply/"), {"heard": "kept on screen", **data})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert words in page
    if "heard" not in data:
        assert "kept on screen" in page
    assert not Addition.objects.exists()


def test_nothing_back_is_a_good_answer(cast: Cast, client_of: Browser, read: Evening) -> None:
    assert client_of(cast.ana).post(url(read, "reply/"), {}).url == "/today/"
    assert not Addition.objects.exists()


def test_lines_added_later(cast: Cast, clock: Moved, client_of: Browser, read: Evening) -> None:
    ana, ben = client_of(cast.ana), client_of(cast.ben)
    for client in (ana, ben):
        client.post(url(read, "choose/"), {"choice": "now"})
    for text in ("First", "First", "2", "3", "4", "5"):
        assert ana.post(url(read, "add/"), {"later": text}).url == url(read)
    answer = ana.post(url(read, "add/"), {"later": "a sixth"})
    assert answer.status_code == 422
    assert "a sixth" in answer.content.decode()
    assert ana.post(url(read, "add/"), {"later": " "}).status_code == 422
    assert Addition.objects.count() == 5
    assert "First" in ben.get(url(read)).content.decode()


def test_what_is_no_longer_open_takes_its_replies_along(
    cast: Cast, clock: Moved, client_of: Browser, read: Evening
) -> None:
    ana, ben = client_of(cast.ana), client_of(cast.ben)
    for client in (ana, ben):
        client.post(url(read, "choose/"), {"choice": "now"})
    ana.post(url(read, "add/"), {"later": "A line of mine"})
    assert ana.post(url(read, "narrow/"), {"who": "none"}).status_code == 302
    for client in (ana, ben):
        page = client.get(url(read)).content.decode()
        assert "Nothing side by side" in page
        assert "A line of mine" not in page


def test_a_rest_closes_it_for_both(cast: Cast, clock: Moved, client_of: Browser, read: Evening) -> None:
    Membership.objects.filter(person=cast.ana).update(rested_at=clock.at)
    for person in (cast.ana, cast.ben):
        assert b"a bit lost" not in client_of(person).get(url(read)).content


@pytest.mark.parametrize("who", ["cleo", "drew", "sol", "theo", "sue"])
def test_nobody_else_gets_in(cast: Cast, client_of: Browser, read: Evening, who: str) -> None:
    client = client_of(getattr(cast, who))
    assert client.get(url(read)).status_code == 404
    for page in ("choose/", "reply/", "add/", "narrow/"):
        assert client.post(url(read, page), {"choice": "now"}).status_code == 404
    assert not ReadingChoice.objects.exists()
