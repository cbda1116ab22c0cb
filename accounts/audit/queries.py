"""What a person may read of the audit."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.audit.models import Entry

if TYPE_CHECKING:
    from accounts.access import Viewer

MOST_SHOWN = 300


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


@dataclass(frozen=True)
class Visit:
    """One line of the page: when, what, and by whom."""

    at: datetime
    what: str
    by: str


def visits_of(viewer: "Viewer") -> list[Visit]:
    """The newest of `entries_for`, in words. One query."""
    return [Visit(entry.at, said_of(entry), name_of(entry)) for entry in entries_for(viewer)[:MOST_SHOWN]]


def name_of(entry: Entry) -> str:
    """Who looked or acted, as they call themselves in their profile."""
    if entry.actor is None:
        return _("The operator")
    profile = getattr(entry.actor, "profile", None)
    return profile.name if profile else _("A therapist")


def said_of(entry: Entry) -> str:
    """What was opened or done."""
    words = {
        Entry.What.THERAPIST_LIST: _("The list of couples"),
        Entry.What.THERAPIST_VIEW: _("The timeline"),
        Entry.What.THERAPIST_BRIEF: _("The page for the session"),
        Entry.What.THERAPIST_SIGNALS: _("The page for the therapist alone"),
        Entry.What.SUSPEND: _("This account was closed for a while"),
        Entry.What.UNSUSPEND: _("This account was opened again"),
        Entry.What.LOST_STEP: _("Removing the second step of this account was begun"),
        Entry.What.LOST_STEP_STOP: _("Removing the second step of this account was stopped"),
    }
    return words[Entry.What(entry.what)]
