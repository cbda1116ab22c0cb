"""Letting the site run on, without waiting: the clock goes straight to the next thing that is due."""

import random
import time
from datetime import datetime, timedelta

from django.db.models import Min

from accounts.mail.models import Mail, State
from benchmarks.faults.house import House
from repair.schedules.models import Seat

HEALTHY = timedelta(minutes=15)  # by then, everything being healthy, each due prompt is with the relay
QUIET_SECONDS = 0.2
LONGEST_WAIT = 150.0


def settle(house: House, *, seconds: float = LONGEST_WAIT) -> bool:
    """Wait until nothing is due and no worker talks to the relay. Returns False where that does not come about."""
    until = time.monotonic() + seconds
    quiet_since: float | None = None
    while time.monotonic() < until:
        house.supervisor()
        if is_busy(house):
            quiet_since = None
        elif quiet_since is None:
            quiet_since = time.monotonic()
        elif time.monotonic() - quiet_since > QUIET_SECONDS:
            return True
        time.sleep(0.05)
    return False


def is_busy(house: House) -> bool:
    """Whether something is due now, or a worker talks to the relay."""
    now = house.now()
    return (
        house.relay.tell()["open"] > 0
        or Mail.objects.filter(state=State.OWED, next_try_at__lte=now).exists()
        or Seat.objects.filter(next_due_at__lte=now).exists()
    )


def next_due(house: House) -> datetime | None:
    """When the next mail is to be tried, or a lease ends."""
    found: datetime | None = Mail.objects.filter(state=State.OWED).aggregate(at=Min("next_try_at"))["at"]
    return found


def drain(house: House, *, within: timedelta = HEALTHY, stride: float = 0.0) -> datetime:
    """Let all that is owed be sent, for 15 healthy minutes of the site's clock at most, moving it by at least
    `stride` seconds at a time. Returns when that began."""
    began = house.now()
    limit = began + within
    while True:
        settle(house)
        at = next_due(house)
        left = (limit - house.now()).total_seconds()
        if at is None or left <= 0:
            return began
        house.move(min(left, max(stride, (at - house.now()).total_seconds() + 0.05)))


def in_the_midst(house: House, chance: random.Random, *, more: int = 5, seconds: float = 6.0) -> bool:
    """Wait until some more mails were taken, and a moment longer. Returns False where none are."""
    before = house.relay.tell()["kept"]
    until = time.monotonic() + seconds
    while house.relay.tell()["kept"] < before + more:
        if time.monotonic() > until:
            return False
        time.sleep(0.003)
    time.sleep(chance.random() * 0.05)
    return True
