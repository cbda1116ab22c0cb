"""What every page's frame needs."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def frame(request: HttpRequest) -> dict[str, Any]:
    """The site's name, the viewer where a page resolved one, and whether this is an embedded run."""
    return {
        "site_name": settings.SITE_NAME,
        "viewer": getattr(request, "viewer", None),
        "embedded": settings.EMBEDDED,
        "demo": settings.DEMO,
    }
