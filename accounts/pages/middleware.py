"""Headers on every answer, errors and static files included."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


class EveryAnswer:
    """`no-store` on all that is not static, nosniff, no indexing, and same-origin for every resource."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not request.path.startswith("/static/"):
            response["Cache-Control"] = "no-store"
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        response["X-Robots-Tag"] = "noindex, nofollow"
        response["X-Content-Type-Options"] = "nosniff"
        return response
