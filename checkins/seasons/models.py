"""What one partner lays by until a season ends. Sealed under its author's key; it opens for both at the hour."""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.couples.models import Couple
from accounts.couples.states import CoupleState
from accounts.vault.fields import SealedField
from accounts.vault.models import Owner, SealedModel
from checkins.seasons.year import both_opened_until

if TYPE_CHECKING:
    from accounts.access import Viewer


class OfSeasonQuerySet(models.QuerySet[Any]):
    def visible_to(self, viewer: "Viewer") -> "OfSeasonQuerySet":
        """One's own, always; and the other's of the seasons that have ended for both while they are active."""
        own = Q(author_id=viewer.person_id)
        if viewer.state is not CoupleState.ACTIVE:
            return self.filter(own)
        return self.filter(own | Q(couple_id=viewer.couple_id, ends_on__lte=both_opened_until(viewer)))


class OfSeason(SealedModel):
    """One row of one partner that opens when a season ends. Without a couple it stays with its author."""

    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    couple = models.ForeignKey(Couple, models.PROTECT, null=True, blank=True, related_name="+")
    ends_on = models.DateField(null=True, blank=True)  # the last day of the season; null without a couple
    made_at = models.DateTimeField()

    objects = OfSeasonQuerySet.as_manager()

    class Meta:
        abstract = True

    def seal_owner(self, field: str) -> Owner:
        return Owner.person(self.author_id)

    def may_open(self, viewer: "Viewer", field: str) -> bool:
        """Its author; the other partner once the season has ended, while the couple is active; no therapist."""
        if viewer.is_me(self.author_id):
            return True
        if self.ends_on is None or viewer.case is not None or not viewer.shares_with(self.couple_id):
            return False
        return self.ends_on <= both_opened_until(viewer)


class Slip(OfSeason):
    """A good thing in the jar, one line a day at most."""

    on = models.DateField()  # the author's own date, or that of the check-in it came from
    line = SealedField(label="seasons.slip.line", size=2048)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["author", "on"], name="one_slip_a_day")]

    def __str__(self) -> str:
        return f"slip of {self.on:%Y-%m-%d}"


class SeasonLines(OfSeason):
    """The line that one partner chose for a season's page, as it was then and as it is now."""

    words = SealedField(label="seasons.lines.words", size=4096)  # {"then": "…", "now": "…"}

    class Meta:
        constraints = [models.UniqueConstraint(fields=["author", "couple", "ends_on"], name="one_page_each")]

    def __str__(self) -> str:
        return f"lines of {self.pk}"


class GivenQuerySet(models.QuerySet["Given"]):
    def visible_to(self, viewer: "Viewer") -> "GivenQuerySet":
        """One's own, always; and what the other gives in the couple one is in, once it is open, while active."""
        own = Q(author_id=viewer.person_id)
        if viewer.state is not CoupleState.ACTIVE:
            return self.filter(own)
        return self.filter(own | Q(couple_id=viewer.couple_id, opens_at__lte=viewer.now))


class Given(SealedModel):
    """Something one partner gives: to the other where there is a couple, else to themself. It opens at an instant;
    taking it back removes it. Which kind it is is sealed with its words, in one size."""

    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="given")
    couple = models.ForeignKey(Couple, models.PROTECT, null=True, blank=True, related_name="given")
    opens_at = models.DateTimeField()
    body = SealedField(label="seasons.given.body", size=24_576)  # see checkins.seasons.gifts
    made_at = models.DateTimeField()

    objects = GivenQuerySet.as_manager()

    def __str__(self) -> str:
        return f"given {self.pk}"

    def seal_owner(self, field: str) -> Owner:
        return Owner.person(self.author_id)

    def may_open(self, viewer: "Viewer", field: str) -> bool:
        """Its author; the other partner once it is open, while the couple is active; no therapist. And the sweep,
        which tells nobody."""
        from accounts.access import Purpose

        if viewer.is_me(self.author_id) or viewer.purpose is Purpose.SWEEP:
            return True
        return viewer.case is None and viewer.shares_with(self.couple_id) and self.opens_at <= viewer.now
