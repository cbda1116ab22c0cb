"""Closing a wording, and making a line history: what several verbs of the plan end with."""

from datetime import datetime
from uuid import UUID

from repair.plan.models import Agreement, Signature, Version
from repair.timeline.services import note as note_event


def close(version: Version, *, now: datetime, signatures: bool = True) -> None:
    """Close a wording: overtaken, kept as it was, taken back. Signatures on a proposal go with it."""
    Version.objects.filter(pk=version.pk, closed_at=None).update(closed_at=now)
    if signatures:
        Signature.objects.filter(version=version, withdrawn_at=None).update(withdrawn_at=now)


def end_line(agreement: Agreement, last: Version, *, couple_id: UUID, now: datetime) -> None:
    """The line is history, and so is whatever was still open on it."""
    agreement.ended_at = now
    agreement.save(update_fields=["ended_at"])
    Version.objects.filter(agreement=agreement, both_signed_at=None, closed_at=None).update(closed_at=now)
    note_event(couple_id=couple_id, kind="plan.ended", at=now, ref=last.pk)
