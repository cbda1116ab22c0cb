"""Deliveries of prompts (each one mail), and the engine's heartbeat."""

import uuid

from django.db import models

from accounts.couples.models import Membership
from accounts.mail.models import Mail
from checkins.prompts.models import Prompt


class Delivery(models.Model):
    """One mail about one or more prompts of one person: the note itself, or the one reminder."""

    class Kind(models.TextChoices):
        NOTE = "note", "note"
        REMINDER = "reminder", "reminder"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    mail = models.OneToOneField(Mail, models.CASCADE, related_name="delivery")
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="deliveries")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    planned_at = models.DateTimeField()
    prompts = models.ManyToManyField(Prompt, related_name="deliveries")

    class Meta:
        indexes = [models.Index(fields=["membership", "planned_at"], name="deliveries_of_a_person")]

    def __str__(self) -> str:
        return f"{self.kind} {self.planned_at:%Y-%m-%d %H:%M}"


class Heartbeat(models.Model):
    """When a part of the engine last ran, for the operator."""

    name = models.CharField(max_length=20, unique=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.at:%H:%M:%S}"
