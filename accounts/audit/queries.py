"""What a person may read of the audit."""

from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from accounts.audit.models import Entry

if TYPE_CHECKING:
    from accounts.access import Viewer


def entries_for(viewer: "Viewer") -> QuerySet[Entry]:
    """Views of a partner's couple by therapists and acts of the operator, newest first; and rows for them alone.

    Never what a partner did: no verb writes such a row, and one about somebody else alone is left out. While the
    couple rests the rows stay the same as before, so that the list tells nothing of the rest.
    """
    if not viewer.is_partner:
        return Entry.objects.none()
    mine = Q(only_for=viewer.person)
    if viewer.couple_id is not None:
        mine |= Q(couple_id=viewer.couple_id, only_for=None)
    return Entry.objects.filter(mine).select_related("actor__profile").order_by("-number")
