"""The fixed error pages. Each is the same bytes for everybody: they are made without the request."""

import logging
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.debug import ExceptionReporter, SafeExceptionReporterFilter

log = logging.getLogger(__name__)

# What is shown when even the template cannot be made.
_LAST_RESORT = (
    "<!doctype html><html lang=en><meta charset=utf-8><title>A fault</title>"
    "<h1>Something went wrong on our side</h1><p>Nothing has been sent to anyone.</p>"
)


def fixed(template: str, *, status: int) -> HttpResponse:
    """One of the fixed pages: no request, no context of a person, no database."""
    return HttpResponse(render_to_string(template, {"site_name": settings.SITE_NAME}), status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Something a browser does not send by itself: broken encoding, a foreign host name, a form too large."""
    return fixed("400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Where Django or allauth say 403; our own pages say 404."""
    return fixed("403.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """No such page, or none for this viewer: the same."""
    return fixed("404.html", status=404)


def too_many(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Too many tries in a row."""
    return fixed("429.html", status=429)


def server_error(request: HttpRequest) -> HttpResponse:
    """A fault of ours. Stands also when templates, static files or the database do not."""
    try:
        return fixed("500.html", status=500)
    except Exception:  # noqa: BLE001 - whatever went wrong must not stop this page
        log.error("the fault page itself could not be made")
        return HttpResponse(_LAST_RESORT, status=500)


class SilentReporter(ExceptionReporter):
    """Reports of errors without local variables, which can hold what people typed."""

    filter = SafeExceptionReporterFilter()

    def get_traceback_frame_variables(self, *_: Any) -> list[Any]:
        return []
