"""Pressed twice is once, an older window overwrites nothing: pages of practices, logs, and lines sent on."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from checkins.conversations.models import Topic
from repair.programmes import content, pieces
from repair.programmes.models import Piece
from tests.cast import Cast
from tests.conftest import Moved
from tests.repair.programmes.doing import FIRST, SECOND, THIRD, do_everything, done, shared, url, viewer

Browser = Callable[..., Client]
LOG = "/practices/urge_log/log/"


def carried(browser: Client, page: str) -> dict[str, str]:
    """The hidden fields that a page's forms carry, those of the safety page and the token aside."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', browser.get(page).content.decode())
    return {name: value for name, value in found if name not in {"csrfmiddlewaretoken", "told"}}


@pytest.mark.usefixtures("sample")
def test_save_and_finish_twice_is_one_piece(cast: Cast, client_of: Browser) -> None:
    ana = client_of(cast.ana)
    for number, data in enumerate((FIRST, SECOND, THIRD), 1):
        sent = {**data, **carried(ana, url("everything", number)), "_anyway": "1"}
        answers = [ana.post(url("everything", number), sent) for _ in range(2)]
        assert answers[0].status_code == 302
        assert answers[0].url == answers[1].url, "the second press answers as the first did"
    assert Piece.objects.count() == 1


@pytest.mark.usefixtures("sample")
def test_two_that_are_meant_are_two(cast: Cast, client_of: Browser) -> None:
    assert do_everything(client_of(cast.ana)) != do_everything(client_of(cast.ana))


def _items(slug: str) -> Any:
    return content.practice(slug).items


def test_an_entry_of_a_log_twice_is_one_and_two_forms_are_two(cast: Cast, client_of: Browser) -> None:
    ana = client_of(cast.ana)
    form = carried(ana, LOG)
    fields = {item.name: "x" for item in _items("urge_log") if item.type in {"words", "line"}}
    for _ in range(2):
        assert ana.post(LOG, {**fields, **form}).url == LOG
    assert Piece.objects.count() == 1
    other = ana.post(LOG, {**dict.fromkeys(fields, "y"), **form})
    assert other.status_code == 409
    assert Piece.objects.count() == 1
    assert ana.post(LOG, {**fields, **carried(ana, LOG)}).url == LOG, "the same words on another day"
    assert Piece.objects.count() == 2


@pytest.mark.parametrize("line", ["", "x", "0" * 400, "00000000-0000-0000-0000-000000000000"])
def test_an_id_that_is_none_is_as_if_there_were_none(cast: Cast, client_of: Browser, line: str) -> None:
    ana = client_of(cast.ana)
    fields = {item.name: "x" for item in _items("urge_log") if item.type in {"words", "line"}}
    assert ana.post(LOG, {**fields, "_line": line}).status_code == 302
    assert Piece.objects.get().owner == cast.ana


@pytest.mark.usefixtures("sample")
def test_the_id_of_anothers_piece_makes_one_of_ones_own(cast: Cast, clock: Moved, client_of: Browser) -> None:
    his = done(cast.ben, "everything", now=clock.at, happened="His")
    page = url("everything", 1)
    assert client_of(cast.ana).post(page, {**FIRST, "_line": str(his), "_seen": ""}).status_code == 302
    assert Piece.objects.filter(owner=cast.ana).count() == 1
    ben = viewer(cast.ben, now=clock.at)
    assert pieces.answers_of(ben, Piece.objects.get(pk=his))["happened"] == "His"


@pytest.mark.usefixtures("sample")
def test_an_older_window_shows_both_and_overwrites_nothing(cast: Cast, clock: Moved, client_of: Browser) -> None:
    ana, page = client_of(cast.ana), url("everything", 1)
    older = carried(ana, page)
    ana.post(page, {**FIRST, "happened": "The newer words", **carried(ana, page)})
    sent = {**FIRST, "happened": "The older words", **older}
    answer = ana.post(page, sent)
    assert answer.status_code == 409
    html = answer.content.decode()
    assert "The newer words" in html
    assert "The older words" in html
    assert "The newer words" in ana.get(page).content.decode(), "nothing is overwritten"
    again = dict(re.findall(r'name="(_line|_seen)" value="([^"]*)"', html))
    assert ana.post(page, {**sent, **again}).status_code == 302
    assert "The older words" in ana.get(page).content.decode()
    assert Piece.objects.count() == 1


