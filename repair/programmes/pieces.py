"""The verbs of a practice: keep a page, finish, go on changing, share, take back, do without, throw away.

All act on one's own pieces and lock the person's own row first, so that two clicks at once are one. Nobody's verb
reads or writes anything of the other's.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from accounts.couples.states import CoupleState
from accounts.meanwhile import ChangedMeanwhile, check_seen
from accounts.refusal import Refusal
from accounts.users.models import User
from accounts.users.queries import me
from accounts.vault import services as vault
from repair.plan import locks
from repair.programmes import content, ports
from repair.programmes.models import Piece
from repair.programmes.pairing import Stretch
from repair.programmes.practice_shapes import Practice, Sharing

if TYPE_CHECKING:
    from accounts.access import Viewer

MOST_PIECES = 600
MOST_STRETCHES = 12  # as many as fit into a head
Answers = dict[str, Any]


@dataclass(frozen=True)
class Head:
    """What a piece is, apart from its words. `couple` is where it was shared last, `opens` the hour from which it
    can be read while it is; `was_open` is for good. Of what is sealed, `past` keeps the stretches in which it
    stood past its hour there (worded, opens, ended), also when it was `thrown` away since: see `pairing`."""

    practice: str
    version: int
    done: bool = False
    couple: str | None = None
    shared: datetime | None = None
    opens: datetime | None = None
    was_open: bool = False
    past: tuple[tuple[datetime, datetime, datetime], ...] = ()
    thrown: bool = False

    def could_be_read(self, now: datetime) -> bool:
        """Whether an hour of it has passed at `now`, shared or not since."""
        return self.was_open or (self.opens is not None and self.opens <= now)


@dataclass(frozen=True)
class Own:
    """One piece with its head, as its owner sees it."""

    row: Piece
    head: Head

    @property
    def practice(self) -> Practice:
        """The practice in the version it was begun with."""
        return content.practice(self.head.practice, self.head.version)


def head_of(viewer: "Viewer", row: Piece) -> Head:
    """The head of a piece. Raises Http404 where the viewer may not open it, CannotOpen where its key is gone."""
    kept = vault.open(viewer, row, "head")
    for name in ("shared", "opens"):
        kept[name] = datetime.fromisoformat(kept[name]) if kept.get(name) else None
    kept["past"] = tuple(tuple(map(datetime.fromisoformat, stretch)) for stretch in kept["past"])
    return Head(**kept)


def stretches(row: Piece, head: Head) -> list[Stretch]:
    """Every stretch in which a piece was shared in its couple, the one that goes on included."""
    found = [Stretch(row.pk, worded, opens, ended, row.made_at) for worded, opens, ended in head.past]
    if head.opens is not None:
        found.append(Stretch(row.pk, row.changed_at, head.opens, None, row.made_at))
    return found


def answers_of(viewer: "Viewer", row: Piece) -> Answers:
    """The answers by name of the item. Raises what `head_of` raises."""
    return vault.open(viewer, row, "body") or {}


def own_pieces(viewer: "Viewer", practice: str | None = None) -> list[Own]:
    """The viewer's pieces (of one practice), the latest begun first. One query, words left out."""
    rows = Piece.objects.visible_to(viewer).exclude(head=b"").defer("body").order_by("-made_at", "-pk")
    found = [Own(row, head_of(viewer, row)) for row in rows]
    return [own for own in found if practice in {None, own.head.practice} and not own.head.thrown]


def own_piece(viewer: "Viewer", piece: UUID) -> Own:
    """One of the viewer's own pieces. Raises Http404 for any other, and for one that was thrown away."""
    row = Piece.objects.visible_to(viewer).filter(pk=piece).exclude(head=b"").first()
    if row is None or (head := head_of(viewer, row)).thrown:
        raise Http404
    return Own(row, head)


def unfinished(viewer: "Viewer", practice: str) -> Own | None:
    """The piece of a practice that the viewer is in the middle of."""
    return next((own for own in own_pieces(viewer, practice) if not own.head.done), None)


