"""The chain itself: what is hashed, over an entry and over the ends. No queries."""

import json
from datetime import UTC, datetime
from uuid import UUID

from accounts.audit.models import Entry, Head
from accounts.vault import services as vault


def mac_of(entry: Entry, *, before: bytes) -> bytes:
    """The keyed hash of an entry's fields and of the mac before it."""
    fields = {
        "actor": _id(entry.actor_id),
        "at": _instant(entry.at),
        "before": bytes(before).hex(),
        "couple": _id(entry.couple_id),
        "number": entry.number,
        "only_for": _id(entry.only_for_id),
        "what": str(entry.what),
    }
    return vault.keyed_hash("audit entry", json.dumps(fields, sort_keys=True, separators=(",", ":")))


def seal_of(head: Head) -> bytes:
    """The keyed hash over both ends of the chain."""
    parts = (str(head.number), bytes(head.mac).hex(), str(head.kept_from), bytes(head.kept_mac).hex())
    return vault.keyed_hash("audit head", "|".join(parts))


def _id(value: UUID | None) -> str:
    return str(value) if value is not None else ""


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
