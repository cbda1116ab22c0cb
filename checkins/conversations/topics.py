"""Topics for a talk: kept for oneself, brought up to both by their author, put away, brought back or deleted; and
own notes on them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from accounts.couples.models import Membership
from accounts.couples.states import CoupleState
from accounts.meanwhile import check_seen, version_of
from accounts.refusal import Refusal
from accounts.users.models import User
from accounts.vault import services as vault
from checkins.conversations.clock import State, clock_of
from checkins.conversations.models import Talk, Topic, TopicNote
from repair.plan.locks import entered, locked

if TYPE_CHECKING:
    from accounts.access import Viewer

MOST_TOPICS = 200


@dataclass(frozen=True)
class Read:
    """A topic as a viewer reads it."""

    row: Topic
    text: str
    mine: bool
    brought_up: bool  # both see it now

    @property
    def put_away(self) -> bool:
        """Off every list; its author alone reads it."""
        return self.row.put_away_at is not None


@dataclass(frozen=True)
class Note:
    """The viewer's own note, and the topic it is about where they still read it."""

    topic: UUID
    text: str
    about: str


def topics_of(viewer: "Viewer") -> list[Read]:
    """What the viewer has to talk about: their own that are not put away, and what the other brought up; newest
    first. A topic of a couple they have left is their own again."""
    rows = Topic.objects.visible_to(viewer).filter(put_away_at=None).order_by("-made_at", "pk")
    vault.preload(viewer.keys, owners=viewer.partners)
    return [read for row in rows if (read := _read(viewer, row)) is not None]


def put_away_of(viewer: "Viewer") -> list[Read]:
    """The viewer's own topics that they put away, the latest first."""
    rows = Topic.objects.visible_to(viewer).filter(author_id=viewer.person_id).exclude(put_away_at=None)
    return [read for row in rows.order_by("-put_away_at", "pk") if (read := _read(viewer, row)) is not None]


def topic_of(viewer: "Viewer", topic: UUID) -> Read:
    """One topic, one's own that is put away too. Raises Http404 for one the viewer may not see, or whose words are
    gone."""
    row = Topic.objects.visible_to(viewer).filter(pk=topic).first()
    read = _read(viewer, row) if row else None
    if read is None:
        raise Http404
    return read


def text_of(viewer: "Viewer", row: Topic) -> str:
    """What a topic says to the viewer; "" where it is no longer theirs to read."""
    return (vault.open_or(viewer, row, "text", gone=None) or "") if row.may_open(viewer, "text") else ""


def note_of(viewer: "Viewer", topic: UUID) -> str:
    """The viewer's own note on a topic; "" without one."""
    row = TopicNote.objects.visible_to(viewer).filter(topic=topic).first()
    return (vault.open(viewer, row, "text") or "") if row else ""


def note_version(viewer: "Viewer", topic: UUID) -> str:
    """What a form carries of that note, see `accounts.meanwhile`."""
    row = TopicNote.objects.visible_to(viewer).filter(topic=topic).first()
    return version_of(row.changed_at if row else None)


def notes_left(viewer: "Viewer", *, couple: UUID | None = None) -> list[Note]:
    """The viewer's own notes on topics they no longer read: kept again, put away or gone, whichever. Where a
    couple is named, their notes on its topics, read or not. Latest first."""
    rows = TopicNote.objects.visible_to(viewer).select_related("topic").order_by("-changed_at", "pk")
    if couple is not None:
        rows = rows.filter(topic__couple_id=couple)
    found = [Note(row.topic_id, vault.open(viewer, row, "text") or "", text_of(viewer, row.topic)) for row in rows]
    return [note for note in found if couple is not None or not note.about]


def _read(viewer: "Viewer", row: Topic) -> Read | None:
    text = vault.open_or(viewer, row, "text", gone=None)
    if text is None:
        return None
    brought_up = row.offered_at is not None and row.put_away_at is None and viewer.shares_with(row.couple_id)
    return Read(row, text, viewer.is_me(row.author_id), brought_up)


