"""The one question for oneself alone: by track, kept for its author, part of no reading."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.http import Http404
from django.test import Client

from accounts.access import Purpose, system, viewer_of
from accounts.vault import services as vault
from accounts.vault.services import CannotOpen
from checkins.prompts import holdings, reading
from checkins.prompts.models import AnswerSheet
from checkins.prompts.sheets import Share, Words
from repair.programmes.content import question_set
from repair.programmes.story import Story, Track, keep_story
from tests.cast import Cast
from tests.checkins.make import MINUTE, draft_of, make_evening, send, sheet_of, step
from tests.conftest import Moved

Browser = Callable[..., Client]
ITEMS = question_set("daily").own
TOLD = "For you alone"


def says(cast: Cast, clock: Moved, track: str) -> None:
    keep_story(viewer=viewer_of(cast.ana, now=clock.at), story=Story(track=track), now=clock.at)


@pytest.mark.parametrize("track", [track.value for track in Track])
def test_each_is_asked_what_goes_with_their_own_place(
    cast: Cast, clock: Moved, client_of: Browser, track: str
) -> None:
    tonight, ana = make_evening(cast, now=clock.at), client_of(cast.ana)
    says(cast, clock, track)
    page = ana.get(step(tonight.ana, 1)).content.decode()
    mine, others = ITEMS[track], [ITEMS[t] for t in ITEMS if t != track]
    asked = mine.asked(name="Ben", on=tonight.check_in.on)
    assert page.count(TOLD) == 1
    assert asked in page
    assert not any(f"alone-{item.slug}" in page for item in others)
    assert "checked" not in page
    ana.post(step(tonight.ana, 1), {**MINUTE, f"alone-{mine.slug}": "6"})
    page = ana.get(step(tonight.ana, 2)).content.decode()
    assert mine.topic not in page, "it is nothing to share or keep"
    ana.post(step(tonight.ana, 2), {"who": "all"})
    sheet = sheet_of(tonight.ana)
    assert (sheet.alone, sheet.marks) == ({mine.slug: 6}, {"safe": 5, "close": 4})
    answer = ana.get(f"/answers/{tonight.ana.pk}/").content.decode()
    assert mine.topic in answer
    assert "6 of 7, for yourself alone" in answer


def test_who_said_nothing_is_asked_something_too(cast: Cast, clock: Moved, client_of: Browser) -> None:
    tonight = make_evening(cast, now=clock.at)
    page = client_of(cast.ben).get(step(tonight.ben, 1)).content.decode()
    assert ITEMS["unsaid"].asked(name="Ana", on=tonight.check_in.on) in page


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        pytest.param({}, {}, id="left open"),
        pytest.param({"alone-self": "3"}, {"self": 3}, id="a mark"),
        pytest.param({"alone-self": "3", "leave-alone": "on"}, {}, id="chosen, then left open"),
        pytest.param({"alone-past": "3"}, {}, id="another place's question"),
    ],
)
def test_it_may_stay_open(
    cast: Cast, clock: Moved, client_of: Browser, sent: dict[str, str], kept: dict[str, int]
) -> None:
    tonight, ana = make_evening(cast, now=clock.at), client_of(cast.ana)
    assert ana.post(step(tonight.ana, 1), {**MINUTE, **sent}).status_code == 302
    assert draft_of(cast.ana, tonight.ana)["alone"] == kept


def test_a_mark_that_is_none_gets_422_and_loses_nothing(cast: Cast, clock: Moved, client_of: Browser) -> None:
    tonight, ana = make_evening(cast, now=clock.at), client_of(cast.ana)
    answer = ana.post(step(tonight.ana, 1), {**MINUTE, "alone-self": "9"})
    assert answer.status_code == 422
    assert "Choose a mark from 1 to 7" in answer.content.decode()
    assert draft_of(cast.ana, tonight.ana)["marks"] == {"safe": 5, "close": 4}


def test_the_other_sets_ask_nothing_by_track(cast: Cast, clock: Moved, client_of: Browser) -> None:
    evening = make_evening(cast, now=clock.at, questions="weekly")
    says(cast, clock, "hurt")
    assert TOLD not in client_of(cast.ana).get(step(evening.ana, 1)).content.decode()


@pytest.mark.parametrize("share", list(Share))
def test_no_reading_opens_it(cast: Cast, clock: Moved, share: Share) -> None:
    """Not for Ben, not for the reader that opens sheets for both, and nothing else follows from it."""
    evening = make_evening(cast, now=clock.at, opened=24 * 60, reads_in=0)
    row = send(evening.ana, at=evening.ana.opens_at, share=share, alone={"past": 7})
    send(evening.ben, at=evening.ben.opens_at)
    ben = viewer_of(cast.ben, now=clock.at)
    for reader in (system(Purpose.READING, now=clock.at), ben):
        with pytest.raises((Http404, CannotOpen)):
            vault.open(reader, AnswerSheet.objects.get(pk=row.pk), "alone")
    seen = reading.opened(ben, evening.check_in)
    assert "past" not in str(seen)
    row.delete()
    send(evening.ana, at=evening.ana.opens_at, share=share)
    assert replace(reading.opened(ben, evening.check_in), check_in=seen.check_in) == seen


def test_alone_it_opens_nothing_of_the_others(cast: Cast, clock: Moved) -> None:
    """Nobody reads without giving, and this is not given to anybody."""
    evening = make_evening(cast, now=clock.at, opened=24 * 60, reads_in=0)
    send(evening.ana, at=evening.ana.opens_at, marks={}, words=Words(), alone={"past": 7})
    send(evening.ben, at=evening.ben.opens_at)
    assert reading.opened(viewer_of(cast.ana, now=clock.at), evening.check_in).state is reading.State.NOTHING


def test_showing_less_and_taking_back_lose_nothing_of_it(cast: Cast, clock: Moved, client_of: Browser) -> None:
    tonight, ana = make_evening(cast, now=clock.at), client_of(cast.ana)
    ana.post(step(tonight.ana, 1), {**MINUTE, "alone-self": "3"})
    ana.post(step(tonight.ana, 2), {"who": "all"})
    ana.post(f"/reading/{tonight.check_in.pk}/narrow/", {"who": "none"})
    assert (sheet_of(tonight.ana).share, sheet_of(tonight.ana).alone) == (Share.NONE, {"self": 3})
    ana.post(f"/evening/{tonight.ana.pk}/take-back/")
    assert draft_of(cast.ana, tonight.ana)["alone"] == {"self": 3}
    assert bytes(AnswerSheet.objects.get().alone) == b""


def test_it_is_in_ones_own_export_alone(cast: Cast, clock: Moved) -> None:
    evening = make_evening(cast, now=clock.at, opened=24 * 60, reads_in=0)
    send(evening.ana, at=evening.ana.opens_at, alone={"past": 7})
    send(evening.ben, at=evening.ben.opens_at)
    topic = ITEMS["hurt"].topic
    ana, ben = (viewer_of(who, now=clock.at) for who in (cast.ana, cast.ben))
    said = {"question": topic, "answer": "7 of 7, for yourself alone"}
    assert said in holdings.export_of(ana)["answers"][0]["answers"]
    table = holdings.tables_of(ana)["marks.csv"]
    assert (evening.check_in.on, "daily", topic, 7, 7, "yes") in table
    assert topic not in str(holdings.export_of(ben)) + str(holdings.tables_of(ben))


def test_it_goes_with_its_author(cast: Cast, clock: Moved) -> None:
    evening = make_evening(cast, now=clock.at)
    send(evening.ana, at=evening.ana.opens_at, alone={"past": 7})
    holdings.erase(cast.ana, clock.at)
    assert bytes(AnswerSheet.objects.get().alone) == b""


def test_how_it_was_answered_is_told_by_no_length(cast: Cast, clock: Moved) -> None:
    evening = make_evening(cast, now=clock.at)
    rows = [send(evening.ana, at=clock.at, alone={"carried": 7}), send(evening.ben, at=clock.at)]
    assert len({len(bytes(row.alone)) for row in rows}) == 1
