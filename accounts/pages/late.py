"""The answer to a form whose token does not fit: open for too long, or from elsewhere."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string

from accounts.pages import errors
from accounts.users import held
from accounts.users.models import User


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was open too long, or a request from elsewhere. To one of our own pages what was typed is given
    back: by a press where its author is signed in (anew, in another tab), to be copied where nobody is."""
    if not _from_here(request):
        return errors.fixed("session_expired.html", status=403)
    if isinstance(request.user, User) and held.keep(request, author=request.user):
        return redirect(request.path)
    context = {"site_name": settings.SITE_NAME, "words": held.words(held.typed(request))}
    return HttpResponse(render_to_string("session_expired.html", context), status=403)


def _from_here(request: HttpRequest) -> bool:
    """Whether the browser says that a page of this site sent the form; no other site can make it say so."""
    origin = request.headers.get("Origin", "")
    return bool(origin) and urlsplit(origin).netloc == request.get_host()
