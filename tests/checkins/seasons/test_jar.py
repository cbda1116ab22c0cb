"""The jar and the season's page: sealed to their author, opened for both at once, taken out at any time."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.access import Viewer, viewer_of
from accounts.privacy.ports import registered
from checkins.prompts import services as prompts
from checkins.seasons import jar
from checkins.seasons.models import SeasonLines, Slip
from checkins.seasons.year import LENGTH, current, ended, hour_on, next_hour, opened_until, season_on
from repair.plan.models import RepairPlan
from tests.cast import Cast
from tests.checkins.make import fill, make_evening, step
from tests.conftest import START, Moved

Browser = Callable[..., Client]
BEGAN = date(2026, 9, 14)


@pytest.fixture(autouse=True)
def _a_first_season(cast: Cast) -> None:
    """Ana's and Ben's first season begins at START, so it lasts to 6 December."""
    RepairPlan.objects.filter(couple=cast.couples["ana"]).update(season_began_at=START)


def last_hour(cast: Cast, who: str = "ben") -> datetime:
    """When the season ends for one of them; for Ben in New York it is later than for Ana in London."""
    viewer = viewer_of(cast.people[who], now=START)
    return hour_on(viewer, current(viewer).last)


# --- seasons ---


@pytest.mark.parametrize(
    ("day", "number"),
    [(BEGAN - timedelta(days=3), 1), (BEGAN, 1), (BEGAN + timedelta(83), 1), (BEGAN + timedelta(84), 2)],
)
def test_a_season_has_twelve_weeks(day: date, number: int) -> None:
    season = season_on(BEGAN, day)
    assert (season.number, season.last - season.first + timedelta(1)) == (number, LENGTH)


@pytest.mark.parametrize(("who", "hour"), [("ana", time(18, 30)), ("ben", time(23, 30))])
def test_it_ends_for_each_by_their_own_clock(cast: Cast, who: str, hour: time) -> None:
    """18:30 in London and in New York, in winter time."""
    ends = last_hour(cast, who)
    assert ends == datetime.combine(date(2026, 12, 6), hour, tzinfo=UTC)
    for moved, number in ((timedelta(seconds=-1), 1), (timedelta(0), 2)):
        assert current(viewer_of(cast.people[who], now=ends + moved)).number == number
    assert ended(viewer_of(cast.people[who], now=ends), 1).last == date(2026, 12, 6)


def test_what_is_given_now_is_read_the_next_day_by_the_givers_clock(cast: Cast) -> None:
    assert next_hour(viewer_of(cast.ana, now=START)) == datetime(2026, 9, 15, 17, 30, tzinfo=UTC)
    assert opened_until(viewer_of(cast.ana, now=START)) == date(2026, 9, 14)
    assert opened_until(viewer_of(cast.ben, now=START)) == date(2026, 9, 13)


# --- the jar ---


def test_it_opens_for_each_at_their_own_hour(cast: Cast, client_of: Browser, clock: Moved) -> None:
    for who, line in (("ana", "You hummed."), ("ben", "You laughed.")):
        assert client_of(cast.people[who]).post("/jar/", {"line": line})["Location"] == "/jar/"
    page = client_of(cast.ana).get("/jar/").content.decode()
    assert "You hummed." in page
    assert "You laughed." not in page
    assert "Sealed until 6 December at 18:30" in page
    for who in ("ana", "ben"):
        clock.set(last_hour(cast, who) - timedelta(seconds=1))
        assert client_of(cast.people[who]).get("/season/1/").status_code == 404
        clock.move(seconds=1)
        assert client_of(cast.people[who]).get("/season/1/").status_code == 200
        theirs = "You laughed." in client_of(cast.ana).get("/season/1/").content.decode()
        assert theirs == (who == "ben"), "he may still take it out until his own hour"
    for who in ("ana", "ben"):
        page = client_of(cast.people[who]).get("/season/1/").content.decode()
        assert "You hummed." in page
        assert "You laughed." in page
    assert "You hummed." not in client_of(cast.ana).get("/jar/").content.decode(), "the next season’s is empty"


def test_what_was_taken_out_was_never_there(cast: Cast, client_of: Browser, clock: Moved) -> None:
    ana = client_of(cast.ana)
    ana.post("/jar/", {"line": "Not this one"})
    row = Slip.objects.get()
    client_of(cast.ben).post(f"/jar/{row.pk}/out/")
    assert Slip.objects.exists(), "nobody else takes it out"
    for _ in range(2):
        assert ana.post(f"/jar/{row.pk}/out/").status_code == 302
    clock.set(last_hour(cast))
    assert "Nothing was left in it." in client_of(cast.ben).get("/season/1/").content.decode()


def test_one_line_a_day(cast: Cast, client_of: Browser, clock: Moved) -> None:
    ana = client_of(cast.ana)
    for line, status in (("One", 302), ("One", 302), ("Two", 422), (" ", 422), ("x" * 201, 422)):
        answer = ana.post("/jar/", {"line": line})
        assert answer.status_code == status
        assert status == 302 or line.strip() in answer.content.decode()
    assert Slip.objects.count() == 1
    clock.move(days=1)
    assert client_of(cast.ana).post("/jar/", {"line": "Two"}).status_code == 302


def test_the_good_thing_of_an_evening_goes_in_and_comes_back(cast: Cast, client_of: Browser, clock: Moved) -> None:
    tonight, ana = make_evening(cast, now=clock.at), client_of(cast.ana)
    page = ana.get(step(tonight.ana, 1)).content.decode()
    assert "opens for both of you when the season ends" in page, "said before it is written"
    fill(ana, tonight.ana)
    viewer = viewer_of(cast.ana, now=clock.at)
    assert [line.text for line in jar.own_slips(viewer)] == ["You hummed."]
    prompts.take_back(viewer=viewer, prompt_id=tonight.ana.pk, now=clock.at)
    assert jar.own_slips(viewer) == []


def test_taking_an_evening_back_leaves_another_line_of_that_day(
    cast: Cast, client_of: Browser, clock: Moved
) -> None:
    tonight, ana = make_evening(cast, now=clock.at), client_of(cast.ana)
    fill(ana, tonight.ana)
    ana.post(f"/jar/{Slip.objects.get().pk}/out/")
    ana.post("/jar/", {"line": "Something else"})
    prompts.take_back(viewer=viewer_of(cast.ana, now=clock.at), prompt_id=tonight.ana.pk, now=clock.at)
    assert "Something else" in ana.get("/jar/").content.decode()


def test_a_line_that_is_there_for_the_day_stays_when_an_evening_is_sent(
    cast: Cast, client_of: Browser, clock: Moved
) -> None:
    tonight, ana = make_evening(cast, now=clock.at), client_of(cast.ana)
    ana.post("/jar/", {"line": "Something else"})
    fill(ana, tonight.ana)
    viewer = viewer_of(cast.ana, now=clock.at)
    assert [line.text for line in jar.own_slips(viewer)] == ["Something else"]
    prompts.take_back(viewer=viewer, prompt_id=tonight.ana.pk, now=clock.at)
    assert [line.text for line in jar.own_slips(viewer)] == ["Something else"]


def test_a_line_put_in_at_the_moment_an_evening_is_sent_does_not_stop_it(
    cast: Cast, client_of: Browser, clock: Moved, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other phone has the person's row first: its line is there once this one holds it."""
    tonight, ana, hold = make_evening(cast, now=clock.at), client_of(cast.ana), jar._hold

    def after_the_other_phone(viewer: Viewer) -> None:
        hold(viewer)
        jar._put(viewer, jar.today_of(viewer), "Something else", now=clock.at)

    monkeypatch.setattr(jar, "_hold", after_the_other_phone)
    assert fill(ana, tonight.ana).status_code == 302
    viewer = viewer_of(cast.ana, now=clock.at)
    assert [line.text for line in jar.own_slips(viewer)] == ["Something else"]


