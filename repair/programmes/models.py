"""What one person writes in a practice, what they say back, their own story, and the path a couple is on."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.couples.models import Couple
from accounts.vault.fields import SealedField
from accounts.vault.models import Owner, SealedModel
from repair.plan.models import Agreement

if TYPE_CHECKING:
    from accounts.access import Viewer


class PieceQuerySet(models.QuerySet["Piece"]):
    def visible_to(self, viewer: "Viewer") -> "PieceQuerySet":
        """One's own, alone, linked or resting. What of the other's is open, `opening.py` alone says."""
        return self.filter(owner_id=viewer.person_id) if viewer.is_partner else self.none()


class Piece(SealedModel):
    """One practice as one person did it once, sealed under its owner's key; `opening.py` alone opens it further.
    Which practice it is tells on which track somebody is, so that is sealed too."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="pieces")
    # repair.programmes.pieces.Head
    head = SealedField(label="programmes.piece.head", size=2048)
    # {name of the item: answer}; one size: how much somebody writes, and on how many pages, is nobody's business
    body = SealedField(label="programmes.piece.body", size=49_152)
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    objects = PieceQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["owner", "made_at"], name="pieces_of_a_person")]

    def __str__(self) -> str:
        return f"piece {self.pk}"

    def seal_owner(self, field: str) -> Owner:
        return Owner.person(self.owner_id)

    def may_open(self, viewer: "Viewer", field: str) -> bool:
        from accounts.access import Purpose

        return viewer.is_me(self.owner_id) or viewer.purpose is Purpose.PRACTICES


class PieceReply(SealedModel):
    """What the reader of an opened piece said back, once."""

    piece = models.ForeignKey(Piece, models.PROTECT, related_name="replies")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="piece_replies")
    couple = models.ForeignKey(Couple, models.PROTECT, related_name="+")
    body = SealedField(label="programmes.reply.body", size=16_384)  # {name of the item: answer}
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["piece", "author"], name="one_reply_to_a_piece")]

    def __str__(self) -> str:
        return f"reply to {self.piece_id}"

    def seal_owner(self, field: str) -> Owner:
        return Owner.person(self.author_id)

    def may_open(self, viewer: "Viewer", field: str) -> bool:
        """Its author, and the one it was said to while the couple shares. No therapist sees a practice."""
        if viewer.is_me(self.author_id):
            return True
        return viewer.case is None and viewer.is_me(self.piece.owner_id) and viewer.shares_with(self.couple_id)


class OwnStoryQuerySet(models.QuerySet["OwnStory"]):
    def visible_to(self, viewer: "Viewer") -> "OwnStoryQuerySet":
        """One's own, in whatever state a couple is."""
        return self.filter(person_id=viewer.person_id) if viewer.is_partner else self.none()


class OwnStory(SealedModel):
    """What one person says privately of what happened and what they hope. One row each; it changes only their own
    pages, and nobody else learns that there is one."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="own_story")
    # {"kinds": [slug], "track": slug, "willing": 1–7 or null, "hope": "…", "direction": slug, "asked": a date}
    body = SealedField(label="programmes.story.body", size=4096)
    changed_at = models.DateTimeField()

    objects = OwnStoryQuerySet.as_manager()

    def __str__(self) -> str:
        return "a story"

    def seal_owner(self, field: str) -> Owner:
        return Owner.person(self.person_id)

    def may_open(self, viewer: "Viewer", field: str) -> bool:
        return viewer.is_me(self.person_id)


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    def visible_to(self, viewer: "Viewer") -> "EnrolmentQuerySet":
        """The couple's, for its two partners while it is linked and not resting."""
        couple = viewer.couple_id
        return self.filter(couple_id=couple) if couple and viewer.is_in(couple) else self.none()


class Enrolment(SealedModel):
    """The path a couple is on: a programme in the version it began with, and the phase. Sealed under the couple's
    key, because a programme says what happened. The first one begins when the two are linked; each later one
    belongs to the line of the plan that both signed and is rewritten in place."""

    couple = models.ForeignKey(Couple, models.PROTECT, related_name="enrolments")
    agreement = models.OneToOneField(
        Agreement, models.PROTECT, null=True, blank=True, related_name="enrolment", default=None
    )
    # {"programme", "version", "phase", "beside", "beside_since": instant at which that one began}
    body = SealedField(label="programmes.enrolment.body", size=512)
    began_at = models.DateTimeField()
    phase_since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["couple"], condition=Q(agreement=None), name="one_first_path_of_a_couple"
            )
        ]

    def __str__(self) -> str:
        return f"path of {self.couple_id}"

    def seal_owner(self, field: str) -> Owner:
        return Owner.couple(self.couple_id)

    def may_open(self, viewer: "Viewer", field: str) -> bool:
        """Both partners while linked and not resting. No therapist sees a programme."""
        return viewer.is_in(self.couple_id)


class Ladder(SealedModel):
    """Where a couple's ladder stands, and the seed of the instants at which it is looked at. There from the moment
    of linking for every couple, so that nobody learns from the row whether anybody opened it."""

    couple = models.OneToOneField(Couple, models.PROTECT, related_name="ladder")
    body = SealedField(label="programmes.ladder.body", size=512)  # repair.programmes.ladder.Place

    def __str__(self) -> str:
        return f"ladder of {self.couple_id}"

    def seal_owner(self, field: str) -> Owner:
        return Owner.couple(self.couple_id)

    def may_open(self, viewer: "Viewer", field: str) -> bool:
        """Nobody, for it holds the seed; what of it is shown, `climbing.py` says."""
        from accounts.access import Purpose

        return viewer.purpose is Purpose.LADDER


class LadderAnswerQuerySet(models.QuerySet["LadderAnswer"]):
    def visible_to(self, viewer: "Viewer") -> "LadderAnswerQuerySet":
        """One's own."""
        return self.filter(person_id=viewer.person_id) if viewer.is_partner else self.none()


class LadderAnswer(SealedModel):
    """Whether the ladder is open for one partner, and what they say of its step. One row for each from the moment
    of linking, in one size."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    couple = models.ForeignKey(Couple, models.PROTECT, related_name="+")
    body = SealedField(label="programmes.ladder_answer.body", size=512)  # repair.programmes.ladder.Answer

    objects = LadderAnswerQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "couple"], name="one_ladder_answer_each")]

    def __str__(self) -> str:
        return "an answer"

    def seal_owner(self, field: str) -> Owner:
        return Owner.person(self.person_id)

    def may_open(self, viewer: "Viewer", field: str) -> bool:
        """Its author; and the system, which takes both at a look and tells neither."""
        from accounts.access import Purpose

        return viewer.is_me(self.person_id) or viewer.purpose is Purpose.LADDER
