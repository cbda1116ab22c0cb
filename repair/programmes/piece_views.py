"""A piece that is done: what one wrote, sharing it, taking it back, sending a line of it on; and the reading."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.access import Needs, PageRequest, Viewer, Who, page
from accounts.couples.queries import pair_of
from accounts.couples.states import CoupleState
from accounts.refusal import Refusal
from accounts.safety.saved import after_saving
from repair.plan.locks import NotActive
from repair.programmes import opening, parking, pieces, ports
from repair.programmes.addresses import address_of
from repair.programmes.comparing import card_sent_on, compared, goes_whole, laid_out, sent_on
from repair.programmes.forms import PartForm
from repair.programmes.opening import Opened
from repair.programmes.pieces import Own
from repair.programmes.practice_shapes import Item, Practice, Sharing
from repair.programmes.practice_views import practice_named
from repair.programmes.showing import shown


@dataclass(frozen=True)
class Sendable:
    """One sentence of a piece that can go on to the plan or to a talk."""

    item: Item
    number: int
    text: str
    line: UUID = field(default_factory=uuid4, compare=False)  # the id of the topic that its button makes


@page(Who.PARTNER, methods=("GET", "POST"))
def piece(request: PageRequest, piece: UUID) -> HttpResponse:
    """One's own piece: read it, share it or take it back, change it, throw it away, send a sentence of it on."""
    viewer, own = request.viewer, pieces.own_piece(request.viewer, piece)
    do = request.POST.get("do", "")
    if not own.head.done and do != "throw":
        return redirect(address_of(own.practice))
    if request.method != "POST":
        return _piece_page(request, own)
    try:
        if do == "share":
            pieces.share(viewer=viewer, piece=piece, now=viewer.now)
            messages.success(request, _("Shared. You can take it back below."))
        elif do == "back":
            pieces.take_back(viewer=viewer, piece=piece)
            messages.success(request, _("Taken back. It is yours alone."))
        elif do == "unpark":
            parking.take_back(viewer=viewer, own=own)
            messages.success(request, _("Taken back. Nothing is parked; your words here stay."))
        elif do == "change":
            pieces.reopen(viewer=viewer, piece=piece)
            return redirect("repair:practice_part", own.head.practice, 1)
        elif do == "throw":
            parking.throw_away(viewer=viewer, own=own)
            messages.success(request, _("It is gone."))
            return redirect(address_of(own.practice))
        elif do.startswith("send-"):
            return _sent_on(request, own, do)
        else:
            raise Refusal(_("Open this page again and choose there."))
    except Refusal as refusal:
        return _piece_page(request, pieces.own_piece(viewer, piece), refusal=str(refusal), status=422)
    return redirect("repair:piece", piece)


@page(Who.PARTNER, methods=("GET", "POST"), needs=Needs.ACTIVE)
def read(request: PageRequest, practice: str, piece: UUID) -> HttpResponse:
    """What opened of a practice, side by side; until then one page, the same whatever anybody did. The address
    names the other’s piece: a number would tell how often they shared."""
    viewer, found = request.viewer, practice_named(practice)
    one = opening.opened_one(viewer, practice, piece)
    if one is None:
        return render(request, "repair/programmes/sealed.html", {"practice": found})
    if request.POST.get("do", "").startswith("card-"):
        return _card_sent_on(request, one)
    reply = _reply_form(one, request.POST if request.method == "POST" else None)
    if request.method != "POST" or reply is None:
        return _read_page(request, one, reply)
    if not reply.is_valid() or not any(reply.values().values()):
        problem = "" if reply.errors else _("Write a word first, or leave it.")
        return _read_page(request, one, reply, status=422, refusal=problem)
    try:
        opening.say_back(viewer=viewer, practice=practice, piece=piece, answers=reply.values(), now=viewer.now)
    except NotActive:
        return redirect("repair:practice_read", practice, piece)
    except Refusal as refusal:
        return _read_page(request, one, reply, status=409, refusal=str(refusal))
    messages.success(request, _("Said. It stands beside what you read."))
    return after_saving(request, reply.values(), then=redirect("repair:practice_read", practice, piece))


def sendable(own_practice: Practice, answers: pieces.Answers) -> list[Sendable]:
    """The sentences of a piece that its practice lets go on; to a talk only where a room keeps topics."""
    found = []
    for item in own_practice.items:
        if item.send and (item.send != "talk" or ports.takes_topics()):
            answer = answers.get(item.name) or []
            texts = [answer] if isinstance(answer, str) else list(answer)
            texts = [" · ".join(texts)] if texts and goes_whole(item) else texts
            found += [Sendable(item, number, text) for number, text in enumerate(texts)]
    return found


