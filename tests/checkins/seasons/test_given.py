"""Thanks, letters, heavy days, good moments: given by one alone for an hour that is said, taken back any time."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.access import viewer_of
from accounts.privacy.ports import registered
from checkins.hard.models import Aside
from checkins.seasons.gifts import Gift, Kind, gifts_of, give
from checkins.seasons.models import Given
from repair.timeline.models import TimelineEvent
from tests.cast import Cast
from tests.conftest import START, Moved

Browser = Callable[..., Client]
HOUR = datetime(2026, 9, 15, 22, 30, tzinfo=UTC)  # 18:30 of the next day in New York
THANKS = {"text": "For the tea"}
LETTER = {"text": "Dear you, it was September.", "see": "both"}
HEAVY = {"on": "2026-09-17", "title": "The office party", "note": "Go home early", "care": "Ring Petra"}
MOMENT = {
    "title": "The Sunday call",
    "on": "2026-09-13",
    "text": "I began",
    "other": "You stayed",
    "see": "both",
}


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


# --- thanks ---


def test_thanks_are_read_from_the_next_reading_hour_on(cast: Cast, client_of: Browser, clock: Moved) -> None:
    ana = client_of(cast.ana)
    assert "from Tuesday, 18:30" in page(ana, "/thanks/"), "her own clock, which tells nothing of his"
    hour = HOUR - timedelta(hours=5)
    assert ana.post("/thanks/", THANKS)["Location"] == "/thanks/"
    for moved, there in ((timedelta(seconds=-1), False), (timedelta(0), True), (timedelta(days=1), True)):
        clock.set(hour + moved)
        assert ("For the tea" in page(client_of(cast.ben), "/today/")) == there
        assert ("For the tea" in page(client_of(cast.ben), "/thanks/")) == there
    clock.set(hour + timedelta(days=3))
    assert "For the tea" not in page(client_of(cast.ben), "/today/"), "they do not pile up"
    assert "For the tea" in page(client_of(cast.ben), "/thanks/")


def test_there_is_no_reply_and_no_sign_that_it_was_read(cast: Cast, client_of: Browser, clock: Moved) -> None:
    client_of(cast.ana).post("/thanks/", THANKS)
    clock.set(HOUR)
    before = page(client_of(cast.ana), "/thanks/")
    page(client_of(cast.ben), "/today/")
    theirs = page(client_of(cast.ben), "/thanks/")
    assert page(client_of(cast.ana), "/thanks/") == before or "For the tea" in before
    assert "/ungive/" not in theirs.split("<h2")[-1]
    assert Given.objects.count() == 1


# --- letters ---


def test_a_letter_opens_after_half_a_year_for_whom_it_is(cast: Cast, client_of: Browser, clock: Moved) -> None:
    ana = client_of(cast.ana)
    ana.post("/letters/", LETTER)
    ana.post("/letters/", {"text": "Dear me", "see": "me"})
    hers = page(ana, "/letters/")
    assert "Dear" not in hers, "sealed for its author too"
    assert hers.count("Opens on 16 March 2027") == 2
    assert "Opens on" not in page(client_of(cast.ben), "/letters/")
    clock.set(datetime(2027, 3, 16, 23, 0, tzinfo=UTC))
    assert "it was September" in page(client_of(cast.ben), "/letters/")
    assert "A letter is open" in page(client_of(cast.ben), "/today/")
    assert "Dear me" not in page(client_of(cast.ben), "/letters/")
    hers = page(client_of(cast.ana), "/letters/")
    assert "Dear me" in hers
    assert "it was September" in hers


def test_until_then_it_can_be_taken_back_without_a_trace(cast: Cast, client_of: Browser, clock: Moved) -> None:
    before = page(client_of(cast.ben), "/letters/")
    client_of(cast.ana).post("/letters/", LETTER)
    row = Given.objects.get()
    client_of(cast.ben).post(f"/ungive/{row.pk}/")
    assert Given.objects.exists()
    for _ in range(2):
        assert client_of(cast.ana).post(f"/ungive/{row.pk}/").status_code == 302
    assert not Given.objects.exists()
    clock.move(days=190)
    assert "it was September" not in page(client_of(cast.ben), "/letters/")
    assert "Opened on" not in before


@pytest.mark.parametrize("who", ["sol", "rita", "rob", "cora"])
def test_alone_and_in_a_rest_it_goes_to_oneself(cast: Cast, client_of: Browser, who: str) -> None:
    client = client_of(cast.people[who])
    assert client.post("/letters/", LETTER).status_code == 302
    assert Given.objects.get().couple is None


@pytest.mark.parametrize(("who", "other"), [("rita", "rob"), ("rob", "rita"), ("cora", "cal"), ("eve", "drew")])
def test_a_letter_to_oneself_opens_at_ones_own_hour_wherever_the_other_lives(
    cast: Cast, client_of: Browser, who: str, other: str
) -> None:
    cast.people[other].time_zone = "America/New_York"
    cast.people[other].save(update_fields=["time_zone"])
    client_of(cast.people[who]).post("/letters/", LETTER)
    assert Given.objects.get().opens_at == datetime(2027, 3, 16, 18, 30, tzinfo=UTC), "18:30 in Lisbon"


# --- days that may be hard ---


def test_the_note_stands_on_the_day_before_and_on_the_day(cast: Cast, client_of: Browser, clock: Moved) -> None:
    client_of(cast.ana).post("/days-ahead/", HEAVY)
    for days, there in ((0, False), (2, True), (3, True), (4, False)):
        clock.set(START + timedelta(days=days))
        assert ("Go home early" in page(client_of(cast.ana), "/today/")) == there
        assert "Go home early" not in page(client_of(cast.ben), "/today/")
    assert not Given.objects.exists(), "without a line nothing is given"


def test_the_line_reaches_the_other_and_nothing_else_does(cast: Cast, client_of: Browser, clock: Moved) -> None:
    client_of(cast.ana).post("/days-ahead/", {**HEAVY, "line": "Thursday may be heavy."})
    assert "Thursday may be heavy." not in page(client_of(cast.ben), "/today/")
    for days, there in ((2, True), (3, True), (4, False)):
        clock.set(START + timedelta(days=days))
        theirs = page(client_of(cast.ben), "/today/")
        assert ("Thursday may be heavy." in theirs) == there
        assert "office party" not in theirs


def test_who_has_no_partner_now_is_offered_no_line(cast: Cast, client_of: Browser) -> None:
    for who in ("sol", "rita"):
        client = client_of(cast.people[who])
        assert 'name="line"' not in page(client, "/days-ahead/")
        assert client.post("/days-ahead/", {**HEAVY, "line": "For nobody"}).status_code == 302
    assert not Given.objects.exists()
    assert Aside.objects.count() == 2


# --- good moments ---


def test_a_moment_for_both_stands_on_the_timeline_of_both(cast: Cast, client_of: Browser) -> None:
    client_of(cast.ana).post("/moments/", MOMENT)
    for who in ("ana", "ben"):
        assert "A good moment: “The Sunday call”" in page(client_of(cast.people[who]), "/story/")
    theirs = page(client_of(cast.ben), "/moments/")
    assert "What Ana did, as Ana saw it:" in theirs
    assert "You stayed" in theirs
    client_of(cast.ana).post(f"/ungive/{Given.objects.get().pk}/")
    assert "The Sunday call" not in page(client_of(cast.ben), "/story/")
    assert not TimelineEvent.objects.filter(kind="seasons.milestone").exists()


def test_one_for_oneself_stays_there(cast: Cast, client_of: Browser) -> None:
    client_of(cast.ana).post("/moments/", {**MOMENT, "see": "me"})
    assert "The Sunday call" in page(client_of(cast.ana), "/story/")
    for path in ("/story/", "/moments/"):
        assert "The Sunday call" not in page(client_of(cast.ben), path)


def test_a_therapist_is_shown_none(cast: Cast, client_of: Browser) -> None:
    client_of(cast.ana).post("/moments/", MOMENT)
    case = cast.couples["ana"].pk
    assert "The Sunday call" not in page(client_of(cast.theo), f"/cases/{case}/")


# --- all of them ---

BAD: list[tuple[str, str, dict[str, Any]]] = [
    ("thanks for nothing", "/thanks/", {"text": " "}),
    ("long thanks", "/thanks/", {"text": "x" * 201}),
    ("a letter to nobody", "/letters/", {**LETTER, "see": ""}),
    ("a letter to somebody else", "/letters/", {**LETTER, "see": "theo"}),
    ("a letter too long", "/letters/", {**LETTER, "text": "x" * 3501}),
    ("a day that is over", "/days-ahead/", {**HEAVY, "on": "2026-09-14"}),
    ("a day without a word", "/days-ahead/", {**HEAVY, "title": ""}),
    ("a moment to come", "/moments/", {**MOMENT, "on": "2026-09-15"}),
    ("a moment from before", "/moments/", {**MOMENT, "on": "2020-01-01"}),
    ("a moment without a name", "/moments/", {**MOMENT, "title": ""}),
    ("a moment for nobody", "/moments/", {**MOMENT, "see": ""}),
]


@pytest.mark.parametrize(("sentence", "path", "data"), BAD, ids=[b[0] for b in BAD])
def test_bad_input_loses_nothing(
    cast: Cast, client_of: Browser, sentence: str, path: str, data: dict[str, Any]
) -> None:
    answer = client_of(cast.ana).post(path, data)
    assert answer.status_code == 422, sentence
    html = answer.content.decode()
    assert "err-sum" in html
    assert all(value.strip() in html for name, value in data.items() if name != "see")
    assert not Given.objects.exists()
    assert not Aside.objects.exists()


@pytest.mark.parametrize(
    ("path", "data"),
    [("/thanks/", THANKS), ("/letters/", LETTER), ("/moments/", MOMENT)],
    ids=lambda x: str(x)[:9],
)
def test_a_double_click_gives_once(cast: Cast, client_of: Browser, path: str, data: dict[str, Any]) -> None:
    for _ in range(2):
        assert client_of(cast.ana).post(path, data).status_code == 302
    assert Given.objects.count() == 1


def test_the_same_thanks_can_be_given_again_another_day(cast: Cast, client_of: Browser, clock: Moved) -> None:
    client_of(cast.ana).post("/thanks/", THANKS)
    clock.move(days=1)
    client_of(cast.ana).post("/thanks/", THANKS)
    assert Given.objects.count() == 2


def test_a_rest_hides_all_of_it(cast: Cast, client_of: Browser, clock: Moved) -> None:
    client_of(cast.ana).post("/thanks/", THANKS)
    clock.set(HOUR)
    row = Given.objects.get()
    assert row.may_open(viewer_of(cast.ben, now=HOUR), "body")
    cast.ana.memberships.update(rested_at=HOUR)
    ben = viewer_of(cast.ben, now=HOUR)
    assert not row.may_open(ben, "body")
    assert gifts_of(ben) == []
    assert "For the tea" not in page(client_of(cast.ben), "/letters/")


def test_it_is_sealed_in_one_size(cast: Cast) -> None:
    ana = viewer_of(cast.ana, now=START)
    rows = [
        give(viewer=ana, gift=gift, now=START)
        for gift in (Gift(Kind.LETTER, "\U0001f30a" * 3500), Gift(Kind.THANKS, "x", shared=True))
    ]
    assert len({len(row.body) for row in rows}) == 1


def test_export_and_erasure_hold_ones_own_and_what_is_open(cast: Cast, client_of: Browser, clock: Moved) -> None:
    client_of(cast.ana).post("/thanks/", THANKS)
    holding = registered()["given"]

    def words(at: datetime) -> list[str]:
        return [one["words"] for one in holding.export_of(viewer_of(cast.ben, now=at))]

    assert words(START) == []
    assert words(HOUR) == ["For the tea"]
    holding.erase(cast.ana, START)
    assert words(HOUR) == []
