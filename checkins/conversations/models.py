"""Topics for a talk, one's own notes on them, and talks: offered, agreed, held by the server's clock, over."""

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.couples.models import Couple, Membership
from accounts.vault.fields import SealedField
from accounts.vault.models import Owner, SealedModel

if TYPE_CHECKING:
    from accounts.access import Viewer


class TopicQuerySet(models.QuerySet["Topic"]):
    def visible_to(self, viewer: "Viewer") -> "TopicQuerySet":
        """One's own, always; those the other brought up, while the couple shares. No therapist sees a topic."""
        if not viewer.is_partner:
            return self.none()
        own = Q(author_id=viewer.person_id)
        if not viewer.shares_with(viewer.couple_id):
            return self.filter(own)
        return self.filter(own | Q(couple_id=viewer.couple_id, offered_at__isnull=False, put_away_at=None))


class Topic(SealedModel):
    """Something to talk about, its author's alone until they bring it up. Sealed under their key for good."""

    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="topics")
    couple = models.ForeignKey(Couple, models.PROTECT, null=True, blank=True, related_name="topics")
    text = SealedField(label="conversations.topic.text", size=2048)
    made_at = models.DateTimeField()
    offered_at = models.DateTimeField(null=True, blank=True)  # brought up: both see it from here on
    promised_on = models.DateField(null=True, blank=True)  # “not today”: the day its turn was promised for
    put_away_at = models.DateTimeField(null=True, blank=True)

    objects = TopicQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(offered_at=None) | Q(couple__isnull=False), name="a_topic_is_brought_up_in_a_couple"
            )
        ]
        indexes = [models.Index(fields=["couple", "offered_at"], name="topics_of_a_couple")]

    def __str__(self) -> str:
        return f"topic {self.pk}"

    def seal_owner(self, field: str) -> Owner:
        return Owner.person(self.author_id)

    def may_open(self, viewer: "Viewer", field: str) -> bool:
        if viewer.is_me(self.author_id):
            return True
        brought_up = self.offered_at is not None and self.put_away_at is None
        return brought_up and viewer.case is None and viewer.shares_with(self.couple_id)


class TopicNoteQuerySet(models.QuerySet["TopicNote"]):
    def visible_to(self, viewer: "Viewer") -> "TopicNoteQuerySet":
        """One's own alone, whosever the topic is."""
        return self.filter(author_id=viewer.person_id) if viewer.is_partner else self.none()


class TopicNote(SealedModel):
    """What one partner wants to remember for a talk. Theirs alone."""

    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="topic_notes")
    topic = models.ForeignKey(Topic, models.PROTECT, related_name="notes")
    text = SealedField(label="conversations.note.text", size=8192)
    changed_at = models.DateTimeField()

    objects = TopicNoteQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["author", "topic"], name="one_topic_note_each")]

    def __str__(self) -> str:
        return "a note on a topic"

    def seal_owner(self, field: str) -> Owner:
        return Owner.person(self.author_id)

    def may_open(self, viewer: "Viewer", field: str) -> bool:
        return viewer.is_me(self.author_id)


class TalkQuerySet(models.QuerySet["Talk"]):
    def visible_to(self, viewer: "Viewer") -> "TalkQuerySet":
        """The couple's talks, for its two partners while it shares. No therapist sees one."""
        couple = viewer.couple_id if viewer.is_partner else None
        if couple is None or not viewer.shares_with(couple):
            return self.none()
        return self.filter(couple_id=couple)


class Talk(models.Model):
    """One talk about one topic. Instants and counters alone; `checkins.conversations.clock` says where it stands.

    What the two press in it, both see: it holds nothing that one of them keeps to themself.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    couple = models.ForeignKey(Couple, models.PROTECT, related_name="talks")
    topic = models.ForeignKey(Topic, models.PROTECT, related_name="talks")
    offered_by = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField()  # of each side's turn
    made_at = models.DateTimeField()
    yes_at = models.DateTimeField(null=True, blank=True)  # the other said yes to the time
    a_here = models.BooleanField(default=False)  # pressed “I’m here”, before beginning or going on
    b_here = models.BooleanField(default=False)
    began_at = models.DateTimeField(null=True, blank=True)
    stage = models.PositiveSmallIntegerField(default=0)  # as of stage_at; the clock goes on from there
    stage_at = models.DateTimeField(null=True, blank=True)
    asked = models.PositiveSmallIntegerField(default=0)  # follow-up questions in this stage, 0 to 3
    held = models.PositiveSmallIntegerField(default=0)  # seconds left of the stage when a time-out was called
    resume_at = models.DateTimeField(null=True, blank=True)  # set while there is a time-out
    closed_at = models.DateTimeField(null=True, blank=True)  # ended, taken back or overtaken by another offer
    reads_at = models.DateTimeField(null=True, blank=True)  # when what both share of it can be read

    objects = TalkQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["couple"], condition=Q(closed_at=None), name="one_open_talk")
        ]
        indexes = [models.Index(fields=["couple", "began_at"], name="talks_of_a_couple")]

    def __str__(self) -> str:
        return f"talk {self.pk}"


class TalkWordQuerySet(models.QuerySet["TalkWord"]):
    def visible_to(self, viewer: "Viewer") -> "TalkWordQuerySet":
        """One's own. The other's are handed out by `checkins.conversations.closing` alone."""
        return self.filter(author_id=viewer.person_id) if viewer.is_partner else self.none()


class TalkWord(SealedModel):
    """What one partner says of a talk afterwards: that it took place, two lines, and who reads them."""

    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="talk_words")
    talk = models.ForeignKey(Talk, models.PROTECT, related_name="words")
    # {"took": bool, "text": "…", "share": bool}; one size, because it holds choices
    body = SealedField(label="conversations.word.body", size=4096)
    changed_at = models.DateTimeField()

    objects = TalkWordQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["author", "talk"], name="one_word_each")]

    def __str__(self) -> str:
        return "a word after a talk"

    def seal_owner(self, field: str) -> Owner:
        return Owner.person(self.author_id)

    def may_open(self, viewer: "Viewer", field: str) -> bool:
        from accounts.access import Purpose

        return viewer.is_me(self.author_id) or viewer.purpose is Purpose.TALKS
