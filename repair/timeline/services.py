"""Noting a fact of the shared story."""

from datetime import datetime
from uuid import UUID

from accounts.users.models import User
from repair.timeline.kinds import registered
from repair.timeline.models import TimelineEvent


def note(
    *, couple_id: UUID, kind: str, at: datetime, ref: UUID | None = None, only_for: User | None = None
) -> TimelineEvent:
    """Write one dated fact. Runs inside the caller's transaction. Raises KeyError for an unregistered kind."""
    registered()[kind]
    return TimelineEvent.objects.create(couple_id=couple_id, kind=kind, at=at, ref=ref, only_for=only_for)
