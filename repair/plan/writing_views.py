"""Writing a line: new, from a draft, or other words for one that stands. The stages are in `desk.py`."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access import Needs, PageRequest, Who, page
from accounts.couples.states import CoupleState
from accounts.meanwhile import ChangedMeanwhile
from accounts.refusal import Refusal
from accounts.safety.saved import after_saving
from accounts.vault import services as vault
from repair.plan import desk as desks
from repair.plan import services
from repair.plan.desk import Desk
from repair.plan.drafts import draft_of, drop_draft, keep_draft
from repair.plan.forms import Seen
from repair.plan.kinds import AgreementKind, Reflection, kind_named
from repair.plan.locks import NotActive, Stale
from repair.plan.models import Agreement
from repair.plan.queries import Line, line_read
from repair.plan.standing import LineState, today_where

SENDING = {"send", "anyway", "end30", "seen"}  # what the buttons of the stages say in `do`


@page(Who.PARTNER, methods=("GET", "POST"))
def new(request: PageRequest, kind: str) -> HttpResponse:
    """A new line of one kind: kept as a draft at any time, sent while the couple is active."""
    found = _kind(kind)
    if request.method != "POST":
        asked = found.laid_out({}, request.GET.get("step", ""))
        return _form_page(request, desks.fresh(found, request.viewer, initial=asked))
    return _written(request, desks.posted(found, request.viewer, request.POST), again="repair:new")


@page(Who.PARTNER, methods=("GET", "POST"))
def draft(request: PageRequest, draft: UUID) -> HttpResponse:
    """One's own draft: go on writing, send it, throw it away."""
    if request.POST.get("do") == "drop":
        drop_draft(viewer=request.viewer, draft=draft)
        messages.success(request, _("The draft is gone."))
        return redirect("repair:plan")
    sent = Agreement.objects.visible_to(request.viewer).filter(pk=draft).first()
    if sent is not None:  # meanwhile, by an earlier press of the same button, or by another window
        if request.POST.get("do") not in SENDING:
            return redirect("repair:line", draft)
        desk = desks.posted(_kind(sent.kind), request.viewer, request.POST)
        desk.line = draft
        return _written(request, desk, again="repair:new")
    row = draft_of(request.viewer, draft)
    found = _kind(row.kind)
    if request.method != "POST":
        typed = vault.open(request.viewer, row, "body")
        return _form_page(request, desks.fresh(found, request.viewer, initial=typed, line=row.pk), draft=True)
    desk = desks.posted(found, request.viewer, request.POST)
    desk.line = row.pk
    return _written(request, desk, again="repair:draft", draft=True)


@page(Who.PARTNER, methods=("GET", "POST"), needs=Needs.ACTIVE)
def suggest(request: PageRequest, line: UUID) -> HttpResponse:
    """Other words for a line, compared with the words that stand; or the same words again with a new date."""
    read, wordings = line_read(request.viewer, line)
    if read.state is LineState.ENDED:
        return redirect("repair:line", line)
    base = (read.open if read.open and not read.open.is_end else read.words).fields or {}
    latest = wordings[0].version.number
    if request.method != "POST":
        initial = read.kind.form.initial_from(base, request.viewer)
        initial |= read.kind.laid_out(base, request.GET.get("step", ""))
        desk = desks.fresh(read.kind, request.viewer, initial=initial, base=base, line=line, note=True)
        return _suggest_page(request, read, desk, seen=latest)
    seen_form = Seen(request.POST)
    seen = seen_form.cleaned_data["seen"] if seen_form.is_valid() else 0
    if request.POST.get("do") == "again" and read.words.fields is not None:
        words = services.Words(read.words.fields, desks.default_date(today_where(request.viewer), read.kind))
        return _suggested(request, read, None, words, seen=seen)
    desk = desks.posted(read.kind, request.viewer, request.POST, base=base, note=True)
    desk.line = line
    if request.POST.get("do") == "change":
        return _suggest_page(request, read, desks.reopened(desk, request.viewer), seen=seen)
    if not desk.is_valid:
        return _suggest_page(request, read, desk, seen=seen, status=422)
    if request.POST.get("do") == "look":
        return _suggest_page(request, read, desk, seen=seen)
    between = _between(request, desk, line=line, again="repair:suggest", key=line, draft=False)
    return between or _suggested(request, read, desk, desk.words(), seen=seen)


