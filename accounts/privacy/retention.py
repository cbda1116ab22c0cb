"""How long things are kept: one table, swept by the hourly job. Nothing here touches what somebody wrote.

Rooms above add their own lines with `register`; they are part of the same table.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.privacy import sweeps


@dataclass(frozen=True)
class Keeping:
    """One line of the table: what, for how long after which moment, and the sweep that holds to it.

    `sweep(before, now)` removes what reached its moment before `before` and returns how many rows went.
    """

    name: str
    what: str
    after: str
    keep: timedelta
    sweep: Callable[[datetime, datetime], int]


logger = logging.getLogger(__name__)

_TABLE: dict[str, Keeping] = {}


def register(line: Keeping) -> None:
    """Add a line. Raises ValueError for a name taken by another."""
    if _TABLE.get(line.name, line) != line:
        message = f"two lines of the retention table are called {line.name}"
        raise ValueError(message)
    _TABLE[line.name] = line


def table() -> list[Keeping]:
    """The whole table, in the order it was registered."""
    return list(_TABLE.values())


def sweep_all(*, now: datetime) -> dict[str, int]:
    """Hold to every line. Returns how many rows went, by name; one that fails is logged and holds up no other."""
    gone: dict[str, int] = {}
    for line in table():
        try:
            gone[line.name] = line.sweep(now - line.keep, now)
        except Exception:
            logger.exception("the retention of %s could not be held", line.name)
    return gone


for _line in (
    Keeping("sessions", "sessions", "they ended", timedelta(0), sweeps.sessions),
    Keeping("rate limits", "counts of tries", "they ran out", timedelta(0), sweeps.rate_limits),
    Keeping(
        "unconfirmed",
        "accounts whose address was never confirmed",
        "they were made",
        timedelta(days=7),
        sweeps.unconfirmed,
    ),
    Keeping("mail", "mail rows with their attempts", "they were settled", timedelta(days=30), sweeps.mail),
    Keeping("invitations", "invitations", "they closed or ran out", timedelta(days=30), sweeps.invitations),
    Keeping("codes", "codes of therapists nobody used", "they ran out", timedelta(days=30), sweeps.codes),
    Keeping(
        "closed plans",
        "booked sessions and rests of a couple",
        "both sides were closed",
        timedelta(days=90),
        sweeps.closed_plans,
    ),
    Keeping("audit", "who looked in", "the visit", timedelta(days=730), sweeps.audit),
):
    register(_line)
