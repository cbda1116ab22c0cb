"""What this room holds about a person: for their export, for their erasure, and their part of a closed plan."""

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.couples.models import Membership
from accounts.privacy.ports import Holding, register
from accounts.users.models import User
from accounts.vault import services as vault
from repair.programmes import climbing, content, opening, pieces, weeks
from repair.programmes.ladder import Answer
from repair.programmes.models import Enrolment, Ladder, LadderAnswer, OwnStory, Piece, PieceReply
from repair.programmes.pieces import Answers, Own
from repair.programmes.practice_shapes import Item
from repair.programmes.showing import shown
from repair.programmes.story import story_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accounts.access import Viewer


def export_of(viewer: "Viewer") -> dict[str, Any]:
    """The viewer's own pieces, finished or not, what they said back, what is open to them now, their own story."""
    story = story_of(viewer)
    said = PieceReply.objects.filter(author=viewer.person).select_related("piece").order_by("made_at", "pk")
    place = weeks.place_of(viewer) if viewer.is_partner else None
    return {
        "path": _path(place) if place else None,
        "about_me": {
            "trust_lost_over": list(story.kinds),
            "own_place": story.track,
            "willing": story.willing,
            "hope": story.hope,
            "direction": story.direction,
            "asked_to_read": [content.practice(slug).title for slug in story.asks],
        },
        "ladder": _ladder(viewer) if viewer.is_partner else None,
        "ladder_in_earlier_plans": _ladder_before(viewer),
        "practices": [_own(viewer, own) for own in reversed(pieces.own_pieces(viewer))],
        "said_back": [
            {"made_at": row.made_at.isoformat(), "words": list(vault.open(viewer, row, "body").values())}
            for row in said
        ],
        "open_to_me": [
            {
                "practice": one.practice.title,
                "opened_at": one.at.isoformat(),
                "words": _words(one.practice.items, opening.words(viewer, one.theirs), to_other=True),
            }
            for one in opening.opened(viewer)
        ],
    }


def _path(place: weeks.Place) -> dict[str, Any]:
    beside = {"alongside": place.beside.phase.title} if place.beside else {}
    return {"programme": place.programme.title, "phase": place.phase.title, **beside}


def _own(viewer: "Viewer", own: Own) -> dict[str, Any]:
    row = Piece.objects.visible_to(viewer).get(pk=own.row.pk)
    return {
        "practice": own.practice.title,
        "made_at": own.row.made_at.isoformat(),
        "finished": own.head.done,
        "shared_at": own.head.shared.isoformat() if own.head.shared else None,
        "words": _words(own.practice.items, pieces.answers_of(viewer, row)),
        "said_back_to_me": [
            _words(own.practice.reply.items, said)
            for _r, said in opening.replies(viewer, row)
            if own.practice.reply
        ],
    }


def _ladder(viewer: "Viewer") -> dict[str, Any]:
    """One's own answer, and the step as one's page shows it."""
    own = climbing.own_answer(viewer)
    there = climbing.seen(viewer) if own.open else None
    return {**_said(own), "step": there.part.title if there and there.part else None}


def _ladder_before(viewer: "Viewer") -> list[dict[str, Any]]:
    """One's own answers in the plans one has left, with when one was in them."""
    places = Membership.objects.filter(person=viewer.person).exclude(left_at=None).order_by("joined_at", "pk")
    own = dict(climbing.earlier_answers(viewer))
    return [
        {"plan_from": row.joined_at.isoformat(), "plan_to": row.left_at, **_said(own[row.couple_id])}
        for row in places
        if row.couple_id in own
    ]


def _said(own: Answer) -> dict[str, Any]:
    return {
        "open_for_me": own.open,
        "since": own.turned.isoformat() if own.turned else None,
        "i_said": own.says.value if own.said else None,
        "said_at": own.said.isoformat() if own.said else None,
    }


def _words(items: "Iterable[Item]", answers: Answers, *, to_other: bool = False) -> list[dict[str, Any]]:
    return [
        {"asked": one.item.label, "answered": list(one.lines)} for one in shown(items, answers, to_other=to_other)
    ]


def said_back(viewer: "Viewer", couple_id: UUID) -> list[tuple[PieceReply, list[tuple[str, list[str]]]]]:
    """What the viewer said back in a couple, in order, each answer under what was asked. The other's piece is not
    opened for it: where two practices ask for answers of the same names, what was asked is left out."""
    rows = PieceReply.objects.filter(author=viewer.person, couple_id=couple_id).select_related("piece")
    return [(row, _asked(vault.open(viewer, row, "body") or {})) for row in rows.order_by("made_at", "pk")]


def _asked(answers: Answers) -> list[tuple[str, list[str]]]:
    replies = [practice.reply for practice in content.practices() if practice.reply]
    fits = [reply for reply in replies if set(answers) <= {item.name for item in reply.items}]
    if len(fits) == 1:
        return [(str(one.item.label), list(one.lines)) for one in shown(fits[0].items, answers)]
    return [("", [str(said)]) for said in answers.values() if said]


def closed_part(*, viewer: "Viewer", couple_id: UUID) -> list[tuple[str, str, dict[str, Any]]]:
    """What one said back to the other's practices, for the page of a couple that rests or was left."""
    said = said_back(viewer, couple_id)
    return [(_("What you said back"), "repair/programmes/_closed.html", {"said": said})] if said else []


def erase(person: User, now: datetime) -> None:
    """Pieces go with their author, and so does their story; a piece that the other said something back to stays
    as a row, unreadable, and so does what was said. The path and the ladder are the couple's."""
    OwnStory.objects.filter(person=person).delete()
    LadderAnswer.objects.filter(person=person).update(body=b"")
    answered = PieceReply.objects.filter(piece__owner=person).values("piece")
    Piece.objects.filter(owner=person).exclude(pk__in=answered).delete()
    Piece.objects.filter(owner=person).update(head=b"", body=b"")


def register_holdings() -> None:
    """Register what this room holds."""
    register(
        Holding(
            name="programmes",
            title="Path and practices",
            models=(Piece, PieceReply, OwnStory, Enrolment, Ladder, LadderAnswer),
            export_of=export_of,
            erase=erase,
        )
    )
