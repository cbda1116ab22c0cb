"""If tonight is hard: one tap from every page, nothing sent, nothing kept but what one puts aside for oneself."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.test import Client

from accounts.access import viewer_of
from accounts.privacy.ports import registered
from checkins.hard.asides import MOST, Kind, Put, asides_of, evening_of, put_aside
from checkins.hard.cards import CARDS, around, back_at
from checkins.hard.models import Aside
from repair.programmes import pieces
from repair.programmes.content import practice
from tests.cast import Cast
from tests.conftest import START, Moved
from tests.contract.world import put

Browser = Callable[..., Client]
EVERYBODY = ["ana", "sol", "rita", "rob", "drew", "cora"]  # linked, alone, resting, left behind by nobody, cooling
PAGES = ["/tonight/", "/tonight/five/", "/tonight/slow/", "/tonight/later/", "/tonight/call/", "/tonight/after/"]
PARK = {"text": "Whether he meant it", "on": "2026-09-17"}


@pytest.mark.parametrize("who", EVERYBODY)
def test_it_is_one_tap_from_where_anybody_is(cast: Cast, client_of: Browser, who: str) -> None:
    client = client_of(cast.people[who])
    for path in ("/today/", "/lines/", "/story/", "/you/", "/answers/"):
        assert 'class="hardlink" href="/tonight/"' in client.get(path).content.decode(), path
    for path in PAGES:
        assert client.get(path).status_code == 200, path


def test_nobody_signed_out_and_no_therapist_is_led_there(cast: Cast, client_of: Browser) -> None:
    assert "hardlink" not in client_of(None).get("/support/").content.decode()
    assert "hardlink" not in client_of(cast.theo).get("/cases/").content.decode()
    assert client_of(cast.theo).get("/tonight/").status_code == 404


def _rows() -> dict[str, int]:
    return {model._meta.label: model._base_manager.count() for model in apps.get_models()}


def test_looking_stores_nothing(cast: Cast, client_of: Browser) -> None:
    client, before = client_of(cast.ana), None
    client.get("/today/")
    before = _rows()
    for path in [*PAGES, *(f"/tonight/up/{card.slug}/" for card in CARDS)]:
        assert client.get(path).status_code == 200
    assert _rows() == before


# --- cards ---


def test_the_cards_stand_in_a_ring(cast: Cast, client_of: Browser) -> None:
    client, path, seen = client_of(cast.ana), "/tonight/up/sit/", []
    for _ in CARDS:
        page = client.get(path).content.decode()
        seen.append(re.search(r"<h1>(.*?)</h1>", page)[1])  # type: ignore[index]
        assert "data-exit" in page
        path = re.findall(r'href="(/tonight/up/[^"]+)"', page)[-1]
    assert path.startswith("/tonight/up/sit/")
    assert seen == [
        "Please sit with me. No talking.",
        "20 minutes, back at 19:20.",  # 18:00 UTC is 19:00 in Lisbon’s summer
        "I’m scared, not accusing.",
        "I’m ashamed, not leaving.",
        "I’d like a hug. No is all right.",
        "I heard you. I need time to answer.",
        "Please no touch just now.",
        "This is too loud for me.",
    ]
    assert around("no_such") is None
    assert client.get("/tonight/up/no_such/").status_code == 404


def test_the_practice_about_the_cards_names_each_of_them() -> None:
    written = " ".join(line for part in practice("hold_up_cards").parts for line in part.text)
    for card in CARDS:
        for words in (card.said("…"), str(card.under)):
            assert words.removeprefix("I’m coming back. ").rstrip(".…") in written, words


def test_help_is_named_before_the_cards(cast: Cast, client_of: Browser) -> None:
    page = client_of(cast.ana).get("/tonight/").content.decode().partition("<main")[2]
    assert page.index('href="/support/"') < page.index('class="cards"')


def test_the_promised_hour_stays_when_the_card_is_looked_at_again(
    cast: Cast, client_of: Browser, clock: Moved
) -> None:
    link = re.findall(r'href="(/tonight/up/away/[^"]*)"', client_of(cast.ana).get("/tonight/").content.decode())[0]
    clock.move(minutes=7)
    assert "back at 19:20" in client_of(cast.ana).get(link).content.decode()
    assert "back at 19:27" in client_of(cast.ana).get("/tonight/up/away/").content.decode()


@pytest.mark.parametrize("carried", ["", "25:00", "<b>", "now", "21:40:00+05:00x"])
def test_no_other_words_come_in_by_the_address(carried: str) -> None:
    assert back_at(datetime(2026, 9, 14, 23, 50, tzinfo=UTC), carried) == "00:10"


# --- parking ---


def test_a_parked_line_stands_on_today_on_its_day(cast: Cast, client_of: Browser, clock: Moved) -> None:
    ana = client_of(cast.ana)
    assert ana.post("/tonight/later/", PARK)["Location"] == "/tonight/later/"
    assert "Whether he meant it" in ana.get("/tonight/later/").content.decode()
    assert "Whether he meant it" not in ana.get("/today/").content.decode()
    clock.move(days=3)
    assert "Whether he meant it" in client_of(cast.ana).get("/today/").content.decode()
    assert "Whether he meant it" not in client_of(cast.ben).get("/today/").content.decode()


def test_its_day_begins_where_its_author_lives(cast: Cast, client_of: Browser, clock: Moved) -> None:
    client_of(cast.ben).post("/tonight/later/", PARK)
    clock.set(datetime(2026, 9, 17, 2, 0, tzinfo=UTC))  # still the 16th in New York
    assert "Whether he meant it" not in client_of(cast.ben).get("/today/").content.decode()
    clock.move(hours=3)
    assert "Whether he meant it" in client_of(cast.ben).get("/today/").content.decode()


def test_it_is_let_go_or_closed_again(cast: Cast, client_of: Browser) -> None:
    ana = client_of(cast.ana)
    row = put(cast.ana, "parked", now=START, on="2026-09-14", text="Again")
    assert ana.post(f"/tonight/away/{row.pk}/", {"do": "again"})["Location"] == "/today/"
    assert "Again" not in ana.get("/today/").content.decode()
    assert asides_of(viewer_of(cast.ana, now=START))[0].on == date(2026, 9, 17)
    for _ in range(2):
        assert ana.post(f"/tonight/away/{row.pk}/").status_code == 302
    assert not Aside.objects.exists()


def test_three_stand_on_today_at_most(cast: Cast, client_of: Browser) -> None:
    for number in range(5):
        put(cast.ana, "parked", now=START, on=f"2026-09-0{number + 1}", text=f"line {number}")
    page = client_of(cast.ana).get("/today/").content.decode()
    assert [n for n in range(5) if f"line {n}" in page] == [2, 3, 4]


BAD: list[tuple[str, str, dict[str, str]]] = [
    ("no words", "/tonight/later/", {**PARK, "text": " "}),
    ("too many words", "/tonight/later/", {**PARK, "text": "x" * 401}),
    ("today", "/tonight/later/", {**PARK, "on": "2026-09-14"}),
    ("in two years", "/tonight/later/", {**PARK, "on": "2028-09-14"}),
    ("no date", "/tonight/later/", {**PARK, "on": "some day"}),
    ("a person without a name", "/tonight/call/", {"name": "", "number": "0123 456"}),
    ("a number that is none", "/tonight/call/", {"name": "Petra", "number": "javascript:1"}),
    ("nothing different, sent all the same", "/tonight/after/", {"text": ""}),
]


@pytest.mark.parametrize(("sentence", "path", "data"), BAD, ids=[b[0] for b in BAD])
def test_bad_input_loses_nothing(
    cast: Cast, client_of: Browser, sentence: str, path: str, data: dict[str, str]
) -> None:
    answer = client_of(cast.ana).post(path, data)
    assert answer.status_code == 422, sentence
    html = answer.content.decode()
    assert "err-sum" in html
    assert all(value.strip() in html for value in data.values())
    assert not Aside.objects.exists()


def test_a_double_click_keeps_one(cast: Cast, client_of: Browser) -> None:
    for _ in range(2):
        client_of(cast.ana).post("/tonight/later/", PARK)
        client_of(cast.ana).post("/tonight/tomorrow/")
    assert Aside.objects.count() == 2


def test_there_is_room_for_so_many(cast: Cast, client_of: Browser) -> None:
    for number in range(MOST):
        put(cast.ana, "parked", now=START, on="2026-09-20", text=f"line {number}")
    answer = client_of(cast.ana).post("/tonight/later/", PARK)
    assert (answer.status_code, Aside.objects.count()) == (422, MOST)
    assert "Whether he meant it" in answer.content.decode()
    assert client_of(cast.ana).post("/tonight/tomorrow/").status_code == 302
    assert client_of(cast.ana).post("/tonight/call/", {"name": "Petra", "number": "0123"}).status_code == 422
    assert client_of(cast.ana).post("/tonight/after/", {"text": "Sat down"}).status_code == 422


def test_what_was_written_after_an_evening_is_kept_once(cast: Cast, client_of: Browser, clock: Moved) -> None:
    """The first press answers the question, so that the second one would be about another evening."""
    client_of(cast.ana).post("/tonight/tomorrow/")
    clock.move(days=1)
    ana = client_of(cast.ana)
    line = re.search(r'name="line" value="([^"]+)"', ana.get("/tonight/after/").content.decode())
    assert line is not None
    for _ in range(2):
        assert ana.post("/tonight/after/", {"text": "We sat down", "line": line[1]}).status_code == 302
    assert Aside.objects.count() == 1


def test_a_parked_line_pressed_on_both_sides_of_midnight_is_one(cast: Cast, client_of: Browser) -> None:
    ana = client_of(cast.ana)
    line = re.search(r'name="line" value="([^"]+)"', ana.get("/tonight/later/").content.decode())
    assert line is not None
    for text in ("It goes round", "It goes round "):
        assert ana.post("/tonight/later/", {**PARK, "text": text, "line": line[1]}).status_code == 302
    assert Aside.objects.count() == 1


@pytest.mark.parametrize(
    ("path", "older", "newer"),
    [
        ("/tonight/later/", PARK, {**PARK, "text": "Whether I did"}),
        ("/tonight/later/", PARK, {**PARK, "on": "2026-09-18"}),
        ("/tonight/after/", {"text": "We sat down"}, {"text": "We went out"}),
    ],
    ids=["parked", "another day", "after"],
)
def test_other_words_from_one_page_are_not_lost(
    cast: Cast, client_of: Browser, path: str, older: dict[str, str], newer: dict[str, str]
) -> None:
    ana = client_of(cast.ana)
    line = re.search(r'name="line" value="([^"]+)"', ana.get(path).content.decode())
    assert line is not None
    assert ana.post(path, {**older, "line": line[1]}).status_code == 302
    answer = ana.post(path, {**newer, "line": line[1]})
    page = answer.content.decode()
    assert (answer.status_code, Aside.objects.count()) == (409, 1)
    assert all(word in page for word in [*older.values(), *newer.values()] if not word.startswith("2026"))
    again = re.search(r'name="line" value="([^"]+)"', page)
    assert again is not None
    assert again[1] != line[1]
    for _ in range(2):
        assert ana.post(path, {**newer, "line": again[1]}).status_code == 302
    assert ana.post(path, {**older, "line": line[1]}).status_code == 302, "the same words twice are once"
    kept = asides_of(viewer_of(cast.ana, now=START), Kind.PARKED, Kind.AFTER)
    assert sorted(put.text for put in kept) == sorted([older["text"], newer["text"]])


@pytest.mark.parametrize("line", ["x", "0" * 99])
def test_an_id_that_is_none_is_told(cast: Cast, client_of: Browser, line: str) -> None:
    assert client_of(cast.ana).post("/tonight/later/", {**PARK, "line": line}).status_code == 422


def test_the_id_of_anothers_is_not_taken(cast: Cast, client_of: Browser) -> None:
    his = put(cast.ben, "parked", now=START, on="2026-09-20", text="His")
    assert client_of(cast.ana).post("/tonight/later/", {**PARK, "line": str(his.pk)}).status_code == 302
    assert Aside.objects.filter(author=cast.ana).count() == 1


def test_what_can_neither_be_seen_nor_taken_away_takes_no_room(cast: Cast, client_of: Browser) -> None:
    for number in range(MOST):
        on = (START.date() - timedelta(days=number + 1)).isoformat()
        put(cast.ana, "asked", now=START, on=on)
        put(cast.ana, "day", now=START, on=on, name=f"Day {number}")
    assert client_of(cast.ana).post("/tonight/later/", PARK).status_code == 302
    kinds = [aside.kind for aside in asides_of(viewer_of(cast.ana, now=START), Kind.ASKED)]
    assert len(kinds) <= 4, "a question that nobody asks any more is gone"
    page = client_of(cast.ana).get("/days-ahead/").content.decode()
    assert "Days that have passed" in page
    assert "Day 0" in page


def test_who_takes_the_place_of_another_takes_no_room(cast: Cast, client_of: Browser) -> None:
    put(cast.ana, "person", now=START, name="Ida", more="0123")
    for number in range(MOST - 1):
        put(cast.ana, "parked", now=START, on="2026-09-20", text=f"line {number}")
    assert client_of(cast.ana).post("/tonight/call/", {"name": "Petra", "number": "0123"}).status_code == 302
    assert client_of(cast.ana).post("/tonight/tomorrow/").status_code == 302


# --- somebody to call ---


def test_there_is_one_person_to_call(cast: Cast, client_of: Browser) -> None:
    ana = client_of(cast.ana)
    ana.post("/tonight/call/", {"name": "Petra", "number": "+49 (0)30 123-45"})
    ana.post("/tonight/call/", {"name": "Ines", "number": "0123 456"})
    page = ana.get("/tonight/").content.decode()
    assert "Call Ines" in page
    assert 'href="tel:0123456"' in page
    assert "Petra" not in page
    assert "Ines" not in client_of(cast.ben).get("/tonight/").content.decode()


# --- beside the cards ---


def test_the_others_reassurance_cards_stand_beside_once_they_are_open(
    cast: Cast, client_of: Browser, clock: Moved
) -> None:
    ana, values = viewer_of(cast.ana, now=START), {"when": "awake at three", "please": "Say: it’s Tuesday."}
    own = pieces.keep(viewer=ana, practice=practice("reassurance_cards"), values=values, now=START)
    pieces.finish(viewer=ana, piece=own.row.pk)
    shared = pieces.share(viewer=ana, piece=own.row.pk, now=START)
    assert "it’s Tuesday" not in client_of(cast.ben).get("/tonight/").content.decode()
    assert shared.head.opens is not None
    clock.set(shared.head.opens)
    assert "it’s Tuesday" in client_of(cast.ben).get("/tonight/").content.decode()
    assert "it’s Tuesday" not in client_of(cast.ana).get("/tonight/").content.decode(), "her own is for him"
    cast.ana.memberships.update(rested_at=clock.at)
    assert "it’s Tuesday" not in client_of(cast.ben).get("/tonight/").content.decode()


# --- the day after ---


def test_the_question_comes_to_who_asked_for_it(cast: Cast, client_of: Browser, clock: Moved) -> None:
    ana = client_of(cast.ana)
    clock.set(datetime(2026, 9, 15, 1, 0, tzinfo=UTC))  # two in the night: still the evening of the 14th
    assert evening_of(viewer_of(cast.ana, now=clock.at)) == date(2026, 9, 14)
    ana.post("/tonight/tomorrow/")
    assert "You asked to be asked" not in ana.get("/today/").content.decode()
    clock.move(hours=6)
    ana = client_of(cast.ana)
    assert "You asked to be asked" in ana.get("/today/").content.decode()
    assert "You asked to be asked" not in client_of(cast.ben).get("/today/").content.decode()
    ana.post("/tonight/after/", {"text": "We sat down first"})
    assert "You asked to be asked" not in ana.get("/today/").content.decode()
    page = ana.get("/tonight/after/").content.decode()
    assert "We sat down first" in page
    assert "After the evening of 14 September" in page


def test_it_asks_for_three_days_and_no_longer(cast: Cast, client_of: Browser, clock: Moved) -> None:
    client_of(cast.ana).post("/tonight/tomorrow/")
    clock.move(days=3)
    assert "You asked to be asked" in client_of(cast.ana).get("/today/").content.decode()
    clock.move(days=1)
    assert "You asked to be asked" not in client_of(cast.ana).get("/today/").content.decode()


def test_hard_words_bring_up_the_numbers(cast: Cast, client_of: Browser) -> None:
    answer = client_of(cast.ana).post("/tonight/later/", {**PARK, "text": "I want to die"})
    assert answer.status_code == 200
    assert "accounts/safety/said.html" in {t.name for t in answer.templates}
    assert Aside.objects.count() == 1


# --- whose it is ---


@pytest.mark.parametrize("who", ["ben", "cleo", "theo", "sue"])
def test_nobody_else_takes_it_away(cast: Cast, client_of: Browser, who: str) -> None:
    row = put(cast.ana, "parked", now=START, on="2026-09-14", text="Mine")
    for do in ({}, {"do": "again"}):
        client_of(cast.people[who]).post(f"/tonight/away/{row.pk}/", do)
    assert asides_of(viewer_of(cast.ana, now=START)) == [
        Put(Kind.PARKED, date(2026, 9, 14), text="Mine", pk=row.pk)
    ]


def test_it_is_sealed_in_one_size(cast: Cast, clock: Moved) -> None:
    viewer = viewer_of(cast.ana, now=START)
    rows = [
        put_aside(viewer=viewer, put=given, now=START + timedelta(seconds=n))
        for n, given in enumerate(
            [Put(Kind.ASKED, date(2026, 9, 14)), Put(Kind.PARKED, date(2026, 9, 14), text="\U0001f30a" * 400)]
        )
    ]
    assert len({len(row.body) for row in rows}) == 1


def test_export_and_erasure_hold_ones_own(cast: Cast) -> None:
    put(cast.ana, "person", now=START, name="Petra", more="0123")
    put(cast.ben, "parked", now=START, on="2026-09-20", text="His")
    holding = registered()["asides"]
    exported: Any = holding.export_of(viewer_of(cast.ana, now=START))
    assert exported == [{"what": "person", "on": None, "name": "Petra", "words": "", "more": "0123"}]
    holding.erase(cast.ana, START)
    assert [row.author_id for row in Aside.objects.all()] == [cast.ben.pk]
