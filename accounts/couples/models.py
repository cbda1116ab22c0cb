"""Couples, memberships, rests, and the invitation that leads to them."""

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.couples.hashes import hash_of_person
from accounts.vault.fields import SealedField
from accounts.vault.models import Owner, SealedModel

if TYPE_CHECKING:
    from accounts.access import Viewer
    from accounts.users.models import User

OPEN_FOR = timedelta(days=7)
CONFIRM_WITHIN = timedelta(days=7)  # after an invitation ran out, for one accepted before


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
        """Both partners, now or ever; a therapist both let in (at any hour, to book); the system for a mail."""
        from accounts.access import Purpose

        if viewer.case is not None:
            return viewer.case.couple_id == self.couple_id
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


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def standing(self, *, now: datetime) -> "InvitationQuerySet":
        """Not accepted, not taken back, not run out: their link still leads somewhere."""
        return self.filter(accepted_by=None, taken_back_at=None, confirmed_at=None, expires_at__gt=now)

    def to_confirm(self, *, now: datetime) -> "InvitationQuerySet":
        """Accepted and waiting for the inviter. What the person who accepted did since is not asked."""
        return self.filter(taken_back_at=None, confirmed_at=None, expires_at__gt=now - CONFIRM_WITHIN).exclude(
            accepted_by=None
        )

    def waiting(self, person: "User", *, now: datetime) -> "InvitationQuerySet":
        """Those `person` accepted and that may yet lead to a link. What the inviter did since is not asked."""
        return self.filter(accepted_by=person, settled_at=None, expires_at__gt=now - CONFIRM_WITHIN)


class Invitation(SealedModel):
    """One invitation: a secret (only its hash is kept) bound to an address, open seven days, used once.

    “Not now” writes nothing at all, and “Never” writes a `Never`: the inviter's row is the same in every case.
    Each side writes columns of its own: the inviter's page never asks for `settled_at`, the accepting person's
    never for `taken_back_at` or `confirmed_at`.
    """

    inviter = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="invitations")
    address_hash = models.BinaryField(max_length=32)
    secret_hash = models.BinaryField(max_length=32, unique=True)
    address = SealedField(label="couples.invitation.address")  # as the inviter typed it
    shown_name = SealedField(label="couples.invitation.shown_name")  # the inviter's name, as previewed
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    mailed_at = models.DateTimeField(null=True, blank=True)  # its mail was begun; counts for the limit by address
    taken_back_at = models.DateTimeField(null=True, blank=True)  # by the inviter, or because they were linked
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="accepted_invitations"
    )
    accepted_at = models.DateTimeField(null=True, blank=True)
    # Both names as they were at the yes, so that neither page changes with what the other does later.
    accepted_name = SealedField(label="couples.invitation.accepted_name")  # for the inviter
    inviting_name = SealedField(label="couples.invitation.inviting_name")  # for the person who accepted
    settled_at = models.DateTimeField(null=True, blank=True)  # the yes was taken back, or led to a link
    confirmed_at = models.DateTimeField(null=True, blank=True)  # the inviter said “this is the person”

    objects = InvitationQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["address_hash", "created_at"], name="invitation_by_address")]
        constraints = [
            models.CheckConstraint(
                condition=Q(accepted_by=None) | ~Q(accepted_by=F("inviter")), name="nobody_accepts_their_own"
            )
        ]

    def __str__(self) -> str:
        return f"invitation {self.pk}"

    @property
    def open_until(self) -> date:
        """The date in its mail and on its pages. Twelve hours early, so that it holds in every time zone."""
        return (self.expires_at - timedelta(hours=12)).astimezone(UTC).date()

    def stands(self, *, now: datetime) -> bool:
        """`InvitationQuerySet.standing`, for a row in hand."""
        unused = self.accepted_by_id is None and self.taken_back_at is None and self.confirmed_at is None
        return unused and now < self.expires_at

    def awaits_inviter(self, *, now: datetime) -> bool:
        """`InvitationQuerySet.to_confirm`, for a row in hand."""
        unanswered = self.taken_back_at is None and self.confirmed_at is None
        return self.accepted_by_id is not None and unanswered and now < self.expires_at + CONFIRM_WITHIN

    def seal_owner(self, field: str) -> Owner:
        if field == "inviting_name" and self.accepted_by_id is not None:
            return Owner.person(self.accepted_by_id)
        return Owner.person(self.inviter_id)

    def may_open(self, viewer: "Viewer", field: str) -> bool:
        """The inviter; the system for the mail and for whoever holds the secret; the accepting person, the name
        that was shown to them."""
        from accounts.access import Purpose

        if field == "inviting_name":
            return viewer.is_me(self.accepted_by_id)
        if viewer.purpose in {Purpose.MAIL, Purpose.COUPLE_NAMES}:
            return field in {"shown_name", "address"}
        return viewer.is_me(self.inviter_id)


class Never(SealedModel):
    """“Never from this person”: both sides only as keyed hashes. The person can lift it under You.

    By address, and by account where there is one, on both sides: it outlasts a change of address as well as a
    new account.
    """

    person_hash = models.BinaryField(max_length=32)  # the address that was written to
    account_hash = models.BinaryField(max_length=32, null=True, blank=True)
    inviter_hash = models.BinaryField(max_length=32)
    inviter_address_hash = models.BinaryField(max_length=32)
    # The name that stood in the mail, under the key of who said never; empty where they had no account.
    name = SealedField(label="couples.never.name")
    said_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person_hash", "inviter_hash"], name="one_never_per_pair")]

    def __str__(self) -> str:
        return "a never"

    def seal_owner(self, field: str) -> Owner:
        raise ValueError("who said never is known to its verb only")

    def may_open(self, viewer: "Viewer", field: str) -> bool:
        """Who said it."""
        return (
            viewer.person_id is not None
            and self.account_hash is not None
            and bytes(self.account_hash) == hash_of_person(viewer.person_id)
        )