def _sent_on(request: PageRequest, own: Own, do: str) -> HttpResponse:
    """Lay a sentence on the plan's desk as a draft, or keep it for a talk. Nothing is proposed by itself."""
    viewer = request.viewer
    answers = pieces.answers_of(viewer, own.row)
    one = next((s for s in sendable(own.practice, answers) if do == f"send-{s.item.name}-{s.number}"), None)
    if one is None or not _may_send(viewer, own):
        raise Refusal(_("Open this page again and choose there."))
    typed = laid_out(own.practice.items, answers, one.item, one.text)
    return sent_on(request, one.text, one.item.send, back=redirect("repair:piece", own.row.pk), typed=typed)


def _may_send(viewer: Viewer, own: Own) -> bool:
    """What is sealed goes on once it has opened; everything else at once."""
    return own.practice.sharing is not Sharing.SEALED or opening.beside_own(viewer, own.row.pk) is not None


def _piece_page(request: PageRequest, own: Own, *, refusal: str = "", status: int = 200) -> HttpResponse:
    viewer = request.viewer
    answers = pieces.answers_of(viewer, own.row)
    shared = own.head.shared is not None and own.head.couple == str(viewer.couple_id)
    context: dict[str, Any] = {
        "own": own,
        "practice": own.practice,
        "answers": shown(own.practice.items, answers),
        "refusal": refusal,
        "zone": _zone(viewer),
        "can_share": viewer.state is CoupleState.ACTIVE
        and own.practice.sharing in {Sharing.OFFERED, Sharing.SEALED},
        "other_name": pair_of(viewer).other_name if viewer.state is CoupleState.ACTIVE else "",
        "shared": shared,
        "parked_until": parking.parked_until(viewer, own, answers),
        "hour_passed": shared and own.head.opens is not None and own.head.opens <= viewer.now,
        "reading": opening.beside_own(viewer, own.row.pk),
        "sendable": sendable(own.practice, answers) if _may_send(viewer, own) else [],
        "said_back": [
            shown(own.practice.reply.items, said)
            for _row, said in opening.replies(viewer, own.row)
            if own.practice.reply
        ],
    }
    return render(request, "repair/programmes/piece.html", context, status=status)


def _both(viewer: Viewer, one: Opened) -> tuple[pieces.Answers, pieces.Answers]:
    """The answers of the viewer and of the other, as they are kept."""
    return pieces.answers_of(viewer, one.own) if one.own else {}, opening.words(viewer, one.theirs)


def _card_sent_on(request: PageRequest, one: Opened) -> HttpResponse:
    back = redirect("repair:practice_read", one.practice.slug, one.theirs.pk)
    try:
        return card_sent_on(request, compared(one.practice.items, *_both(request.viewer, one)), back=back)
    except Refusal as refusal:
        return _read_page(request, one, _reply_form(one, None), status=422, refusal=str(refusal))


def _reply_form(one: Opened, data: Any) -> PartForm | None:
    reply = one.practice.reply
    return PartForm(data, items=reply.items, answers={}, partial=True) if reply else None


def _read_page(
    request: PageRequest, one: Opened, reply: PartForm | None, *, status: int = 200, refusal: str = ""
) -> HttpResponse:
    viewer = request.viewer
    own, other = _both(viewer, one)
    said = [s for row, s in opening.replies(viewer, one.theirs) if viewer.is_me(row.author_id)]
    items = [item for item in one.practice.items if item.type != "sort" and item.name != one.practice.drawn]
    context = {
        "one": one,
        "practice": one.practice,
        "pair": pair_of(viewer),
        "theirs": shown(items, other, to_other=True),
        "mine": shown(items, own, to_other=True),
        "compared": compared(one.practice.items, own, other),
        "names": list(dict.fromkeys(filter(None, (said.get(one.practice.drawn) for said in (own, other))))),
        "said": shown(one.practice.reply.items, said[0]) if said and one.practice.reply else [],
        "form": reply if not said else None,
        "refusal": refusal,
    }
    return render(request, "repair/programmes/read.html", context, status=status)


def _zone(viewer: Viewer) -> Any:
    assert viewer.person is not None
    return viewer.person.zone
