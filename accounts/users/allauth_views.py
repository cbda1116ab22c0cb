"""allauth's views where theirs do what ours must not: change something on a GET, or answer sooner to some."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.views import AccountInactiveView
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import ViewRecoveryCodesView
from allauth.mfa.webauthn.views import RemoveWebAuthnView
from allauth.usersessions.models import UserSession
from allauth.usersessions.views import ListUserSessionsView
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.users import calendar, sessions

View = Callable[..., HttpResponse]


def unhurried(view: View) -> View:
    """Answer a POST no sooner than a fixed time, so that how long it took tells nothing about an address."""

    @wraps(view)
    def slowed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        began = time.monotonic()
        response = view(request, *args, **kwargs)
        if request.method == "POST":
            time.sleep(max(0.0, settings.ANSWER_NO_SOONER_THAN - (time.monotonic() - began)))
        return response

    return slowed


def one_by_one(view: View) -> View:
    """Let the POSTs of one session pass one after the other. How many wrong codes were tried, and that a right one
    was used, stands in the session: read by many at once, it would count many as one."""

    @wraps(view)
    def alone(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST":
            return view(request, *args, **kwargs)
        with transaction.atomic():
            sessions.hold(request)
            response = view(request, *args, **kwargs)
            sessions.keep(request)
        return response

    return alone


def renewing(view: View) -> View:
    """Give the session a new key once the person has proved themself again."""

    @wraps(view)
    def renewed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        posted = request.method == "POST"
        before = _proofs(request)
        response = view(request, *args, **kwargs)
        if posted and request.user.is_authenticated and _proofs(request) > before:
            sessions.renew_key(request)
        return response

    return renewed


def _proofs(request: HttpRequest) -> int:
    return len(request.session.get("account_authentication_methods", []))


closed = AccountInactiveView.as_view(extra_context={"mail_from": settings.MAIL_FROM})


class Devices(ListUserSessionsView):
    """Where one is signed in. Rows of sessions that ended are passed over here and swept by the hourly job."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super(ListUserSessionsView, self).get_context_data(**kwargs)
        mine = UserSession.objects.filter(user=self.request.user).order_by("-created_at")
        live = set(
            Session.objects.filter(session_key__in=[row.session_key for row in mine]).values_list(
                "session_key", flat=True
            )
        )
        here = self.request.session.session_key
        rows = [row for row in mine if row.session_key in live]
        context["here"] = next((row for row in rows if row.session_key == here), None)
        context["others"] = [row for row in rows if row.session_key != here]
        return context

    def form_valid(self, form: Any) -> HttpResponse:
        """Sign out elsewhere. The address of their calendar is a way in, and ends with it."""
        calendar.retire(person=self.request.user)
        answer: HttpResponse = super().form_valid(form)
        return answer


class RemovePasskey(RemoveWebAuthnView):
    """Removing a passkey, unless it is the last second step of a therapist; never without the notice of it."""

    @transaction.atomic
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.object = self.get_object()
        if get_adapter().can_delete_authenticator(self.object):
            answer: HttpResponse = super().post(request, *args, **kwargs)
            return answer
        context = self.get_context_data(refusal=get_adapter().error_messages["cannot_delete_authenticator"])
        refused: HttpResponse = self.render_to_response(context, status=422)
        return refused


def recovery_codes(request: HttpRequest) -> HttpResponse:
    """The codes are shown once, on a POST: opening the page, or a browser fetching it ahead, uses up nothing.

    Raises Http404 where there is no second factor, hence no codes.
    """
    stored = Authenticator.objects.filter(user=request.user, type=Authenticator.Type.RECOVERY_CODES).first()
    if stored is None:
        raise Http404
    codes = stored.wrap()
    if request.method == "POST" and not codes.did_view:
        view = ViewRecoveryCodesView()
        view.setup(request)
        shown: HttpResponse = view.get(request)
        return shown
    return render(
        request,
        "mfa/recovery_codes/closed.html",
        {"shown_before": codes.did_view, "left": len(codes.get_unused_codes())},
    )
