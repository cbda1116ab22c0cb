"""The ground floor of the story: one dated fact each, with a reference and who may see it, never text."""

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models

from accounts.couples.models import Couple

if TYPE_CHECKING:
    from accounts.access import Viewer


class TimelineEventQuerySet(models.QuerySet["TimelineEvent"]):
    def visible_to(self, viewer: "Viewer") -> "TimelineEventQuerySet":
        """Shared facts of a couple that shares with the viewer now, and the viewer's own in that couple."""
        if viewer.case is not None:
            if not viewer.case.open:
                return self.none()
            rows = self.filter(couple_id=viewer.case.couple_id, only_for=None)
            return rows.filter(at__gte=viewer.case.since) if viewer.case.since else rows
        if viewer.couple_id is None or not viewer.is_in(viewer.couple_id):
            return self.none()
        shared = models.Q(only_for=None) | models.Q(only_for=viewer.person)
        return self.filter(shared, couple_id=viewer.couple_id)


class TimelineEvent(models.Model):
    """One dated fact of the shared story. `kind` is registered in repair.timeline.kinds."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    couple = models.ForeignKey(Couple, models.PROTECT, related_name="events")
    kind = models.CharField(max_length=40)
    at = models.DateTimeField()
    ref = models.UUIDField(null=True, blank=True)
    only_for = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = TimelineEventQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["couple", "at"], name="timeline_of_a_couple")]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d}"