def meant(viewer: "Viewer", practice: str, piece: UUID | None) -> Own | None:
    """The piece that a form is about: the one made under the id it carried, finished or not, else the one that the
    viewer is in the middle of."""
    mine = own_pieces(viewer, practice)
    made = next((own for own in mine if own.row.pk == piece), None)
    return made or next((own for own in mine if not own.head.done), None)


@transaction.atomic
def keep(
    *,
    viewer: "Viewer",
    practice: Practice,
    values: Mapping[str, Any],
    now: datetime,
    piece: UUID | None = None,
    seen: str | None = None,
) -> Own:
    """Keep what one page gave in the piece it is about (see `meant`), or begin one under the id `piece`;
    everything else stays. Sent twice it is once, finished meanwhile or not; sent without a change, nothing is kept
    anew, since `changed_at` tells one wording from another (see `pairing`).

    Raises ChangedMeanwhile where other words would be overwritten than the form had `seen` (see
    `accounts.meanwhile`), Refusal for a practice done once only and done, and past MOST_PIECES.
    """
    _lock(viewer)
    own = meant(viewer, practice.slug, piece)
    if own is not None and practice.log and own.row.pk != piece:
        own = None  # each entry is its own, even while an older one is being changed
    before = answers_of(viewer, own.row) if own else {}
    if own is None:
        own = _begun(viewer, practice, piece, now=now)
    elif all(_plain(before.get(name)) == _plain(value) for name, value in values.items()):
        return own
    elif own.head.done:
        said = _("This was finished in another window. Keeping it now begins a new one, with what the form has.")
        raise ChangedMeanwhile(said)
    elif any(_plain(before.get(name)) not in (None, _plain(value)) for name, value in values.items()):
        said = _("This was changed in another window. Keeping it now puts what the form has in its place.")
        check_seen(seen, own.row.changed_at, said)
    answers = {**before, **values}
    own.row.changed_at = now
    vault.seal(own.row, "body", answers, cache=viewer.keys)
    own.row.save()
    return own


@transaction.atomic
def finish(*, viewer: "Viewer", piece: UUID) -> Own:
    """Say that a piece is done. It can be changed again until it is shared. Twice is once. It counts as done now,
    also where its words are older; not where they could be read already: they are the same ones still."""
    own = held(viewer, piece)
    if not own.head.done and not own.head.past:
        own.row.changed_at = viewer.now
    return _headed(viewer, own, replace(own.head, done=True))


@transaction.atomic
def keep_entry(
    *, viewer: "Viewer", practice: Practice, values: Mapping[str, Any], now: datetime, piece: UUID | None = None
) -> Own:
    """Keep one entry of a log: begun and done at once, or not at all. Raises what `keep` raises."""
    own = keep(viewer=viewer, practice=practice, values=values, now=now, piece=piece)
    return finish(viewer=viewer, piece=own.row.pk)


@transaction.atomic
def reopen(*, viewer: "Viewer", piece: UUID) -> Own:
    """Go on changing a piece that is done. Raises Refusal while it is shared, or while another one of the same
    practice is unfinished."""
    own = held(viewer, piece)
    if own.head.shared is not None:
        raise Refusal(_("Take it back first. While it is shared, it stays as it is."))
    if own.head.done and unfinished(viewer, own.head.practice) is not None:
        raise Refusal(_("You have begun a newer one. Finish that, or throw it away, and then change this."))
    return _headed(viewer, own, replace(own.head, done=False))


