"""A person: an account. E-mail is the login; a person is a partner or a therapist, never both."""

import uuid
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from accounts.vault.fields import SealedField
from accounts.vault.models import Owner, SealedModel
from accounts.vault.services import make_key
from repair import clock

if TYPE_CHECKING:
    from accounts.access import Viewer

CONSENT_VERSION = 1


class UserManager(BaseUserManager["User"]):
    """Makes people. A person and their data key are made together."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A new person; `email` is stored in lower case."""
        person = self.model(email=self.normalize_email(email), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    @classmethod
    def normalize_email(cls, email: str | None) -> str:
        """Lower case throughout: one address, one account."""
        return (email or "").strip().lower()

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=self.normalize_email(username))


class Kind(models.TextChoices):
    PARTNER = "partner", "partner"
    THERAPIST = "therapist", "therapist"


class User(SealedModel, AbstractBaseUser):
    """An account. Name and settings are sealed under the person's own key; `is_staff` and `is_superuser` exist
    because Django's own code asks for them, and carry no right anywhere."""

    last_login = None  # no “last seen”, not even in the database
    email = models.EmailField(unique=True)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.PARTNER)
    time_zone = models.CharField(max_length=64, default="UTC")
    name = SealedField(label="users.user.name")
    # {"theme": "", "quiet": ["22:30", "07:00"] or null, "exit_keys": true, …}
    settings = SealedField(label="users.user.settings", size=512)
    arrived_at = models.DateTimeField(null=True, blank=True)  # “About you” finished
    adult_at = models.DateTimeField(null=True, blank=True)  # said “18 or over”
    mail_ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)  # in links that stop mail
    mail_stopped_at = models.DateTimeField(null=True, blank=True)  # stopped the evening notes
    mail_failed_at = models.DateTimeField(null=True, blank=True)  # the relay refused this address for good
    suspended_at = models.DateTimeField(null=True, blank=True)
    delete_asked_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)
    is_staff = models.BooleanField(default=False)
    is_superuser = models.BooleanField(default=False)
    date_joined = models.DateTimeField(default=clock.now)

    # Found with the person of a session (see `backends`), so true of one request; None: not asked.
    address_confirmed: bool | None = None
    second_factor: bool | None = None

    objects = UserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=["partner", "therapist"]), name="user_kind_known")
        ]

    def __str__(self) -> str:
        return f"person {self.pk}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; a new person gets their data key first."""
        if self._state.adding:
            self.email = UserManager.normalize_email(self.email)
            make_key(Owner.person(self.pk), now=self.date_joined)
        super().save(*args, **kwargs)

    @property
    def is_active(self) -> bool:  # type: ignore[override]
        """Whether this account can be signed in to at all (a pending deletion still can, to undo it)."""
        return self.suspended_at is None and self.erased_at is None

    @property
    def is_live(self) -> bool:
        """Whether this account can be one half of an active couple."""
        return self.is_active and self.delete_asked_at is None

    @property
    def is_therapist(self) -> bool:
        return self.kind == Kind.THERAPIST

    @property
    def has_arrived(self) -> bool:
        """Whether “About you” is finished: name, zone, 18 or over, consent."""
        return self.arrived_at is not None

    @property
    def zone(self) -> ZoneInfo:
        """The person's time zone."""
        return ZoneInfo(self.time_zone)

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Nobody has model permissions; access is by `@page` and `visible_to`."""
        return False

    def has_module_perms(self, label: str) -> bool:
        return False

    def seal_owner(self, field: str) -> Owner:
        return Owner.person(self.pk)

    def may_open(self, viewer: "Viewer", field: str) -> bool:
        from accounts.access import Purpose

        if field == "name":
            return viewer.is_me(self.pk) or viewer.purpose in {Purpose.MAIL, Purpose.COUPLE_NAMES}
        return viewer.is_me(self.pk) or viewer.purpose is Purpose.MAIL


class CalendarAddress(models.Model):
    """An address under which a person's calendar can be read without signing in: only its hash is kept.

    Once retired it answers with an empty calendar for good, as it does in a rest; the row has no dates, and stays,
    so that whoever holds the address cannot tell why it is empty.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(User, models.CASCADE, related_name="calendar_addresses")
    secret_hash = models.BinaryField(max_length=32, unique=True)
    retired = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=models.Q(retired=False), name="one_calendar_address_each"
            )
        ]

    def __str__(self) -> str:
        return "a calendar’s address"


class CacheRow(models.Model):
    """The table of Django's database cache, which holds rate limits only. A model, so that migrating makes it."""

    cache_key = models.CharField(primary_key=True, max_length=255)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "accounts_cache"

    def __str__(self) -> str:
        return "a rate limit"


class LostSecondStep(models.Model):
    """Somebody wrote that they lost every second step. It is removed after seven days with a notice on each, so
    that nobody else can take the account over quietly. Signing in with a second step stops it."""

    person = models.OneToOneField(User, models.CASCADE, related_name="lost_second_step")
    asked_at = models.DateTimeField()
    notices = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return f"lost second step, {self.asked_at:%Y-%m-%d}"


class Consent(models.Model):
    """The explicit consent to store this kind of data, by version. Withdrawing it is deleting the account."""

    person = models.ForeignKey(User, models.CASCADE, related_name="consents")
    version = models.PositiveSmallIntegerField()
    given_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "version"], name="one_consent_per_version")]

    def __str__(self) -> str:
        return f"consent version {self.version}"
