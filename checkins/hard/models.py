"""What somebody put aside for themself on a hard evening, or for one."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models

from accounts.vault.fields import SealedField
from accounts.vault.models import Owner, SealedModel

if TYPE_CHECKING:
    from accounts.access import Viewer


class AsideQuerySet(models.QuerySet["Aside"]):
    def visible_to(self, viewer: "Viewer") -> "AsideQuerySet":
        """One's own, in whatever state a couple is. Nobody sees another's."""
        return self.filter(author_id=viewer.person_id) if viewer.is_partner else self.none()


class Aside(SealedModel):
    """One thing put aside by one person. Which kind it is and for which day is sealed with its words, in one size:
    a stolen database tells that there was something, not that an evening was hard."""

    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="asides")
    body = SealedField(label="hard.aside.body", size=8192)  # see checkins.hard.asides
    made_at = models.DateTimeField()

    objects = AsideQuerySet.as_manager()

    def __str__(self) -> str:
        return f"aside {self.pk}"

    def seal_owner(self, field: str) -> Owner:
        return Owner.person(self.author_id)

    def may_open(self, viewer: "Viewer", field: str) -> bool:
        return viewer.is_me(self.author_id)
