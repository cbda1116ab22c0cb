"""Couples, memberships, rests, and the invitation that leads to them."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.vault.fields import SealedField
from accounts.vault.models import Owner, SealedModel

if TYPE_CHECKING:
    from accounts.access import Viewer


class Couple(SealedModel):
    """Two people linked. A new link is always a new couple with a new key."""

    created_at = models.DateTimeField()
    cooling_until = models.DateTimeField()  # before it no shared word flows; either may undo silently

    def __str__(self) -> str:
        return f"couple {self.pk}"


class Slot(models.TextChoices):
    """Colour and shape of one partner, dealt at random when the couple is made, the same for good."""

    A = "a", "a"
    B = "b", "b"


class Membership(SealedModel):
    """One person's place in one couple. Rest, leave, delete and suspend write only the actor's own row."""

    couple = models.ForeignKey(Couple, models.PROTECT, related_name="memberships")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="memberships")
    slot = models.CharField(max_length=1, choices=Slot.choices)
    # The name as the other sees it, under the couple's key: a deletion does not alter what was signed.
    name = SealedField(label="couples.membership.name")
    joined_at = models.DateTimeField()
    rested_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=Q(left_at=None), name="one_open_membership"),
            models.UniqueConstraint(fields=["couple", "slot"], name="one_membership_per_slot"),
            models.UniqueConstraint(fields=["couple", "person"], name="one_membership_per_person_and_couple"),
        ]

    def __str__(self) -> str:
        return f"place {self.slot} in {self.couple_id}"

    def seal_owner(self, field: str) -> Owner:
        return Owner.couple(self.couple_id)

    def may_open(self, viewer: "Viewer", field: str) -> bool:
        """Both partners, now or ever; their therapist with access now; the system for a mail."""
        from accounts.access import Purpose

        if viewer.case is not None:
            return viewer.shares_with(self.couple_id)
        return (
            viewer.is_me(self.person_id)
            or viewer.couple_id == self.couple_id
            or self.couple_id in viewer.past_couples
            or viewer.purpose is Purpose.MAIL
        )


class Rest(models.Model):
    """One stretch in which one partner rested the plan. Drawn later like quiet days, without a name."""

    membership = models.ForeignKey(Membership, models.PROTECT, related_name="rests")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["membership"], condition=Q(ended_at=None), name="one_open_rest")
        ]

    def __str__(self) -> str:
        return f"rest from {self.began_at:%Y-%m-%d}"


class Invitation(SealedModel):
    """One invitation: a secret (only its hash is kept) bound to an address, open seven days, used once.

    “Not now” writes nothing at all, and “Never” writes a `Never`: the inviter's row is the same in every case.
    """

    inviter = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="invitations")
    address_hash = models.BinaryField(max_length=32)
    secret_hash = models.BinaryField(max_length=32, unique=True)
    shown_name = SealedField(label="couples.invitation.shown_name")  # the inviter's name, as previewed
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="accepted_invitations"
    )
    accepted_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["address_hash", "created_at"], name="invitation_by_address")]
        constraints = [
            models.CheckConstraint(
                condition=Q(accepted_by=None) | ~Q(accepted_by=F("inviter")), name="nobody_accepts_their_own"
            )
        ]

    def __str__(self) -> str:
        return f"invitation {self.pk}"

    def seal_owner(self, field: str) -> Owner:
        return Owner.person(self.inviter_id)

    def may_open(self, viewer: "Viewer", field: str) -> bool:
        """The inviter; the system for the mail; whoever holds the secret is shown it through `services`."""
        from accounts.access import Purpose

        return viewer.is_me(self.inviter_id) or viewer.purpose is Purpose.MAIL


class Never(models.Model):
    """“Never from this person”: both sides only as keyed hashes. The person can lift it under You."""

    person_hash = models.BinaryField(max_length=32)  # who said never: by account id, or by address without one
    inviter_hash = models.BinaryField(max_length=32)
    said_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person_hash", "inviter_hash"], name="one_never_per_pair")]

    def __str__(self) -> str:
        return "a never"
