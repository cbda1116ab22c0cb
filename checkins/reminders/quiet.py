"""Quiet hours: they hold a mail, never the rule. Pure functions over wall clocks."""

from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from repair.schedules.recurrence import instant

DAY = timedelta(days=1)


def held_until(at: datetime, quiet: Any, zone: ZoneInfo) -> datetime:
    """When a mail planned for `at` may go: `at` itself, or the end of the quiet hours it falls into, in UTC.

    `quiet` is ["22:30", "07:00"] by the person's own clock, or nothing; anything else holds nothing.
    """
    if not isinstance(quiet, list | tuple) or len(quiet) != 2 or not all(isinstance(part, str) for part in quiet):
        return at
    hours = _read(*quiet)
    return at if hours is None else _held(at, *hours, zone)


@lru_cache(maxsize=8192)
def _held(at: datetime, begins: time, ends: time, zone: ZoneInfo) -> datetime:
    local = at.astimezone(zone)
    clock = local.time()
    inside = begins <= clock < ends if begins < ends else clock >= begins or clock < ends
    if not inside:
        return at
    day = local.date() if clock < ends else local.date() + DAY
    end = instant(day, ends, zone) or instant(day + DAY, ends, zone)
    return end.astimezone(UTC) if end is not None and end > at else at


@lru_cache(maxsize=1024)
def _read(begins: str, ends: str) -> tuple[time, time] | None:
    try:
        hours = time.fromisoformat(begins), time.fromisoformat(ends)
    except ValueError:
        return None
    return None if hours[0] == hours[1] else hours