@pytest.mark.usefixtures("sample")
def test_two_pages_in_two_windows_are_no_conflict_where_nothing_is_overwritten(
    cast: Cast, clock: Moved, client_of: Browser
) -> None:
    ana = client_of(cast.ana)
    first, second = (carried(ana, url("everything", number)) for number in (1, 2))
    for number, data, form in ((2, SECOND, second), (1, FIRST, first)):
        clock.move(minutes=1)
        assert ana.post(url("everything", number), {**data, **form, "_anyway": "1"}).status_code == 302
    kept = pieces.own_pieces(viewer(cast.ana, now=clock.at))
    assert len(kept) == 1
    answers = pieces.answers_of(viewer(cast.ana, now=clock.at), Piece.objects.get())
    assert (answers["happened"], answers["believe"]) == (FIRST["happened"], 70)


@pytest.mark.usefixtures("sample")
def test_an_older_window_of_what_was_finished_changes_nothing_of_it(
    cast: Cast, clock: Moved, client_of: Browser
) -> None:
    ana, page = client_of(cast.ana), url("everything", 1)
    ana.post(page, FIRST)
    older = carried(ana, page)
    for number, data in ((2, SECOND), (3, THIRD)):
        ana.post(url("everything", number), {**data, "_anyway": "1"})
    answer = ana.post(page, {**FIRST, "happened": "Too late", **older})
    assert answer.status_code == 409
    assert "Too late" in answer.content.decode()
    piece = pieces.own_pieces(viewer(cast.ana, now=clock.at))[0]
    assert piece.head.done
    assert Piece.objects.count() == 1


@pytest.mark.usefixtures("sample")
def test_words_that_are_noticed_can_be_changed_and_kept(cast: Cast, client_of: Browser) -> None:
    """The page comes back after it was kept: its next press is not taken for an older window."""
    ana, page = client_of(cast.ana), url("everything", 1)
    noticed = ana.post(page, {**FIRST, "happened": "He is always late", **carried(ana, page)}).content.decode()
    assert "Some words here describe a person" in noticed
    again = dict(re.findall(r'name="(_line|_seen)" value="([^"]*)"', noticed))
    assert ana.post(page, {**FIRST, **again, "_anyway": "1"}).status_code == 302


def test_an_entry_is_not_written_over_an_older_one_that_is_being_changed(
    cast: Cast, clock: Moved, client_of: Browser
) -> None:
    ana = client_of(cast.ana)
    fields = {item.name: "x" for item in _items("urge_log") if item.type in {"words", "line"}}
    ana.post(LOG, {**fields, **carried(ana, LOG)})
    pieces.reopen(viewer=viewer(cast.ana, now=clock.at), piece=Piece.objects.get().pk)
    ana.post(LOG, {**dict.fromkeys(fields, "y"), **carried(ana, LOG)})
    assert Piece.objects.count() == 2


@pytest.mark.usefixtures("sample")
def test_a_line_sent_on_to_a_talk_twice_is_one_topic(cast: Cast, clock: Moved, client_of: Browser) -> None:
    hers = shared(cast.ana, "everything", now=clock.at, acts=["Tea", "A walk"])
    shared(cast.ben, "everything", now=clock.at)
    clock.set(clock.at + timedelta(days=2))
    ana, page = client_of(cast.ana), f"/practices/piece/{hers}/"
    form = carried(ana, page)
    for do in ("send-acts-0", "send-acts-0", "send-acts-1"):
        assert ana.post(page, {"do": do, **form}).status_code == 302
    assert Topic.objects.count() == 2, "one for each sentence"


def test_a_card_kept_for_a_talk_twice_is_one_topic(cast: Cast, clock: Moved, client_of: Browser) -> None:
    shared(cast.ana, "our_definition", now=clock.at, cards={"kiss": "fine"})
    his = shared(cast.ben, "our_definition", now=clock.at, cards={"kiss": "grey"})
    clock.move(days=2)
    ana, page = client_of(cast.ana), f"/practices/our_definition/read/{his}/"
    form = carried(ana, page)
    for _ in range(2):
        assert ana.post(page, {"do": "card-cards-kiss", **form}).status_code == 302
    assert Topic.objects.count() == 1
