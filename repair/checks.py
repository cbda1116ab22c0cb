"""System checks: an unsafe production start is refused, with the sentence that says what to change."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection


@register(Tags.security)
def production_is_production(**_: Any) -> list[CheckMessage]:
    """With DATABASE_URL set: no demo, no test clock away from this machine, a secret, https and a key file."""
    if settings.EMBEDDED:
        return []
    wrong = [
        (settings.DEMO, "kept.E001", "DEMO is for an embedded run only: unset it or DATABASE_URL."),
        (
            bool(settings.TEST_CLOCK_FILE) and not settings.SITE_IS_LOCAL,
            "kept.E002",
            "TEST_CLOCK_FILE is for tests on this machine only: unset it.",
        ),
        (not settings.SECRET_KEY, "kept.E003", "SECRET_KEY is missing."),
        (
            not settings.SECURE and not settings.SITE_IS_LOCAL,
            "kept.E004",
            "SITE_URL must begin with https://.",
        ),
        (
            not Path(settings.KEYS_FILE).exists(),
            "kept.E005",
            "There is no key file: set KEYS_FILE, or make one with `manage.py make_keys`.",
        ),
        (not settings.EMAIL_URL, "kept.E006", "EMAIL_URL is missing: prompts could not be sent."),
    ]
    return [Error(message, id=ident) for found, ident, message in wrong if found]


@register(Tags.security)
def keys_are_ours_alone(**_: Any) -> list[CheckMessage]:
    """The key file is readable by its owner alone."""
    path = Path(settings.KEYS_FILE)
    if path.exists() and path.stat().st_mode & 0o077:
        return [Error("The key file can be read by others: chmod 600 it.", id="kept.E007")]
    return []


def erasures_are_replayed() -> list[CheckMessage]:
    """Nobody whom the erasure ledger beside the key file names can be read in this database: it is not a backup
    from before their erasure. Asks the database only where the ledger names somebody. An answer that cannot be had
    is taken for a no."""
    from accounts.privacy import ledger
    from accounts.vault.models import DataKey

    try:
        if not ledger.named() or DataKey._meta.db_table not in connection.introspection.table_names():
            return []
        left = len(ledger.living())
    except (DatabaseError, ImproperlyConfigured) as error:
        return [
            Error(f"Whether erasures must be replayed cannot be told: {type(error).__name__}.", id="kept.E009")
        ]
    if not left:
        return []
    words = (
        f"{left} erased people or couples can be read in this database: run `manage.py restore_check --replay`."
    )
    return [Error(words, id="kept.E008")]


def refuse_before_replay() -> None:
    """For entrances that work without serving. Raises ImproperlyConfigured while erasures are not replayed."""
    _refuse(erasures_are_replayed())


def refuse_unsafe_start() -> None:
    """Called by every entrance that serves or works. Raises ImproperlyConfigured naming all that is wrong."""
    _refuse([*production_is_production(), *keys_are_ours_alone(), *erasures_are_replayed()])


def _refuse(wrong: list[CheckMessage]) -> None:
    if wrong:
        raise ImproperlyConfigured("This start is refused. " + " ".join(str(error.msg) for error in wrong))
