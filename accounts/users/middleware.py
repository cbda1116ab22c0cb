"""Sessions end when idle, and after a working day, by role."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse

from accounts.users import sessions
from accounts.users.models import User
from repair import clock

# The session's own row is written at most this often (rule 7 allows it, coarse).
COARSE = timedelta(minutes=5)


class SessionLimits:
    """Sign out a session that was idle too long or has lasted too long for its person's role.

    Because the hour of the last click is written coarsely, an idle session ends up to five minutes before the
    limit and never after it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if isinstance(request.user, User):
            self._hold(request, request.user, now=clock.now())
        return self.get_response(request)

    def _hold(self, request: HttpRequest, person: User, *, now: datetime) -> None:
        idle, absolute = settings.SESSION_LIMITS[person.kind]
        session = request.session
        if "began" not in session or "seen" not in session:
            sessions.begin(request, now=now)
        began, seen = (datetime.fromisoformat(session[name]) for name in ("began", "seen"))
        if now - seen > idle or now - began > absolute:
            logout(request)
        elif now - seen >= COARSE:
            session["seen"] = now.isoformat()
