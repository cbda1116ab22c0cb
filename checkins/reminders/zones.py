"""After a new release of tzdata, times that were planned by the old one are read again, by themselves.

A seat's next instant was computed when it was planned. Where a country has changed its clocks since, the engine
notices by itself only when it wakes, which is too late for a time that has become earlier. So each process holds
the release it carries against the one that times were last read by, and does what `manage.py retime` does.
"""

import os
import time
from datetime import datetime
from importlib import metadata

from checkins.reminders.models import Heartbeat
from repair.schedules.services import SeatKey, retime_some

PREFIX = "zones "
SECONDS = 8.0  # of one beat; the next goes on where this one stops

_known: set[str] = set()  # releases that this process has seen to be the one in use
_reached: list[SeatKey] = []  # the last seat that was looked at


def release() -> str | None:
    """The release that this process computes with, such as 2026.6. None where an operator names a folder of their
    own with PYTHONTZPATH: they run `manage.py retime` themselves."""
    return None if "PYTHONTZPATH" in os.environ else metadata.version("tzdata")


def follow(*, now: datetime, seconds: float = SECONDS) -> int:
    """Read times anew if they were last read by another release; for `seconds` at most. Returns how many moved.

    Costs one query the first time in a process, and nothing from then on. Any number may do this at once.
    """
    here = release()
    if here is None or here in _known:
        return 0
    name = f"{PREFIX}{here}"[:20]
    stands = list(Heartbeat.objects.filter(name__startswith=PREFIX).values_list("name", flat=True))
    moved, ends_at = 0, time.monotonic() + seconds
    if stands and name not in stands:
        last = _reached[0] if _reached else None
        while True:
            some, last = retime_some(now=now, after=last)
            moved += some
            if last is None:
                break
            _reached[:] = [last]
            if time.monotonic() > ends_at:
                return moved
    Heartbeat.objects.filter(name__startswith=PREFIX).exclude(name=name).delete()
    Heartbeat.objects.bulk_create([Heartbeat(name=name, at=now)], ignore_conflicts=True)
    _reached.clear()
    _known.add(here)
    return moved
