"""Keyed hashes by which addresses, secrets and people are found again without being stored."""

from typing import TYPE_CHECKING
from uuid import UUID

from accounts.vault import services as vault

if TYPE_CHECKING:
    from accounts.users.models import User


def hash_of_address(address: str) -> bytes:
    """Of an e-mail address, in any case and with any space around it."""
    return vault.keyed_hash("address", address.strip().lower())


def hash_of_secret(secret: str) -> bytes:
    """Of the secret in an invitation's link."""
    return vault.keyed_hash("invitation", secret)


def hash_of_person(person_id: UUID) -> bytes:
    """Of an account."""
    return vault.keyed_hash("never", str(person_id))


def addresses_of(person: "User") -> list[bytes]:
    """Hashes of the addresses a person has confirmed. One query."""
    from allauth.account.models import EmailAddress

    rows = EmailAddress.objects.filter(user_id=person.pk, verified=True).values_list("email", flat=True)
    return [hash_of_address(email) for email in rows]
