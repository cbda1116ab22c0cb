"""Sessions end when idle, and after a working day, by role."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse

from repair import clock

# The session's own row is written at most this often (rule 7 allows it, coarse).
COARSE = timedelta(minutes=5)


class SessionLimits:
    """Sign out a session that was idle too long or has lasted too long for its person's role."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            self._hold(request, now=clock.now())
        return self.get_response(request)

    def _hold(self, request: HttpRequest, *, now: datetime) -> None:
        idle, absolute = settings.SESSION_LIMITS[request.user.kind]
        session = request.session
        began = datetime.fromisoformat(session.setdefault("began", now.isoformat()))
        seen = datetime.fromisoformat(session.setdefault("seen", now.isoformat()))
        if now - seen > idle + COARSE or now - began > absolute:
            logout(request)
        elif now - seen >= COARSE:
            session["seen"] = now.isoformat()
