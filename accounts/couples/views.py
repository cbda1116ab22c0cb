"""Pages on the way to a link: asking someone in, answering, confirming, undoing."""

from contextlib import suppress
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access import Needs, PageRequest, Who, page
from accounts.couples import landing, linking, mails, services
from accounts.couples.forms import About, Answer, Invite
from accounts.couples.models import OPEN_FOR, Invitation
from accounts.couples.pending import Pending, pending_of
from accounts.couples.states import CoupleState
from accounts.mail.models import Stream
from accounts.refusal import Refusal
from accounts.vault import services as vault


@page(Who.PARTNER, methods=("GET", "POST"), needs=Needs.UNRESTING)
def invite(request: PageRequest) -> HttpResponse:
    """Asking someone in: the form with the exact mail beside it; what is open; once linked, the day to think."""
    viewer = request.viewer
    if viewer.state is CoupleState.ACTIVE:
        return redirect("checkins:today")
    if viewer.state is CoupleState.COOLING:
        return render(request, "accounts/couples/cooling.html")
    pending = pending_of(viewer)
    if request.method == "POST":
        return _asked(request, pending)
    if pending and "another" not in request.GET:
        may_ask_again = len(pending.open) + len(pending.accepted) < linking.MAX_OPEN
        context = {"pending": pending, "may_ask_again": may_ask_again}
        return render(request, "accounts/couples/invite_open.html", context)
    return _form_page(request, pending, Invite(initial={"name": _own_name(request)}))


def _asked(request: PageRequest, pending: Pending) -> HttpResponse:
    """A first press shows the mail; a second, with nothing changed in between, sends it."""
    form = Invite(request.POST)
    if not form.is_valid():
        return _form_page(request, pending, form, status=422)
    typed = form.cleaned_data
    shown = Invite({"to": typed["to"], "name": typed["name"], "seen": form.shown()})
    if not form.was_seen:
        return _form_page(request, pending, shown, ready=True)
    try:
        linking.invite(inviter=_me(request), address=typed["to"], shown_name=typed["name"], now=request.viewer.now)
    except Refusal as refusal:
        return _form_page(request, pending, shown, ready=True, refusal=refusal, status=422)
    return redirect("accounts:invite")


