"""Owing mail: the one way in which any room asks for a mail to be sent."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.mail.kinds import registered
from accounts.mail.models import Mail, State
from accounts.users.models import User
from accounts.vault import services as vault


@transaction.atomic
def owe(
    *,
    kind: str,
    now: datetime,
    person: User | None = None,
    address: str = "",
    ref: UUID | None = None,
    payload: dict[str, Any] | None = None,
    sealed_for: UUID | None = None,
    due_at: datetime | None = None,
    not_after: datetime | None = None,
) -> Mail:
    """Write a mail into the outbox; it is sent by the engine from `due_at` (default: now) to `not_after`.

    `address` defaults to the person's own. `payload` is sealed under the key of `sealed_for` or of the person.
    """
    mail = Mail(
        kind=kind,
        stream=registered()[kind].stream,
        person=person,
        address=address or (person.email if person else ""),
        ref=ref,
        seal_key=sealed_for,
        due_at=due_at or now,
        next_try_at=due_at or now,
        not_after=not_after,
    )
    if payload is not None:
        vault.seal(mail, "payload", payload)
    mail.save(force_insert=True)
    if mail.due_at <= now:
        transaction.on_commit(_hint)
    return mail


def cancel(*, kind: str, ref: UUID, now: datetime) -> int:
    """Settle owed mails of `kind` about `ref` as unwanted. Returns how many. (The engine asks again anyway.)"""
    return Mail.objects.filter(kind=kind, ref=ref, state=State.OWED).update(
        state=State.UNWANTED, next_try_at=None, settled_at=now
    )


def _hint() -> None:
    from accounts.mail import tasks

    tasks.hint()
