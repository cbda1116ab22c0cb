"""The fixed error pages. None of them shows anything of the request."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.debug import ExceptionReporter, SafeExceptionReporterFilter


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    return render(request, "500.html", status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was open too long, or a request from elsewhere. What was typed is still in the browser."""
    return render(request, "session_expired.html", status=403)


class SilentReporter(ExceptionReporter):
    """Reports of errors without local variables, which can hold what people typed."""

    filter = SafeExceptionReporterFilter()

    def get_traceback_frame_variables(self, *_: Any) -> list[Any]:
        return []
