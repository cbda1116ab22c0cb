"""Is the engine alive? A heartbeat row, and what the operator's probes may know: yes or no, no detail."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import Error
from django.db.models import Count, Min

from accounts.mail.queries import Outbox, outbox
from accounts.vault import ring
from checkins.reminders.models import Heartbeat
from repair.schedules.models import Seat

log = logging.getLogger(__name__)

ENGINE = "engine"
BEATS_MISSED = 6


def beat(*, now: datetime) -> None:
    """The engine ran at `now`."""
    if not Heartbeat.objects.filter(name=ENGINE).update(at=now):
        Heartbeat.objects.bulk_create([Heartbeat(name=ENGINE, at=now)], ignore_conflicts=True)


def last_beat() -> datetime | None:
    """When the engine last ran; None before its first time."""
    return Heartbeat.objects.filter(name=ENGINE).values_list("at", flat=True).first()


def is_ready(*, now: datetime) -> bool:
    """Whether the database answers, the keys load and the engine ran a short while ago. Never raises."""
    limit = timedelta(seconds=BEATS_MISSED * settings.BEAT_EVERY_SECONDS)
    try:
        ring.load()
        beaten = last_beat()
    except (Error, OSError, ValueError, ImproperlyConfigured) as error:
        log.warning("not ready: %s", type(error).__name__)
        return False
    return beaten is not None and abs(now - beaten) <= limit


@dataclass(frozen=True)
class Status:
    """How deliveries stand, for the operator."""

    last_beat: datetime | None
    outbox: Outbox
    unserved: int  # seats that are due and have no prompt yet: many where the engine does not run
    unserved_since: datetime | None


def status(*, now: datetime) -> Status:
    """How deliveries stand at `now`."""
    due = Seat.objects.filter(next_due_at__lte=now).aggregate(n=Count("next_due_at"), oldest=Min("next_due_at"))
    return Status(last_beat=last_beat(), outbox=outbox(now=now), unserved=due["n"], unserved_since=due["oldest"])
