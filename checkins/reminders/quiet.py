"""Quiet hours: they hold a mail, never the rule. Pure functions over wall clocks."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from repair.schedules.recurrence import instant

DAY = timedelta(days=1)


def held_until(at: datetime, quiet: Any, zone: ZoneInfo) -> datetime:
    """When a mail planned for `at` may go: `at` itself, or the end of the quiet hours it falls into, in UTC.

    `quiet` is ["22:30", "07:00"] by the person's own clock, or nothing; anything else holds nothing.
    """
    hours = _read(quiet)
    if hours is None:
        return at
    begins, ends = hours
    local = at.astimezone(zone)
    clock = local.time()
    inside = begins <= clock < ends if begins < ends else clock >= begins or clock < ends
    if not inside:
        return at
    day = local.date() if clock < ends else local.date() + DAY
    end = instant(day, ends, zone) or instant(day + DAY, ends, zone)
    return end.astimezone(UTC) if end is not None and end > at else at


def _read(quiet: Any) -> tuple[time, time] | None:
    if not isinstance(quiet, list | tuple) or len(quiet) != 2:
        return None
    try:
        begins, ends = (time.fromisoformat(part) for part in quiet)
    except (TypeError, ValueError):
        return None
    return None if begins == ends else (begins, ends)
