"""`run_due`: who is asked, when, with which mail, and what is written down of what was missed.

Ana lives in Lisbon (UTC+1 in September), Ben in New York (UTC−4). The rhythm: every day, 20:30 to 23:00.
"""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import pytest
from django.conf import LazySettings
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.couples.models import Membership
from accounts.mail.models import Mail
from accounts.users.models import User
from benchmarks import people
from checkins.prompts.models import CheckIn, Prompt
from checkins.reminders import engine
from checkins.reminders.models import Delivery, Heartbeat
from repair.schedules.models import QuietDays, Schedule, Seat
from tests.cast import Cast
from tests.checkins.reminders.conftest import MONDAY, mails_of, set_quiet, utc
from tests.checkins.reminders.evening import prompts_of, run, seat_of
from tests.conftest import Moved

Rhythm = Callable[..., Schedule]


def test_each_is_asked_by_their_own_clock(cast: Cast, clock: Moved, rhythm: Rhythm) -> None:
    rhythm()
    assert run(clock, utc(14, 19, 29, 59)).seats == 0
    assert run(clock, utc(14, 19, 30)).seats == 1
    (anas,) = prompts_of(cast.ana)
    assert (anas.opens_at, anas.closes_at) == (utc(14, 19, 30), utc(14, 22))
    assert not prompts_of(cast.ben)
    run(clock, utc(15, 0, 30))
    (bens,) = prompts_of(cast.ben)
    assert (bens.opens_at, bens.closes_at) == (utc(15, 0, 30), utc(15, 3))
    assert bens.check_in_id == anas.check_in_id, "one evening, whoever comes first"
    check_in = CheckIn.objects.get()
    assert (check_in.on, check_in.question_set) == (MONDAY, "daily")
    assert check_in.reads_at == utc(15, 22, 30), "18:30 the next day, in the later of the two zones"


def test_the_mail_is_owed_for_the_minute_and_no_longer_than_the_window(
    cast: Cast, clock: Moved, rhythm: Rhythm
) -> None:
    rhythm()
    run(clock, utc(14, 19, 30, 12))
    (note,) = mails_of(cast.ana)
    assert (note.due_at, note.not_after, note.stream) == (utc(14, 19, 30), utc(14, 22), "notes")
    assert list(note.delivery.prompts.all()) == prompts_of(cast.ana)
    assert not mails_of(cast.ana, "reminder"), "no reminder was agreed"


def test_the_next_time_follows_from_the_last_planned(cast: Cast, clock: Moved, rhythm: Rhythm) -> None:
    rhythm()
    run(clock, utc(14, 20, 47))
    seat = seat_of(cast.ana)
    assert (seat.next_on, seat.next_due_at) == (date(2026, 9, 15), utc(15, 19, 30))


def test_running_twice_does_nothing_twice(cast: Cast, clock: Moved, rhythm: Rhythm) -> None:
    rhythm()
    run(clock, utc(14, 19, 30))
    run(clock, utc(14, 19, 30))
    assert (len(prompts_of(cast.ana)), Mail.objects.count()) == (1, 1)


def test_a_seat_put_back_to_a_date_already_asked_asks_nobody_twice(
    cast: Cast, clock: Moved, rhythm: Rhythm
) -> None:
    """As a clock that jumps back, or a rhythm signed anew the same evening, might leave it."""
    rhythm()
    run(clock, utc(14, 19, 30))
    Seat.objects.update(next_on=MONDAY, next_due_at=utc(14, 19, 30))
    run(clock, utc(14, 19, 31))
    assert (len(prompts_of(cast.ana)), len(mails_of(cast.ana)), CheckIn.objects.count()) == (1, 1, 1)
    assert seat_of(cast.ana).next_due_at == utc(15, 19, 30)


LATE = [
    # woken at, asked for, recorded as not sent, because
    (utc(14, 21, 59), [14], [], "late, and still open"),
    (utc(14, 22, 0), [], [14], "the window has just closed"),
    (utc(16, 20, 0), [16], [14, 15], "down for two days: only the evening that is open"),
    (utc(16, 9, 0), [], [14, 15], "down for two days, and none is open"),
]


@pytest.mark.parametrize(("woken", "asked", "missed", "because"), LATE)
def test_late(
    cast: Cast, clock: Moved, rhythm: Rhythm, woken: datetime, asked: list[int], missed: list[int], because: str
) -> None:
    rhythm()
    run(clock, woken)
    found = Prompt.objects.filter(membership__person=cast.ana).order_by("check_in__on")
    assert [p.check_in.on.day for p in found.filter(not_sent=False)] == asked, because
    assert [p.check_in.on.day for p in found.filter(not_sent=True)] == missed, because
    assert len(mails_of(cast.ana)) == len(asked), "never a burst"
    assert seat_of(cast.ana).next_due_at > woken


def test_a_late_note_is_planned_for_now(cast: Cast, clock: Moved, rhythm: Rhythm) -> None:
    rhythm(remind_after_minutes=60)
    run(clock, utc(14, 20, 45))
    assert mails_of(cast.ana)[0].due_at == utc(14, 20, 45)
    assert mails_of(cast.ana, "reminder")[0].due_at == utc(14, 21, 45)


