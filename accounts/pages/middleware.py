"""Headers on every answer, errors and static files included; and what no page should have to deal with."""

import logging
from collections.abc import Callable, Iterable, Sequence

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse

from accounts.pages import errors
from accounts.safety import leaving

Answer = Callable[[HttpRequest], HttpResponse]
METHOD_NOT_ALLOWED = 405
REFUSED = frozenset({403, 404, METHOD_NOT_ALLOWED, 429})

log = logging.getLogger(__name__)


class EveryAnswer:
    """`no-store` on all that is not a static file, nosniff, no indexing, and same-origin for every resource."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code in REFUSED and request.resolver_match is not None:
            # Which page and how; neither whom nor what was asked for.
            log.info("refused: %s %s %s", response.status_code, request.method, request.resolver_match.view_name)
        if response.status_code >= 500 and request.path == leaving.PATH:
            # The way out stands also when the database does not.
            response = leaving.leaving()
        if response.status_code == METHOD_NOT_ALLOWED and request.method == "GET" and not response.content:
            # An address that only takes forms, called up again by a phone or a bookmark: words, not a bare error.
            response.content = errors.not_found(request).content
        if not (request.path.startswith("/static/") and response.status_code in {200, 206, 304}):
            response["Cache-Control"] = "no-store"
            # allauth's pages carry the hour they were made at; `no-store` says all of it.
            del response["Expires"]
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        response["X-Robots-Tag"] = "noindex, nofollow"
        response["X-Content-Type-Options"] = "nosniff"
        return response


class PlainText:
    """Refuse with 400 what is not plain text: NUL, which no database column takes, and requests in an encoding
    that can smuggle it or half a character in. A broken cookie is dropped rather than refused: it would lock its
    browser out."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        for name in [name for name, value in request.COOKIES.items() if not _is_plain((name, value))]:
            del request.COOKIES[name]
        # Asked first: Django reads the query, too, in the encoding a request declares for itself.
        if (request.content_params or {}).get("charset", "utf-8").lower() not in {"utf-8", "utf8"}:
            raise BadRequest
        if not _is_plain((request.path, *_words(request.GET.lists()))):
            raise BadRequest
        if request.method == "POST" and not _is_plain(_words(request.POST.lists())):
            raise BadRequest
        return self.get_response(request)


def _words(lists: Iterable[tuple[str, Sequence[object]]]) -> Iterable[str]:
    """All names and values of a query or a form."""
    for name, values in lists:
        yield name
        yield from (str(value) for value in values)


def _is_plain(words: Iterable[str]) -> bool:
    return not any("\x00" in word or any("\ud800" <= letter <= "\udfff" for letter in word) for word in words)