def _written(request: PageRequest, desk: Desk, *, again: str, draft: bool = False) -> HttpResponse:
    """What a press of a button on the form of a new line leads to."""
    viewer, do = request.viewer, request.POST.get("do")
    if do in {"start", "change"}:
        return _form_page(request, desks.reopened(desk, viewer), draft=draft)
    if do not in SENDING:
        return _kept(request, desk, draft=draft, own_next=do == "mine")
    if not desk.is_valid:
        return _form_page(request, desk, draft=draft, status=422)
    if viewer.state is not CoupleState.ACTIVE:
        refusal = _("Nothing was sent. You can keep it as a draft.")
        return _form_page(request, desk, draft=draft, status=409, refusal=refusal)
    key = desk.line if draft else desk.kind.name
    between = _between(request, desk, line=None, again=again, key=key, draft=draft)
    if between is not None:
        return between
    try:
        made = services.propose(
            viewer=viewer, kind=desk.kind.name, words=desk.words(), line=desk.line, draft=desk.line, now=viewer.now
        )
    except NotActive:
        return redirect("repair:plan")
    except ChangedMeanwhile as refusal:
        desk.line = uuid4()  # the draft went with the line that was sent
        return _form_page(request, desk, status=409, refusal=str(refusal))
    except Refusal as refusal:
        return _form_page(request, desk, draft=draft, status=422, refusal=str(refusal))
    messages.success(request, _("Sent, and signed in your name. It is in force once both of you have signed."))
    return after_saving(request, desk.typed(), then=redirect("repair:line", made.pk))


def _kept(request: PageRequest, desk: Desk, *, draft: bool, own_next: bool) -> HttpResponse:
    """Keep what was typed as a draft, finished or not."""
    try:
        keep_draft(
            viewer=request.viewer,
            kind=desk.kind.name,
            typed=desk.typed(),
            draft=desk.line,
            now=request.viewer.now,
        )
    except Refusal as refusal:
        opened = desks.reopened(desk, request.viewer)
        return _form_page(request, opened, draft=draft, status=422, refusal=str(refusal))
    messages.success(request, _("Kept as a draft. Only you see it."))
    onward = redirect("repair:new", "commitment") if own_next else redirect("repair:plan")
    return after_saving(request, desk.typed(), then=onward)


def _between(
    request: PageRequest, desk: Desk, *, line: UUID | None, again: str, key: Any, draft: bool
) -> HttpResponse | None:
    """The stage that comes before sending: the mirror, then a kind's preview; None when both are behind."""
    do, viewer = request.POST.get("do"), request.viewer
    body = desk.form.body()
    context = {
        "desk": desk,
        "kind": desk.kind,
        "headlines": [desk.kind.headline(body)],
        "carried": desks.carried(request.POST),
        "to": reverse(again, args=[key]),
        "is_draft": draft,
        "is_new": line is None,
    }
    reflections: list[Reflection] = list(desk.kind.reflect(body, viewer, line)) if do == "send" else []
    if reflections:
        context["reflections"] = reflections
        context["offers_end"] = any(found.offers_end for found in reflections)
        context["counts"] = any(found.lines for found in reflections)
        return render(request, "repair/plan/mirror.html", context)
    if desk.kind.preview is not None and do != "seen":
        context["preview"] = desk.kind.preview(body, viewer)
        context["parts"] = [(label, text) for label, text in desk.kind.lines(body) if text]
        return render(request, "repair/plan/preview.html", context)
    return None


def _suggested(
    request: PageRequest, read: Line, desk: Desk | None, words: services.Words, *, seen: int
) -> HttpResponse:
    """Send other words; where the page was out of date, show what is true now beside what was typed."""
    viewer = request.viewer
    try:
        services.suggest(viewer=viewer, line=read.pk, seen=seen, words=words, now=viewer.now)
    except NotActive:
        return redirect("repair:plan")
    except Refusal as refusal:
        now_read, wordings = line_read(viewer, read.pk)
        latest = wordings[0].version.number
        if desk is None:
            initial = read.kind.form.initial_from(words.fields, viewer)
            desk = desks.fresh(read.kind, viewer, initial=initial, base=words.fields, line=read.pk, note=True)
        status = 409 if isinstance(refusal, Stale) else 422
        return _suggest_page(request, now_read, desk, seen=latest, status=status, refusal=str(refusal))
    messages.success(
        request, _("Sent, and signed in your name. What stood before stands until you both have signed.")
    )
    return after_saving(request, desk.typed() if desk else "", then=redirect("repair:line", read.pk))


def _suggest_page(
    request: PageRequest, read: Line, desk: Desk, *, seen: int, status: int = 200, refusal: str = ""
) -> HttpResponse:
    stands = read.open if read.open and not read.open.is_end else read.words
    changes = []
    if desk.form.is_bound and desk.is_valid:
        changes = read.changes_by(stands, desk.form.body())
    context = {"line": read, "desk": desk, "form": desk.form, "seen": seen, "stands": stands, "changes": changes,
               "refusal": refusal, "looked": request.POST.get("do") == "look"}  # fmt: skip
    return render(request, "repair/plan/suggest.html", context, status=status)


def _form_page(
    request: PageRequest, desk: Desk, *, draft: bool = False, status: int = 200, refusal: str = ""
) -> HttpResponse:
    context = {
        "desk": desk,
        "form": desk.form,
        "kind": desk.kind,
        "is_draft": draft,
        "can_send": request.viewer.state is CoupleState.ACTIVE,
        "refusal": refusal,
    }
    return render(request, "repair/plan/new.html", context, status=status)


def _kind(name: str) -> AgreementKind:
    try:
        return kind_named(name)
    except KeyError as error:
        raise Http404 from error
