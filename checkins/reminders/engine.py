"""The engine: `run_due(now)` finds what is due, makes its rows, and has the mail sent.

One function with three thin callers: Celery's beat, `manage.py tick`, and the embedded run. The database is the
only truth; what is said to Celery is a hint. Any number of engines may run at once.
"""

import gc
import logging
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from datetime import datetime

from django.conf import settings
from django.db import connections, transaction

from accounts.mail import dispatch, failpoints
from accounts.mail.queries import owed_now
from accounts.mail.tasks import hint
from checkins.reminders import batch as batches
from checkins.reminders import health, owing, rows

log = logging.getLogger(__name__)

SEATS_AT_ONCE = 1300  # about a tenth of a second; a smaller batch costs more for each seat
PARTS = 8  # of the couples, the same in every process; more lanes than that have nothing to do
RUN_SECONDS = 15.0  # less than one beat; the next goes on where this one stops
FIRST_HINTS, MOST_HINTS = 10, 50
MAILS_A_HINT = 5 * dispatch.BATCH  # past the first hints: senders go on while mail is owed


@dataclass
class Ran:
    """What one run did: seats served, prompts made that are open now, mails owed for them."""

    seats: int = 0
    prompts: int = 0
    mails: int = 0


def run_due(*, now: datetime, send: bool = False) -> Ran:
    """Serve every seat due at `now`, then have the mail sent: by workers (who get a hint), or with `send` here.

    Writes the heartbeat. What it does not get to within a beat is served by the next. What breaks in one lane is
    raised when all have ended and the mail they owe is under way; then no heartbeat is written, so that it shows.
    """
    with _without_collecting():
        ran, broken = _serve_all(now=now, ends_at=time.monotonic() + RUN_SECONDS)
    if not broken:
        health.beat(now=now)
    if send:
        dispatch.send_owed(now=now)
    else:
        hand_over(now=now)
    if broken:
        raise broken[0]
    return ran


def _serve_all(*, now: datetime, ends_at: float) -> tuple[Ran, list[Exception]]:
    """Serve all that is due. Where that is more than a batch, `DISPATCH_LANES` go on side by side, each with a
    connection of its own: while PostgreSQL writes one batch, Python plans another. Returns what was done, and what
    broke in a lane.

    Nobody else, in this process or another, is at the same part of the couples at the same time, so that what one
    person is owed together goes into one mail. A lane passes over a part that another one is at.
    """
    waiting = batches.waiting(now=now, at_most=SEATS_AT_ONCE)
    if not waiting:
        return Ran(), []
    many = waiting == SEATS_AT_ONCE
    parts = batches.parts(PARTS) if many else [batches.EVERY]
    served = [Ran() for _ in range(settings.DISPATCH_LANES if many else 1)]
    broken: list[Exception] = []

    def serve(lane: int) -> None:
        first = lane * len(parts) // len(served)
        for part in (*parts[first:], *parts[:first]):
            try:
                while time.monotonic() < ends_at and serve_batch(now=now, ran=served[lane], part=part):
                    pass
            except Exception as error:  # noqa: BLE001 - its batch is due as before; the other parts go on
                broken.append(error)

    def beside(lane: int) -> None:
        try:
            serve(lane)
        finally:
            connections.close_all()  # this thread's own

    with ThreadPoolExecutor(max(1, len(served) - 1), thread_name_prefix="seat lane") as pool:
        for lane in range(1, len(served)):
            pool.submit(beside, lane)
        serve(0)
    return Ran(*(sum(numbers) for numbers in zip(*map(astuple, served), strict=True))), broken


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Python looks for no circles of garbage meanwhile: among the many rows of a batch there are hardly any, and
    looking takes a fifth of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@transaction.atomic
def serve_batch(*, now: datetime, ran: Ran, part: batches.Part = batches.EVERY) -> bool:
    """One batch of the couples in `part` in one transaction: check-ins, prompts, mails owed, seats' next times.

    Adds to `ran`; returns whether a full batch was found, so that there may be more.
    """
    batch = batches.claim(now=now, limit=SEATS_AT_ONCE, part=part)
    if batch is None:
        return False
    asked = rows.write(batch, batches.plan(batch))
    ran.seats += len(batch.seats)
    ran.prompts += len(asked)
    ran.mails += owing.owe_notes(batch, asked)
    failpoints.reach("after_rows")
    return len(batch.seats) == SEATS_AT_ONCE


def hand_over(*, now: datetime) -> int:
    """Wake workers: one for each batch of mail at first, fewer for each beyond that. Returns how many hints."""
    owed = owed_now(now=now, at_most=MOST_HINTS * MAILS_A_HINT)
    hints = max(min(FIRST_HINTS, -(-owed // dispatch.BATCH)), -(-owed // MAILS_A_HINT))
    if hints:
        hint(hints)
    return hints
