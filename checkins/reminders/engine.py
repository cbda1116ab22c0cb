"""The engine: `run_due(now)` finds what is due, makes its rows, and has the mail sent.

One function with three thin callers: Celery's beat, `manage.py tick`, and the embedded run. The database is the
only truth; what is said to Celery is a hint. Any number of engines may run at once.
"""

import gc
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.mail import dispatch, failpoints
from accounts.mail.queries import owed_now
from accounts.mail.tasks import hint
from checkins.reminders import batch as batches
from checkins.reminders import health, owing, rows

log = logging.getLogger(__name__)

SEATS_AT_ONCE = 2500  # about a quarter of a second; a smaller batch costs more for each seat
RUN_SECONDS = 15.0  # less than one beat; the next goes on where this one stops
MOST_HINTS = 50


@dataclass
class Ran:
    """What one run did: seats served, prompts made that are open now, mails owed for them."""

    seats: int = 0
    prompts: int = 0
    mails: int = 0


def run_due(*, now: datetime, send: bool = False) -> Ran:
    """Serve every seat due at `now`, then have the mail sent: by workers (who get a hint), or with `send` here.

    Writes the heartbeat. What it does not get to within a beat is served by the next.
    """
    ran = Ran()
    ends_at = time.monotonic() + RUN_SECONDS
    while _without_collecting(serve_batch, now=now, ran=ran) and time.monotonic() < ends_at:
        pass
    health.beat(now=now)
    if send:
        dispatch.send_owed(now=now)
    else:
        hand_over(now=now)
    return ran


def _without_collecting(serve: Callable[..., bool], **words: Any) -> bool:
    """Call `serve` while Python looks for no circles of garbage: among the many rows of one batch there are hardly
    any, and looking takes a fifth of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        return serve(**words)
    finally:
        if was_on:
            gc.enable()


@transaction.atomic
def serve_batch(*, now: datetime, ran: Ran) -> bool:
    """One batch in one transaction: check-ins, prompts, mails owed, and the seats' next times.

    Adds to `ran`; returns whether a full batch was found, so that there may be more.
    """
    batch = batches.claim(now=now, limit=SEATS_AT_ONCE)
    if batch is None:
        return False
    asked = rows.write(batch, batches.plan(batch))
    ran.seats += len(batch.seats)
    ran.prompts += len(asked)
    ran.mails += owing.owe_notes(batch, asked)
    failpoints.reach("after_rows")
    return len(batch.seats) == SEATS_AT_ONCE


def hand_over(*, now: datetime) -> int:
    """Wake as many workers as there are batches of mail to send. Returns how many hints were given."""
    owed = owed_now(now=now, at_most=MOST_HINTS * dispatch.BATCH)
    hints = -(-owed // dispatch.BATCH)
    if hints:
        hint(hints)
    return hints
