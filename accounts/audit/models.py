"""Who looked, and when: append-only rows in a keyed chain. Never values, never one partner's visits."""

from django.conf import settings
from django.db import models

from accounts.couples.models import Couple


class Entry(models.Model):
    """One view by a therapist, or one act of the operator, that concerns a couple or a person."""

    class What(models.TextChoices):
        THERAPIST_VIEW = "view", "read the timeline"
        THERAPIST_BRIEF = "brief", "opened the session page"
        THERAPIST_SIGNALS = "signals", "opened the page of signals"
        SUSPEND = "suspend", "suspended an account"
        UNSUSPEND = "unsuspend", "reopened an account"

    number = models.PositiveBigIntegerField(unique=True)
    at = models.DateTimeField()
    what = models.CharField(max_length=12, choices=What.choices)
    couple = models.ForeignKey(Couple, models.PROTECT, null=True, blank=True, related_name="audit")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="audit_acts"
    )
    # Set where only one person may read the row (a private note viewed; an act on one account).
    only_for = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="audit_mine"
    )
    mac = models.BinaryField(max_length=32)  # keyed hash of this row and the mac before it

    class Meta:
        indexes = [models.Index(fields=["couple", "at"], name="audit_of_a_couple")]

    def __str__(self) -> str:
        return f"{self.number}: {self.what}"
