"""The repair plan: agreements, their immutable versions, and the two signatures that put one in force."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.couples.models import Couple, Membership
from accounts.vault.fields import SealedField
from accounts.vault.models import Owner, SealedModel

if TYPE_CHECKING:
    from accounts.access import Viewer


class Phase(models.TextChoices):
    STEADYING = "steadying", "Steadying"
    UNDERSTANDING = "understanding", "Understanding"
    REBUILDING = "rebuilding", "Rebuilding"


class RepairPlan(SealedModel):
    """One per couple: what both have agreed, and the phase they say they are in."""

    couple = models.OneToOneField(Couple, models.PROTECT, related_name="plan")
    phase = models.CharField(max_length=16, choices=Phase.choices, default=Phase.STEADYING)
    phase_since = models.DateTimeField()
    season_began_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"plan of {self.couple_id}"


class PhaseProposal(models.Model):
    """One partner's proposal to move the phase, and the other's yes. Both see it; either takes it back."""

    plan = models.ForeignKey(RepairPlan, models.PROTECT, related_name="phase_proposals")
    to = models.CharField(max_length=16, choices=Phase.choices)
    by = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    agreed_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)  # agreed, or taken back, or replaced

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan"], condition=Q(closed_at=None), name="one_open_phase_proposal")
        ]

    def __str__(self) -> str:
        return f"to {self.to}"


class AgreementQuerySet(models.QuerySet["Agreement"]):
    def visible_to(self, viewer: "Viewer") -> "AgreementQuerySet":
        """All lines of the plan, for both partners (proposals too); for a therapist those ever in force."""
        if viewer.case is not None:
            if not viewer.case.open:
                return self.none()
            return self.filter(plan__couple_id=viewer.case.couple_id, first_in_force_at__isnull=False)
        if viewer.couple_id is None or not viewer.is_in(viewer.couple_id):
            return self.none()
        return self.filter(plan__couple_id=viewer.couple_id)


class Agreement(SealedModel):
    """One line of the plan. What it says is in its versions; whether it is in force is worked out from rows."""

    plan = models.ForeignKey(RepairPlan, models.PROTECT, related_name="agreements")
    kind = models.CharField(max_length=20)  # registered in repair.plan.kinds
    number = models.PositiveIntegerField()  # the plan's own count, for “line 4”
    made_at = models.DateTimeField()
    first_in_force_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)  # ended by one or by both: the line is history
    lapsed_at = models.DateTimeField(null=True, blank=True)  # an end date passed without both signing again

    objects = AgreementQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="one_agreement_per_number")]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"


class VersionQuerySet(models.QuerySet["Version"]):
    def visible_to(self, viewer: "Viewer") -> "VersionQuerySet":
        """All wordings, for both partners; for a therapist those that both signed; of a couple that rests or was
        left, those that both signed."""
        if viewer.case is not None:
            if not viewer.case.open:
                return self.none()
            return self.filter(agreement__plan__couple_id=viewer.case.couple_id, both_signed_at__isnull=False)
        if viewer.couple_id is not None and viewer.is_in(viewer.couple_id):
            return self.filter(agreement__plan__couple_id=viewer.couple_id)
        couples = {*viewer.past_couples, *([viewer.couple_id] if viewer.couple_id else [])}
        return self.filter(agreement__plan__couple_id__in=couples, both_signed_at__isnull=False)


class Version(SealedModel):
    """One immutable wording. Sealed under its author's key until both have signed, then under the couple's."""

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    author = models.ForeignKey(Membership, models.PROTECT, related_name="versions")
    # One size for all: beside texts it holds choices, whose length must not show.
    body = SealedField(label="plan.version.body", size=16_384)  # {"fields": …, "note": …}, see repair.plan.wording
    made_at = models.DateTimeField()
    look_again_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)  # lines about whereabouts, accounts, contacts
    both_signed_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)  # taken back, “keep as it was”, or overtaken

    objects = VersionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agreement", "number"], name="one_version_per_number"),
            models.UniqueConstraint(
                fields=["agreement"], condition=Q(both_signed_at=None, closed_at=None), name="one_open_version"
            ),
        ]
        indexes = [
            models.Index(
                fields=["look_again_on"],
                condition=Q(closed_at=None, both_signed_at__isnull=False),
                name="version_dates",
            )
        ]

    def __str__(self) -> str:
        return f"version {self.number}"

    def seal_owner(self, field: str) -> Owner:
        if self.both_signed_at is not None:
            return Owner.couple(self.agreement.plan.couple_id)
        return Owner.person(self.author.person_id)

    def may_open(self, viewer: "Viewer", field: str) -> bool:
        """Both partners while linked; after leaving, what both signed; a therapist, what both signed."""
        couple = self.agreement.plan.couple_id
        if viewer.case is not None:
            return self.both_signed_at is not None and viewer.shares_with(couple)
        if viewer.is_in(couple):
            return True
        if viewer.is_me(self.author.person_id):
            return True
        return self.both_signed_at is not None and (viewer.couple_id == couple or couple in viewer.past_couples)


class Signature(models.Model):
    """One partner's yes to exactly one wording. Withdrawing is from the agreement: all of one's signatures."""

    version = models.ForeignKey(Version, models.PROTECT, related_name="signatures")
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="signatures")
    mac = models.BinaryField(max_length=32)  # HMAC of the canonical wording with kind, number and plan
    signed_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "membership"], name="one_signature_each")]

    def __str__(self) -> str:
        return f"signature on {self.version_id}"


class StepOutQuerySet(models.QuerySet["StepOut"]):
    def visible_to(self, viewer: "Viewer") -> "StepOutQuerySet":
        """One's own. The other sees a line out of force once the plan goes on, and never this row."""
        return self.filter(membership__person_id=viewer.person_id) if viewer.is_partner else self.none()


class StepOut(models.Model):
    """One partner stepped out of a line while the plan rested. It takes its place when the plan goes on, and the
    row is gone then. It has no date, so that nothing can tell when in the rest it was."""

    membership = models.ForeignKey(Membership, models.PROTECT, related_name="steps_out")
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="+")

    objects = StepOutQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["membership", "agreement"], name="one_step_out_each")]

    def __str__(self) -> str:
        return f"out of {self.agreement_id}"


class DraftQuerySet(models.QuerySet["Draft"]):
    def visible_to(self, viewer: "Viewer") -> "DraftQuerySet":
        """One's own drafts, in whatever state a couple is. Nobody sees another's."""
        return self.filter(author_id=viewer.person_id) if viewer.is_partner else self.none()


class Draft(SealedModel):
    """A line written alone, before or without a partner, or not yet proposed. Its author's only."""

    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="plan_drafts")
    kind = models.CharField(max_length=20)
    body = SealedField(label="plan.draft.body", size=16_384)  # what was typed, by field name
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    objects = DraftQuerySet.as_manager()

    def __str__(self) -> str:
        return f"draft {self.kind}"

    def seal_owner(self, field: str) -> Owner:
        return Owner.person(self.author_id)

    def may_open(self, viewer: "Viewer", field: str) -> bool:
        return viewer.is_me(self.author_id)
