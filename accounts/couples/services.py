"""Verbs of stopping and going on: rest, resume, leave, undo; and what follows from a change of standing.

Each needs one person only, writes that person's own rows only, and locks both membership rows of the couple
first: the row that a mail about to be sent locks too.
"""

import uuid
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.access import Purpose, system
from accounts.couples import ports
from accounts.couples.models import Membership, Rest
from accounts.couples.queries import state_of
from accounts.couples.states import CoupleState
from accounts.refusal import Refusal
from accounts.users import calendar
from accounts.users.models import User
from accounts.vault import services as vault

__all__ = ["TooLate", "leave", "rename", "rest", "resume", "standing_changed", "stood_still", "undo_link"]


class TooLate(Refusal):
    """The cooling-off is over; leaving is the way then."""


@transaction.atomic
def rest(*, person: User, now: datetime) -> bool:
    """Stop the couple's plan, without a date or a reason. Returns whether this call did it."""
    mine, places = _lock(person)
    if mine is None or mine.rested_at is not None:
        return False
    mine.rested_at = now
    mine.save(update_fields=["rested_at"])
    Rest.objects.create(membership=mine, began_at=now)
    _tell(places, now=now)
    return True


@transaction.atomic
def resume(*, person: User, now: datetime) -> bool:
    """End one's own rest. The plan goes on unless the other rests too. Returns whether this call did it."""
    mine, places = _lock(person)
    if mine is None or mine.rested_at is None:
        return False
    mine.rested_at = None
    mine.save(update_fields=["rested_at"])
    Rest.objects.filter(membership=mine, ended_at=None).update(ended_at=now)
    _tell(places, now=now)
    return True


@transaction.atomic
def stood_still(*, person: User, began: datetime, now: datetime) -> None:
    """Note that the plan stood still since `began` for a cause other than a rest of this person: a deletion taken
    back, a suspension lifted. It is kept like a rest, so that afterwards no drawing tells the causes apart."""
    mine, _places = _lock(person)
    if mine is not None:
        Rest.objects.create(membership=mine, began_at=began, ended_at=now)


@transaction.atomic
def leave(*, person: User, couple_id: UUID, now: datetime) -> bool:
    """Close one's own side of the couple `couple_id`, for good. Returns whether this call did it.

    Their open rest ends, and so do their own addresses for stopping mail and of their calendar; rooms that hold
    something else of the leaver alone are told through a port. A yes to a therapist is left as it is: a couple
    that somebody left rests for good, so it opens nothing, and the therapist's list must not tell leaving from
    resting. The other's membership, links and tokens stay. Nothing is mailed to anybody.
    """
    mine, places = _lock(person)
    if mine is None or mine.couple_id != couple_id:
        return False
    mine.left_at = now
    mine.save(update_fields=["left_at"])
    Rest.objects.filter(membership=mine, ended_at=None).update(ended_at=now)
    User.objects.filter(pk=person.pk).update(mail_ref=uuid.uuid4())
    calendar.retire(person=person)
    for hook in ports.on_left:
        hook(membership=mine, now=now)
    _tell(places, now=now)
    return True


@transaction.atomic
def undo_link(*, person: User, now: datetime) -> bool:
    """Undo a link that still cools off. To the other it is the resting page, as if this person had rested or left.
    Returns whether this call did it. Raises TooLate once the cooling-off is over, whatever the other has done."""
    mine, _places = _lock(person)
    if mine is None:
        return False
    if now >= mine.couple.cooling_until:
        raise TooLate
    return leave(person=person, couple_id=mine.couple_id, now=now)


@transaction.atomic
def standing_changed(*, person: User, now: datetime) -> None:
    """Tell the rooms above that this person's couple may rest, or go on, because their account was closed,
    suspended, or opened again. For accounts.users and accounts.privacy, inside their own transaction and after
    their own rows were written. Does nothing for somebody who is not linked."""
    _mine, places = _lock(person)
    if places:
        _tell(places, now=now)


@transaction.atomic
def rename(*, person: User, name: str, now: datetime) -> None:
    """Copy a changed name into the couple's record. While the couple rests the other's pages must not move, so
    the name is then taken over when the plan goes on."""
    mine, places = _lock(person)
    if mine is not None and state_of(places, now=now) is not CoupleState.RESTING:
        vault.seal(mine, "name", name)
        mine.save(update_fields=["name"])


def _lock(person: User) -> tuple[Membership | None, list[Membership]]:
    """The person's open membership and both of their couple's, locked in the order of their ids and read after
    the locks were given; (None, []) without one."""
    couples = Membership.objects.filter(person=person, left_at=None).values("couple")
    locked = Membership.objects.select_for_update().filter(couple__in=couples).order_by("pk")
    ids = [row.pk for row in locked]
    rows = list(Membership.objects.filter(pk__in=ids).select_related("couple", "person").order_by("pk"))
    mine = next((row for row in rows if row.person_id == person.pk and row.left_at is None), None)
    return mine, rows if mine is not None else []


def _tell(places: list[Membership], *, now: datetime) -> None:
    """After a change: take over names where the plan goes on, then call the rooms above."""
    if state_of(places, now=now) is not CoupleState.RESTING:
        _take_over_names(places, now=now)
    for hook in ports.on_standing_changed:
        hook(couple=places[0].couple, now=now)


def _take_over_names(places: list[Membership], *, now: datetime) -> None:
    reader = system(Purpose.COUPLE_NAMES, now=now)
    vault.preload(reader.keys, owners=[*(place.person_id for place in places), places[0].couple_id])
    for place in places:
        name = vault.open_or(reader, place.person, "name", gone=None)
        if name:
            vault.seal(place, "name", name, cache=reader.keys)
            place.save(update_fields=["name"])
