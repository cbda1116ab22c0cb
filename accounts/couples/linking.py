"""Verbs of the way to a link: invite, take back, accept, withdraw, never, confirm.

Locks are taken in one order: persons by id, then invitations by id. A link is made in `confirm` alone.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.access import Purpose, system
from accounts.couples import ports
from accounts.couples.hashes import addresses_of, hash_of_address, hash_of_person, hash_of_secret
from accounts.couples.models import OPEN_FOR, Couple, Invitation, Membership, Never, Slot
from accounts.mail import services as mail
from accounts.refusal import Refusal
from accounts.users.models import User
from accounts.vault import services as vault
from accounts.vault.models import Owner
from repair import clock

MAX_OPEN = 3
MAX_A_WEEK = 10  # taken back ones count here, so that taking back is no way to write to many


class Closed(Exception):
    """The invitation leads nowhere any more, for whichever reason. Every cause reads the same."""


@transaction.atomic
def invite(*, inviter: User, address: str, shown_name: str, now: datetime) -> Invitation:
    """Write an invitation to `address` and owe its one mail. Returns it; a second one to an address whose first
    is still open returns the first.

    Nothing here depends on who has that address, what they said before, or how many others wrote to them: those
    are asked when the mail would go. Raises Refusal for one's own address, for somebody already linked, and at
    the limits of the inviter's own open invitations.
    """
    address = User.objects.normalize_email(address)
    wanted = hash_of_address(address)
    _lock_persons([inviter.pk])
    if wanted == hash_of_address(inviter.email) or wanted in addresses_of(inviter):
        raise Refusal(_("That is your own address."))
    if _linked([inviter.pk]):
        raise Refusal(_("You are linked already. Close your side first."))
    mine = Invitation.objects.filter(inviter=inviter)
    pending = list(mine.filter(taken_back_at=None, confirmed_at=None, expires_at__gt=now))
    for row in pending:
        if bytes(row.address_hash) == wanted:
            return row
    if len(pending) >= MAX_OPEN or mine.filter(created_at__gt=now - timedelta(days=7)).count() >= MAX_A_WEEK:
        raise Refusal(_("Three invitations can be open at once. Take one back, or wait until one has closed."))
    secret = clock.secret()
    invitation = Invitation(
        inviter=inviter,
        address_hash=wanted,
        secret_hash=hash_of_secret(secret),
        created_at=now,
        expires_at=now + OPEN_FOR,
    )
    vault.seal(invitation, "address", address)
    vault.seal(invitation, "shown_name", shown_name)
    invitation.save(force_insert=True)
    mail.owe(
        kind="invitation",
        now=now,
        address=address,
        ref=invitation.pk,
        payload={"secret": secret},
        sealed_for=inviter.pk,
        not_after=invitation.expires_at,
    )
    return invitation


@transaction.atomic
def take_back(*, inviter: User, invitation_id: UUID, now: datetime) -> bool:
    """Close one's own invitation: before anybody accepted, or by “No, close it” afterwards. Its mail, if it has
    not gone, does not go. Returns whether this call closed it. The person who accepted is not told."""
    mine = Invitation.objects.filter(pk=invitation_id, inviter=inviter, taken_back_at=None, confirmed_at=None)
    return bool(mine.update(taken_back_at=now))  # its mail asks again before it goes


@transaction.atomic
def accept(*, person: User, invitation_id: UUID, now: datetime) -> Invitation:
    """Say yes. Both names are kept as they are now. A second yes of the same person changes nothing.

    Raises Closed unless the invitation stands and was written to an address this person has confirmed, and
    Refusal where the person is linked already.
    """
    invitation = Invitation.objects.filter(pk=invitation_id).first()
    if invitation is None:
        raise Closed
    persons = _lock_persons([person.pk, invitation.inviter_id])
    person = persons[person.pk]
    invitation = Invitation.objects.select_for_update().get(pk=invitation_id)
    invitation.inviter = persons[invitation.inviter_id]
    if invitation.accepted_by_id == person.pk:
        return invitation
    if not invitation.stands(now=now) or not may_answer(invitation, person):
        raise Closed
    if _linked([person.pk]):
        raise Refusal(_("You are linked already. Close your side first, then open this link again."))
    reader = system(Purpose.COUPLE_NAMES, now=now)
    invitation.accepted_by, invitation.accepted_at = person, now
    vault.seal(invitation, "accepted_name", vault.open(reader, person, "name") or "")
    vault.seal(invitation, "inviting_name", vault.open(reader, invitation, "shown_name") or "")
    invitation.save(update_fields=["accepted_by", "accepted_at", "accepted_name", "inviting_name"])
    _lift(person, invitation)
    return invitation


def may_answer(invitation: Invitation, person: User) -> bool:
    """Whether `person` is somebody this invitation was written to: a live partner with that very address,
    confirmed, and not the inviter, whose account lives too."""
    return (
        person.is_live
        and not person.is_therapist
        and person.pk != invitation.inviter_id
        and invitation.inviter.is_live
        and bytes(invitation.address_hash) in addresses_of(person)
    )


@transaction.atomic
def withdraw(*, person: User, invitation_id: UUID, now: datetime) -> bool:
    """Take one's yes back before it led to a link. The inviter's page stays as it is. Returns whether this call
    did it."""
    waiting = Invitation.objects.waiting(person, now=now).filter(pk=invitation_id)
    return bool(waiting.update(settled_at=now))


@transaction.atomic
def never(*, invitation: Invitation, person: User | None, now: datetime) -> None:
    """Say “never from this person” for the address the invitation was written to. `person` is None for somebody
    not signed in: holding the secret is enough, since it was sent to that address alone.

    The later word holds: a yes that was said while this page stood open, and has led to no link, is taken back.
    """
    inviter = _lock_persons([invitation.inviter_id])[invitation.inviter_id]
    address, by = bytes(invitation.address_hash), hash_of_person(inviter.pk)
    row = Never.objects.filter(person_hash=address, inviter_hash=by).first()
    if row is None:
        row = Never(
            person_hash=address,
            inviter_hash=by,
            inviter_address_hash=hash_of_address(inviter.email),
            said_at=now,
        )
    if person is not None and row.account_hash is None:
        row.account_hash = hash_of_person(person.pk)
        shown = vault.open(system(Purpose.COUPLE_NAMES, now=now), invitation, "shown_name")
        vault.seal(row, "name", shown, owner=Owner.person(person.pk))
    row.save()
    said_yes = Invitation.objects.filter(pk=invitation.pk, settled_at=None).exclude(accepted_by=None)
    said_yes.update(settled_at=now)


@transaction.atomic
def lift(*, person: User, never_id: UUID) -> bool:
    """Lift one's own “never”. Returns whether there was one."""
    return bool(nevers_of(person).filter(pk=never_id).delete()[0])


