"""What is put aside, as plain values, and the verbs that keep and drop it. Its author's alone, in every state."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from accounts.meanwhile import ChangedMeanwhile
from accounts.refusal import Refusal
from accounts.users.models import User
from accounts.vault import services as vault
from checkins.hard.models import Aside

if TYPE_CHECKING:
    from accounts.access import Viewer

MOST = 60  # of one person, all kinds together, as far as they can be seen and taken away
ASKED_FOR = timedelta(days=3)  # how long the question stands on Today
NIGHT = timedelta(hours=4)  # until four in the morning it is still the evening before


class Kind(StrEnum):
    """What was put aside."""

    PARKED = "parked"  # a line, closed until a day
    ASKED = "asked"  # “ask me tomorrow”, after the evening of a day
    AFTER = "after"  # what was done differently, on the day it was written
    PERSON = "person"  # whom to call
    DAY = "day"  # a day that may be hard


@dataclass(frozen=True)
class Put:
    """One thing put aside. `on` is the day it is about, by its author's own calendar; `name` a person or what the
    day is; `text` the words; `more` a number to call, or the care chosen."""

    kind: Kind
    on: date | None = None
    name: str = ""
    text: str = ""
    more: str = ""
    pk: UUID | None = None


def evening_of(viewer: "Viewer") -> date:
    """The date of the evening it is for the viewer: until four in the morning, that of the day before."""
    assert viewer.person is not None
    return (viewer.now.astimezone(viewer.person.zone) - NIGHT).date()


def asides_of(viewer: "Viewer", *kinds: Kind) -> list[Put]:
    """The viewer's own of these kinds (of all where none is named), in the order in which they were made."""
    rows = Aside.objects.visible_to(viewer).order_by("made_at", "pk")
    found = [_opened(viewer, row) for row in rows]
    return [put for put in found if put.kind in kinds or not kinds]


def parked_due(asides: list[Put], *, today: date) -> list[Put]:
    """The parked lines whose day has come, the latest day first."""
    due = [put for put in asides if put.kind is Kind.PARKED and put.on and put.on <= today]
    return sorted(due, key=lambda put: (put.on, str(put.pk)), reverse=True)


@transaction.atomic
def put_aside(*, viewer: "Viewer", put: Put, now: datetime) -> Aside:
    """Keep one thing, under the id `put.pk` that a form carried: sent twice, and the same words twice, it is one.
    There is one person to call, and a new one takes the place of the old. What was asked for is over once it is
    answered.

    Raises ChangedMeanwhile where other words were kept under that id, Refusal where there is no room for more,
    Http404 for nobody.
    """
    if viewer.person is None:
        raise Http404
    # The person's own row stands for all they have put aside, so that two clicks at once make one.
    User.objects.select_for_update(of=("self",)).get(pk=viewer.person.pk)
    rows = {row.pk: row for row in Aside.objects.visible_to(viewer)}
    there = [_opened(viewer, row) for row in rows.values()]
    for other in there:
        if replace(other, pk=None) == replace(put, pk=None) or _pressed_twice(other, put):
            return rows[other.pk]  # type: ignore[index]
    if put.pk in rows:
        said = _("Other words were kept from this page before. Keeping it now adds what the form has.")
        raise ChangedMeanwhile(said)
    today = now.astimezone(viewer.person.zone).date()
    over = {p.pk for p in there if p.pk and _is_over(p, put.kind, today=today)}
    Aside.objects.visible_to(viewer).filter(pk__in=over).delete()
    if sum(_takes_room(p, today=today) for p in there if p.pk not in over) >= MOST and put.kind is not Kind.ASKED:
        raise Refusal(_("There is no room for more here. Take something away first; nothing is lost meanwhile."))
    free = put.pk is not None and not Aside.objects.filter(pk=put.pk).exists()
    row = Aside(pk=put.pk if free else uuid4(), author=viewer.person, made_at=now)
    vault.seal(row, "body", _sealed(put), cache=viewer.keys)
    row.save(force_insert=True)
    return row