@transaction.atomic
def keep_topic(*, viewer: "Viewer", text: str, now: datetime, topic: UUID | None = None) -> None:
    """Keep a topic, the viewer's own until they bring it up; under the id a form carried, sent twice it is one.
    Where that id holds other words by now, is put away or deleted, these are kept under an id of their own.

    Raises Refusal at MOST_TOPICS, Http404 where the id is another's.
    """
    person = _held(viewer)
    row = Topic.objects.filter(pk=topic).first() if topic else None
    if row is not None:
        if row.author_id != person.pk:
            raise Http404
        kept = Topic.objects.filter(Q(pk=row.pk) | Q(offered_at=None), author=person, put_away_at=None)
        if _saying(viewer, kept, text) is not None:
            return
        topic = None
    _write(viewer, Topic(pk=topic or uuid4(), author=person, made_at=now), text)


@transaction.atomic
def park(*, viewer: "Viewer", text: str, on: date, now: datetime) -> None:
    """Put something aside in a talk: a topic both see, with the day promised for it. The same words again for the
    same day are the same. Raises NotActive, Refusal at MOST_TOPICS."""
    mine = entered(viewer, now=now)
    there = Topic.objects.filter(author=mine.person, couple=mine.couple, promised_on=on, put_away_at=None)
    if _saying(viewer, there, text) is not None:
        return
    row = Topic(author=mine.person, couple=mine.couple, made_at=now, offered_at=now, promised_on=on)
    _write(viewer, row, text)


@transaction.atomic
def bring_up(*, viewer: "Viewer", topic: UUID, now: datetime) -> UUID:
    """Let both see one's own topic. One out of a couple they left stays there, put away, because notes and talks
    of that couple stand on it; its words, with one's own note, begin anew. Twice is once. Returns the id under
    which both see it. Raises Http404, NotActive, Refusal at MOST_TOPICS.
    """
    mine = entered(viewer, now=now)
    row, _couple = _own(viewer, topic, put_away=None)
    if row.couple_id not in {None, mine.couple_id}:
        return _begin_anew(viewer, row, mine, now=now)
    if row.put_away_at is not None:
        raise Http404
    if row.offered_at is None:
        row.couple, row.offered_at = mine.couple, now
        row.save(update_fields=["couple", "offered_at"])
    return row.pk


@transaction.atomic
def keep_again(*, viewer: "Viewer", topic: UUID, now: datetime) -> None:
    """Have one's own topic for oneself again. An offered talk about it goes with it. Raises Http404, Refusal where
    both have agreed a time and the couple is active."""
    row, couple = _own(viewer, topic)
    _let_go_of_talks(row, couple, now=now)
    row.offered_at, row.promised_on = None, None
    row.save(update_fields=["offered_at", "promised_on"])


@transaction.atomic
def put_away(*, viewer: "Viewer", topic: UUID, now: datetime) -> None:
    """Take one's own topic off every list. Its author still reads it, with their note on it. Twice is once. Raises
    Http404, Refusal as above."""
    row, couple = _own(viewer, topic, put_away=None)
    if row.put_away_at is not None:
        return
    _let_go_of_talks(row, couple, now=now)
    row.put_away_at = now
    row.save(update_fields=["put_away_at"])


@transaction.atomic
def bring_back(*, viewer: "Viewer", topic: UUID, now: datetime) -> None:
    """Put one's own topic on the list again: for oneself alone, whoever saw it before. Twice is once. Raises
    Http404."""
    row, _couple = _own(viewer, topic, put_away=None)
    if row.put_away_at is not None:
        row.put_away_at, row.offered_at, row.promised_on = None, None, None
        row.save(update_fields=["put_away_at", "offered_at", "promised_on"])


@transaction.atomic
def delete(*, viewer: "Viewer", topic: UUID) -> None:
    """Delete one's own topic that is put away, with one's own note on it. Where both ever saw it the row stays,
    without a word in it: a talk or a note of the other's may stand on it. Raises Http404."""
    row, _couple = _own(viewer, topic, put_away=True)
    TopicNote.objects.visible_to(viewer).filter(topic=row).delete()
    if row.couple_id is None and not row.talks.exists():
        row.delete()
    else:
        row.text = b""
        row.save(update_fields=["text"])


