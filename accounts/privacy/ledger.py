"""The erasure ledger outside the database: a file beside the key file, so that it outlives a restored dump.

One random id to a line (whose key was destroyed), nothing else; mode 0600. A line is on the disk before the
transaction that destroys the key commits: an erasure that counted is never missing here. One that was rolled back
stands here too early, which is safe: it had been decided, and the hourly job does it again.
"""

import os
from collections.abc import Iterable
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from accounts.privacy.models import Erasure
from accounts.vault.models import DataKey

_AT_ONCE = 500


def path() -> Path:
    """Where the file is: `keys.erased` beside `keys.json`."""
    return Path(settings.KEYS_FILE).with_suffix(".erased")


def add(owners: Iterable[UUID]) -> None:
    """Write ids down for good; returns once they are on the disk. A line that a crash cut short is ended first."""
    text = "".join(f"\n{owner}\n" for owner in owners)
    if not text:
        return
    handle = os.open(path(), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(handle, "w") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())


def named() -> set[UUID]:
    """Every id in the file; none where there is no file yet. Raises ImproperlyConfigured for a file that cannot be
    read as one: then nobody knows who was erased."""
    try:
        lines = path().read_text().split("\n")
    except FileNotFoundError:
        return set()
    except (OSError, UnicodeDecodeError) as error:
        raise ImproperlyConfigured("the erasure ledger beside the key file cannot be read") from error
    whole = [line for line in lines[:-1] if line]
    return {owner for line in whole if (owner := _id(line)) is not None}


def living() -> list[UUID]:
    """Owners named in the file or in the database's own table whose key opens in this database: those of a dump
    from before their erasure."""
    owners = sorted(named() | set(Erasure.objects.values_list("owner_id", flat=True)))
    found: list[UUID] = []
    for begin in range(0, len(owners), _AT_ONCE):
        some = DataKey.objects.filter(owner_id__in=owners[begin : begin + _AT_ONCE], destroyed_at=None)
        found += some.order_by("owner_id").values_list("owner_id", flat=True)
    return found


def copy_table() -> int:
    """Write down here what only the database's own table has: this machine's file was made later, or another
    machine erased. Returns how many."""
    missing = set(Erasure.objects.values_list("owner_id", flat=True)) - named()
    add(sorted(missing))
    return len(missing)


def _id(line: str) -> UUID | None:
    """The id in a line; None for the beginning of one that a crash cut short. Raises ImproperlyConfigured for
    anything else."""
    try:
        return UUID(line)
    except ValueError as error:
        if len(line) < len(str(UUID(int=0))) and set(line) <= set("0123456789abcdef-"):
            return None
        raise ImproperlyConfigured("the erasure ledger beside the key file was altered") from error