@transaction.atomic
def park_again(*, viewer: "Viewer", aside: UUID, until: date) -> None:
    """Close a parked line of one's own until another day. Without effect where it is gone, or another's."""
    row = Aside.objects.visible_to(viewer).select_for_update().filter(pk=aside).first()
    if row is not None and (put := _opened(viewer, row)).kind is Kind.PARKED:
        vault.seal(row, "body", _sealed(replace(put, on=until)), cache=viewer.keys)
        row.save(update_fields=["body"])


@transaction.atomic
def park(*, viewer: "Viewer", text: str, until: date, before: UUID | None, now: datetime) -> UUID:
    """Close a line until a day: the one `before` with these words and this day where it is still there, else a new
    one. Returns its id. Raises what `put_aside` raises."""
    row = Aside.objects.visible_to(viewer).select_for_update().filter(pk=before).first() if before else None
    put = Put(Kind.PARKED, on=until, text=text)
    if row is None or _opened(viewer, row).kind is not Kind.PARKED:
        return put_aside(viewer=viewer, put=put, now=now).pk
    vault.seal(row, "body", _sealed(put), cache=viewer.keys)
    row.save(update_fields=["body"])
    return row.pk


def parked_until(*, viewer: "Viewer", parked: UUID) -> date | None:
    """The day of a parked line of one's own; None where it is gone, or another's."""
    row = Aside.objects.visible_to(viewer).filter(pk=parked).first()
    put = _opened(viewer, row) if row is not None else None
    return put.on if put is not None and put.kind is Kind.PARKED else None


@transaction.atomic
def unpark(*, viewer: "Viewer", parked: UUID) -> None:
    """Take a parked line of one's own away. Without effect where it is gone, or another's."""
    if parked_until(viewer=viewer, parked=parked) is not None:
        Aside.objects.visible_to(viewer).filter(pk=parked).delete()


@transaction.atomic
def drop(*, viewer: "Viewer", aside: UUID) -> Kind | None:
    """Take one's own away. Returns its kind; None where it is gone, or another's."""
    row = Aside.objects.visible_to(viewer).filter(pk=aside).first()
    if row is None:
        return None
    kind = _opened(viewer, row).kind
    row.delete()
    return kind


def asked_on(viewer: "Viewer") -> date | None:
    """The latest evening after which the viewer asked to be asked, as long as the question may still stand."""
    asked = [put.on for put in asides_of(viewer, Kind.ASKED) if put.on]
    return max((on for on in asked if evening_of(viewer) <= on + ASKED_FOR), default=None)


def _pressed_twice(other: Put, put: Put) -> bool:
    """Whether one form was sent twice. The first press answers the question, so that the evening of the second,
    which is in no form, may be another."""
    return put.kind is Kind.AFTER and replace(other, on=put.on) == put


def _is_over(put: Put, kind: Kind, *, today: date) -> bool:
    """Whether a new one of a kind ends one that is there: another person to call, a question that is answered, or
    one that nobody asks any more."""
    if put.kind is Kind.ASKED:
        return kind is Kind.AFTER or (put.on is not None and put.on + ASKED_FOR + timedelta(days=1) < today)
    return put.kind is kind is Kind.PERSON


def _takes_room(put: Put, *, today: date) -> bool:
    """Not a question, and not a day that has passed."""
    return put.kind is not Kind.ASKED and not (put.kind is Kind.DAY and put.on is not None and put.on < today)


def _sealed(put: Put) -> dict[str, Any]:
    return {
        "kind": put.kind.value,
        "on": put.on.isoformat() if put.on else None,
        "name": put.name,
        "text": put.text,
        "more": put.more,
    }


def _opened(viewer: "Viewer", row: Aside) -> Put:
    said = vault.open(viewer, row, "body")
    on = date.fromisoformat(said["on"]) if said["on"] else None
    return Put(Kind(said["kind"]), on, said["name"], said["text"], said["more"], pk=row.pk)
