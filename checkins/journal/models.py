"""A person's journal: one row for each entry, sealed under their own key and nobody else's."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models

from accounts.vault.fields import SealedField
from accounts.vault.models import Owner, SealedModel

if TYPE_CHECKING:
    from accounts.access import Viewer


class JournalEntryQuerySet(models.QuerySet["JournalEntry"]):
    def visible_to(self, viewer: "Viewer") -> "JournalEntryQuerySet":
        """One's own, alone, linked or resting. Nobody sees another's, nor that there is one."""
        return self.filter(author_id=viewer.person_id) if viewer.is_partner else self.none()


class JournalEntry(SealedModel):
    """One entry. Thrown away, it can be brought back for a day (`checkins.journal.registers`), then it goes."""

    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="journal_entries")
    # {"prompt": slug or "", "text": "…"}; one size: how much somebody writes, and on what, is nobody's business
    body = SealedField(label="journal.entry.body", size=24_576)
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    thrown_at = models.DateTimeField(null=True, blank=True)

    objects = JournalEntryQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["author", "made_at"], name="journal_of_a_person")]

    def __str__(self) -> str:
        return f"entry {self.pk}"

    def seal_owner(self, field: str) -> Owner:
        return Owner.person(self.author_id)

    def may_open(self, viewer: "Viewer", field: str) -> bool:
        return viewer.is_me(self.author_id)
