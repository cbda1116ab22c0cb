"""Check-ins, each partner's copy of one, and the sheet each sends in."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.couples.models import Couple, Membership
from accounts.vault.fields import SealedField
from accounts.vault.models import Owner, SealedModel
from repair.schedules.models import Schedule

if TYPE_CHECKING:
    from accounts.access import Viewer


class CheckIn(SealedModel):
    """One occurrence of a rhythm for a couple, keyed by the rule's calendar date. Its instants never move."""

    # What the engine writes by the thousand has no index twice, and no constraint in the database towards rows
    # that stay for good: each check would lock, and so write, a row of another table. See docs/decisions.md.
    schedule = models.ForeignKey(
        Schedule, models.PROTECT, related_name="check_ins", db_index=False, db_constraint=False
    )
    couple = models.ForeignKey(
        Couple, models.PROTECT, related_name="check_ins", db_index=False, db_constraint=False
    )
    on = models.DateField()  # the rule's date, one label for both
    question_set = models.CharField(max_length=40)
    # The agreed moment to read side by side. Null: as soon as both are in, but not while either window is open
    # unless both have sent; see checkins.prompts.reading.
    reads_at = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["schedule", "on"], name="one_check_in_per_date")]
        indexes = [models.Index(fields=["couple", "on"], name="check_ins_of_a_couple")]

    def __str__(self) -> str:
        return f"check-in of {self.on:%Y-%m-%d}"


class PromptQuerySet(models.QuerySet["Prompt"]):
    def visible_to(self, viewer: "Viewer") -> "PromptQuerySet":
        """One's own prompts, of this couple or one left behind. Nobody sees another's."""
        return self.filter(membership__person=viewer.person) if viewer.is_partner else self.none()


class Prompt(SealedModel):
    """One partner's copy of a check-in: when it opens and closes, and what became of it (for its owner only)."""

    check_in = models.ForeignKey(CheckIn, models.PROTECT, related_name="prompts", db_index=False)
    membership = models.ForeignKey(
        Membership, models.PROTECT, related_name="prompts", db_index=False, db_constraint=False
    )
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    # One fixed size: how much somebody has written so far is nobody’s business. checkins.prompts.drafts
    draft = SealedField(label="prompts.prompt.draft", size=16384)
    skipped_at = models.DateTimeField(null=True, blank=True)  # “not tonight”
    sent_at = models.DateTimeField(null=True, blank=True)
    not_sent = models.BooleanField(default=False)  # the window had passed before a prompt could go out

    objects = PromptQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["check_in", "membership"], name="one_prompt_each"),
            models.CheckConstraint(condition=Q(closes_at__gt=F("opens_at")), name="prompt_closes_after_it_opens"),
        ]
        indexes = [models.Index(fields=["membership", "closes_at"], name="prompts_of_a_person")]

    def __str__(self) -> str:
        return f"prompt {self.pk}"

    def seal_owner(self, field: str) -> Owner:
        return Owner.person(self.membership.person_id)

    def may_open(self, viewer: "Viewer", field: str) -> bool:
        return viewer.is_me(self.membership.person_id)


class AnswerSheet(SealedModel):
    """What one partner sent in. Sealed under its author's key; `reading.py` alone opens it for anybody else.

    `marks` has one fixed size and holds marks, word, reports and the sharing choices; `words` holds the texts;
    `alone` nobody but its author opens.
    """

    prompt = models.OneToOneField(Prompt, models.PROTECT, related_name="sheet")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="sheets")
    couple = models.ForeignKey(Couple, models.PROTECT, related_name="sheets")
    on = models.DateField()
    # {"marks": {slug: 1–7}, "private": [slug], "word": [slug], "own": "…", "reports": {agreement id: report or
    #  null}, "two": "yn…", "share": "all" | "marks" | "words" | "none", "case": bool}; see checkins.prompts.sheets
    marks = SealedField(label="prompts.sheet.marks", size=4096)
    words = SealedField(label="prompts.sheet.words")  # {"notice": "…", "feel": "…", "need": "…", "good": "…"}
    # {slug: 1–7} of what was asked for its author alone, by their track. No reading opens it, whatever is shared.
    alone = SealedField(label="prompts.sheet.alone", size=128)
    sent_at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["couple", "on"], name="sheets_of_a_couple")]

    def __str__(self) -> str:
        return f"sheet {self.pk}"

    def seal_owner(self, field: str) -> Owner:
        return Owner.person(self.author_id)

    def may_open(self, viewer: "Viewer", field: str) -> bool:
        from accounts.access import Purpose

        read = field != "alone" and viewer.purpose is Purpose.READING
        return viewer.is_me(self.author_id) or read


class Back(models.TextChoices):
    """The three ways to say one thing back."""

    UNDERSTOOD = "understood", "I understood …"
    TRY = "try", "I’ll try … by …"
    UNTIL = "until", "I need until …"


class Addition(SealedModel):
    """Something said after reading: one thing back (shared), what was heard (private), or a line added later."""

    class Kind(models.TextChoices):
        REPLY = "reply", "Said back"
        HEARD = "heard", "What did I hear?"
        LATER = "later", "Added later"

    check_in = models.ForeignKey(CheckIn, models.PROTECT, related_name="additions")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="additions")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    # {"back": a Back or null, "text": "…", "by": "2026-11-25" or null}; one size, because it holds a choice
    body = SealedField(label="prompts.addition.body", size=4096)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["check_in", "author"], condition=Q(kind="reply"), name="one_reply_each"
            ),
            models.UniqueConstraint(
                fields=["check_in", "author"], condition=Q(kind="heard"), name="one_heard_each"
            ),
        ]

    def __str__(self) -> str:
        return self.kind

    def seal_owner(self, field: str) -> Owner:
        return Owner.person(self.author_id)

    def may_open(self, viewer: "Viewer", field: str) -> bool:
        """Its author; the other partner what was said to them, while the couple shares. No therapist: both let in
        what was opened, not what was said about it."""
        if viewer.is_me(self.author_id):
            return True
        said = self.kind != self.Kind.HEARD and viewer.case is None
        return said and viewer.shares_with(self.check_in.couple_id)


class ReadingChoice(SealedModel):
    """What one partner chose at the closed card: read now, tomorrow, or not this one. Theirs alone."""

    check_in = models.ForeignKey(CheckIn, models.PROTECT, related_name="reading_choices")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    choice = SealedField(label="prompts.reading_choice.choice", size=64)  # "now" | "tomorrow" | "never"
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["check_in", "person"], name="one_reading_choice_each")]

    def __str__(self) -> str:
        return "a reading choice"

    def seal_owner(self, field: str) -> Owner:
        return Owner.person(self.person_id)

    def may_open(self, viewer: "Viewer", field: str) -> bool:
        return viewer.is_me(self.person_id)
