"""Every setting that comes from the environment, with its default and what it is for.

`declared()` is the list a test holds the README to. Nothing else in the project reads the environment.
"""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Declared:
    """One setting: its name in the environment, its default as text, and one line for the README."""

    name: str
    default: str
    about: str


_DECLARED: dict[str, Declared] = {}


def _declare(name: str, default: str, about: str) -> None:
    _DECLARED[name] = Declared(name, default, about)


_declare("DATABASE_URL", "", "PostgreSQL address. Empty: SQLite under the data folder, the embedded run.")
_declare("REDIS_URL", "", "Redis address, for Celery and rate limits. Empty: Celery's in-memory broker.")
_declare("EMAIL_URL", "", "SMTP address, smtp+tls://user:password@host:587. Empty: the local mailbox.")
_declare("SECRET_KEY", "", "Signs cookies. Made by itself on an embedded run; demanded in production.")
_declare("KEYS_FILE", "", "File with the key encryption keys. Empty: keys.json in the data folder.")
_declare("DATA_DIR", ".kept", "Where an embedded run keeps its database, keys and mailbox.")
_declare("SITE_NAME", "Kept", "The name on screen and in mail. Choose a neutral one.")
_declare("SITE_URL", "", "Public address; links in mail begin with it. Empty: http://localhost and PORT.")
_declare("ALLOWED_HOSTS", "", "Host names served, with commas. Empty: the host of SITE_URL.")
_declare("MAIL_FROM", "notes@kept.example", "The one neutral sender of every mail.")
_declare(
    "MAIL_LANES",
    "8",
    "Most connections to the relay, and to the database, that one worker process uses while much mail is owed.",
)
_declare("DISPATCH_LANES", "2", "How many batches of due seats one run serves side by side when many are due.")
_declare("EXIT_URL", "https://www.metoffice.gov.uk/", "The neutral site that “Leave this page” goes on to.")
_declare("COOLING_OFF_HOURS", "24", "Hours between linking and the first shared word.")
_declare(
    "GRANT_DELAY_HOURS",
    "2-26",
    "Random wait, in hours, before a therapist's access starts after both said yes.",
)
_declare("DEMO", "", "1: a database of its own with a made-up couple. Embedded runs only.")
_declare("PORT", "8000", "Port of the embedded run.")
_declare(
    "TRUSTED_PROXIES",
    "0",
    "How many proxies of yours stand before the site (for the address in rate limits).",
)
_declare(
    "TEST_CLOCK_FILE",
    "",
    "A file with seconds to add to the clock, for tests. Refused unless the site is local.",
)
_declare(
    "KEPT_FAILPOINT",
    "",
    "A place at which a sender of mail stops or breaks, for tests. Heeded only where the site is local.",
)
_declare("LOG_LEVEL", "INFO", "Lowest level that is logged.")


def declared() -> list[Declared]:
    """All settings in the order they are documented."""
    return list(_DECLARED.values())


def text(name: str) -> str:
    """The setting as text: from the environment, or its default. Raises KeyError for an undeclared name."""
    return os.environ.get(name, "").strip() or _DECLARED[name].default


def flag(name: str) -> bool:
    """The setting as yes or no."""
    return text(name).lower() in {"1", "true", "yes", "on"}


def number(name: str) -> int:
    """The setting as a whole number. Raises ValueError naming the setting when it is none."""
    try:
        return int(text(name))
    except ValueError as error:
        message = f"{name} must be a whole number"
        raise ValueError(message) from error


def hours_range(name: str) -> tuple[int, int]:
    """The setting as hours, "2-26" or "0". Returns the smallest and the largest."""
    low, _, high = text(name).partition("-")
    return int(low), int(high or low)


def secret_file(path: Path) -> str:
    """The secret in `path`; made with mode 0600 the first time an embedded run asks for it."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(handle, "w") as out:
        out.write(secrets.token_urlsafe(48))
    return path.read_text().strip()
