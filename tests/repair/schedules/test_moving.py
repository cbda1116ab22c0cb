"""A partner who moves about while the engine runs: each date is asked once, whatever their clocks do."""

import random
from collections import Counter
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from accounts.couples import services as couples
from accounts.users.models import User
from checkins.prompts.models import Prompt
from checkins.reminders import engine
from repair.schedules.models import Seat
from tests.repair.schedules.conftest import Rhythms

ZONES = [
    "Pacific/Kiritimati", "Pacific/Niue", "Asia/Tokyo", "Europe/Lisbon", "America/New_York", "Africa/Cairo",
]  # fmt: skip
DAYS = 9


@pytest.mark.parametrize("seed", range(3))
def test_no_date_is_asked_twice_or_left_out(rhythms: Rhythms, seed: int) -> None:
    """Nine days of half hours over the end of summer time in Cairo; about one move a day, at any hour."""
    chance = random.Random(seed)
    rhythms.clock.set(rhythms.now.replace(month=10, day=26))
    schedule = rhythms.agree(starts_on="2026-10-27")
    ana = rhythms.cast.ana
    for _half_hour in range(48 * DAYS):
        now = rhythms.clock.move(minutes=30)
        if chance.random() < 1 / 48:
            User.objects.filter(pk=ana.pk).update(time_zone=chance.choice(ZONES))
            couples.standing_changed(person=ana, now=now)
        engine.serve_batch(now=now, ran=engine.Ran())
    asked = Counter(Prompt.objects.filter(membership__person=ana).values_list("check_in__on", flat=True))
    assert set(asked.values()) == {1}
    assert max(asked) - min(asked) == timedelta(days=len(asked) - 1)
    assert len(asked) >= DAYS - 3
    seat = rhythms.seat(schedule, ana)
    assert seat.next_on == max(asked) + timedelta(days=1)


def test_after_a_release_of_tzdata_one_command_puts_the_times_right(rhythms: Rhythms) -> None:
    schedule = rhythms.agree()
    before = rhythms.dues(schedule)
    Seat.objects.filter(schedule=schedule).update(next_due_at=rhythms.now + timedelta(days=2))
    for expected in ("2 moved", "Nothing has moved"):
        out = StringIO()
        call_command("retime", stdout=out)
        assert out.getvalue().strip() == expected
    assert rhythms.dues(schedule) == before