NOT_ACTIVE = [
    ("rested", "one rests"),
    ("left", "one left"),
    ("suspended", "one is suspended"),
    ("deleting", "one asked to be deleted"),
    ("cooling", "they cool off"),
]


@pytest.mark.parametrize("who", ["ana", "ben"])
@pytest.mark.parametrize(("state", "because"), NOT_ACTIVE)
def test_a_couple_that_is_not_active_is_asked_nothing(
    cast: Cast, clock: Moved, rhythm: Rhythm, who: str, state: str, because: str
) -> None:
    rhythm()
    person, now = getattr(cast, who), clock.at
    place = Membership.objects.filter(person=person, left_at=None)
    if state == "rested":
        place.update(rested_at=now)
    elif state == "left":
        place.update(left_at=now)
    elif state == "suspended":
        User.objects.filter(pk=person.pk).update(suspended_at=now)
    elif state == "deleting":
        User.objects.filter(pk=person.pk).update(delete_asked_at=now)
    else:
        cast.couples["ana"].cooling_until = now + timedelta(days=2)
        cast.couples["ana"].save()
    run(clock, utc(14, 19, 30))
    assert not Prompt.objects.exists(), because
    assert not CheckIn.objects.exists()
    assert not Mail.objects.exists()
    assert seat_of(cast.ana).next_due_at == utc(15, 19, 30), "it moves on, so that no beat finds it again"


def test_a_rhythm_out_of_force_is_due_never(cast: Cast, clock: Moved, rhythm: Rhythm) -> None:
    rhythm(in_force=False)
    run(clock, utc(14, 19, 30))
    assert not Prompt.objects.exists()
    assert seat_of(cast.ana).next_due_at is None


def test_quiet_days_ask_nothing_and_are_not_missed(cast: Cast, clock: Moved, rhythm: Rhythm) -> None:
    rhythm()
    quiet = QuietDays.objects.create(
        couple=cast.couples["ana"],
        set_by=Membership.objects.get(person=cast.ana),
        first_on=MONDAY,
        last_on=date(2026, 9, 15),
        set_at=clock.at,
    )
    run(clock, utc(14, 19, 30))
    run(clock, utc(15, 19, 30))
    assert not CheckIn.objects.exists()
    run(clock, utc(16, 19, 30))
    assert CheckIn.objects.get().on == date(2026, 9, 16)
    quiet.ended_at = clock.at
    quiet.save()


def test_quiet_days_that_were_taken_back_hold_nothing(cast: Cast, clock: Moved, rhythm: Rhythm) -> None:
    rhythm()
    QuietDays.objects.create(
        couple=cast.couples["ana"],
        set_by=Membership.objects.get(person=cast.ana),
        first_on=MONDAY,
        last_on=MONDAY,
        set_at=clock.at,
        ended_at=clock.at,
    )
    run(clock, utc(14, 19, 30))
    assert CheckIn.objects.exists()


def test_a_rule_that_ends(cast: Cast, clock: Moved, rhythm: Rhythm) -> None:
    rhythm(ends_on=MONDAY)
    run(clock, utc(14, 19, 30))
    seat = seat_of(cast.ana)
    assert (seat.next_on, seat.next_due_at) == (None, None)


CLOCK_CHANGES = [
    # couple's zone for Ana, opening, date, due at (UTC), because
    ("Europe/London", time(1, 30), date(2027, 3, 28), "2027-03-28T01:30", "skipped: read with the offset before"),
    ("Europe/London", time(1, 30), date(2026, 10, 25), "2026-10-25T00:30", "repeated: its first pass"),
    ("America/New_York", time(2, 30), date(2027, 3, 14), "2027-03-14T07:30", "skipped: 03:30 on the wall"),
    ("Australia/Lord_Howe", time(2, 15), date(2026, 10, 4), "2026-10-03T15:45", "half an hour is skipped"),
]


@pytest.mark.parametrize(("zone", "opens", "on", "due", "because"), CLOCK_CHANGES)
def test_clock_changes(
    cast: Cast, clock: Moved, rhythm: Rhythm, zone: str, opens: time, on: date, due: str, because: str
) -> None:
    User.objects.filter(pk=cast.ana.pk).update(time_zone=zone)
    rhythm(opens=opens, closes=time(9, 0), next_on=on)
    at = datetime.fromisoformat(due + "+00:00")
    run(clock, at - timedelta(seconds=1))
    assert not prompts_of(cast.ana), because
    run(clock, at)
    assert [p.opens_at for p in prompts_of(cast.ana)] == [at], because


def test_a_zone_changed_after_the_prompt_was_made_does_not_move_it(
    cast: Cast, clock: Moved, rhythm: Rhythm
) -> None:
    rhythm()
    run(clock, utc(14, 19, 30))
    User.objects.filter(pk=cast.ana.pk).update(time_zone="Asia/Tokyo")
    run(clock, utc(14, 19, 45))
    (prompt,) = prompts_of(cast.ana)
    assert prompt.closes_at == utc(14, 22)


