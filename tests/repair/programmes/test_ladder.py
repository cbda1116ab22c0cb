"""The ladder: its machine over random days, its page for everybody, and what is never told."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.http import Http404
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.couples import services as couples
from accounts.couples.models import Couple, Membership
from accounts.privacy import export
from accounts.users import services as users
from accounts.vault import services as vault
from repair.programmes import climbing, content, holdings
from repair.programmes.ladder import (
    FEWEST,
    LAST_FIRST_DAY,
    MOST,
    OPEN_DAYS,
    Answer,
    Place,
    Says,
    days_of,
    next_look,
    rested,
    stood,
    went_on,
)
from repair.programmes.models import Ladder, LadderAnswer
from tests.cast import Cast, make_couple
from tests.conftest import START, Moved
from tests.repair.programmes.doing import viewer
from tests.repair.programmes.ladders import give, lay, place

Browser = Callable[..., Client]
PAGE, DAY = "/path/ladder/", timedelta(days=1)
STEPS = len(content.practice("ladder").parts)
NONE_OPEN, READY = "No step is open here", "Ready to go on"
FIRST = content.practice("ladder").parts[0].title


def text(browser: Client) -> str:
    """The page without the tokens of its forms."""
    answer = browser.get(PAGE)
    assert answer.status_code == 200
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())


def go_to_own_days(clock: Moved, person: Any) -> datetime:
    """Go to noon of the first of somebody's next days."""
    first, _last = days_of(person.pk, today=(clock.at + DAY).date())
    return clock.set(datetime(first.year, first.month, first.day, 17, tzinfo=START.tzinfo))


# --- the machine ---

ANSWERS = st.lists(
    st.tuples(st.integers(0, 300), st.sampled_from(["open", "close", *Says]), st.integers(0, 1)), max_size=25
)


@settings(max_examples=20, deadline=None)
@given(ANSWERS, st.text("abc", min_size=3, max_size=6), st.integers(0, 9))
def test_it_moves_by_single_steps_at_its_looks_alone(
    given_answers: list[tuple[int, str, int]], seed: str, step: int
) -> None:
    """Over random days of random answers: each look 14 to 35 days after the last; a step on only where both are
    open and both said ready since the step opened; asked once at the end or after every answer, the same."""
    there = Place(seed=seed, at=START, since=START, step=step)
    both = [Answer(), Answer()]
    for day, does, who in [*sorted(given_answers), (330, "open", 0)]:
        now = START + day * DAY
        while (at := next_look(there)) <= now:
            after = stood(there, *both, now=at, steps=STEPS)
            assert FEWEST <= at - there.at <= MOST
            assert abs(after.step - there.step) <= 1
            ready = all(a.open and a.says is Says.GO and a.said and a.said >= there.since for a in both)
            assert after.step <= there.step or ready
            assert not ready or after.step != there.step or there.step == STEPS
            assert after.step <= STEPS
            assert (after.step >= 1) == (there.step >= 1 or ready)
            there = after
        assert stood(there, *both, now=now, steps=STEPS) == there, "between looks nothing moves"
        own = both[who]
        changed = {
            "open": Answer(open=True, turned=now) if not own.open else own, "close": Answer(turned=now),
        }  # fmt: skip
        both[who] = changed.get(does) or Answer(own.open, own.turned, Says(does), now)


@settings(max_examples=20, deadline=None)
@given(st.text("abc", min_size=3, max_size=6), st.integers(1, 9), st.sampled_from(list(Says)), st.integers(1, 400))
def test_closed_silent_and_staying_are_the_same_for_ever(seed: str, step: int, says: Says, days: int) -> None:
    there = Place(seed=seed, at=START, since=START, step=step)
    own, now = Answer(True, START, says, START), START + days * DAY
    ways = [Answer(), Answer(turned=START), Answer(True, START), Answer(True, START, Says.STAY, START)]
    seen = {stood(there, own, other, now=now, steps=STEPS) for other in ways}
    assert len(seen) == 1
    assert seen == {stood(there, other, own, now=now, steps=STEPS) for other in ways}


