"""Words for near and far whose day is over go from the database too.

Which rows are words is sealed with them, so the hourly job opens what opened lately, and nothing else. A word
stands until four in the morning wherever its reader is (`gifts.stands`): a day and an hour after it opened its day
is over in every zone, on a day of 25 hours too. The bound is the same for all, so what goes tells no zone.
"""

from datetime import datetime, timedelta

from accounts.access import Purpose, system
from accounts.privacy import retention
from accounts.vault import services as vault
from checkins.seasons.gifts import Kind
from checkins.seasons.models import Given

OVER_AFTER = timedelta(hours=25)
LOOKED_BACK = timedelta(days=60)  # a job that stood still for as long catches up; older rows are other kinds


def sweep_words(before: datetime, now: datetime) -> int:
    """Remove words that opened before `before`. Returns how many."""
    reader = system(Purpose.SWEEP, now=now)
    rows = Given.objects.filter(opens_at__lt=before, opens_at__gte=before - LOOKED_BACK, couple__isnull=False)
    opened = vault.open_each(reader, Given, "body", rows.values_list("pk", "body").iterator(chunk_size=100))
    over = [pk for pk, said in opened.items() if said["kind"] == Kind.WORD]
    return Given.objects.filter(pk__in=over).delete()[0]


def register_sweep() -> None:
    """Add this room's line to the retention table."""
    retention.register(
        retention.Keeping("words of a day", "words for near and far", "they opened", OVER_AFTER, sweep_words)
    )
