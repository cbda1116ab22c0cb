"""The local mailbox of an embedded run, read from the files its transport writes. Nothing here ever leaves the
machine, and nothing here exists on a run with a real relay."""

import email
import email.policy
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

from django.conf import settings

# A time and an id: nothing else is looked for on disk, whatever the address says.
_NAME = re.compile(r"[0-9A-Za-z][0-9A-Za-z.+-]{0,120}")
NEWEST = 200


@dataclass(frozen=True)
class LocalMail:
    """One mail as the mailbox page shows it."""

    name: str
    message: EmailMessage

    @property
    def subject(self) -> str:
        return str(self.message["Subject"] or "")

    @property
    def to(self) -> str:
        return str(self.message["To"] or "")

    @property
    def at(self) -> datetime | None:
        """When it was made, from its own Date line; UTC. None where the line cannot be read."""
        try:
            return parsedate_to_datetime(str(self.message["Date"])).astimezone(UTC)
        except (TypeError, ValueError):
            return None

    @property
    def text(self) -> str:
        """The text part."""
        return self._part("plain")

    @property
    def html(self) -> str:
        """The HTML part; "" where there is none."""
        return self._part("html")

    @property
    def headers(self) -> list[tuple[str, str]]:
        """Every header line, in order."""
        return [(key, str(value)) for key, value in self.message.items()]

    def _part(self, kind: str) -> str:
        part = self.message.get_body(preferencelist=(kind,))
        if part is None:
            return ""
        try:
            return str(part.get_content())
        except (LookupError, ValueError):  # an encoding that is none, or a body that is not in it
            return str(part.get_payload())


def mails() -> list[LocalMail]:
    """The newest mails first. File names begin with the time, so their order is the order of sending."""
    folder = Path(settings.MAILBOX_DIR)
    names = sorted((path.stem for path in folder.glob("*.eml")), reverse=True) if folder.is_dir() else []
    found = (read(name) for name in names[:NEWEST])
    return [mail for mail in found if mail is not None]


def read(name: str) -> LocalMail | None:
    """One mail by its file's name without `.eml`; None when there is none."""
    if not _NAME.fullmatch(name):
        return None
    path = Path(settings.MAILBOX_DIR) / f"{name}.eml"
    try:
        raw = path.read_bytes()
    except OSError:
        return None
    message = email.message_from_bytes(raw, policy=email.policy.default)
    return LocalMail(name=name, message=message) if isinstance(message, EmailMessage) else None
