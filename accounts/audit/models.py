"""Who looked, and when: append-only rows in a keyed chain. Never values, never one partner's visits."""

from typing import Any, NoReturn

from django.conf import settings
from django.db import models

from accounts.audit import guards
from accounts.couples.models import Couple


class AppendOnly(Exception):
    """Somebody tried to change or delete a row of the audit."""


class EntryQuerySet(models.QuerySet["Entry"]):
    """Rows are read and added; changing and deleting are refused here, before they reach the database."""

    def update(self, **_: Any) -> NoReturn:
        raise AppendOnly

    def delete(self) -> NoReturn:
        raise AppendOnly


class Entry(models.Model):
    """One view by a therapist, or one act of the operator, that concerns a couple or a person."""

    class What(models.TextChoices):
        THERAPIST_LIST = "list", "saw it in the list of couples"
        THERAPIST_VIEW = "view", "read the timeline"
        THERAPIST_BRIEF = "brief", "opened the session page"
        THERAPIST_SIGNALS = "signals", "opened the page of signals"
        SUSPEND = "suspend", "suspended an account"
        UNSUSPEND = "unsuspend", "reopened an account"
        LOST_STEP = "lost_step", "began to remove a lost second step"
        LOST_STEP_STOP = "lost_stop", "stopped removing it"

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

    objects = EntryQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["couple", "at"], name="audit_of_a_couple")]
        constraints = [guards.AppendOnly(name="audit_only_added_to")]

    def __str__(self) -> str:
        return f"{self.number}: {self.what}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the row. Raises AppendOnly for one that is already there."""
        if not self._state.adding:
            raise AppendOnly
        kwargs["force_insert"] = True
        super().save(*args, **kwargs)

    def delete(self, *_: Any, **__: Any) -> NoReturn:
        raise AppendOnly


class Head(models.Model):
    """The ends of the chain, one row: the newest entry's number and mac, and where the oldest kept one begins.

    Adding an entry locks this row, so that entries stand in one line. `seal` is a keyed hash of the rest: an end
    cut off by hand is noticed. `kept_from` and `kept_mac` move only when old entries are let go.
    """

    number = models.PositiveBigIntegerField(default=0)
    mac = models.BinaryField(max_length=32, default=bytes)
    kept_from = models.PositiveBigIntegerField(default=1)  # the number of the oldest entry kept
    kept_mac = models.BinaryField(max_length=32, default=bytes)  # the mac of the entry before that one
    seal = models.BinaryField(max_length=32, default=bytes)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_head_of_the_audit")]

    def __str__(self) -> str:
        return f"chain {self.kept_from} to {self.number}"
