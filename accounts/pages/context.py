"""What every page's frame needs."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from accounts.access import Viewer
from accounts.vault import services as vault


def frame(request: HttpRequest) -> dict[str, Any]:
    """The site's name, the viewer where a page resolved one, how this person wants pages to look, which
    navigation they have, and whether this is an embedded run."""
    viewer: Viewer | None = getattr(request, "viewer", None)
    return {
        "site_name": settings.SITE_NAME,
        "viewer": viewer,
        "embedded": settings.EMBEDDED,
        "demo": settings.DEMO,
        "nav": _nav(viewer),
        **_looks(viewer),
    }


def _nav(viewer: Viewer | None) -> str:
    """`partner`, `therapist`, or empty: for nobody, before arriving, and while leaving for good."""
    person = viewer.person if viewer else None
    if person is None or not person.has_arrived or person.delete_asked_at is not None:
        return ""
    return "therapist" if person.is_therapist else "partner"


def _looks(viewer: Viewer | None) -> dict[str, Any]:
    """Theme, quick-exit keys, the viewer's own colour, and whether they are still to be told once what may become
    of shared words. Opens the viewer's own settings and nobody else's; the key it fetches is the one the page
    needs anyway for whatever is the viewer's own."""
    if viewer is None or viewer.person is None:
        return {}
    wanted = vault.open_or(viewer, viewer.person, "settings", gone=None) or {}
    return {
        "theme": wanted.get("theme", ""),
        "exit_keys_off": wanted.get("exit_keys") is False,
        "tell_sharing": viewer.is_partner and not wanted.get("told_sharing"),
        "my_slot": viewer.standing.mine.slot if viewer.standing else "",
    }
