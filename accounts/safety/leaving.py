"""The answer that leads out: on to the neutral site, with nothing left in the browser."""

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect

PATH = "/exit"


def leaving() -> HttpResponse:
    """303 to the neutral site; cookies deleted, and whatever else the browser holds of this site."""
    response = HttpResponseRedirect(settings.EXIT_URL, status=303)
    for name in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, settings.LANGUAGE_COOKIE_NAME):
        response.delete_cookie(name)
    response["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return response