def test_a_person_moved_west_is_asked_when_it_is_evening_there(cast: Cast, clock: Moved, rhythm: Rhythm) -> None:
    """The seat was timed in the old zone; its window has not begun in the new one, so it waits."""
    rhythm()
    User.objects.filter(pk=cast.ana.pk).update(time_zone="America/Los_Angeles")
    run(clock, utc(14, 19, 30))
    assert not prompts_of(cast.ana)
    assert seat_of(cast.ana).next_due_at == utc(15, 3, 30)
    run(clock, utc(15, 3, 30))
    assert [p.check_in.on for p in prompts_of(cast.ana)] == [MONDAY]


def test_one_poisoned_rule_does_not_stop_the_others(cast: Cast, clock: Moved, rhythm: Rhythm) -> None:
    rhythm(frequency="weekly", weekdays=0)
    rhythm(of="cleo", next_on=MONDAY)
    Seat.objects.update(next_due_at=utc(14, 19, 30))
    run(clock, utc(14, 19, 30))
    assert Prompt.objects.filter(membership__person=cast.cleo).exists()
    assert seat_of(cast.ana).next_due_at == utc(14, 20, 30), "put off for an hour"


def test_an_unknown_zone_stops_nobody_else(cast: Cast, clock: Moved, rhythm: Rhythm) -> None:
    rhythm()
    rhythm(of="cleo")
    Seat.objects.update(next_due_at=utc(14, 19, 30))
    User.objects.filter(pk=cast.ben.pk).update(time_zone="Mars/Base")
    run(clock, utc(14, 19, 30))
    assert Prompt.objects.filter(membership__person=cast.cleo).exists()
    assert seat_of(cast.ben).next_due_at == utc(14, 20, 30)


def test_workers_are_woken_by_the_hundred(cast: Cast, clock: Moved, rhythm: Rhythm, hints: list[int]) -> None:
    rhythm()
    run(clock, utc(14, 18, 0))
    assert hints == [], "nothing owed, nobody woken"
    run(clock, utc(14, 19, 30))
    assert hints == [1]


def test_the_heartbeat(cast: Cast, clock: Moved) -> None:
    run(clock, utc(14, 19))
    run(clock, utc(14, 20))
    assert [(h.name, h.at) for h in Heartbeat.objects.all()] == [("engine", utc(14, 20))]


def test_more_than_a_batch(
    cast: Cast, clock: Moved, rhythm: Rhythm, monkeypatch: pytest.MonkeyPatch, settings: LazySettings
) -> None:
    monkeypatch.setattr(engine, "SEATS_AT_ONCE", 3)
    settings.DISPATCH_LANES = 1  # another lane would not see what this test has not committed
    for hour in range(10, 17):
        rhythm(opens=time(hour), closes=time(23))
    ran = run(clock, utc(14, 21))
    assert ran.seats == 14
    assert Delivery.objects.filter(membership__person=cast.ana).count() == 1, "shared over batches too"
    assert Delivery.objects.get(membership__person=cast.ana).prompts.count() == 7


def test_the_number_of_queries_does_not_grow_with_the_seats(cast: Cast, clock: Moved, rhythm: Rhythm) -> None:
    def queries(day: int) -> int:
        with CaptureQueriesContext(connection) as found:
            run(clock, utc(day, 22, 50))
        return len(found)

    set_quiet(cast.ana, "01:00", "02:00")
    for who in ("ana", "cleo"):
        rhythm(of=who, opens=time(18), closes=time(23, 55), remind_after_minutes=30)
    queries(14)  # from the second day on, mails of the day before are looked at too
    few = queries(15)
    for who in ("ana", "cleo"):
        for minute in (0, 15, 30, 45):
            rhythm(
                of=who,
                opens=time(19, minute),
                closes=time(23, 55),
                remind_after_minutes=30,
                next_on=date(2026, 9, 15),
            )
    extra = 8 if connection.vendor == "sqlite" else 0  # SQLite writes the seats one by one, in one call
    assert queries(16) <= few + extra + 1
    assert few <= 24


def test_a_thousand_seats_cost_as_many_queries_as_ten(db: None, clock: Moved) -> None:
    """People as the benchmarks lay them, all asked for the first time in the same minute."""
    at = clock.at + timedelta(minutes=30)

    def queries(seats: int) -> int:
        with transaction.atomic():
            people.lay_people(schedules=max(seats, 10), due=seats, bursts=[at], now=clock.at)
            with CaptureQueriesContext(connection) as found:
                assert run(clock, at).prompts == seats
            transaction.set_rollback(True)
        clock.set(at - timedelta(minutes=30))
        return len([query for query in found if "SAVEPOINT" not in query["sql"]])

    ten, thousand = queries(10), queries(1000)
    # On the other hand a full batch makes the engine look once more.
    assert ten <= thousand <= ten + 1
    assert thousand <= 16
