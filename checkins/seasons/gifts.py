"""What one gives the other, or oneself later: thanks, a letter, a line before a heavy day, a good moment, a word.

Given by its author alone, for an hour that is said beforehand; taken back by its author alone, at any time. Nobody
is told whether it was read, and there is no reply.
"""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from accounts.refusal import Refusal
from accounts.users.models import User
from accounts.vault import services as vault
from accounts.vault.services import CannotOpen
from checkins.hard.asides import NIGHT, Put, evening_of, put_aside
from checkins.seasons.models import Given
from checkins.seasons.year import hour_on, next_hour
from repair.plan.locks import entered
from repair.schedules.recurrence import DAY
from repair.timeline.models import TimelineEvent
from repair.timeline.services import note

if TYPE_CHECKING:
    from accounts.access import Viewer

EVENT = "seasons.milestone"
HALF_A_YEAR = timedelta(days=183)
MOST = 300  # rows of one person
AT_ONCE = timedelta(minutes=10)  # within which the same words are the same gift


class Kind(StrEnum):
    """What is given."""

    THANKS = "thanks"
    LETTER = "letter"
    HEAVY = "heavy"
    MILESTONE = "milestone"
    WORD = "word"


@dataclass(frozen=True)
class Gift:
    """One thing given, opened. `on` is the day it is about; `title` names a good moment; `text` is the words, of a
    good moment what its author did, and `other` what the other did. `pk` and the rest come with the row."""

    kind: Kind
    text: str = ""
    on: date | None = None
    title: str = ""
    other: str = ""
    pk: UUID | None = None
    mine: bool = True
    shared: bool = False  # whether the other may read it, once it is open
    opens_at: datetime | None = None


def gifts_of(viewer: "Viewer", *kinds: Kind) -> list[Gift]:
    """What the viewer gave, and what is open to them of the other's, in the order in which it opens. Of all kinds
    where none is named; what an erased author gave is gone."""
    found = []
    for row in Given.objects.visible_to(viewer).order_by("opens_at", "made_at", "pk"):
        try:
            gift = _opened(viewer, row)
        except CannotOpen:
            continue
        if gift.kind is Kind.WORD and not gift.mine and not stands(viewer, gift):
            continue
        if gift.kind in kinds or not kinds:
            found.append(gift)
    return found


def gift_of(viewer: "Viewer", given: UUID) -> Gift:
    """One that the viewer may read. Raises Http404 for any other."""
    row = Given.objects.visible_to(viewer).filter(pk=given).first()
    if row is None:
        raise Http404
    return _opened(viewer, row)


def given_in(viewer: "Viewer", couple: UUID) -> list[Gift]:
    """What the viewer gave the other in a couple, the first first, open or not."""
    rows = Given.objects.visible_to(viewer).filter(author=viewer.person, couple_id=couple)
    return [_opened(viewer, row) for row in rows.order_by("made_at", "pk")]


def opening_of(viewer: "Viewer", gift: Gift) -> datetime:
    """From when a gift is open: thanks at the next reading hour; a letter in half a year, at the hour; a line
    before a heavy day from the day before; a good moment at once; a word when its author says. In UTC."""
    if gift.kind is Kind.WORD and gift.opens_at is not None:
        return gift.opens_at
    if gift.kind is Kind.THANKS:
        return next_hour(viewer)
    if gift.kind is Kind.LETTER:
        return hour_on(viewer, viewer.now.astimezone(UTC).date() + HALF_A_YEAR)
    if gift.kind is Kind.HEAVY and gift.on is not None:
        return max(viewer.now, datetime.combine(gift.on - DAY, time(), tzinfo=UTC))
    return viewer.now


@transaction.atomic
def give(*, viewer: "Viewer", gift: Gift, now: datetime) -> Given:
    """Give something: to the other where it is `shared`, else to oneself. The same twice in a row is once. A good
    moment becomes a fact of the timeline: of both where it is shared, else of its author's own.

    Raises NotActive where it is shared and the couple stopped meanwhile, Refusal where there is no room for more.
    """
    if viewer.person is None:
        raise Http404
    couple = entered(viewer, now=now).couple if gift.shared else None
    User.objects.select_for_update(of=("self",)).get(pk=viewer.person.pk)
    mine = Given.objects.visible_to(viewer).filter(author=viewer.person)
    for row in mine.filter(made_at__gt=now - AT_ONCE):
        if _plain(_opened(viewer, row)) == _plain(gift):
            return row
    if len(mine) >= MOST:
        raise Refusal(_("There is no room for more here. Take something back first; nothing is lost meanwhile."))
    row = Given(author=viewer.person, couple=couple, opens_at=opening_of(viewer, gift), made_at=now)
    vault.seal(row, "body", _sealed(gift), cache=viewer.keys)
    row.save(force_insert=True)
    if gift.kind is Kind.MILESTONE and viewer.couple_id is not None:
        only = None if gift.shared else viewer.person
        note(couple_id=viewer.couple_id, kind=EVENT, at=_day_of(gift, now), ref=row.pk, only_for=only)
    return row


@transaction.atomic
def give_before(*, viewer: "Viewer", put: Put, gift: Gift, now: datetime) -> None:
    """Keep a day that may be hard for oneself and give its line to the other: both or neither.

    Raises what `give` and `put_aside` raise.
    """
    give(viewer=viewer, gift=gift, now=now)  # first: it locks the membership before the person
    put_aside(viewer=viewer, put=put, now=now)


@transaction.atomic
def take_back(*, viewer: "Viewer", given: UUID) -> Kind | None:
    """Take one's own back: it is gone for everyone. Returns its kind; None where it is gone, or another's."""
    row = Given.objects.visible_to(viewer).filter(pk=given, author=viewer.person).first()
    if row is None:
        return None
    kind = _opened(viewer, row).kind
    TimelineEvent.objects.filter(kind=EVENT, ref=row.pk).delete()
    row.delete()
    return kind


def stands(viewer: "Viewer", gift: Gift) -> bool:
    """Whether the day on which a gift opens is the viewer's own day now; it lasts until four in the morning."""
    assert viewer.person is not None
    if gift.opens_at is None or gift.opens_at > viewer.now:
        return False
    return (gift.opens_at.astimezone(viewer.person.zone) - NIGHT).date() == evening_of(viewer)


def _day_of(gift: Gift, now: datetime) -> datetime:
    """When a good moment stands on the timeline: noon of its day, and never later than now."""
    return min(now, datetime.combine(gift.on or now.date(), time(12), tzinfo=UTC))


def _plain(gift: Gift) -> Gift:
    return replace(gift, pk=None, mine=True, opens_at=None)


def _sealed(gift: Gift) -> dict[str, Any]:
    return {
        "kind": gift.kind.value,
        "text": gift.text,
        "on": gift.on.isoformat() if gift.on else None,
        "title": gift.title,
        "other": gift.other,
    }


def _opened(viewer: "Viewer", row: Given) -> Gift:
    said = vault.open(viewer, row, "body")
    return Gift(
        Kind(said["kind"]),
        said["text"],
        date.fromisoformat(said["on"]) if said["on"] else None,
        said["title"],
        said["other"],
        pk=row.pk,
        mine=viewer.is_me(row.author_id),
        shared=row.couple_id is not None,
        opens_at=row.opens_at,
    )
