"""What the benchmarks lay is what the site would have made: whole, varied, due when it says."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from accounts.access import Purpose, system
from accounts.couples.queries import active_among
from accounts.users.models import User
from accounts.users.preferences import preferences_of
from benchmarks.people import Laid, lay_people
from repair.schedules.models import Schedule, Seat
from repair.schedules.recurrence import DAY, next_date, window

NOW = datetime(2026, 9, 14, 18, tzinfo=UTC)
BURSTS = [NOW + timedelta(minutes=30), NOW + timedelta(minutes=31)]


@pytest.fixture
def laid(db: None) -> Laid:
    return lay_people(schedules=400, due=40, bursts=BURSTS, now=NOW)


def test_every_reference_leads_to_a_row(laid: Laid) -> None:
    connection.check_constraints()
    counts = (User.objects.count(), Schedule.objects.count(), Seat.objects.count())
    assert counts == (400, laid.schedules, laid.seats) == (400, 400, 800)


def test_rules_and_zones_are_of_all_kinds(laid: Laid) -> None:
    assert set(Schedule.objects.values_list("frequency", flat=True)) == {
        "daily", "weekly", "weeks", "monthday", "nth",
    }  # fmt: skip
    assert User.objects.values("time_zone").distinct().count() >= 40
    for schedule in Schedule.objects.all():
        assert schedule.rule.frequency == schedule.frequency


def test_every_seat_is_due_when_its_rule_and_zone_say(laid: Laid) -> None:
    for seat in Seat.objects.exclude(next_due_at=None).select_related("schedule", "membership__person"):
        assert seat.next_on is not None
        assert next_date(seat.schedule.rule, seat.next_on - DAY) == seat.next_on
        found = window(seat.next_on, seat.opens_at, seat.closes_at, seat.membership.person.zone)
        assert found is not None
        assert found[0] == seat.next_due_at


def test_a_burst_has_the_seats_it_should_and_all_are_active(laid: Laid) -> None:
    assert not Seat.objects.filter(next_due_at__lt=BURSTS[0]).exists()
    for burst in BURSTS:
        seats = Seat.objects.filter(next_due_at=burst)
        assert seats.count() == 40
        couples = set(seats.values_list("schedule__couple_id", flat=True))
        assert set(active_among(couples, now=burst)) == couples


def test_some_rest_and_their_seats_are_empty(laid: Laid) -> None:
    empty = Seat.objects.filter(next_due_at=None, schedule__ends_on=None)
    assert empty.exists()
    assert not active_among(set(empty.values_list("schedule__couple_id", flat=True)), now=NOW)


def test_settings_open_and_one_in_four_has_quiet_hours(laid: Laid) -> None:
    viewer = system(Purpose.MAIL, now=NOW)
    found = [preferences_of(viewer, person).quiet for person in User.objects.all()]
    assert 60 < sum(quiet == ("22:30", "07:00") for quiet in found) < 140
    assert sum(quiet is None for quiet in found) > 260


def test_too_many_are_refused(db: None) -> None:
    with pytest.raises(ValueError, match="do not go into"):
        lay_people(schedules=10, due=12, bursts=[BURSTS[0]], now=NOW)
