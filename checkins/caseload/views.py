"""What a therapist reads. Every view of a couple's pages is one transaction with its row in the audit: the page is
built first, the row written, and only what was committed is answered with."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.access import PageRequest, Who, page
from accounts.audit.models import Entry
from accounts.audit.services import record, record_each
from accounts.couples.models import Couple
from accounts.couples.queries import memberships_of, names_of
from accounts.refusal import Refusal
from accounts.therapists.queries import BEFORE_SESSION, upcoming_sessions
from accounts.therapists.services import book_session, cancel_session
from accounts.users.models import User
from checkins.caseload.brief import MARK_RELIABILITY, MARK_SD, brief_of, reliable_change, signals_of
from checkins.caseload.forms import BookForm
from checkins.caseload.overview import overview, shown_couples
from checkins.progress.sentences import number
from checkins.progress.story import story_of

VIEWS_AN_HOUR = 120  # handbook/safety-and-security.md, THERAPIST


@page(Who.THERAPIST)
def caseload(request: PageRequest) -> HttpResponse:
    """The list of couples, the next session first."""
    viewer = request.viewer
    with transaction.atomic():
        rows = overview(viewer)
        answer = render(request, "checkins/caseload/caseload.html", {"rows": rows})
        shown = [Couple(pk=pk) for pk in shown_couples(rows)]
        record_each(what=Entry.What.THERAPIST_LIST, now=viewer.now, couples=shown, actor=_therapist(request))
    return answer


@page(Who.CASE)
def case(request: PageRequest, case: UUID) -> HttpResponse:
    """The couple's timeline, read-only: the same page functions as theirs."""
    if (closed := _closed(request, case)) is not None:
        return closed
    with transaction.atomic():
        story = story_of(request.viewer, question=request.GET.get("q", ""), span=request.GET.get("range", ""))
        context = {"story": story, "case": case}
        return _noted(request, "case", context, what=Entry.What.THERAPIST_VIEW, couple=case)


@page(Who.CASE)
def session(request: PageRequest, case: UUID) -> HttpResponse:
    """The page for the joint room, one A4 page."""
    if (closed := _closed(request, case)) is not None:
        return closed
    with transaction.atomic():
        brief = brief_of(request.viewer, question=request.GET.get("q", ""))
        context = {"brief": brief, "story": brief.story, "case": case}
        return _noted(request, "session", context, what=Entry.What.THERAPIST_BRIEF, couple=case)


@page(Who.CASE)
def signals(request: PageRequest, case: UUID) -> HttpResponse:
    """The page for the therapist alone."""
    if (closed := _closed(request, case)) is not None:
        return closed
    with transaction.atomic():
        brief = brief_of(request.viewer)
        context = {
            "brief": brief,
            "story": brief.story,
            "signals": signals_of(brief),
            "case": case,
            "reliable": number(reliable_change()),
            "sd": number(MARK_SD),
            "reliability": f"{MARK_RELIABILITY:.2f}",
            "ordinary": brief.story.ordinary,
        }
        return _noted(request, "signals", context, what=Entry.What.THERAPIST_SIGNALS, couple=case)


@page(Who.CASE, methods=("GET", "POST"))
def book(request: PageRequest, case: UUID) -> HttpResponse:
    """Book and cancel sessions; the same whether the couple's pages are open or not."""
    viewer, therapist = request.viewer, _therapist(request)
    form, refusal = BookForm(None, zone=therapist.zone), ""
    if request.method == "POST" and "cancel" in request.POST:
        cancel_session(
            therapist=therapist, couple_id=case, session=_number(request.POST["cancel"]), now=viewer.now
        )
        messages.success(request, _("The session is cancelled."))
        return redirect("checkins:book", case=case)
    if request.method == "POST":
        form = BookForm(request.POST, zone=therapist.zone)
        if form.is_valid():
            try:
                book_session(therapist=therapist, couple_id=case, at=form.instant(), now=viewer.now)
            except Refusal as refused:
                refusal = str(refused)
            else:
                messages.success(request, _("The session is booked."))
                return redirect("checkins:book", case=case)
    context = {
        "form": form,
        "refusal": refusal,
        "case": case,
        "names": _names(request, case),
        "sessions": upcoming_sessions(therapist, case, now=viewer.now),
    }
    return render(request, "checkins/caseload/book.html", context, status=422 if form.is_bound else 200)


def _noted(
    request: PageRequest, template: str, context: dict[str, Any], *, what: str, couple: UUID
) -> HttpResponse:
    """The page, built whole, and its row in the audit; no row, no page. Inside the caller's transaction."""
    names = _both(context["story"].facts.names)
    answer = render(request, f"checkins/caseload/{template}.html", {**context, "names": names})
    record(what=what, now=request.viewer.now, couple=Couple(pk=couple), actor=_therapist(request))
    return answer


def _closed(request: PageRequest, case: UUID) -> HttpResponse | None:
    """The page in place of a couple's outside the reading window (which says when it opens, whether or not they
    rest), and while they rest (one constant line). None when their pages are open."""
    access = request.viewer.case
    assert access is not None
    if access.open:
        return _too_many(request)
    coming = upcoming_sessions(_therapist(request), case, now=request.viewer.now)
    context = {
        "case": case,
        "names": _names(request, case),
        "resting": access.window_open,
        "next": coming[0] if coming else None,
        "opens": coming[0].starts_at - BEFORE_SESSION if coming else None,
    }
    return render(request, "checkins/caseload/closed.html", context)


def _too_many(request: PageRequest) -> HttpResponse | None:
    """The page for too many views in one hour, of a therapist who (or a program that) reads everything in one go;
    the audit is the count. The list of couples leaves a row for each couple, so it is not counted."""
    hour = request.viewer.now - timedelta(hours=1)
    seen = Entry.objects.filter(actor=_therapist(request), at__gt=hour).exclude(what=Entry.What.THERAPIST_LIST)
    if seen.count() < VIEWS_AN_HOUR:
        return None
    return render(request, "429.html", status=429)


def _names(request: PageRequest, couple: UUID) -> str:
    members = memberships_of(couple)
    names = names_of(request.viewer, members)
    return _both({m.slot: names[m.pk] for m in members})


def _both(names: dict[str, str]) -> str:
    """“Mara & Jonas”, in the order of their colours."""
    return _("%(one)s & %(other)s") % {"one": names["a"], "other": names["b"]}


def _therapist(request: PageRequest) -> User:
    person = request.viewer.person
    assert person is not None
    return person


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 18):
        raise Http404
    return int(text)
