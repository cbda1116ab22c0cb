"""The secret in the address of a person's own calendar: off by default, made and ended by them alone."""

from django.db import transaction

from accounts.users.models import CalendarAddress, User
from accounts.vault import services as vault
from repair import clock


@transaction.atomic
def switch_on(*, person: User) -> str:
    """A new address for this person; the one before is retired. Returns its secret (256 bits), shown once."""
    User.objects.select_for_update().get(pk=person.pk)
    retire(person=person)
    secret = clock.secret()
    CalendarAddress.objects.create(person=person, secret_hash=_hash(secret))
    return secret


def retire(*, person: User) -> bool:
    """End this person's address: from the next request on it answers with an empty calendar. Returns whether there
    was one."""
    return CalendarAddress.objects.filter(person=person, retired=False).update(retired=True) > 0


def is_on(person: User) -> bool:
    """Whether this person's calendar can be read under an address."""
    return CalendarAddress.objects.filter(person=person, retired=False).exists()


def by_secret(secret: str) -> CalendarAddress | None:
    """The address with this secret, retired or not; None for one that was never given out."""
    return CalendarAddress.objects.select_related("person").filter(secret_hash=_hash(secret)).first()


def _hash(secret: str) -> bytes:
    return vault.keyed_hash("calendar", secret)