def test_no_look_comes_in_a_rest_and_both_count_anew_after_it() -> None:
    both = Answer(True, START, Says.GO, START)
    there, end = rested(place(START, step=2)), START + 90 * DAY
    assert stood(there, both, both, now=end, steps=STEPS) == there
    after = went_on(there, now=end)
    assert (after.step, FEWEST <= next_look(after) - end <= MOST) == (2, True)
    assert stood(after, both, both, now=end + MOST, steps=STEPS).step <= 2, "said before the rest"


def test_what_is_said_while_a_step_is_open_counts_for_that_step_alone() -> None:
    both = Answer(True, START, Says.GO, START)
    there = place(START)
    assert [stood(there, both, both, now=START + days * DAY, steps=STEPS).step for days in (0, 13, 35, 90)] == [
        0, 0, 1, 1,
    ]  # fmt: skip


@settings(max_examples=20, deadline=None)
@given(st.uuids(version=4), st.dates(min_value=START.date()))
def test_everybody_has_five_days_in_each_month(person: UUID, today: Any) -> None:
    first, last = days_of(person, today=today)
    assert 1 <= first.day <= LAST_FIRST_DAY
    assert (last - first).days == OPEN_DAYS - 1
    assert first.month == last.month
    assert today <= last
    assert (first - today).days <= 31
    assert days_of(person, today=today, after=first)[0] > last


# --- the page ---


def test_it_opens_on_own_days_alone_and_only_once_in_them(cast: Cast, clock: Moved, client_of: Browser) -> None:
    now = go_to_own_days(clock, cast.ana)
    clock.set(now - 3 * DAY)
    ana = client_of(cast.ana)
    if days_of(cast.ana.pk, today=clock.at.date())[0] > clock.at.date():
        assert "Open it for me" not in text(ana)
        assert ana.post(PAGE, {"do": "open"}).status_code == 422
    clock.set(now)
    ana = client_of(cast.ana)
    before = text(ana)
    assert "Open it for me" in before
    assert before.index("Not now with fear") < before.index("Open it for me"), "said before"
    assert before.index("you may guess") < before.index("Open it for me")
    for _ in range(2):
        assert ana.post(PAGE, {"do": "open"}).status_code == 302
    assert "Close it for me" in text(ana)
    assert NONE_OPEN in text(ana)
    for _ in range(2):
        assert ana.post(PAGE, {"do": "close"}).status_code == 302
    assert "Open it for me" not in text(ana), "only in the next days"
    assert ana.post(PAGE, {"do": "open"}).status_code == 422
    go_to_own_days(clock, cast.ana)
    clock.move(days=6)
    go_to_own_days(clock, cast.ana)
    assert client_of(cast.ana).post(PAGE, {"do": "open"}).status_code == 302


def test_two_who_are_ready_find_the_first_step_after_a_look(cast: Cast, clock: Moved, client_of: Browser) -> None:
    start = clock.at
    lay(cast.couples["ana"], place(start))
    for person in (cast.ana, cast.ben):
        give(person, cast.couples["ana"], at=start)
        browser = client_of(person)
        assert "That counts as staying." in text(browser)
        assert browser.post(PAGE, {"do": "go", "step": "0"}).status_code == 302
        assert "You have said: ready to begin." in text(browser)
        assert NONE_OPEN in text(browser), "nothing follows at once"
    clock.set(start + FEWEST - timedelta(seconds=1))
    assert NONE_OPEN in text(client_of(cast.ana))
    clock.set(start + MOST)
    for person in (cast.ana, cast.ben):
        page = text(client_of(person))
        assert f"{FIRST}</h2>" in page
        assert "That counts as staying." in page, "a step asks anew"
        assert "One back" not in page
    ana = client_of(cast.ana)
    assert ana.post(PAGE, {"do": "go", "step": "0"}).status_code == 409, "the page they had was another"
    assert ana.post(PAGE, {"do": "stay", "step": "1"}).status_code == 302
    assert FIRST in text(client_of(cast.ben))


