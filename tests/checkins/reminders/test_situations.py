"""Lives as they are led, through the verbs people use, the engine and the mail: moves, edits, holidays, outages.

Ana lives in Lisbon (UTC+1 in September), Ben in New York (UTC−4). Monday 14 September 2026, 18:00 UTC: both sign
“every day, 20:30 to 23:00”, from Tuesday on.
"""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from accounts.couples import services as couples
from accounts.users.models import User
from checkins.prompts.models import CheckIn, Prompt
from checkins.reminders import engine
from repair.schedules import quiet
from repair.schedules.models import Schedule
from tests.checkins.make import looking
from tests.checkins.reminders.conftest import Accepting, mails_of, utc
from tests.checkins.reminders.evening import go_on
from tests.conftest import Moved
from tests.repair.schedules.conftest import Rhythms

NO_READING = {"reading": None, "remind_after": None}


@pytest.fixture
def line() -> Accepting:
    return Accepting()


def move(person: User, zone: str, *, now: datetime) -> None:
    """As the settings page does."""
    User.objects.filter(pk=person.pk).update(time_zone=zone)
    couples.standing_changed(person=person, now=now)


def asked(person: User) -> list[tuple[int, str]]:
    """(day of the rule's date, when it opened) of every prompt that went out."""
    rows = Prompt.objects.filter(membership__person=person, not_sent=False).order_by("opens_at")
    return [(p.check_in.on.day, f"{p.opens_at:%d %H:%M}") for p in rows.select_related("check_in")]


def missed(person: User) -> list[int]:
    """The days recorded as not sent."""
    rows = Prompt.objects.filter(membership__person=person, not_sent=True).order_by("check_in__on")
    return [on.day for on in rows.values_list("check_in__on", flat=True)]


def through(clock: Moved, line: Accepting, until: datetime, *, minutes: int = 30) -> None:
    """Run and send every half hour up to and including an instant."""
    at = clock.at
    while at < until:
        at = min(at + timedelta(minutes=minutes), until)
        go_on(clock, line, at)


def test_partners_in_two_zones_have_one_check_in_a_date_and_each_their_own_minute(
    rhythms: Rhythms, clock: Moved, line: Accepting
) -> None:
    rhythms.agree(**NO_READING)
    through(clock, line, utc(17, 12))
    assert asked(rhythms.cast.ana) == [(15, "15 19:30"), (16, "16 19:30")]
    assert asked(rhythms.cast.ben) == [(15, "16 00:30"), (16, "17 00:30")]
    assert [c.on.day for c in CheckIn.objects.order_by("on")] == [15, 16]
    assert line.to == ["ana", "ben", "ana", "ben"]


MOVES = [
    # moves at, to, then prompts opened, then not sent, because
    (utc(15, 19, 40), "Asia/Tokyo", ["15 19:30", "16 11:30", "17 11:30"], [], "an open evening stays as it is"),
    (
        utc(15, 23),
        "Pacific/Kiritimati",
        ["15 19:30", "16 06:30", "17 06:30"],
        [],
        "a day ahead: it comes sooner",
    ),
    (utc(15, 23), "Pacific/Niue", ["15 19:30", "17 07:30"], [], "a day behind: it comes later"),
    (utc(16, 15), "Asia/Tokyo", ["15 19:30", "17 11:30"], [16], "Wednesday's evening is over there: not sent"),
    (utc(16, 12), "Asia/Tokyo", ["15 19:30", "16 11:30", "17 11:30"], [], "it is open there: asked at once"),
    (utc(15, 22, 59), "Asia/Tokyo", ["15 19:30", "16 11:30", "17 11:30"], [], "changed at 23:59 by her clock"),
    (utc(15, 23, 1), "Asia/Tokyo", ["15 19:30", "16 11:30", "17 11:30"], [], "and two minutes later"),
    (utc(15, 22, 59), "America/New_York", ["15 19:30", "17 00:30"], [], "changed at 23:59, going west"),
]


@pytest.mark.parametrize(("when", "zone", "opened", "not_sent", "why"), MOVES, ids=[m[4] for m in MOVES])
def test_a_partner_who_moves(
    rhythms: Rhythms,
    clock: Moved,
    line: Accepting,
    when: datetime,
    zone: str,
    opened: list[str],
    not_sent: list[int],
    why: str,
) -> None:
    """Later prompts move, the open one does not; a date that still lies ahead comes once, one already past is
    written down. The other's times stay."""
    rhythms.agree(**NO_READING)
    through(clock, line, when)
    before = list(Prompt.objects.filter(membership__person=rhythms.cast.ana).values_list("opens_at", "closes_at"))
    move(rhythms.cast.ana, zone, now=when)
    through(clock, line, utc(17, 12))
    assert [at for _, at in asked(rhythms.cast.ana)] == opened, why
    assert missed(rhythms.cast.ana) == not_sent, why
    after = Prompt.objects.filter(membership__person=rhythms.cast.ana).order_by("opens_at")
    assert list(after.values_list("opens_at", "closes_at"))[: len(before)] == before
    assert asked(rhythms.cast.ben) == [(15, "16 00:30"), (16, "17 00:30")]
    assert line.to.count("ana") == len(opened), "one mail each, none for what was over"


