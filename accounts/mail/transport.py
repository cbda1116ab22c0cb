"""Handing messages to the relay, one at a time, and knowing what became of each.

SMTP cannot say “exactly once”: between the final dot and the relay's answer the sender does not know (RFC 5321,
section 6.1; RFC 1047). So the steps are taken one by one, and a result says whether DATA was reached.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol
from uuid import UUID

from django.conf import settings

from accounts.mail import failpoints


class Outcome(StrEnum):
    """What became of one try. The values are those of Attempt.Outcome."""

    ACCEPTED = "accepted"
    LATER = "later"  # a 4xx, or DATA was never reached: nothing was handed over
    REFUSED = "refused"  # a 5xx for this recipient or this message
    UNKNOWN = "unknown"  # the connection was lost during or after DATA


@dataclass(frozen=True)
class Result:
    """The outcome, the relay's reply code where there was one, and whether the relay heard DATA.

    `called_off`: `go` said no at the last moment, and nothing was handed over.
    """

    outcome: Outcome
    code: int | None = None
    reached_data: bool = False
    called_off: bool = False


@dataclass(frozen=True)
class Envelope:
    """One message for one recipient, as bytes with CRLF line ends."""

    mail: UUID
    sender: str
    recipient: str
    content: bytes


class Unreachable(Exception):
    """The relay cannot be talked to now: no connection, no secure one, or it will not have us."""


class Transport(Protocol):
    """Where messages go. One object serves one worker, from `connect` to `close`."""

    def connect(self) -> None:
        """Be ready to send; does nothing when it is. Raises Unreachable."""

    def send(self, envelope: Envelope, *, go: Callable[[], bool]) -> Result:
        """Hand one message over. `go` is asked right before DATA and right before the content; on False nothing
        is handed over. Never raises for anything the relay or the network does."""

    def close(self) -> None:
        """End the connection, if there is one."""


class MailboxTransport:
    """For an embedded run: every message is a file in a folder that the site's own mailbox page shows."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def connect(self) -> None:
        """Make the folder. Raises Unreachable where that cannot be."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise Unreachable from error

    def send(self, envelope: Envelope, *, go: Callable[[], bool]) -> Result:
        """Write the message under a name of its own, whole or not at all, readable by its owner alone."""
        failpoints.reach("before_data")
        if not go():
            return Result(Outcome.LATER, called_off=True)
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
        path = self.folder / f"{stamp}-{envelope.mail}.eml"
        beside = path.with_suffix(".part")
        try:
            handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as out:
                out.write(envelope.content)
            beside.replace(path)
        except OSError:
            return Result(Outcome.LATER)
        failpoints.reach("after_dot")
        return Result(Outcome.ACCEPTED, reached_data=True)

    def close(self) -> None:
        """Nothing is open."""


def from_settings() -> Transport:
    """The transport of this run. Raises ValueError for an EMAIL_URL in no known form."""
    if not settings.EMAIL_URL:
        return MailboxTransport(Path(settings.MAILBOX_DIR))
    from accounts.mail.smtp import Relay, SmtpTransport

    return SmtpTransport(Relay.from_url(settings.EMAIL_URL))