def _form_page(
    request: PageRequest,
    pending: Pending,
    form: Invite,
    *,
    ready: bool = False,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    valid = form.cleaned_data if form.is_bound and form.is_valid() else {}
    until = Invitation(expires_at=request.viewer.now + OPEN_FOR).open_until
    name = valid.get("name") or _own_name(request)
    context = {
        "form": form,
        "pending": pending,
        "refusal": refusal,
        "ready": ready,
        "until": until,
        "sender": settings.DEFAULT_FROM_EMAIL,
        "to": valid.get("to", ""),
        "subject": Stream.INVITATION.label,
        "preview": mails.preview(name=name, until=until),
    }
    return render(request, "accounts/couples/invite_new.html", context, status=status)


@page(Who.PARTNER, methods=("POST",))
def invite_take_back(request: PageRequest) -> HttpResponse:
    """Close an open invitation of one's own."""
    about = About.read(request.POST)
    if about is not None:
        linking.take_back(inviter=_me(request), invitation_id=about, now=request.viewer.now)
    return redirect("accounts:invite")


@page(Who.PARTNER, methods=("POST",))
def withdraw(request: PageRequest) -> HttpResponse:
    """Take back a yes that has not led to a link."""
    about = About.read(request.POST)
    if about is not None:
        linking.withdraw(person=_me(request), invitation_id=about, now=request.viewer.now)
    return redirect("accounts:invite")


@page(Who.PUBLIC, methods=("GET", "POST"))
def invitation(request: PageRequest, secret: str) -> HttpResponse:
    """The link of an invitation mail."""
    return _landed(request, landing.by_secret(secret))


@page(Who.PUBLIC, methods=("GET", "POST"))
def invitation_again(request: PageRequest) -> HttpResponse:
    """The same page for a browser that came with the secret and has signed in since."""
    return _landed(request, landing.by_id(request.session.get(landing.REMEMBERED)))


def _landed(request: PageRequest, found: Invitation | None) -> HttpResponse:
    viewer = request.viewer
    if found is not None and viewer.is_me(found.accepted_by_id):
        return redirect("accounts:invite")
    shown = landing.landing_of(found, viewer)
    if shown is None:
        return _closed(request)
    if request.method != "POST":
        return _landing_page(request, shown)
    form = Answer(request.POST)
    if not form.is_valid():
        return _landing_page(request, shown, form=form)
    answer = form.cleaned_data["answer"]
    if answer == Answer.ACCEPT:
        return _accepted(request, shown)
    if answer == Answer.NEVER:
        linking.never(invitation=shown.invitation, person=viewer.person, now=viewer.now)
    request.session.pop(landing.REMEMBERED, None)
    return redirect("accounts:answered")


def _accepted(request: PageRequest, shown: landing.Landing) -> HttpResponse:
    """A yes: at once for a person who has arrived, else after signing up or in."""
    person = request.viewer.person
    if person is None or not person.has_arrived:
        request.session[landing.REMEMBERED] = str(shown.invitation.pk)
        onward = reverse("account_signup" if person is None else "accounts:about_you")
        return redirect(f"{onward}?next={landing.way_back(request.session)}")
    try:
        linking.accept(person=person, invitation_id=shown.invitation.pk, now=request.viewer.now)
    except linking.Closed:
        return _closed(request)
    except Refusal as refusal:
        return _landing_page(request, shown, refusal=refusal)
    request.session.pop(landing.REMEMBERED, None)
    return redirect("accounts:invite")


def _landing_page(request: PageRequest, shown: landing.Landing, **problem: Any) -> HttpResponse:
    status = 422 if problem else 200
    return render(request, "accounts/couples/invitation.html", {"shown": shown, **problem}, status=status)


def _closed(request: PageRequest) -> HttpResponse:
    """One page for every reason why a link leads nowhere."""
    return render(request, "accounts/couples/invitation_closed.html", status=404)


@page(Who.PUBLIC)
def answered(request: PageRequest) -> HttpResponse:
    """After “Not now” and after “Never”: one page for both, so that nobody beside can tell them apart."""
    return render(request, "accounts/couples/answered.html")


@page(Who.PARTNER, methods=("GET", "POST"), needs=Needs.UNRESTING, fresh=True)
def confirm(request: PageRequest) -> HttpResponse:
    """Is this the right person? Yes makes the link; no closes the invitation, and the other is not told."""
    viewer = request.viewer
    accepted = pending_of(viewer).accepted if viewer.state is CoupleState.NONE else []
    about = About.read(request.POST if request.method == "POST" else request.GET)
    one = next((row for row in accepted if about in {row.id, None}), None)
    if one is None:
        return redirect("accounts:invite")
    answer = request.POST.get("answer")
    if request.method == "POST" and about is not None and answer in {"yes", "no"}:
        return _confirmed(request, about, yes=answer == "yes")
    context: dict[str, Any] = {"one": one, "cooling": bool(settings.COOLING_OFF)}
    if request.method != "POST":
        return render(request, "accounts/couples/confirm.html", context)
    context["problem"] = _("Choose one of the two answers.")
    return render(request, "accounts/couples/confirm.html", context, status=422)


def _confirmed(request: PageRequest, about: UUID, *, yes: bool) -> HttpResponse:
    now = request.viewer.now
    if not yes:
        linking.take_back(inviter=_me(request), invitation_id=about, now=now)
        return redirect("accounts:invite")
    with suppress(linking.Closed):  # confirmed or closed a moment ago: the next page shows what is true now
        linking.confirm(inviter=_me(request), invitation_id=about, now=now)
    return redirect("accounts:invite")


@page(Who.PARTNER, methods=("POST",))
def undo_link(request: PageRequest) -> HttpResponse:
    """Undo a link within its day to think. Afterwards leaving is the way."""
    try:
        services.undo_link(person=_me(request), now=request.viewer.now)
    except services.TooLate:
        return redirect("accounts:leave")
    return redirect("accounts:invite")


@page(Who.PARTNER, methods=("GET", "POST"))
def nevers(request: PageRequest) -> HttpResponse:
    """Whom one never wants mail from; each can be lifted."""
    viewer = request.viewer
    if request.method == "POST":
        about = About.read(request.POST)
        if about is not None:
            linking.lift(person=_me(request), never_id=about)
        return redirect("accounts:nevers")
    rows = list(linking.nevers_of(_me(request)))
    named = [(row, vault.open_or(viewer, row, "name", gone=None) if row.name else None) for row in rows]
    return render(request, "accounts/couples/nevers.html", {"nevers": named})


def _me(request: PageRequest) -> Any:
    return request.viewer.person


def _own_name(request: PageRequest) -> str:
    return vault.open(request.viewer, _me(request), "name") or ""
