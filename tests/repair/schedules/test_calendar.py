"""The private calendar: one's own times and no word, off until asked for, ended by whatever ends a way in."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from accounts.couples import services as couples
from accounts.couples.models import Membership
from accounts.privacy import services as privacy
from accounts.users import calendar as addresses
from accounts.users import services as users
from accounts.users.models import CalendarAddress, User
from checkins.reminders.engine import run_due
from repair.schedules.calendar import folded, written
from repair.schedules.models import QuietDays, Schedule, Seat
from repair.schedules.services import standing_changed
from tests.accounts.users.helpers import proved, sign_in
from tests.cast import Cast
from tests.conftest import Moved
from tests.contract.visiting import visit
from tests.contract.world import make_schedule, propose

Browser = Callable[..., Client]


@pytest.fixture
def rhythm(cast: Cast, clock: Moved) -> Schedule:
    """A daily rhythm of Ana (Lisbon) and Ben (New York) with both seats where the engine would have them."""
    schedule = make_schedule(cast.couples["ana"].pk, now=clock.at)
    Seat.objects.update(next_on=None, next_due_at=None)
    standing_changed(couple=cast.couples["ana"], now=clock.at)
    return schedule


def _get(secret: str) -> Any:
    return Client().get(f"/times/calendar/{secret}.ics")


def _starts(secret: str) -> list[datetime]:
    """When the entries begin, by a parser that is not ours."""
    answer = _get(secret)
    assert answer.status_code == 200
    read = icalendar.Calendar.from_ical(answer.content)
    return [event["DTSTART"].dt for event in read.walk("VEVENT")]


def test_it_is_off_and_an_address_nobody_was_given_is_not_found(cast: Cast, rhythm: Schedule) -> None:
    assert not CalendarAddress.objects.exists()
    assert _get("x" * 43).status_code == 404


def test_it_is_switched_on_behind_a_warning_and_fresh_proof_and_shown_once(cast: Cast, rhythm: Schedule) -> None:
    assert sign_in(cast.ana).post("/times/calendar/address/").status_code == 302
    assert not CalendarAddress.objects.exists()
    browser = proved(cast.ana)
    assert "Household calendars copy themselves" in browser.get("/times/calendar/address/").content.decode()
    page = browser.post("/times/calendar/address/").content.decode()
    secret = re.search(r"/times/calendar/([\w-]{43})\.ics", page)
    assert secret is not None
    assert len(_starts(secret[1])) > 50
    assert secret[1] not in browser.get("/times/calendar/").content.decode()
    assert secret[1].encode() not in bytes(CalendarAddress.objects.get().secret_hash)


def test_each_sees_their_own_seat_on_their_own_wall_clock(cast: Cast, rhythm: Schedule, clock: Moved) -> None:
    zones = {cast.ana: "Europe/Lisbon", cast.ben: "America/New_York"}
    for person, zone in zones.items():
        starts = _starts(addresses.switch_on(person=person))
        shown = [at.astimezone(ZoneInfo(zone)) for at in starts]
        assert {(at.hour, at.minute) for at in shown} == {(20, 30)}, "over the end of summer time too"
        dates = [at.date() for at in shown]
        assert dates == [dates[0] + timedelta(days=n) for n in range(len(dates))]
        assert starts[0] == Seat.objects.get(membership__person=person).next_due_at


def test_it_says_what_the_engine_then_does(cast: Cast, rhythm: Schedule, clock: Moved) -> None:
    starts = _starts(addresses.switch_on(person=cast.ana))
    for expected in starts[:3]:
        clock.set(expected + timedelta(seconds=5))
        run_due(now=clock.at)
        prompt = cast.ana.memberships.get().prompts.latest("opens_at")
        assert prompt.opens_at == expected


def test_quiet_days_are_left_out(cast: Cast, rhythm: Schedule, clock: Moved) -> None:
    secret = addresses.switch_on(person=cast.ana)
    before = _starts(secret)
    QuietDays.objects.create(
        couple=cast.couples["ana"],
        set_by=Membership.objects.get(person=cast.ben),
        first_on=before[2].date(),
        last_on=before[4].date(),
        set_at=clock.at,
    )
    assert _starts(secret)[:3] == [before[0], before[1], before[5]]


def test_no_word_of_anybody_stands_in_it(cast: Cast, rhythm: Schedule, clock: Moved) -> None:
    propose(cast, cast.ben, "words typed", now=clock.at)
    answer = _get(addresses.switch_on(person=cast.ana))
    text = answer.content.decode()
    lines = {re.sub(r":.*", "", line) for line in text.split("\r\n") if line}
    assert lines <= {
        "BEGIN", "END", "VERSION", "PRODID", "CALSCALE", "REFRESH-INTERVAL;VALUE=DURATION", "X-PUBLISHED-TTL",
        "TZID", "DTSTART", "TZOFFSETFROM", "TZOFFSETTO", "UID", "DTSTAMP", "DTEND", "SUMMARY", "CLASS", "TRANSP",
    }  # fmt: skip
    assert "VALARM" not in text
    read = icalendar.Calendar.from_ical(answer.content)
    for event in read.walk("VEVENT"):
        assert (str(event["SUMMARY"]), str(event["CLASS"])) == ("Reminder", "PRIVATE")
    uids = [str(event["UID"]) for event in read.walk("VEVENT")]
    assert len(set(uids)) == len(uids)
    known = {
        str(pk)
        for model in (Seat, Schedule, User, CalendarAddress)
        for pk in model.objects.values_list("pk", flat=True)
    }
    assert not known & set(uids)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer["Cache-Control"] == "no-store"
    assert "Content-Disposition" not in answer


def test_looking_changes_nothing_and_says_the_same_twice(cast: Cast, rhythm: Schedule) -> None:
    secret = addresses.switch_on(person=cast.ana)
    with CaptureQueriesContext(connection) as asked:
        first, second = _get(secret), _get(secret)
        assert Client().head(f"/times/calendar/{secret}.ics").status_code == 200
        assert Client().post(f"/times/calendar/{secret}.ics").status_code == 405
    assert first.content == second.content
    assert not [q for q in asked.captured_queries if not q["sql"].startswith("SELECT")]


def _rests(cast: Cast, who: User, now: datetime) -> None:
    couples.rest(person=who, now=now)


def _leaves(cast: Cast, who: User, now: datetime) -> None:
    couples.leave(person=who, couple_id=cast.couples["ana"].pk, now=now)


def _deletes(cast: Cast, who: User, now: datetime) -> None:
    privacy.ask_delete(person=who, now=now)


def _is_suspended(cast: Cast, who: User, now: datetime) -> None:
    users.suspend(email=who.email, now=now)


CAUSES = (_rests, _leaves, _deletes, _is_suspended)


@pytest.mark.parametrize("whose", ["ana", "ben"])
def test_why_it_is_empty_is_told_by_nothing_over_a_hundred_days(
    cast: Cast, rhythm: Schedule, clock: Moved, whose: str
) -> None:
    """Ana's side stops in one of four ways; her address and Ben's answer the same in all, with the same queries,
    also once a deleted account is erased."""
    from django.db import transaction

    secret = addresses.switch_on(person=cast.people[whose])
    start, seen = clock.at, []
    for cause in CAUSES:
        with transaction.atomic():
            clock.set(start)
            cause(cast, User.objects.get(pk=cast.ana.pk), clock.at)
            answers = []
            for days in (0, 1, 8, 40, 51):
                clock.move(days=days)
                privacy.erase_due(now=clock.at)
                answers.append(visit(Client(), "GET", f"/times/calendar/{secret}.ics"))
            seen.append(answers)
            transaction.set_rollback(True)
    for number, answers in enumerate(seen):
        assert [a.status for a in answers] == [200] * 5
        assert not any(b"VEVENT" in a.calendar for a in answers)
        differing = [one.differs(two) for one, two in zip(seen[0], answers, strict=True)]
        assert differing == [[]] * 5, CAUSES[number].__name__


def test_an_empty_calendar_is_one_that_programs_take(cast: Cast, rhythm: Schedule, clock: Moved) -> None:
    secret = addresses.switch_on(person=cast.ana)
    couples.rest(person=cast.ben, now=clock.at)
    assert _starts(secret) == []
    couples.resume(person=cast.ben, now=clock.at)
    assert len(_starts(secret)) > 50


ENDINGS: list[tuple[str, Callable[[User, Moved], object]]] = [
    ("by its owner", lambda person, clock: sign_in(person).post("/times/calendar/")),
    ("a new one is made", lambda person, clock: addresses.switch_on(person=person)),
    ("signed out elsewhere", lambda person, clock: sign_in(person).post("/you/devices/")),
    ("a new password", lambda person, clock: proved(person).post("/you/password/", {
        "oldpassword": "correct horse battery", "password1": "another horse battery"})),
    ("leaves", lambda person, clock: couples.leave(
        person=person, couple_id=person.memberships.get().couple_id, now=clock.at)),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "end"), ENDINGS, ids=[e[0] for e in ENDINGS])
def test_the_address_ends(
    cast: Cast, rhythm: Schedule, clock: Moved, sentence: str, end: Callable[[User, Moved], object]
) -> None:
    mine, his = addresses.switch_on(person=cast.ana), addresses.switch_on(person=cast.ben)
    end(cast.ana, clock)
    assert CalendarAddress.objects.get(person=cast.ana, secret_hash=addresses._hash(mine)).retired, sentence
    assert _starts(mine) == []
    assert addresses.is_on(cast.ben), "the other's stays as it is"
    assert bool(_starts(his)) == (sentence != "leaves")


def test_ending_it_asks_for_no_password(cast: Cast, rhythm: Schedule, client_of: Browser) -> None:
    addresses.switch_on(person=cast.ana)
    assert client_of(cast.ana).post("/times/calendar/").status_code == 302
    assert not addresses.is_on(cast.ana)


@given(st.text(max_size=300))
def test_lines_are_folded_at_75_bytes_and_come_back(words: str) -> None:
    words = re.sub(r"[\x00-\x1f\x7f]", " ", words)
    pieces = folded(f"SUMMARY:{words}").split("\r\n")
    assert all(len(piece.encode()) <= 75 for piece in pieces)
    assert pieces[0] + "".join(piece.removeprefix(" ") for piece in pieces[1:]) == f"SUMMARY:{words}"


def test_every_line_ends_as_the_standard_has_it() -> None:
    at = datetime(2026, 9, 14, 18, tzinfo=UTC)
    text = written([("one", at)], stamp=at)
    assert text.endswith("END:VCALENDAR\r\n")
    assert "\n" not in text.replace("\r\n", "")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    (event,) = icalendar.Calendar.from_ical(text).walk("VEVENT")
    assert event["DTSTART"].dt == at
    assert event["DTEND"].dt - at == timedelta(minutes=15)
