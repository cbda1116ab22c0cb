"""Deleting an account: hidden from all at once, seven days to undo it, then its key is destroyed for good."""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from accounts.couples import services as couples
from accounts.couples.models import Membership
from accounts.privacy import ledger, ports
from accounts.privacy.models import Erasure
from accounts.refusal import Refusal
from accounts.users import sessions
from accounts.users.models import User
from accounts.vault import services as vault
from accounts.vault.models import Owner

UNDO_FOR = timedelta(days=7)
logger = logging.getLogger(__name__)


@transaction.atomic
def ask_delete(*, person: User, now: datetime) -> bool:
    """Hide an account from everybody and end its sessions; `erase_due` destroys it after seven days.

    Writes the person's own row only, mails nobody. Returns whether this call did it.
    """
    _lock_couple(person)
    did = User.objects.filter(pk=person.pk, delete_asked_at=None, erased_at=None).update(delete_asked_at=now)
    sessions.end_all(person)
    if did:
        couples.standing_changed(person=person, now=now)
    return bool(did)


@transaction.atomic
def undo_delete(*, person: User, now: datetime) -> bool:
    """Open the account again within the seven days. Returns whether this call did it.

    Raises Refusal when the seven days are over, even if the job has not come by yet.
    """
    _lock_couple(person)
    row = User.objects.select_for_update().get(pk=person.pk)
    if row.delete_asked_at is None:
        return False
    if row.erased_at is not None or now >= row.delete_asked_at + UNDO_FOR:
        raise Refusal("The seven days are over. The account can’t be brought back.")
    couples.stood_still(person=row, began=row.delete_asked_at, now=now)
    row.delete_asked_at = None
    row.save(update_fields=["delete_asked_at"])
    couples.standing_changed(person=row, now=now)
    return True


def erase_due(*, now: datetime) -> int:
    """Destroy every account whose seven days are over, one transaction each. Returns how many.

    One that fails is logged and tried again by the next run; the others are not kept waiting.
    """
    due = User.objects.filter(delete_asked_at__lte=now - UNDO_FOR, erased_at=None).values_list("pk", flat=True)
    done = 0
    for pk in list(due):
        try:
            done += _erase(pk, now=now)
        except Exception:
            logger.exception("an account could not be erased")
    return done


@transaction.atomic
def _erase(pk: UUID, *, now: datetime) -> bool:
    _lock_couple(User(pk=pk))
    person = User.objects.select_for_update().get(pk=pk)
    if person.erased_at is not None or person.delete_asked_at is None or now < person.delete_asked_at + UNDO_FOR:
        return False
    _empty_rooms(person, now=now)
    _destroy(Owner.person(pk), now=now)
    for couple in _couples_without_anybody(pk):
        _destroy(Owner.couple(couple), now=now)
    return True


def _empty_rooms(person: User, *, now: datetime) -> None:
    # The account's own entry last: the others may still ask who it was.
    for holding in sorted(ports.registered().values(), key=lambda holding: holding.name == "account"):
        holding.erase(person, now)


def _destroy(owner: Owner, *, now: datetime) -> None:
    ledger.add([owner.id])
    vault.destroy_key(owner, now=now)
    Erasure.objects.get_or_create(owner_id=owner.id, defaults={"at": now})


def _couples_without_anybody(person: UUID) -> list[UUID]:
    """The couples of a person in which the other one is erased too: nobody is left to read what both signed."""
    mine = Membership.objects.filter(person=person).values("couple")
    others = Membership.objects.filter(couple__in=mine).exclude(person=person)
    return list(others.exclude(person__erased_at=None).values_list("couple_id", flat=True))


def replay_erasures(*, now: datetime) -> int:
    """Erase again everybody whom the ledger names and whose key a backup has brought back, one transaction each:
    their rooms are emptied, their key is destroyed. Returns how many there were; safe to repeat."""
    found = ledger.living()
    for owner in found:
        _erase_again(owner, now=now)
    for owner in ledger.named():
        Erasure.objects.get_or_create(owner_id=owner, defaults={"at": now})
    return len(found)


@transaction.atomic
def _erase_again(owner: UUID, *, now: datetime) -> None:
    person = User.objects.filter(pk=owner).first()
    if person is None:
        _destroy(Owner.couple(owner), now=now)
        return
    _lock_couple(person)
    person = User.objects.select_for_update().get(pk=owner)
    if person.delete_asked_at is None:
        person.delete_asked_at = now
        person.save(update_fields=["delete_asked_at"])
        couples.standing_changed(person=person, now=now)
    _empty_rooms(person, now=now)
    _destroy(Owner.person(owner), now=now)


def _lock_couple(person: User) -> None:
    """Hold the rows that a mail about to be sent and every change of standing hold, in their order."""
    couple = Membership.objects.filter(person=person, left_at=None).values("couple")
    list(Membership.objects.select_for_update().filter(couple__in=couple).order_by("pk").values_list("pk"))
