"""The outbox: every mail owed is a row, allauth's too; and each try to send one is a row."""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.vault.fields import SealedField
from accounts.vault.models import Owner, SealedModel

if TYPE_CHECKING:
    from accounts.access import Viewer


class Stream(models.TextChoices):
    """The three constant subjects, and what one-click unsubscribe stops (notes only)."""

    NOTES = "notes", "Your note"
    ACCOUNT = "account", "Your account"
    INVITATION = "invitation", "A note for you"


class State(models.TextChoices):
    OWED = "owed", "owed"
    SENT = "sent", "sent"  # the relay took it
    UNWANTED = "unwanted", "unwanted"  # asked again before sending, and no longer wanted
    REFUSED = "refused", "refused"  # the relay said no for good
    UNKNOWN = "unknown", "unknown"  # three outcomes unknown: stopped
    ASIDE = "aside", "aside"  # could not even be rendered five times


class Mail(SealedModel):
    """One mail owed to one address."""

    kind = models.CharField(max_length=40)  # a name registered in accounts.mail.kinds
    stream = models.CharField(max_length=12, choices=Stream.choices)
    # Without a constraint in the database: each check would lock, and so write, the person's own row.
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="mails",
        db_constraint=False,
    )
    address = models.EmailField()
    ref = models.UUIDField(null=True, blank=True)  # what it is about, for its kind to look up
    payload = SealedField(label="mail.mail.payload")  # what the template needs that no row holds (a code)
    seal_key = models.UUIDField(null=True, blank=True)  # whose key sealed the payload, when not `person`
    due_at = models.DateTimeField()
    not_after = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OWED)
    # The engine's index: when to try next; while a worker has it, the end of the lease; null once settled.
    next_try_at = models.DateTimeField(null=True, blank=True)
    lease = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)  # put off by a 4xx or a lost connection before DATA
    unknowns = models.PositiveSmallIntegerField(default=0)  # reached DATA, outcome unknown
    faults = models.PositiveSmallIntegerField(default=0)  # could not be rendered
    settled_at = models.DateTimeField(null=True, blank=True)

    gathered: Any = None  # what its kind fetched for the batch it is sent in; see MailKind.gather

    class Meta:
        indexes = [
            models.Index(fields=["next_try_at"], condition=Q(state="owed"), name="mail_owed"),
            models.Index(fields=["kind", "ref"], condition=Q(ref__isnull=False), name="mail_by_reference"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} mail"

    def seal_owner(self, field: str) -> Owner:
        owner = self.seal_key or self.person_id
        if owner is None:
            raise ValueError("a mail with a payload needs a person or a seal_key")
        return Owner.person(owner)

    def may_open(self, viewer: "Viewer", field: str) -> bool:
        from accounts.access import Purpose

        return viewer.purpose is Purpose.MAIL


class Attempt(models.Model):
    """One try to send one mail. Its commit is the moment when sending begins."""

    class Outcome(models.TextChoices):
        BEGUN = "begun", "begun"
        ACCEPTED = "accepted", "accepted"
        LATER = "later", "later"  # 4xx, or never reached DATA
        REFUSED = "refused", "refused"  # 5xx
        UNKNOWN = "unknown", "unknown"  # the connection broke after the final dot, or during DATA

    mail = models.ForeignKey(Mail, models.CASCADE, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    lease = models.UUIDField()
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    reached_data = models.BooleanField(default=False)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.BEGUN)
    code = models.PositiveSmallIntegerField(null=True, blank=True)  # the relay's reply code, never its text

    class Meta:
        constraints = [models.UniqueConstraint(fields=["mail", "number"], name="one_attempt_per_number")]

    def __str__(self) -> str:
        return f"try {self.number}: {self.outcome}"
