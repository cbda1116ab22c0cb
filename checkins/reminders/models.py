"""Deliveries of prompts (each one mail), and the engine's heartbeat."""

from django.db import models

from accounts.couples.models import Membership
from accounts.mail.models import Mail
from checkins.prompts.models import Prompt


class Delivery(models.Model):
    """One mail about one or more prompts of one person: the note itself, or the one reminder."""

    class Kind(models.TextChoices):
        NOTE = "note", "note"
        REMINDER = "reminder", "reminder"

    # Written in one transaction with what it refers to; without constraints, as checkins.prompts.models explains.
    mail = models.OneToOneField(
        Mail, models.CASCADE, primary_key=True, related_name="delivery", db_constraint=False
    )
    membership = models.ForeignKey(
        Membership, models.PROTECT, related_name="deliveries", db_index=False, db_constraint=False
    )
    kind = models.CharField(max_length=10, choices=Kind.choices)
    planned_at = models.DateTimeField()
    prompts = models.ManyToManyField(Prompt, through="DeliveredPrompt", related_name="deliveries")

    class Meta:
        indexes = [models.Index(fields=["membership", "planned_at"], name="deliveries_of_a_person")]

    def __str__(self) -> str:
        return f"{self.kind} {self.planned_at:%Y-%m-%d %H:%M}"


class DeliveredPrompt(models.Model):
    """A prompt that a delivery covers."""

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="+", db_index=False, db_constraint=False)
    prompt = models.ForeignKey(Prompt, models.CASCADE, related_name="+", db_constraint=False)

    class Meta:
        db_table = "checkins_delivery_prompts"
        constraints = [models.UniqueConstraint(fields=["delivery", "prompt"], name="one_prompt_per_delivery")]

    def __str__(self) -> str:
        return f"prompt {self.prompt_id}"


class Heartbeat(models.Model):
    """When a part of the engine last ran, for the operator."""

    name = models.CharField(max_length=20, unique=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.at:%H:%M:%S}"