EDITS = [
    # signed anew at, changes, when Ana's evenings open, because
    (utc(15, 19, 25), {"windows": {"a": ["21:30", "23:00"], "b": ["21:30", "23:00"]}}, ["15 20:30", "16 20:30"],
     "moved an hour on, five minutes before it opens"),
    (utc(15, 19, 25), {"windows": {"a": ["20:26", "23:00"], "b": ["20:26", "23:00"]}}, ["15 19:26", "16 19:26"],
     "moved to the very next minute"),
    (utc(15, 19, 25), {"frequency": "weekly", "weekdays": [2]}, ["16 19:30"], "no Tuesday any more"),
    (utc(15, 19, 25), {"starts_on": "2026-09-16"}, ["16 19:30"], "to begin tomorrow"),
    (utc(15, 19, 25), {"ends_on": "2026-09-15"}, ["15 19:30"], "to end tonight"),
    (utc(15, 19, 29, 59), {"questions": "weekly"}, ["15 19:30", "16 19:30"], "other questions, a second before"),
    (utc(15, 20, 0), {"questions": "weekly"}, ["15 19:30", "16 19:30"], "signed anew on the evening, while open"),
    (utc(15, 20, 0), {"windows": {"a": ["22:00", "23:30"], "b": ["22:00", "23:30"]}}, ["15 19:30", "16 21:00"],
     "to open later on an evening that was asked already"),
    (utc(15, 22, 30), {"windows": {"a": ["23:45", "23:55"], "b": ["23:45", "23:55"]}}, ["15 19:30", "16 22:45"],
     "to open again after it had closed"),
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(("when", "changes", "opened", "why"), EDITS, ids=[e[3] for e in EDITS])
def test_a_rhythm_signed_anew(
    rhythms: Rhythms,
    clock: Moved,
    line: Accepting,
    when: datetime,
    changes: dict[str, Any],
    opened: list[str],
    why: str,
) -> None:
    """Minutes before it is due, or on the evening itself: never two check-ins for one date, and none left out."""
    first = rhythms.agree(**NO_READING)
    through(clock, line, when)
    rhythms.agree(line=first.agreement_id, **{**NO_READING, **changes})
    through(clock, line, utc(16, 23), minutes=1)
    assert [at for _, at in asked(rhythms.cast.ana)] == opened, why
    dates = list(CheckIn.objects.values_list("schedule", "on"))
    assert len(dates) == len(set(dates))
    assert line.to.count("ana") == len(opened)
    assert Schedule.objects.count() == 1


def test_a_second_rhythm_for_the_same_evening_is_a_check_in_of_its_own_in_the_same_mail(
    rhythms: Rhythms, clock: Moved, line: Accepting
) -> None:
    rhythms.agree(**NO_READING)
    windows = {"a": ["20:35", "23:00"], "b": ["20:35", "23:00"]}
    rhythms.agree(**{**NO_READING, "questions": "weekly", "windows": windows})
    through(clock, line, utc(15, 22), minutes=5)
    assert asked(rhythms.cast.ana) == [(15, "15 19:30"), (15, "15 19:35")]
    assert line.to == ["ana"]


RULES = [
    ({"frequency": "weekly", "weekdays": [0, 3]}, 11, [17, 21, 24], "started on a Tuesday, in mid-week"),
    ({"frequency": "weeks", "every": 2, "weekdays": [1]}, 30, [15, 29, 13], "every other Tuesday, from this one"),
    ({"frequency": "monthday", "month_day": 31}, 80, [31], "no 31st in September, none in November"),
    ({"frequency": "nth", "nth": -1, "weekdays": [6]}, 45, [27, 25], "the last Sunday of each month"),
    ({"frequency": "daily", "ends_on": "2026-09-17"}, 10, [15, 16, 17], "the end date is the last"),
]


@pytest.mark.parametrize(("changes", "days", "expected", "why"), RULES, ids=[r[3] for r in RULES])
def test_every_kind_of_rule(
    rhythms: Rhythms,
    clock: Moved,
    line: Accepting,
    changes: dict[str, Any],
    days: int,
    expected: list[int],
    why: str,
) -> None:
    rhythms.agree(**{**NO_READING, **changes})
    through(clock, line, clock.at + timedelta(days=days), minutes=150)
    assert [day for day, _ in asked(rhythms.cast.ana)] == expected, why
    assert missed(rhythms.cast.ana) == []
    assert line.to.count("ana") == len(expected)


def test_quiet_days_are_dates_of_the_rule_for_both_wherever_they_live(
    rhythms: Rhythms, clock: Moved, line: Accepting
) -> None:
    """Ben's Wednesday evening is Thursday by UTC: still a Wednesday of the rule, and quiet."""
    rhythms.agree(**NO_READING)
    wednesday = date(2026, 9, 16)
    quiet.set_quiet_days(
        viewer=looking(rhythms.cast.ben, now=clock.at),
        first_on=wednesday,
        last_on=wednesday,
        today=date(2026, 9, 14),
        now=clock.at,
    )
    through(clock, line, utc(18, 12))
    assert [day for day, _ in asked(rhythms.cast.ana)] == [15, 17]
    assert [day for day, _ in asked(rhythms.cast.ben)] == [15, 17]
    assert missed(rhythms.cast.ana) == [], "nothing was missed"
    assert line.to == ["ana", "ben", "ana", "ben"]


def test_quiet_days_taken_back_before_the_evening_hold_nothing(
    rhythms: Rhythms, clock: Moved, line: Accepting
) -> None:
    rhythms.agree(**NO_READING)
    ana = looking(rhythms.cast.ana, now=clock.at)
    tuesday = date(2026, 9, 15)
    row = quiet.set_quiet_days(viewer=ana, first_on=tuesday, last_on=tuesday, today=tuesday, now=clock.at)
    quiet.end_quiet_days(viewer=ana, quiet=row.pk, today=date(2026, 9, 14), now=clock.at)
    through(clock, line, utc(15, 20))
    assert line.to == ["ana"]


@pytest.mark.parametrize("rhythms_kept", [1, 3])
def test_after_a_week_down_one_mail_each_and_the_rest_is_written_down(
    rhythms: Rhythms, clock: Moved, line: Accepting, rhythms_kept: int
) -> None:
    """Tuesday to Monday: seven evenings of each rhythm. It comes back at 21:30 by Ana's clock, 16:30 by Ben's."""
    for n in range(rhythms_kept):
        windows = {slot: [f"20:{n}5", "23:00"] for slot in "ab"}
        rhythms.agree(**{**NO_READING, "windows": windows})
    go_on(clock, line, utc(21, 20, 30), utc(21, 20, 31))
    assert line.to == ["ana"], "never a burst"
    assert [day for day, _ in asked(rhythms.cast.ana)] == [21] * rhythms_kept
    assert sorted(set(missed(rhythms.cast.ana))) == [15, 16, 17, 18, 19, 20]
    assert len(missed(rhythms.cast.ana)) == 6 * rhythms_kept
    assert asked(rhythms.cast.ben) == []
    assert len(missed(rhythms.cast.ben)) == 6 * rhythms_kept
    go_on(clock, line, utc(22, 0, 30))
    assert line.to == ["ana", "ben"]


def test_down_for_longer_than_is_written_down_still_ends(rhythms: Rhythms, clock: Moved, line: Accepting) -> None:
    rhythms.agree(**NO_READING)
    back = datetime(2029, 9, 14, 20, tzinfo=clock.at.tzinfo)
    Schedule.objects.update(ends_on=date(2032, 1, 1))
    engine.run_due(now=clock.set(back))
    rows = Prompt.objects.filter(membership__person=rhythms.cast.ana)
    assert rows.filter(not_sent=True).count() == 365
    assert rows.get(not_sent=False).check_in.on == date(2029, 9, 14)
    assert len(mails_of(rhythms.cast.ana)) == 1


def test_a_relay_that_was_down_over_two_evenings_gets_one_mail(
    rhythms: Rhythms, clock: Moved, line: Accepting
) -> None:
    """The engine ran, the mail did not: the second rhythm's note joins the first one's, which is still owed."""
    rhythms.agree(**NO_READING)
    later = {slot: ["21:30", "23:00"] for slot in "ab"}
    rhythms.agree(**{**NO_READING, "questions": "weekly", "windows": later})
    for at in (utc(15, 19, 30), utc(15, 20, 30)):
        engine.run_due(now=clock.set(at))
    go_on(clock, line, utc(15, 20, 45), utc(15, 20, 46))
    assert len(asked(rhythms.cast.ana)) == 2
    assert line.to == ["ana"]


def test_a_clock_that_jumps_back_asks_nobody_again(rhythms: Rhythms, clock: Moved, line: Accepting) -> None:
    rhythms.agree(**NO_READING)
    go_on(clock, line, utc(15, 19, 30), utc(15, 17, 30), utc(15, 19, 30), utc(15, 19, 31))
    assert line.to == ["ana"]
    assert asked(rhythms.cast.ana) == [(15, "15 19:30")]


def test_resting_over_an_evening_leaves_it_out_and_nothing_is_caught_up(
    rhythms: Rhythms, clock: Moved, line: Accepting
) -> None:
    rhythms.agree(**NO_READING)
    couples.rest(person=rhythms.cast.ben, now=clock.set(utc(15, 12)))
    through(clock, line, utc(17, 12))
    couples.resume(person=rhythms.cast.ben, now=clock.at)
    through(clock, line, utc(17, 20))
    assert [day for day, _ in asked(rhythms.cast.ana)] == [17]
    assert missed(rhythms.cast.ana) == [], "what rested was not missed"
    assert line.to == ["ana"]