@pytest.mark.parametrize("says", [Says.GO, Says.STAY, None])
def test_nobody_can_tell_closed_from_not_yet(
    cast: Cast, clock: Moved, client_of: Browser, says: Says | None
) -> None:
    """Ana closes it, or only isn’t ready: over half a year Ben’s page is the same, day by day."""
    start, couple = clock.at, cast.couples["ana"]
    seen = []
    for closes in (True, False):
        lay(couple, place(start, step=3, seed="one"))
        give(cast.ben, couple, at=start, says=says)
        give(cast.ana, couple, at=start, opened=not closes)
        pages = []
        for days in range(0, 190, 9):
            clock.set(start + days * DAY)
            pages.append(text(client_of(cast.ben)))
        seen.append(pages)
        clock.set(start)
    assert seen[0] == seen[1]
    assert not any(NONE_OPEN in page for page in seen[0])


def test_each_step_is_shown_with_what_can_be_said_of_it(cast: Cast, clock: Moved, client_of: Browser) -> None:
    give(cast.ana, cast.couples["ana"], at=clock.at)
    for number, part in enumerate(content.practice("ladder").parts, 1):
        lay(cast.couples["ana"], place(clock.at, step=number))
        page = text(client_of(cast.ana))
        assert part.title in page
        assert all(paragraph in page for paragraph in part.text)
        assert ((READY in page), ("One back" in page)) == (number < STEPS, number > 1)


def test_whoever_closed_it_sees_no_step(cast: Cast, clock: Moved, client_of: Browser) -> None:
    couple = cast.couples["ana"]
    lay(couple, place(clock.at, step=2))
    give(cast.ana, couple, at=clock.at)
    ana, second = client_of(cast.ana), content.practice("ladder").parts[1].title
    assert second in text(ana)
    ana.post(PAGE, {"do": "close"})
    assert second not in text(ana)
    assert NONE_OPEN in text(ana)
    assert ana.post(PAGE, {"do": "go", "step": "2"}).status_code == 422


@pytest.mark.parametrize(
    ("typed", "status"),
    [
        ({}, 422), ({"do": "x", "step": "2"}, 422), ({"do": "go"}, 422), ({"do": "go", "step": "²"}, 422),
        ({"do": "back", "step": "2"}, 302), ({"do": "back", "step": "3"}, 409),
    ],
)  # fmt: skip
def test_what_cannot_be_said_is_told(
    cast: Cast, clock: Moved, client_of: Browser, typed: dict[str, str], status: int
) -> None:
    lay(cast.couples["ana"], place(clock.at, step=2))
    give(cast.ana, cast.couples["ana"], at=clock.at)
    assert client_of(cast.ana).post(PAGE, typed).status_code == status


@pytest.mark.parametrize("who", ["sol", "rita", "rob", "cora", "drew", "eve"])
def test_without_an_active_couple_there_is_no_step_and_nothing_to_open(
    cast: Cast, clock: Moved, client_of: Browser, who: str
) -> None:
    person = getattr(cast, who)
    for days in range(0, 31, 4):
        clock.set(START + days * DAY)
        if who == "cora" and days:
            break
        browser = client_of(person)
        assert NONE_OPEN in text(browser)
        assert "Open it for me" not in text(browser)
        assert browser.post(PAGE, {"do": "open"}).status_code == 422


def test_it_can_be_closed_while_the_plan_rests(cast: Cast, clock: Moved, client_of: Browser) -> None:
    couple = cast.couples["ana"]
    lay(couple, place(clock.at, step=2))
    give(cast.ana, couple, at=clock.at)
    couples.rest(person=cast.ben, now=clock.at)
    clock.move(days=90)
    ana = client_of(cast.ana)
    assert NONE_OPEN in text(ana), "in a rest nothing of the two is shown"
    assert ana.post(PAGE, {"do": "close"}).status_code == 302
    couples.resume(person=cast.ben, now=clock.at)
    assert NONE_OPEN in text(client_of(cast.ana))
    give(cast.ana, couple, at=clock.at)
    assert content.practice("ladder").parts[1].title in text(client_of(cast.ana)), "the step is the same"