def test_alone_and_in_a_rest_it_is_ones_own(cast: Cast, client_of: Browser, clock: Moved) -> None:
    for who in ("sol", "rita", "cora"):
        client = client_of(cast.people[who])
        assert client.post("/jar/", {"line": "Mine"}).status_code == 302
        page = client.get("/jar/").content.decode()
        assert "Mine" in page
        assert "Sealed until" not in page
    assert not Slip.objects.exclude(couple=None).exists()


def test_a_rest_hides_what_was_opened(cast: Cast, client_of: Browser, clock: Moved) -> None:
    client_of(cast.ana).post("/jar/", {"line": "You hummed."})
    clock.set(last_hour(cast))
    row, ben = Slip.objects.get(), viewer_of(cast.ben, now=clock.at)
    assert row.may_open(ben, "line")
    cast.ana.memberships.update(rested_at=clock.at)
    ben = viewer_of(cast.ben, now=clock.at)
    assert not row.may_open(ben, "line")
    assert not Slip.objects.all().visible_to(ben).exists()
    assert "resting" in client_of(cast.ben).get("/season/1/").content.decode()


@pytest.mark.parametrize("who", ["theo", "cleo", "sol"])
def test_nobody_else_reads_a_season(cast: Cast, client_of: Browser, clock: Moved, who: str) -> None:
    client_of(cast.ana).post("/jar/", {"line": "You hummed."})
    clock.set(last_hour(cast))
    answer = client_of(cast.people[who]).get("/season/1/")
    assert "You hummed." not in answer.content.decode()
    assert not Slip.objects.get().may_open(viewer_of(cast.people[who], now=clock.at), "line")


