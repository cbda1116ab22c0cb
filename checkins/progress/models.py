"""Evenings a partner marked on the timeline: a dated note, mine or shared."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models

from accounts.couples.models import Couple
from accounts.vault.fields import SealedField
from accounts.vault.models import Owner, SealedModel

if TYPE_CHECKING:
    from accounts.access import Viewer


class MarkedEveningQuerySet(models.QuerySet["MarkedEvening"]):
    def of_story(self, viewer: "Viewer") -> "MarkedEveningQuerySet":
        """All marks in the story that the viewer reads. Which of them they may see is sealed in each: ask
        `checkins.progress.marks`, never this."""
        if viewer.case is not None:
            if not viewer.case.open:
                return self.none()
            rows = self.filter(couple_id=viewer.case.couple_id)
            return rows.filter(on__gte=viewer.case.since.date()) if viewer.case.since else rows
        if viewer.couple_id is None or not viewer.is_in(viewer.couple_id):
            return self.none()
        return self.filter(couple_id=viewer.couple_id)


class MarkedEvening(SealedModel):
    """One evening, marked by one partner."""

    couple = models.ForeignKey(Couple, models.PROTECT, related_name="marked_evenings")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="marked_evenings")
    on = models.DateField()
    # {"name": "…", "words": "…", "shared": bool}; one size, because it holds a choice
    text = SealedField(label="progress.marked_evening.text", size=8192)
    made_at = models.DateTimeField()

    objects = MarkedEveningQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["couple", "on"], name="marked_evenings_of_a_couple")]

    def __str__(self) -> str:
        return f"marked {self.on:%Y-%m-%d}"

    def seal_owner(self, field: str) -> Owner:
        return Owner.person(self.author_id)

    def may_open(self, viewer: "Viewer", field: str) -> bool:
        """Its author; and `checkins.progress.marks`, which hands out what its author shared."""
        from accounts.access import Purpose

        return viewer.is_me(self.author_id) or viewer.purpose is Purpose.MARKS
