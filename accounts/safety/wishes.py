"""What a person keeps for themself about support: a country, whether the card comes, what they have been told.

Sealed with their other settings under their own key; the same size whatever stands in it.
"""

from dataclasses import replace
from typing import TYPE_CHECKING

from django.db import transaction
from django.http import Http404

from accounts.users.models import User
from accounts.users.preferences import Preferences, preferences_of, seal_preferences
from accounts.vault import services as vault

if TYPE_CHECKING:
    from accounts.access import Viewer

NOBODYS = Preferences()


def wishes_of(viewer: "Viewer") -> Preferences:
    """The viewer's own; the defaults for somebody not signed in, or whose key is gone."""
    if viewer.person is None:
        return NOBODYS
    try:
        return preferences_of(viewer, viewer.person)
    except vault.CannotOpen:
        return NOBODYS


@transaction.atomic
def change(*, viewer: "Viewer", country: str, crisis_card: bool) -> None:
    """Keep the country (its code, or empty) and whether the card comes. Raises Http404 for nobody."""
    _keep(viewer, country=country, crisis_card=crisis_card)


@transaction.atomic
def heard_about_sharing(*, viewer: "Viewer") -> None:
    """The viewer has seen, before writing, what may become of shared words; it is not said again."""
    _keep(viewer, told_sharing=True)


@transaction.atomic
def looked_in_mirror(*, viewer: "Viewer", month: str) -> None:
    """The viewer has seen the monthly page of `month`, as "2026-11" where they live."""
    _keep(viewer, mirror_seen=month)


@transaction.atomic
def put_path_beside(*, viewer: "Viewer", when: str) -> None:
    """Keep when the path stays on Today beside a check-in or a talk (see Preferences). Http404 for nobody."""
    _keep(viewer, path_beside=when)


def _keep(viewer: "Viewer", **changed: object) -> None:
    if viewer.person is None:
        raise Http404
    row = User.objects.select_for_update().get(pk=viewer.person.pk)
    seal_preferences(row, replace(preferences_of(viewer, row), **changed))  # type: ignore[arg-type]
    row.save(update_fields=["settings"])
