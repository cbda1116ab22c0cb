"""Therapists: a public profile, two single-use codes, a grant from each partner, sessions with dates."""

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.couples.models import Couple, Membership
from accounts.vault.fields import SealedField
from accounts.vault.models import Owner, SealedModel

if TYPE_CHECKING:
    from accounts.access import Viewer


class SecretsPolicy(models.TextChoices):
    NO_SECRETS = (
        "none",
        "I keep no secrets between you: what one tells me alone may come into a joint session.",
    )
    LIMITED = "limited", "I keep some things private, and say which before you tell me."
    INDIVIDUAL = "individual", "What one tells me alone stays between that person and me."


class Profile(models.Model):
    """What both partners read before they say yes. Public by intent, so in clear."""

    therapist = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="profile")
    name = models.CharField(max_length=120)
    registration = models.CharField(max_length=200)
    secrets_policy = models.CharField(max_length=10, choices=SecretsPolicy.choices)
    emergency_plan = models.TextField(max_length=600)
    updated_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class CodePair(models.Model):
    """Two codes for one couple-to-be-read, one for each partner. Nothing says which couple until they are used."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    therapist = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="code_pairs")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"codes of {self.created_at:%Y-%m-%d}"


class Code(models.Model):
    """One single-use code, kept as a keyed hash."""

    pair = models.ForeignKey(CodePair, models.CASCADE, related_name="codes")
    code_hash = models.BinaryField(max_length=32, unique=True)
    used_by = models.ForeignKey(Membership, models.PROTECT, null=True, blank=True, related_name="codes")
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["pair", "used_by"], name="one_code_of_a_pair_per_partner")]

    def __str__(self) -> str:
        return "a code"


class Grant(SealedModel):
    """One partner's yes to one therapist: 90 days, with a scope. Access is the intersection of two that stand."""

    pair = models.ForeignKey(CodePair, models.PROTECT, related_name="grants")
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="grants")
    couple = models.ForeignKey(Couple, models.PROTECT, related_name="grants")
    therapist = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="grants")
    # holds since (start or beginning), words (yes or no), window (session or always), and from when a part that
    # was widened later counts: see accounts.therapists.scopes
    scope = SealedField(label="therapists.grant.scope", size=256)
    granted_at = models.DateTimeField()
    opens_at = models.DateTimeField()  # granted_at plus a random wait, so that a start tells little
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["membership", "therapist"], condition=Q(ended_at=None), name="one_standing_grant"
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=F("granted_at")), name="grant_ends_after_it_begins"),
        ]

    def __str__(self) -> str:
        return f"grant {self.pk}"

    def seal_owner(self, field: str) -> Owner:
        return Owner.person(self.membership.person_id)

    def may_open(self, viewer: "Viewer", field: str) -> bool:
        """Its giver; and the rule of the intersection, which hands out only what both grants hold."""
        from accounts.access import Purpose

        return viewer.is_me(self.membership.person_id) or viewer.purpose is Purpose.GRANTS


class Session(models.Model):
    """A booked session. The reading window is 24 hours before its start to 2 hours after it."""

    therapist = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="sessions")
    couple = models.ForeignKey(Couple, models.PROTECT, related_name="sessions")
    starts_at = models.DateTimeField()
    booked_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["therapist", "starts_at"], name="sessions_of_a_therapist")]

    def __str__(self) -> str:
        return f"session {self.starts_at:%Y-%m-%d %H:%M}"
