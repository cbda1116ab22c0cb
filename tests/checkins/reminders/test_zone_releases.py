"""A zone whose rule changes with a release of tzdata, while times planned by the old one wait: every date is asked
once all the same, and by the new clock."""

import zoneinfo
from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from io import StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command

from accounts.users.models import User
from checkins.prompts.models import Prompt
from checkins.reminders import engine, planning, quiet, tasks, zones
from checkins.reminders.models import Heartbeat
from repair.schedules import services
from repair.schedules.models import Schedule, Seat
from tests.cast import Cast
from tests.checkins.reminders.conftest import MONDAY, utc
from tests.conftest import Moved
from tests.repair.schedules.releases import tzif

Rhythm = Callable[..., Schedule]
SUMMER = "EET-2EEST,M3.5.0/3,M10.5.0/4"  # in September three hours ahead of UTC
NO_SUMMER = "EET-2"
ALWAYS_SUMMER = "EEST-3"


class Releases:
    """`releases(rule)`: from now on every process carries a release in which Made/Up follows that rule."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.patch = monkeypatch
        self.count = 0

    def __call__(self, rule: str) -> None:
        self.count += 1
        folder = self.folder / str(self.count)
        (folder / "Made").mkdir(parents=True)
        (folder / "Made" / "Up").write_bytes(tzif(rule))
        zoneinfo.reset_tzpath(to=(folder,))
        self.patch.setattr(zones.metadata, "version", lambda name, count=self.count: f"2030.{count}")
        start_anew()


def start_anew() -> None:
    """What a process forgets when it is started again."""
    ZoneInfo.clear_cache()
    for kept in (planning.zone_of, planning._window, planning._reading_instant, quiet._held):
        kept.cache_clear()
    zones._known.clear()
    zones._reached.clear()


@pytest.fixture
def releases(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cast: Cast) -> Iterator[Releases]:
    User.objects.filter(pk__in=[cast.ana.pk, cast.ben.pk]).update(time_zone="Made/Up")
    before = zoneinfo.TZPATH
    yield Releases(tmp_path / "zones", monkeypatch)
    zoneinfo.reset_tzpath(to=before)
    start_anew()


def run(clock: Moved, at: datetime) -> None:
    """One beat, as Celery calls it."""
    clock.set(at)
    tasks.run_due()


def asked(person: User) -> list[tuple[date, datetime, bool]]:
    """(date, opening, recorded as not sent) of each prompt of somebody."""
    rows = Prompt.objects.filter(membership__person=person).order_by("opens_at")
    return list(rows.values_list("check_in__on", "opens_at", "not_sent"))


CHANGES = [
    (SUMMER, NO_SUMMER, utc(14, 17, 30), utc(14, 18, 30), "summer time given up: an hour later"),
    (NO_SUMMER, ALWAYS_SUMMER, utc(14, 18, 30), utc(14, 17, 30), "summer time for good: an hour earlier"),
    (SUMMER, ALWAYS_SUMMER, utc(14, 17, 30), utc(14, 17, 30), "changed for the winter alone: now the same"),
]


@pytest.mark.parametrize(("old", "new", "planned", "due", "why"), CHANGES, ids=[c[4] for c in CHANGES])
@pytest.mark.parametrize("closes", [time(23), time(20, 50)])
def test_each_date_is_asked_once_and_by_the_new_clock(
    cast: Cast,
    clock: Moved,
    rhythm: Rhythm,
    releases: Releases,
    closes: time,
    old: str,
    new: str,
    planned: datetime,
    due: datetime,
    why: str,
) -> None:
    releases(old)
    rhythm(closes=closes)
    assert Seat.objects.get(membership__person=cast.ana).next_due_at == planned
    run(clock, utc(14, 16))
    releases(new)
    for minutes in range(0, 28 * 60, 10):
        run(clock, utc(14 + (16 * 60 + minutes) // 1440, (16 + minutes // 60) % 24, minutes % 60))
    expected = [(MONDAY, due, False), (date(2026, 9, 15), due.replace(day=15), False)]
    assert asked(cast.ana) == expected, why
    assert asked(cast.ben) == expected, why


def test_a_process_that_did_not_look_asks_nobody_twice_and_leaves_no_date_out(
    cast: Cast, clock: Moved, rhythm: Rhythm, releases: Releases
) -> None:
    """The engine alone: it wakes at the old instant. Later is waited for; earlier is asked an hour late."""
    for old, new, due in ((SUMMER, NO_SUMMER, utc(14, 18, 30)), (NO_SUMMER, ALWAYS_SUMMER, utc(14, 17, 30))):
        Prompt.objects.all().delete()
        releases(old)
        rhythm()
        releases(new)
        for hour in (17, 18, 19, 20):
            engine.run_due(now=clock.set(utc(14, hour, 30)))
        assert asked(cast.ana) == [(MONDAY, due, False)]
        Schedule.objects.update(in_force=False)
        Seat.objects.update(next_due_at=None, next_on=None)
        releases.count = 0
        releases.folder /= "again"


def test_the_command_says_what_it_moved(cast: Cast, clock: Moved, rhythm: Rhythm, releases: Releases) -> None:
    releases(NO_SUMMER)
    rhythm()
    releases(ALWAYS_SUMMER)
    out = StringIO()
    call_command("retime", stdout=out)
    assert out.getvalue() == "2 moved\n"
    assert {seat.next_due_at for seat in Seat.objects.all()} == {utc(14, 17, 30)}


def test_the_first_release_ever_seen_moves_nothing_and_is_written_down(
    cast: Cast, clock: Moved, rhythm: Rhythm, releases: Releases, django_assert_num_queries: Callable[..., object]
) -> None:
    releases(SUMMER)
    rhythm()
    Seat.objects.update(next_due_at=utc(15, 3))
    assert zones.follow(now=clock.at) == 0
    assert Heartbeat.objects.get().name == "zones 2030.1"
    with django_assert_num_queries(0):  # type: ignore[attr-defined]
        zones.follow(now=clock.at)
    releases(NO_SUMMER)
    assert zones.follow(now=clock.at) == 2
    assert Heartbeat.objects.get().name == "zones 2030.2"


def test_it_goes_on_where_a_beat_left_off(
    cast: Cast, clock: Moved, rhythm: Rhythm, releases: Releases, monkeypatch: pytest.MonkeyPatch
) -> None:
    releases(NO_SUMMER)
    rhythm()
    zones.follow(now=clock.at)
    releases(ALWAYS_SUMMER)
    monkeypatch.setattr(zones, "retime_some", lambda **asked: services.retime_some(**asked, most=1))
    assert [zones.follow(now=clock.at, seconds=-1.0) for _ in range(4)] == [1, 1, 0, 0]
    assert Heartbeat.objects.get().name == "zones 2030.2"


def test_an_operators_own_folder_is_their_own_business(
    cast: Cast, clock: Moved, rhythm: Rhythm, releases: Releases, monkeypatch: pytest.MonkeyPatch
) -> None:
    releases(NO_SUMMER)
    monkeypatch.setenv("PYTHONTZPATH", str(releases.folder))
    assert zones.release() is None
    assert zones.follow(now=clock.at) == 0
    assert not Heartbeat.objects.exists()