def test_a_rest_by_a_closed_account_is_like_any_other(cast: Cast, clock: Moved) -> None:
    couple = cast.couples["ana"]
    lay(couple, place(clock.at, step=2))
    for person in (cast.ana, cast.ben):
        give(person, couple, at=clock.at, says=Says.GO)
    users.suspend(email=cast.ben.email, now=clock.at)
    clock.move(days=90)
    users.unsuspend(email=cast.ben.email, now=clock.at)
    assert climbing.seen(viewer(cast.ana, now=clock.at)).step == 2, "no look came meanwhile"
    assert climbing.seen(viewer(cast.ana, now=clock.at)).says is None, "both answers count anew"


def test_no_page_writes(cast: Cast, clock: Moved, client_of: Browser) -> None:
    couple = cast.couples["ana"]
    lay(couple, place(clock.at, step=2))
    give(cast.ana, couple, at=clock.at, says=Says.GO)
    give(cast.ben, couple, at=clock.at, says=Says.GO)
    before = list(Ladder.objects.values()), list(LadderAnswer.objects.order_by("pk").values())
    clock.move(days=40)
    third = content.practice("ladder").parts[2].title
    assert third in text(client_of(cast.ben))
    assert (list(Ladder.objects.values()), list(LadderAnswer.objects.order_by("pk").values())) == before


def test_the_generic_pages_lead_to_its_own(cast: Cast, clock: Moved, client_of: Browser) -> None:
    ana = client_of(cast.ana)
    for address in ("/practices/ladder/", "/practices/ladder/4/"):
        assert ana.get(address).url == PAGE
    assert PAGE in ana.get("/practices/").content.decode()


def test_the_export_has_ones_own_answer_alone(cast: Cast, clock: Moved) -> None:
    couple = cast.couples["ana"]
    lay(couple, place(clock.at, step=1))
    give(cast.ana, couple, at=clock.at, says=Says.GO)
    mine = holdings.export_of(viewer(cast.ana, now=clock.at))["ladder"]
    assert (mine["open_for_me"], mine["i_said"], mine["step"]) == (True, "go", FIRST)
    his = holdings.export_of(viewer(cast.ben, now=clock.at))["ladder"]
    assert his == {"open_for_me": False, "since": None, "step": None, "i_said": None, "said_at": None}


def test_the_export_has_ones_own_answers_of_earlier_plans(cast: Cast, clock: Moved) -> None:
    """Whoever was in a couple before takes along what they said there; the other of it, and the next, get none."""
    couple = cast.couples["ana"]
    give(cast.ana, couple, at=clock.at, says=Says.GO)
    assert holdings.export_of(viewer(cast.ana, now=clock.at))["ladder_in_earlier_plans"] == []
    Membership.objects.filter(couple=couple, person=cast.ana).update(left_at=clock.at)
    later = make_couple(cast.ana, cast.sol, now=clock.at)
    give(cast.ana, later, at=clock.at)
    mine = holdings.export_of(viewer(cast.ana, now=clock.at))
    assert [row["i_said"] for row in mine["ladder_in_earlier_plans"]] == ["go"]
    assert mine["ladder"]["i_said"] is None
    for who in ("ben", "sol", "cleo"):
        assert holdings.export_of(viewer(cast.people[who], now=clock.at))["ladder_in_earlier_plans"] == []
    file = export.as_json(export.collect(viewer(cast.ana, now=clock.at)))
    assert '"i_said": "go"' in file


def test_an_erasure_takes_the_answer(cast: Cast, clock: Moved) -> None:
    give(cast.ana, cast.couples["ana"], at=clock.at)
    holdings.erase(cast.ana, clock.at)
    assert bytes(LadderAnswer.objects.get(person=cast.ana).body) == b""
    assert climbing.own_answer(viewer(cast.ana, now=clock.at)) == Answer()


def test_every_couple_has_its_rows_from_the_beginning(cast: Cast, clock: Moved) -> None:
    couple: Couple = cast.couples["cora"]
    for _ in range(2):
        climbing.begin(couple=couple, now=clock.at)
    assert LadderAnswer.objects.filter(couple=couple).count() == 2
    with pytest.raises(Http404):
        vault.open(viewer(cast.cora, now=clock.at), Ladder.objects.get(couple=couple), "body")