@transaction.atomic
def keep_note(*, viewer: "Viewer", topic: UUID, text: str, now: datetime, seen: str | None = None) -> None:
    """Write one's own note on a topic anew; an empty one is removed. Raises Http404, ChangedMeanwhile where other
    words would be overwritten than the form had `seen` (see `accounts.meanwhile`)."""
    person = _held(viewer)
    row = topic_of(viewer, topic).row  # behind the lock: another window may be deleting it
    note = TopicNote.objects.visible_to(viewer).filter(topic=row).first()
    if note is not None and vault.open(viewer, note, "text") != text:
        said = _("This note was changed in another window. Keeping it now puts what the form has in its place.")
        check_seen(seen, note.changed_at, said)
    if not text:
        if note:
            note.delete()
        return
    note = note or TopicNote(author=person, topic=row)
    note.changed_at = now
    vault.seal(note, "text", text, cache=viewer.keys)
    note.save()


@transaction.atomic
def delete_note(*, viewer: "Viewer", topic: UUID) -> None:
    """Delete one's own note, whether or not one still reads what it is about. Raises Http404 without one."""
    if not TopicNote.objects.visible_to(viewer).filter(topic=topic).delete()[0]:
        raise Http404


def _held(viewer: "Viewer") -> User:
    """The viewer, their row locked: it stands for all they keep, so that two clicks at once make one."""
    if viewer.person is None:
        raise Http404
    return User.objects.select_for_update(of=("self",)).get(pk=viewer.person.pk)


def _write(viewer: "Viewer", row: Topic, text: str) -> None:
    if Topic.objects.filter(author=viewer.person).exclude(text=b"").count() >= MOST_TOPICS:
        raise Refusal(_("There are many topics here already. Put one away and delete it first."))
    vault.seal(row, "text", text, cache=viewer.keys)
    row.save(force_insert=True)


def _saying(viewer: "Viewer", rows: QuerySet[Topic], text: str) -> Topic | None:
    """Which of the viewer's own topics has these words; None where none has."""
    return next((row for row in rows.exclude(text=b"") if vault.open(viewer, row, "text") == text), None)


def _begin_anew(viewer: "Viewer", row: Topic, mine: Membership, *, now: datetime) -> UUID:
    text = vault.open(viewer, row, "text")
    here = Topic.objects.filter(author=mine.person, couple=mine.couple, put_away_at=None)
    there = _saying(viewer, here.exclude(offered_at=None), text)
    if there is not None:
        return there.pk
    if row.put_away_at is not None:
        raise Http404
    fresh = Topic(author=mine.person, couple=mine.couple, made_at=now, offered_at=now)
    _write(viewer, fresh, text)
    TopicNote.objects.visible_to(viewer).filter(topic=row).update(topic=fresh)
    row.put_away_at = now
    row.save(update_fields=["put_away_at"])
    return fresh.pk


def _own(viewer: "Viewer", topic: UUID, *, put_away: bool | None = False) -> tuple[Topic, UUID | None]:
    """One's own topic, locked behind its author, and the couple one is in where it is active behind the lock.
    `put_away` says which are looked at, None: either. Raises Http404, also where its words are gone."""
    couple = None
    if viewer.standing is not None:
        mine, state = locked(viewer, now=viewer.now)  # before the topic, as every verb of a talk does
        couple = mine.couple_id if state is CoupleState.ACTIVE else None
    _held(viewer)  # a note of theirs on it is written behind this lock alone
    rows = Topic.objects.visible_to(viewer).filter(author_id=viewer.person_id).exclude(text=b"")
    if put_away is not None:
        rows = rows.filter(put_away_at__isnull=not put_away)
    row = rows.select_for_update(of=("self",)).filter(pk=topic).first()
    if row is None:
        raise Http404
    return row, couple


def _let_go_of_talks(row: Topic, couple: UUID | None, *, now: datetime) -> None:
    """Close what has not begun. Only while the couple is active does a time both agreed stand in the way: showing
    less never needs the other, and in a rest a refusal would tell that they had said yes."""
    for talk in Talk.objects.filter(topic=row, closed_at=None):
        standing = clock_of(talk, now=now).state in {State.AGREED, State.RUNNING, State.PAUSED}
        if standing and talk.couple_id == couple:
            raise Refusal(_("You have agreed on a time to talk about this. End that first."))
        if talk.began_at is None:
            talk.closed_at = now
            talk.save(update_fields=["closed_at"])
