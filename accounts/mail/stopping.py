"""Stopping the notes from a mail, without signing in. It touches no consent and tells nobody.

The link's token is the person's random mail reference and a keyed hash of it: a stolen database makes none, and
a new reference ends every old link. Whatever is asked, the answer is the same page.
"""

import base64
import binascii
import hmac
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.couples.models import Membership
from accounts.users.models import User
from accounts.vault import services as vault

_PURPOSE = "mail.stop"
_HASH_BYTES = 16
ONE_CLICK = ("List-Unsubscribe", "One-Click")


def token_of(person: User) -> str:
    """The token in this person's links: 43 signs that are safe in an address."""
    raw = person.mail_ref.bytes + _hash(person.mail_ref)
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def reference_in(token: str) -> UUID | None:
    """The mail reference that a token carries; None for one that was never given out."""
    try:
        raw = base64.b64decode(token.encode("ascii") + b"=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    if len(raw) != 16 + _HASH_BYTES:
        return None
    reference = UUID(bytes=raw[:16])
    return reference if hmac.compare_digest(raw[16:], _hash(reference)) else None


@transaction.atomic
def stop_by_token(*, token: str, now: datetime) -> None:
    """Stop the notes of whoever the token belongs to; nothing for a token that is nobody's.

    Locks the membership and the person's row, as sending does: once this has committed, no sending of a note to
    them begins. The same is asked of the database for every token, so that its time tells nothing either.
    """
    person = User.objects.filter(mail_ref=reference_in(token) or UUID(int=0)).first()
    key = person.pk if person else UUID(int=0)
    list(Membership.objects.select_for_update().filter(person=key, left_at=None).order_by("pk"))
    User.objects.filter(pk=key, mail_stopped_at=None).update(mail_stopped_at=now)


def _hash(reference: UUID) -> bytes:
    return vault.keyed_hash(_PURPOSE, reference.hex)[:_HASH_BYTES]