@transaction.atomic
def share(*, viewer: "Viewer", piece: UUID, now: datetime) -> Own:
    """Share a piece that is done: it is open to the other from the next reading hour (sealed: once the other has
    shared theirs too, see `pairing`). Twice is once.

    Raises Refusal unless the couple is active, the practice can be shared and the piece is done; and for one that
    was shared and taken back MOST_STRETCHES times.
    """
    state = locks.locked(viewer, now=now)[1] if viewer.standing else CoupleState.NONE
    own = held(viewer, piece)
    if own.head.shared is not None and own.head.couple == str(viewer.couple_id):
        return own
    if state is not CoupleState.ACTIVE or viewer.couple_id is None:
        raise Refusal(_("Nothing can be shared just now. What you wrote stays here."))
    if not own.head.done or own.practice.sharing not in {Sharing.OFFERED, Sharing.SEALED}:
        raise Refusal(_("Only what is finished can be shared."))
    couple = str(viewer.couple_id)
    past = own.head.past if own.head.couple == couple else ()
    if len(past) >= MOST_STRETCHES:
        raise Refusal(_("This one was shared and taken back many times. Write it as a new one, and share that."))
    opens = ports.own_reading_hour(me(viewer).zone, now=now)
    was_open = own.head.could_be_read(now)  # where it was shared with somebody before
    head = replace(own.head, couple=couple, shared=now, opens=opens, past=past, was_open=was_open)
    return _headed(viewer, own, head)


@transaction.atomic
def take_back(*, viewer: "Viewer", piece: UUID) -> Own:
    """Stop sharing a piece: before its hour nobody has read it, and it is as if it had never been shared;
    afterwards the other cannot read it from now on. Works in every state of the couple. Twice is once."""
    own = held(viewer, piece)
    head = replace(own.head, shared=None, opens=None)
    if own.head.opens is not None and own.head.opens <= viewer.now:
        head = replace(head, was_open=True)
        if own.practice.sharing is Sharing.SEALED:
            head = replace(head, past=(*head.past, (own.row.changed_at, own.head.opens, viewer.now)))
    return _headed(viewer, own, head)


@transaction.atomic
def throw_away(*, viewer: "Viewer", piece: UUID) -> None:
    """Throw a piece away for good. One whose hour ever passed leaves an empty row, whatever was said back to it:
    that the other answered is not to be learnt by throwing away. What stood beside it stays taken. Raises Refusal
    while it is shared."""
    own = held(viewer, piece)
    if own.head.shared is not None:
        raise Refusal(_("Take it back first. While it is shared, it stays as it is."))
    if not own.head.was_open:
        own.row.delete()
        return
    own.row.head = own.row.body = b""
    if own.head.past:
        _seal_head(viewer, own.row, replace(own.head, thrown=True))
    own.row.save(update_fields=["head", "body"])


def _begun(viewer: "Viewer", practice: Practice, piece: UUID | None, *, now: datetime) -> Own:
    mine = own_pieces(viewer)
    if practice.once and any(own.head.practice == practice.slug for own in mine):
        raise Refusal(_("This one is done once. What you wrote can still be changed."))
    if len(mine) >= MOST_PIECES:
        raise Refusal(_("There are very many pieces here. Throw an old one away, then begin this."))
    assert viewer.person is not None
    free = piece is not None and not Piece.objects.filter(pk=piece).exists()
    row = Piece(pk=piece if free else uuid4(), owner=viewer.person, made_at=now, changed_at=now)
    head = Head(practice.slug, practice.version)
    _seal_head(viewer, row, head)
    return Own(row, head)


def _headed(viewer: "Viewer", own: Own, head: Head) -> Own:
    _seal_head(viewer, own.row, head)
    own.row.save(update_fields=["head", "changed_at"])
    return Own(own.row, head)


def _seal_head(viewer: "Viewer", row: Piece, head: Head) -> None:
    kept = asdict(head)
    for name in ("shared", "opens"):
        kept[name] = kept[name].isoformat() if kept[name] else None
    kept["past"] = [[at.isoformat() for at in stretch] for stretch in head.past]
    vault.seal(row, "head", kept, cache=viewer.keys)


def _lock(viewer: "Viewer") -> None:
    """The person's own row stands for all their pieces."""
    if viewer.person is None or not viewer.is_partner:
        raise Http404
    User.objects.select_for_update(of=("self",)).filter(pk=viewer.person.pk).first()


def held(viewer: "Viewer", piece: UUID) -> Own:
    """One of the viewer's own pieces, while no other verb of theirs goes on. Raises what `own_piece` raises."""
    _lock(viewer)
    return own_piece(viewer, piece)


def _plain(value: Any) -> Any:
    """An answer with all that is none made one; 0 is an answer."""
    return None if value in ("", [], {}, ()) else value
