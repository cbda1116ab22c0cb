"""Sessions: when one began, and ending them. A session is a row; ending it takes effect on the next request."""

import re
from collections.abc import Iterable
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.http import HttpRequest

from accounts.users import calendar
from accounts.users.models import User

NO_ADDRESS = "0.0.0.0"  # noqa: S104 - stands for “not kept”, nothing is bound to it

_BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def begin(request: HttpRequest, *, now: datetime) -> None:
    """Let the limits of a session count from `now`."""
    request.session["began"] = request.session["seen"] = now.isoformat()


def make_coarse(request: HttpRequest) -> None:
    """Keep of this sign-in only the kind of browser and device, so that its owner knows it again."""
    UserSession.objects.filter(session_key=request.session.session_key).update(
        ip=NO_ADDRESS, user_agent=device(request.META.get("HTTP_USER_AGENT", ""))
    )


def device(user_agent: str) -> str:
    """“Firefox, Windows” from what a browser calls itself; empty where it says nothing known."""
    known = [
        next((name for sign, name in signs if re.search(rf"\b{sign}", user_agent)), "")
        for signs in (_BROWSERS, _SYSTEMS)
    ]
    return ", ".join(filter(None, known))


def end_all(person: User, *, but: str | None = None) -> None:
    """End every session of a person, except the one with the key `but`; and the address of their calendar, which
    is a way in without signing in."""
    calendar.retire(person=person)
    kept = UserSession.objects.filter(user=person)
    mine = kept.exclude(session_key=but) if but else kept
    _drop(list(mine.values_list("session_key", flat=True)))
    mine.delete()


def hold(request: HttpRequest) -> None:
    """Keep this request's session to itself until the transaction ends, and read it anew: another request of the
    same browser may have written to it since this one began. `keep` comes before the end."""
    if request.user.is_authenticated:  # first: whoever ends all other sessions of a person holds theirs too
        list(User.objects.select_for_update(no_key=True).filter(pk=request.user.pk).values_list("pk"))
    key = request.session.session_key
    list(Session.objects.select_for_update().filter(session_key=key).values_list("pk"))
    request.session = type(request.session)(key)


def keep(request: HttpRequest) -> None:
    """Write down now what this request changed since `hold`, so that it is not written over the next one's later.
    A session with a key that the browser does not know yet is nobody else's, and is written as always."""
    key = request.session.session_key
    known = key is not None and key == request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    if known and request.session.modified and Session.objects.filter(session_key=key).exists():
        request.session.save()
        request.session.modified = False


def _drop(keys: Iterable[str]) -> None:
    Session.objects.filter(session_key__in=keys).delete()


def renew_key(request: HttpRequest) -> None:
    """Give the session a new key (after proving oneself again), so that a copied old cookie is dead."""
    old = request.session.session_key
    request.session.cycle_key()
    UserSession.objects.filter(session_key=old).update(session_key=request.session.session_key)
