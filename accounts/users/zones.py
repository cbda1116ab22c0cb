"""The time zones one can choose: IANA names by continent and city."""

from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

CONTINENTS = (
    "Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific",
)  # fmt: skip


@cache
def names() -> tuple[str, ...]:
    """Every name on offer, in order."""
    cities = (name for name in available_timezones() if name.partition("/")[0] in CONTINENTS and "/" in name)
    return (*sorted(cities), "UTC")


@cache
def _each() -> tuple[ZoneInfo, ...]:
    """All of them, read from their files once; Python keeps only the few used last."""
    return tuple(map(ZoneInfo, names()))


def choices(*, now: datetime) -> list[tuple[str, str]]:
    """Names with the hour it is there, so that one can check one's choice against a clock."""
    return [(zone.key, f"{zone.key.replace('_', ' ')} ({now.astimezone(zone):%H:%M})") for zone in _each()]
