"""From a signed wording to seats that are due, through rest, moving house and clocks that change."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from accounts.couples import services as couples
from accounts.users.models import User
from repair.plan import services as plan
from repair.schedules import services
from repair.schedules.models import Schedule, Seat
from tests.cast import Cast
from tests.repair.schedules.conftest import Rhythms

# The tests begin on Monday 14 September 2026, 18:00 UTC: 19:00 in Lisbon (Ana), 14:00 in New York (Ben).
TUESDAY = [("2026-09-15", "2026-09-15 19:30"), ("2026-09-15", "2026-09-16 00:30")]
WEDNESDAY = [("2026-09-16", "2026-09-16 19:30"), ("2026-09-16", "2026-09-17 00:30")]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def move(person: User, zone: str, *, now: datetime) -> None:
    User.objects.filter(pk=person.pk).update(time_zone=zone)
    couples.standing_changed(person=person, now=now)


def test_two_signatures_make_one_schedule_with_two_seats_each_by_its_own_clock(rhythms: Rhythms) -> None:
    schedule = rhythms.agree()
    assert schedule.in_force
    assert rhythms.dues(schedule) == TUESDAY
    assert (schedule.question_set, schedule.reading_days_after, schedule.remind_after_minutes) == ("daily", 1, 60)
    assert f"{schedule.reading_time:%H:%M}" == "18:30"
    assert Seat.objects.filter(schedule=schedule).count() == 2


def test_a_proposal_alone_makes_nothing_due(rhythms: Rhythms) -> None:
    schedule = rhythms.agree()
    words = plan.Words({**rhythms_body(), "questions": "weekly"}, date(2027, 1, 1))
    ana = rhythms.viewer(rhythms.cast.ana)
    plan.suggest(viewer=ana, line=schedule.agreement_id, seen=1, words=words, now=rhythms.now)
    schedule.refresh_from_db()
    assert schedule.question_set == "daily"
    assert rhythms.dues(schedule) == TUESDAY


def rhythms_body() -> dict[str, Any]:
    from tests.repair.schedules.conftest import BODY

    return dict(BODY)


def test_a_new_wording_rewrites_the_same_schedule_in_place(rhythms: Rhythms) -> None:
    first = rhythms.agree()
    rhythms.clock.move(days=3)
    windows = {"a": ["21:00", "23:00"], "b": ["07:00", "09:00"]}
    names = {"a": "Ana", "b": "Ben"}
    again = rhythms.agree(
        line=first.agreement_id, frequency="weekly", weekdays=[0, 4], windows=windows, names=names, reading=None
    )
    assert again.pk == first.pk
    assert Seat.objects.filter(schedule=again).count() == 2
    slots = {rhythms.place(p).slot for p in (rhythms.cast.ana, rhythms.cast.ben)}
    assert slots == {"a", "b"}
    assert rhythms.dues(again) == [("2026-09-18", "2026-09-18 20:00"), ("2026-09-18", "2026-09-18 11:00")]
    assert again.reading_time is None


SAME_EVENING = [
    ("2026-09-15 19:25", {}, TUESDAY, "re-signed five minutes before it opens: tonight's still comes"),
    ("2026-09-15 19:30", {}, [WEDNESDAY[0], TUESDAY[1]], "strictly after the moment it is signed"),
    (
        "2026-09-15 20:00",
        {"ana": date(2026, 9, 15)},
        [WEDNESDAY[0], TUESDAY[1]],
        "one was asked tonight: not asked again; the other, whose evening is to come, is",
    ),
    (
        "2026-09-16 01:00",
        {"ana": date(2026, 9, 15), "ben": date(2026, 9, 15)},
        WEDNESDAY,
        "both were asked: one check-in a date",
    ),
]


@pytest.mark.parametrize(("moment", "taken", "dues", "why"), SAME_EVENING, ids=[c[3] for c in SAME_EVENING])
def test_signed_again_on_the_evening_itself(
    rhythms: Rhythms, asked: Callable[..., None], moment: str, taken: dict[str, date], dues: Any, why: str
) -> None:
    schedule = rhythms.agree()
    rhythms.clock.set(at(moment))
    asked(**taken)
    again = rhythms.agree(line=schedule.agreement_id, remind_after=None)
    assert rhythms.dues(again) == dues, why


def test_a_later_opening_on_the_same_evening_does_not_ask_twice(
    rhythms: Rhythms, asked: Callable[..., None]
) -> None:
    schedule = rhythms.agree()
    rhythms.clock.set(at("2026-09-15 20:00"))
    asked(ana=date(2026, 9, 15))
    later = {"a": ["22:00", "23:30"], "b": ["22:00", "23:30"]}
    again = rhythms.agree(line=schedule.agreement_id, windows=later)
    assert rhythms.dues(again) == [("2026-09-16", "2026-09-16 21:00"), ("2026-09-15", "2026-09-16 02:00")]


def test_stepping_out_empties_the_seats(rhythms: Rhythms) -> None:
    schedule = rhythms.agree()
    plan.withdraw(viewer=rhythms.viewer(rhythms.cast.ben), line=schedule.agreement_id, now=rhythms.now)
    schedule.refresh_from_db()
    assert not schedule.in_force
    assert rhythms.dues(schedule) == [None, None]


def test_resting_empties_the_seats_and_resuming_fills_them_from_then_on(rhythms: Rhythms) -> None:
    schedule = rhythms.agree()
    couples.rest(person=rhythms.cast.ana, now=rhythms.clock.move(hours=1))
    assert rhythms.dues(schedule) == [None, None]
    couples.resume(person=rhythms.cast.ana, now=rhythms.clock.set(at("2026-10-01 21:00")))
    assert rhythms.dues(schedule) == [("2026-10-02", "2026-10-02 19:30"), ("2026-10-01", "2026-10-02 00:30")]


def test_resuming_does_not_ask_again_for_a_date_already_asked(
    rhythms: Rhythms, asked: Callable[..., None]
) -> None:
    schedule = rhythms.agree()
    asked(ana=date(2026, 9, 15), ben=date(2026, 9, 15))
    couples.rest(person=rhythms.cast.ana, now=rhythms.now)
    couples.resume(person=rhythms.cast.ana, now=rhythms.now)
    assert rhythms.dues(schedule) == WEDNESDAY


def test_leaving_empties_the_seats_for_good(rhythms: Rhythms) -> None:
    schedule = rhythms.agree()
    couples.leave(person=rhythms.cast.ben, couple_id=schedule.couple_id, now=rhythms.now)
    assert rhythms.dues(schedule) == [None, None]


def test_resuming_fills_no_seat_of_a_rhythm_that_is_out_of_force(rhythms: Rhythms) -> None:
    schedule = rhythms.agree()
    plan.withdraw(viewer=rhythms.viewer(rhythms.cast.ben), line=schedule.agreement_id, now=rhythms.now)
    couples.rest(person=rhythms.cast.ana, now=rhythms.now)
    couples.resume(person=rhythms.cast.ana, now=rhythms.now)
    assert rhythms.dues(schedule) == [None, None]


@pytest.mark.parametrize("by", ["ana", "ben"])
def test_resuming_fills_no_seat_of_a_rhythm_somebody_stepped_out_of_meanwhile(rhythms: Rhythms, by: str) -> None:
    schedule = rhythms.agree()
    couples.rest(person=rhythms.cast.ana, now=rhythms.now)
    plan.withdraw(viewer=rhythms.viewer(getattr(rhythms.cast, by)), line=schedule.agreement_id, now=rhythms.now)
    couples.resume(person=rhythms.cast.ana, now=rhythms.clock.move(days=1))
    assert rhythms.dues(schedule) == [None, None]
    schedule.refresh_from_db()
    assert not schedule.in_force


MOVES = [
    ("Europe/Lisbon", "Asia/Tokyo", "2026-09-15 11:30", "east: tonight's date by the new clock, earlier"),
    ("Europe/Lisbon", "America/New_York", "2026-09-16 00:30", "west: the same date, later"),
    ("Europe/Lisbon", "Europe/London", "2026-09-15 19:30", "another name for the same clock"),
]


@pytest.mark.parametrize(("old", "new", "due", "why"), MOVES, ids=[m[3] for m in MOVES])
def test_moving_keeps_the_date_and_reads_it_by_the_new_clock(
    rhythms: Rhythms, old: str, new: str, due: str, why: str
) -> None:
    schedule = rhythms.agree()
    move(rhythms.cast.ana, new, now=rhythms.now)
    assert rhythms.dues(schedule) == [("2026-09-15", due), TUESDAY[1]], why


def test_moving_at_a_minute_to_midnight_neither_doubles_nor_skips_a_date(rhythms: Rhythms) -> None:
    """Tuesday was asked and the seat moved on; Ana lands in Tokyo, where it is Wednesday morning."""
    schedule = rhythms.agree()
    Seat.objects.filter(pk=rhythms.seat(schedule, rhythms.cast.ana).pk).update(
        next_on=date(2026, 9, 16), next_due_at=at("2026-09-16 19:30")
    )
    move(rhythms.cast.ana, "Asia/Tokyo", now=at("2026-09-15 22:59"))
    assert rhythms.dues(schedule)[0] == ("2026-09-16", "2026-09-16 11:30")
    move(rhythms.cast.ana, "Europe/Lisbon", now=at("2026-09-15 23:10"))
    assert rhythms.dues(schedule)[0] == ("2026-09-16", "2026-09-16 19:30")


def test_a_date_that_does_not_exist_where_one_moves_to_is_passed_over(rhythms: Rhythms) -> None:
    schedule = rhythms.agree(starts_on="2011-12-01")
    Seat.objects.filter(schedule=schedule).update(next_on=date(2011, 12, 30), next_due_at=at("2011-12-30 20:30"))
    move(rhythms.cast.ana, "Pacific/Apia", now=rhythms.now)
    assert rhythms.dues(schedule)[0] == ("2011-12-31", "2011-12-31 06:30")


def test_an_end_date_leaves_nothing_due_after_it(rhythms: Rhythms) -> None:
    rhythms.clock.set(at("2026-09-15 20:00"))
    schedule = rhythms.agree(starts_on="2026-09-15", ends_on="2026-09-15")
    assert rhythms.dues(schedule) == [None, TUESDAY[1]]


def test_a_rhythm_begins_in_the_middle_of_a_week(rhythms: Rhythms) -> None:
    schedule = rhythms.agree(frequency="weekly", weekdays=[0, 3], starts_on="2026-09-15")
    assert rhythms.dues(schedule)[0] == ("2026-09-17", "2026-09-17 19:30")


def test_a_tzdata_release_moves_only_what_it_changed(rhythms: Rhythms) -> None:
    schedule = rhythms.agree()
    Seat.objects.filter(pk=rhythms.seat(schedule, rhythms.cast.ben).pk).update(next_due_at=at("2026-09-16 01:30"))
    assert services.retime(now=rhythms.now) == 1
    assert rhythms.dues(schedule) == TUESDAY
    assert services.retime(now=rhythms.now) == 0


def plain(opens: str = "20:30", **fields: Any) -> tuple[Schedule, Seat]:
    schedule = Schedule(frequency="daily", starts_on=date(2020, 1, 1), **fields)
    return schedule, Seat(opens_at=datetime.fromisoformat(f"2026-01-01 {opens}").time())


NEXTS = [
    ("2026-09-14", None, "2026-09-15", "without a now: the one planned next"),
    ("2026-01-01", None, "2026-01-02", "however long past: a backlog is walked"),
    ("2026-09-14", "2026-09-15 19:29", "2026-09-15", "still to come tonight"),
    ("2026-09-14", "2026-09-15 19:30", "2026-09-16", "strictly after now"),
    ("2001-01-01", "2026-09-15 19:30", "2026-09-16", "years are not walked day by day"),
    ("2026-09-20", "2026-09-15 19:30", "2026-09-21", "strictly after the date as well"),
]


@pytest.mark.parametrize(("after", "now", "expected", "why"), NEXTS, ids=[n[3] for n in NEXTS])
def test_the_next_one(after: str, now: str | None, expected: str, why: str) -> None:
    schedule, seat = plain()
    found = services.next_for(
        schedule, seat, ZoneInfo("Europe/Lisbon"), date.fromisoformat(after), at(now) if now else None
    )
    assert found is not None
    assert found[0].isoformat() == expected, why


def test_no_next_one_after_the_end() -> None:
    schedule, seat = plain(ends_on=date(2026, 9, 15))
    zone = ZoneInfo("Europe/Lisbon")
    assert services.next_for(schedule, seat, zone, date(2026, 9, 15), None) is None
    assert services.next_for(schedule, seat, zone, date(2026, 9, 1), at("2026-09-15 19:30")) is None
    assert services.next_for(schedule, seat, zone, date(2026, 9, 1), at("2027-09-15 19:30")) is None


@pytest.mark.parametrize("hours", range(0, 72, 5))
@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Niue", "Europe/Lisbon"])
def test_skipping_ahead_finds_what_walking_finds(zone: str, hours: int) -> None:
    schedule, seat = plain("00:15")
    now = at("2026-09-14 00:00") + timedelta(hours=hours)
    walked = date(2026, 9, 1)
    while True:
        found = services.next_for(schedule, seat, ZoneInfo(zone), walked, None)
        assert found is not None
        if found[1] > now:
            break
        walked = found[0]
    assert services.next_for(schedule, seat, ZoneInfo(zone), date(2026, 9, 1), now) == found


def test_the_cast_is_what_these_tests_take_it_for(cast: Cast) -> None:
    assert (cast.ana.time_zone, cast.ben.time_zone) == ("Europe/Lisbon", "America/New_York")