@pytest.mark.parametrize("who", ["ana", "ben"])
def test_today_says_when_a_season_turns_whatever_is_in_the_jar(
    cast: Cast, client_of: Browser, clock: Moved, who: str
) -> None:
    hour = last_hour(cast)
    for days, said in ((-8, ""), (-5, "The season ends on 6 December"), (1, "A season has ended"), (15, "")):
        clock.set(hour + timedelta(days=days))
        page = client_of(cast.people[who]).get("/today/").content.decode()
        assert ("season ends on" in page, "A season has ended" in page) == ("ends on" in said, "has ended" in said)


# --- the line of the season ---


def test_the_lines_open_with_the_jar(cast: Cast, client_of: Browser, clock: Moved) -> None:
    ana = client_of(cast.ana)
    ana.post("/season/", {"then": "I listen for the door.", "now": "I sleep."})
    ana.post("/season/", {"then": "I listen for the door.", "now": "I mostly sleep."})
    assert SeasonLines.objects.count() == 1
    assert 'value="I mostly sleep."' in ana.get("/season/").content.decode()
    assert "I listen" not in client_of(cast.ben).get("/season/").content.decode()
    clock.set(last_hour(cast))
    page = client_of(cast.ben).get("/season/1/").content.decode()
    assert "I listen for the door." in page
    assert "I mostly sleep." in page
    client_of(cast.ben).post("/season/1/")
    assert SeasonLines.objects.exists(), "nobody takes the other’s off"
    client_of(cast.ana).post("/season/1/")
    assert "I mostly sleep." not in client_of(cast.ben).get("/season/1/").content.decode()


def test_empty_lines_are_none_and_too_long_ones_are_kept_on_the_page(cast: Cast, client_of: Browser) -> None:
    ana = client_of(cast.ana)
    ana.post("/season/", {"then": "Cold", "now": ""})
    answer = ana.post("/season/", {"then": "x" * 201, "now": "kept"})
    assert answer.status_code == 422
    assert "kept" in answer.content.decode()
    ana.post("/season/", {"then": " ", "now": ""})
    assert not SeasonLines.objects.exists()


def test_export_and_erasure_hold_ones_own_and_what_was_opened(cast: Cast, clock: Moved) -> None:
    for person, line in ((cast.ana, "hers"), (cast.ben, "his")):
        jar.put_in(viewer=viewer_of(person, now=START), text=line, now=START)
    holding = registered()["seasons"]

    def lines(at: datetime) -> Any:
        return [slip["line"] for slip in holding.export_of(viewer_of(cast.ana, now=at))["jar"]]

    assert lines(START) == ["hers"]
    assert sorted(lines(last_hour(cast))) == ["hers", "his"]
    holding.erase(cast.ben, START)
    assert lines(last_hour(cast)) == ["hers"]
