"""The one place where time and chance come from.

Rooms are handed `now`; entrances (views, tasks, commands) read it here. A test clock is a file that
holds seconds to add; every process that names the same file sees the same time.
"""

import os
import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings

_VARIANT = {digit: "89ab"[int(digit, 16) & 3] for digit in "0123456789abcdef"}  # RFC 9562, section 4.1


def now() -> datetime:
    """The present instant, aware, in UTC, with the test offset added where one is set."""
    present = datetime.now(UTC)
    offset = _offset_seconds()
    return present + timedelta(seconds=offset) if offset else present


def _offset_seconds() -> float:
    path = settings.TEST_CLOCK_FILE
    if not path:
        return 0.0
    try:
        return float(Path(path).read_text().strip() or 0)
    except FileNotFoundError:
        return 0.0


def secret() -> str:
    """An unguessable token of 256 bits, safe in an address."""
    return secrets.token_urlsafe(32)


def ids(number: int) -> list[str]:
    """`number` new random ids (UUID version 4) as 32 hexadecimal digits, drawn at once."""
    drawn = os.urandom(16 * number).hex()
    starts = range(0, len(drawn), 32)
    return [
        f"{drawn[n : n + 12]}4{drawn[n + 13 : n + 16]}{_VARIANT[drawn[n + 16]]}{drawn[n + 17 : n + 32]}"
        for n in starts
    ]


def below(limit: int) -> int:
    """A random whole number from 0 up to, not including, `limit`."""
    return secrets.randbelow(limit)
