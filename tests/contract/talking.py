"""Rows of topics and talks, as the verbs would make them."""

from datetime import datetime, timedelta
from typing import Any

from accounts.couples.models import Membership
from accounts.users.models import User
from accounts.vault import services as vault
from checkins.conversations.models import Talk, TalkWord, Topic, TopicNote
from repair.timeline.services import note as note_event


def make_topic(author: User, text: str, *, now: datetime, couple: Any = None, **fields: Any) -> Topic:
    """A topic for a talk; brought up where a couple is given."""
    row = Topic(author=author, couple=couple, made_at=now, offered_at=now if couple else None, **fields)
    vault.seal(row, "text", text)
    row.save()
    return row


def note_topic(author: User, topic: Topic, text: str, *, now: datetime) -> None:
    """Somebody's own note on a topic."""
    note = TopicNote(author=author, topic=topic, changed_at=now)
    vault.seal(note, "text", text)
    note.save()


def make_talk(topic: Topic, *, now: datetime, **fields: Any) -> Talk:
    """A talk that the topic's author offered for now and the other agreed to; more of it in `fields`."""
    by = Membership.objects.get(couple=topic.couple, person=topic.author)
    return Talk.objects.create(
        **{"couple": topic.couple, "topic": topic, "offered_by": by, "starts_at": now, "minutes": 5,
           "made_at": now - timedelta(hours=1), "yes_at": now - timedelta(minutes=30), **fields}
    )  # fmt: skip


def talked(topic: Topic, *, now: datetime, reads: datetime) -> Talk:
    """A talk that was held and is over, with its event."""
    began = now - timedelta(minutes=30)
    talk = make_talk(topic, now=now, began_at=began, stage_at=began, closed_at=now, reads_at=reads)
    note_event(couple_id=talk.couple_id, kind="talk.held", at=began, ref=talk.pk)
    return talk


def say_after(author: User, talk: Talk, *, now: datetime, **said: Any) -> None:
    """What somebody said of a talk."""
    row = TalkWord(author=author, talk=talk, changed_at=now)
    vault.seal(row, "body", {"took": False, "text": "", "share": False, **said})
    row.save()
