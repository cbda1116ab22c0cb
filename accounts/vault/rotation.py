"""Rotating the key encryption key. Data keys are wrapped anew in batches: a stopped run goes on where it was."""

from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from accounts.vault import crypto, ring
from accounts.vault.models import DataKey


def rewrap(*, batch: int = 500) -> int:
    """Wrap every data key under the current key encryption key. Returns how many were changed."""
    changed = 0
    while True:
        keks = ring.load()
        with transaction.atomic():
            stale = list(
                DataKey.objects.select_for_update()
                .filter(destroyed_at=None)
                .exclude(kek=keks.current)
                .order_by("pk")[:batch]
            )
            for key in stale:
                dek = crypto.unwrap(bytes(key.wrapped), kek=keks.keys[key.kek])
                key.wrapped = crypto.wrap(dek, kek=keks.keys[keks.current])
                key.kek = keks.current
            DataKey.objects.bulk_update(stale, ["wrapped", "kek"])
        if not stale:
            return changed
        changed += len(stale)


def left_over() -> int:
    """Living data keys that still need an old key encryption key."""
    return DataKey.objects.filter(destroyed_at=None).exclude(kek=ring.load().current).count()


def start() -> str:
    """Add a key encryption key and make it current. Returns its id."""
    return ring.add_key(Path(settings.KEYS_FILE))


def finish() -> list[str]:
    """Forget the old key encryption keys. Raises RuntimeError while a data key still needs one.

    Nobody makes a data key while it looks: one that is being made is waited for and counted, and one made
    afterwards sees the new file (see `accounts.vault.services.make_key`). The file is replaced in one step, and
    nothing in the database changes, so a process killed here has either forgotten the old keys or not.
    """
    with transaction.atomic():
        _hold_off_makers()
        if left_over():
            raise RuntimeError("some data keys still need an old key: run rotate_keys --resume first")
        return ring.drop_keys(Path(settings.KEYS_FILE), keep=ring.load().current)


def _hold_off_makers() -> None:
    """Wait for transactions that add data keys, and let none begin. SQLite's own lock does that already."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {DataKey._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")