def nevers_of(person: User) -> "QuerySet[Never]":
    """What this person said “never” to, by their account and by the addresses they have confirmed."""
    mine = Q(account_hash=hash_of_person(person.pk)) | Q(person_hash__in=addresses_of(person))
    return Never.objects.filter(mine).order_by("-said_at", "pk")


@transaction.atomic
def confirm(*, inviter: User, invitation_id: UUID, now: datetime) -> Couple | None:
    """Say that the person who accepted is the right one: this makes the link.

    Returns the new couple; None where the other took the yes back, is linked elsewhere by now or is not there
    any more (all the same to the inviter, whose invitation is then closed). Raises Closed where nothing waits
    for this inviter's answer.
    """
    found = Invitation.objects.filter(pk=invitation_id, inviter=inviter).first()
    if found is None or found.accepted_by_id is None:
        raise Closed
    persons = _lock_persons([inviter.pk, found.accepted_by_id])
    invitation = _lock_invitations(list(persons))[invitation_id]
    if not invitation.awaits_inviter(now=now):
        raise Closed
    me, other = persons[inviter.pk], persons[found.accepted_by_id]
    invitation.confirmed_at = now
    invitation.save(update_fields=["confirmed_at"])
    free = me.is_live and other.is_live and invitation.settled_at is None and not _linked(list(persons))
    if not free:
        return None
    try:
        with transaction.atomic():
            return _link(me, other, now=now)
    except IntegrityError:  # the constraint of one open membership each, as the last line
        return None


def _link(one: User, two: User, *, now: datetime) -> Couple:
    """A new couple with a new key; slots by chance; names under the couple's key. Everything else that either had
    open towards somebody is closed, so that a later yes cannot find them linked."""
    couple = Couple.objects.create(created_at=now, cooling_until=now + settings.COOLING_OFF)
    vault.make_key(Owner.couple(couple.pk), now=now)
    reader = system(Purpose.COUPLE_NAMES, now=now)
    slots = [Slot.A, Slot.B] if clock.below(2) else [Slot.B, Slot.A]
    for person, slot in zip((one, two), slots, strict=True):
        place = Membership(couple=couple, person=person, slot=slot, joined_at=now)
        vault.seal(place, "name", vault.open(reader, person, "name") or "", cache=reader.keys)
        place.save(force_insert=True)
    both = [one.pk, two.pk]
    Invitation.objects.filter(inviter__in=both, taken_back_at=None, confirmed_at=None).update(taken_back_at=now)
    Invitation.objects.filter(accepted_by__in=both, settled_at=None).update(settled_at=now)
    for hook in ports.on_linked:
        hook(couple=couple, now=now)
    return couple


def _lift(person: User, invitation: Invitation) -> None:
    """A later yes is the newer word: it ends an earlier “never” towards the same inviter."""
    nevers_of(person).filter(inviter_hash=hash_of_person(invitation.inviter_id)).delete()


def _linked(persons: list[UUID]) -> bool:
    """Whether any of them has an open membership."""
    return Membership.objects.filter(person__in=persons, left_at=None).exists()


def _lock_persons(ids: list[UUID]) -> dict[UUID, User]:
    """These persons, locked in the order of their ids."""
    rows = User.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
    return {person.pk: person for person in rows}


def _lock_invitations(persons: list[UUID]) -> dict[UUID, Invitation]:
    """All invitations that a link of these two could close, locked in the order of their ids."""
    rows = (
        Invitation.objects.select_for_update(of=("self",))
        .filter(Q(inviter__in=persons) | Q(accepted_by__in=persons))
        .order_by("pk")
    )
    return {row.pk: row for row in rows}
