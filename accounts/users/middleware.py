"""Sessions end when idle, and after a working day, by role."""

from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url

from accounts.access import viewer_of
from accounts.users import held, sessions
from accounts.users.models import User
from repair import clock

# The session's own row is written at most this often (rule 7 allows it, coarse).
COARSE = timedelta(minutes=5)


def _page_of(request: HttpRequest) -> str:
    """The path of the page on which a form stood; not every address that takes a form can be looked at."""
    page = urlsplit(request.headers.get("Referer", ""))
    return page.path if page.netloc == request.get_host() and page.path else request.path


class SessionLimits:
    """Sign out a session that was idle too long or has lasted too long for its person's role.

    Because the hour of the last click is written coarsely, an idle session ends up to five minutes before the
    limit and never after it. What a form carried that came too late waits for its author (see `held`).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        late = None
        if isinstance(request.user, User) and not self._lasts(request, request.user, now=clock.now()):
            late = request.user
            logout(request)
        answer = self.get_response(request)
        to_sign_in = answer.get("Location", "").startswith(resolve_url(settings.LOGIN_URL) + "?next=")
        if request.method == "POST" and to_sign_in and not (late and held.keep(request, author=late)):
            answer["Location"] = redirect_to_login(_page_of(request)).url
        return answer

    def process_view(self, request: HttpRequest, *_: object) -> HttpResponse | None:
        """After a new sign-in, the form that came too late stands at its address until its author decides."""
        person = request.user
        fields = held.waiting(request, person=person) if isinstance(person, User) else None
        if fields is None or not isinstance(person, User):
            return None
        if request.method == "POST":
            held.drop(request)
            return redirect(settings.LOGIN_REDIRECT_URL) if request.POST.get("held") == "drop" else None
        request.viewer = viewer_of(person, now=clock.now())  # type: ignore[attr-defined]
        shown = {"carried": fields, "words": held.words(fields), "path": request.path}
        return render(request, "accounts/users/held.html", shown)

    def _lasts(self, request: HttpRequest, person: User, *, now: datetime) -> bool:
        idle, absolute = settings.SESSION_LIMITS[person.kind]
        session = request.session
        if "began" not in session or "seen" not in session:
            sessions.begin(request, now=now)
        began, seen = (datetime.fromisoformat(session[name]) for name in ("began", "seen"))
        if now - seen > idle or now - began > absolute:
            return False
        if now - seen >= COARSE:
            session["seen"] = now.isoformat()
        return True
