"""What this room registers when the site starts."""

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.couples.ports import closed_parts
from accounts.privacy.ports import Holding, register
from accounts.users.models import User
from accounts.vault import services as vault
from checkins.conversations import closing, topics
from checkins.conversations.models import Talk, TalkWord, Topic, TopicNote
from checkins.conversations.talks import HELD
from repair.programmes.ports import register_topics
from repair.timeline import kinds

if TYPE_CHECKING:
    from accounts.access import Viewer


def export_of(viewer: "Viewer") -> dict[str, Any]:
    """The viewer's own topics, those they put away too, notes and words after talks, of every couple; and what the
    other brought up and shared that they can read now."""
    notes = TopicNote.objects.visible_to(viewer).order_by("changed_at", "pk")
    found = topics.topics_of(viewer)
    return {
        "topics": [_topic(read) for read in found if read.mine],
        "put_away": [_topic(read) for read in topics.put_away_of(viewer)],
        "notes": [vault.open(viewer, note, "text") for note in notes],
        "after_talks": [
            {"talked_at": row.talk.began_at.isoformat() if row.talk.began_at else None,
             "took_place": word.took, "text": word.text, "shared": word.share}
            for row, word in closing.own_words(viewer)
        ],
        "brought_up_by_the_other": [_topic(read) for read in found if not read.mine],
        "shared_with_me": [
            {"talked_at": talk.began_at.isoformat() if talk.began_at else None, "text": read.text}
            for talk, read in _read_now(viewer)
            if read.text
        ],
    }  # fmt: skip


def _topic(read: topics.Read) -> dict[str, Any]:
    promised = read.row.promised_on
    return {
        "made_at": read.row.made_at.isoformat(),
        "text": read.text,
        "both_see_it": read.brought_up,
        "promised_for": promised.isoformat() if promised else None,
    }


def _read_now(viewer: "Viewer") -> list[tuple[Talk, closing.After]]:
    rows = list(Talk.objects.visible_to(viewer).filter(began_at__isnull=False).order_by("began_at", "pk"))
    read = closing.after(viewer, rows) if rows else {}
    return [(row, read[row.pk]) for row in rows]


def erase(person: User, now: datetime) -> None:
    """What only this person could read goes. What both could count stays, unreadable."""
    TopicNote.objects.filter(author=person).delete()
    TalkWord.objects.filter(author=person).delete()
    Topic.objects.filter(author=person, couple=None, talks=None).delete()
    Topic.objects.filter(author=person).update(text=b"")


def closed_part(*, viewer: "Viewer", couple_id: UUID) -> list[tuple[str, str, dict[str, Any]]]:
    """One's own lines after talks and notes for them, for the page of a couple that rests or was left."""
    rows = [
        (row, word.text)
        for row, word in closing.own_words(viewer)
        if row.talk.couple_id == couple_id and word.text
    ]
    notes = topics.notes_left(viewer, couple=couple_id)
    found: list[tuple[str, str, dict[str, Any]]] = []
    if rows:
        found += [(_("Your lines after talks"), "checkins/conversations/_closed.html", {"words": rows})]
    if notes:
        found += [(_("Your notes for talks"), "checkins/conversations/_closed_notes.html", {"notes": notes})]
    return found


register(
    Holding(
        name="talks",
        title="Talks",
        models=(Topic, TopicNote, Talk, TalkWord),
        export_of=export_of,
        erase=erase,
    )
)
kinds.register(kinds.EventKind(HELD, closing.lines))
closed_parts.register(closed_part)
register_topics(topics.keep_topic)
