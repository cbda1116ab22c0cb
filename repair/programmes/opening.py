"""What of the two's practices is open, and the one place that knows: the rule, and the reading by it.

Offered: open to the other from its own hour; where it must be asked for, only to one who asked, from the later
hour. Sealed: open only if both did theirs and both shared, from the later of the two hours; which stands beside
which, `pairing` says. Not done, kept, taken back and erased are the same to it: absent. It opens for the two
partners of an active couple and nobody else; no therapist sees a practice.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from accounts.access import Purpose, system
from accounts.couples.models import Rest
from accounts.couples.states import CoupleState
from accounts.refusal import Refusal
from accounts.users.models import User
from accounts.vault import services as vault
from accounts.vault.services import CannotOpen
from repair.plan.locks import entered
from repair.programmes import content, pieces
from repair.programmes.asking import asked_from
from repair.programmes.models import Piece, PieceReply
from repair.programmes.pairing import Still, beside
from repair.programmes.pieces import Answers, Head
from repair.programmes.practice_shapes import Practice, Sharing

if TYPE_CHECKING:
    from accounts.access import Viewer


def opens_at(
    sharing: Sharing, own: Head | None, theirs: Head | None, *, asked: datetime | bool | None = True
) -> datetime | None:
    """From when the other's piece is open to somebody whose own one beside it is `own`; None: not open at any
    hour. The heads are None for a piece that is not there. `asked` matters for what is offered: True where it
    needs no asking, else the hour from which what somebody asked for may open, None where they did not."""
    if theirs is None or not theirs.done or theirs.opens is None:
        return None
    if sharing is Sharing.OFFERED:
        if isinstance(asked, datetime):
            return max(theirs.opens, asked)
        return theirs.opens if asked else None
    if sharing is Sharing.SEALED and own is not None and own.done and own.opens is not None:
        return max(own.opens, theirs.opens)
    return None


@dataclass(frozen=True)
class Opened:
    """A piece of the other's that is open to the viewer, since `at`; `own` is the viewer's beside it, where it is
    one that is read side by side."""

    practice: Practice
    theirs: Piece
    own: Piece | None
    at: datetime


def opened(viewer: "Viewer") -> list[Opened]:
    """Everything of the other's that is open to `viewer` at `viewer.now`, what opened last first. As many queries
    whatever anybody did; nothing for anybody but a partner of an active couple."""
    if viewer.case is not None or viewer.state is not CoupleState.ACTIVE:
        return []
    mine, theirs = _shared(viewer, viewer.mine.person_id, viewer.other.person_id)
    own, pairs, asked = (
        {row.pk: (row, head) for row, head in mine},
        _pairs(viewer, mine, theirs),
        asked_from(viewer),
    )
    found = []
    for row, head in theirs:
        practice = content.practice(head.practice, head.version)
        own_row, own_head = own[pairs[row.pk]] if row.pk in pairs else (None, None)
        wanted = asked.get(head.practice) if practice.asked else True
        at = opens_at(practice.sharing, own_head, head, asked=wanted)
        if at is not None and at <= viewer.now:
            found.append(Opened(practice, row, own_row, at))
    return sorted(found, key=lambda one: (one.at, one.practice.slug, one.theirs.pk), reverse=True)


def opened_one(viewer: "Viewer", practice: str, piece: UUID) -> Opened | None:
    """What is open to `viewer` of one practice, by the other's piece; None where it is not."""
    return next((o for o in opened(viewer) if (o.practice.slug, o.theirs.pk) == (practice, piece)), None)


def beside_own(viewer: "Viewer", piece: UUID) -> Opened | None:
    """What is open to `viewer` beside a piece of their own; None where nothing is."""
    return next((o for o in opened(viewer) if o.own is not None and o.own.pk == piece), None)


def words(viewer: "Viewer", row: Piece) -> Answers:
    """The answers of a piece that `opened` gave. The page leaves out what its practice keeps to its author."""
    reader = system(Purpose.PRACTICES, now=viewer.now, keys=viewer.keys)
    return pieces.answers_of(reader, row)


Headed = list[tuple[Piece, Head]]


def _shared(viewer: "Viewer", *people: UUID) -> list[Headed]:
    """The pieces that were ever shared in this couple, of each of the people."""
    reader = system(Purpose.PRACTICES, now=viewer.now, keys=viewer.keys)
    vault.preload(reader.keys, owners=people)
    found: dict[UUID, Headed] = {person: [] for person in people}
    rows = Piece.objects.filter(owner_id__in=people).exclude(head=b"").defer("body")
    for row in rows.order_by("made_at", "pk"):
        try:
            head = pieces.head_of(reader, row)
        except CannotOpen:
            continue
        if head.couple == str(viewer.couple_id):
            found[row.owner_id].append((row, head))
    return list(found.values())


def _pairs(viewer: "Viewer", mine: Headed, theirs: Headed) -> dict[UUID, UUID]:
    """By each sealed piece of theirs that stands in a pair, one's own beside it."""
    found: dict[UUID, UUID] = {}
    if not mine:
        return found  # by one's own rows alone: what the other shared shows in no number of queries
    still = _stood_still(viewer.mine.couple_id)
    for slug in {head.practice for _row, head in theirs}:
        sides = [
            [stretch for row, head in side if head.practice == slug for stretch in pieces.stretches(row, head)]
            for side in (mine, theirs)
        ]
        found |= beside(*sides, now=viewer.now, still=still)
    return found


def _stood_still(couple_id: UUID) -> list[Still]:
    """The stretches in which the couple's plan stood still and went on again, whoever stopped it. One query."""
    rows = Rest.objects.filter(membership__couple_id=couple_id).values_list("began_at", "ended_at")
    return [(began, ended) for began, ended in rows if ended is not None]


@transaction.atomic
def say_back(*, viewer: "Viewer", practice: str, piece: UUID, answers: Answers, now: datetime) -> None:
    """Say something back to an opened piece; the other reads it beside theirs. The same twice is once.

    Both locks come first: the other may rest, take it back or throw it away while this waits for them. Raises
    Http404 where nothing is open or nothing can be said back, Refusal where something was said already, NotActive.
    """
    entered(viewer, now=now)
    User.objects.select_for_update(of=("self",)).get(pk=viewer.other.person_id)
    one = opened_one(viewer, practice, piece)
    if one is None or one.practice.reply is None:
        raise Http404
    there = PieceReply.objects.filter(piece=one.theirs, author=viewer.person).select_related("piece").first()
    if there is not None:
        if vault.open(viewer, there, "body") == answers:
            return
        raise Refusal(_("You have said something back already. It stands as it was."))
    row = PieceReply(piece=one.theirs, author=viewer.person, couple=viewer.mine.couple, made_at=now)
    vault.seal(row, "body", answers, cache=viewer.keys)
    row.save()


def replies(viewer: "Viewer", piece: Piece) -> list[tuple[PieceReply, Answers]]:
    """What was said back to a piece of the viewer's, or by the viewer to one that is open to them."""
    rows = PieceReply.objects.filter(piece=piece).select_related("piece").order_by("made_at", "pk")
    found = [(row, vault.open_or(viewer, row, "body", gone=None)) for row in rows if row.may_open(viewer, "body")]
    return [(row, said) for row, said in found if said]
