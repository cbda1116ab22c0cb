"""Pages of the plan: all lines, one line, signing, ending. Writing is in
`writing_views.py`, stepping out in `stepping_views.py`."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.access import Needs, PageRequest, Who, page, viewer_of
from accounts.couples.states import CoupleState
from accounts.refusal import Refusal
from accounts.vault import services as vault
from repair.plan import acts, services
from repair.plan.forms import Chosen, Seen, Signing
from repair.plan.kinds import registered
from repair.plan.locks import NotActive, Stale
from repair.plan.models import Draft
from repair.plan.queries import Line, PlanRead, line_read, plan_read
from repair.plan.standing import LineState

FILTERS: dict[str, Callable[[PlanRead], list[Line]]] = {
    "waiting": lambda read: read.waiting,
    "force": lambda read: read.having(LineState.AGREED, LineState.REVIEW),
    "talk": lambda read: read.having(LineState.TALK),
    "ended": lambda read: read.having(LineState.ENDED, LineState.DROPPED),
}


@page(Who.PARTNER, needs=Needs.UNRESTING)
def plan(request: PageRequest) -> HttpResponse:
    """What both have agreed; one's own drafts; alone or while cooling off, the drafts only."""
    viewer = request.viewer
    rows = Draft.objects.visible_to(viewer).order_by("-changed_at")
    vault.preload(viewer.keys, owners=[viewer.person_id] if viewer.person_id else [])
    context: dict[str, Any] = {
        "drafts": [_draft_shown(request, row) for row in rows],
        "kinds": registered().values(),
    }
    if viewer.state is not CoupleState.ACTIVE:
        return render(request, "repair/plan/plan_alone.html", context)
    read = plan_read(viewer)
    chosen = request.GET.get("show", "")
    lines = FILTERS[chosen](read) if chosen in FILTERS else read.lines
    gaps = acts.missing(read.lines)
    folded = [] if chosen == "ended" else [line for line in lines if line in FILTERS["ended"](read)]
    context |= {
        "plan": read,
        "chosen": chosen if chosen in FILTERS else "",
        "counts": {name: len(lines_of(read)) for name, lines_of in FILTERS.items()},
        "lines": [line for line in lines if line not in folded],
        "folded": folded,
        "gaps": gaps,
        "acts": acts.sentence(gaps),
        "rhythms": [line for line in read.lines if line.agreement.kind == "rhythm" and line.in_force],
    }
    return render(request, "repair/plan/plan.html", context)


@page(Who.PARTNER, needs=Needs.ACTIVE)
def line(request: PageRequest, line: UUID) -> HttpResponse:
    """One line: its words, what can be done with it, and its wordings with who signed what when."""
    return _line_page(request, line)


@page(Who.PARTNER, methods=("GET", "POST"), needs=Needs.ACTIVE)
def sign(request: PageRequest, line: UUID) -> HttpResponse:
    """Read the other's proposal whole, and sign exactly these words."""
    read, _wordings = line_read(request.viewer, line)
    if request.method != "POST":
        if read.open is None or not read.waits_for_me:
            return redirect("repair:line", line)
        context = {"line": read, "words": read.open, "changes": read.changes}
        if read.kind.preview is not None and read.open.fields and not read.open.is_end:
            context["preview"] = read.kind.preview(read.open.fields, request.viewer)
        return render(request, "repair/plan/sign.html", context)
    form = Signing(request.POST)
    if not form.is_valid():
        return _line_page(request, line, status=422, problem=_("Read the words again before you sign."))

    def act() -> str:
        services.sign(
            viewer=request.viewer,
            line=line,
            version=form.cleaned_data["version"],
            mac=form.mac_bytes(),
            now=request.viewer.now,
        )
        now_read, _wordings = line_read(request.viewer, line)
        return (
            _("Signed. The line has ended.") if now_read.state is LineState.ENDED else _("Signed. It is in force.")
        )

    return _done(request, line, act)


@page(Who.PARTNER, methods=("POST",), needs=Needs.ACTIVE)
def keep(request: PageRequest, line: UUID) -> HttpResponse:
    """Keep the line as it was: the other's proposal is closed."""
    return _about_a_version(request, line, services.keep, _("It stays as it was."))


@page(Who.PARTNER, methods=("POST",))
def take_back(request: PageRequest, line: UUID) -> HttpResponse:
    """Take back one's own proposal, while the plan goes on or rests."""
    viewer = request.viewer
    if viewer.state is CoupleState.RESTING:
        return _taken_back_resting(request, line)
    if viewer.state is not CoupleState.ACTIVE:
        raise Http404
    return _about_a_version(request, line, services.take_back, _("Taken back."))


def _taken_back_resting(request: PageRequest, line: UUID) -> HttpResponse:
    """The line has no page then; what is true stands on the page of the plan that rests."""
    viewer, form = request.viewer, Chosen(request.POST)
    if not form.is_valid():
        raise Http404
    try:
        services.take_back(viewer=viewer, line=line, version=form.cleaned_data["version"], now=viewer.now)
    except NotActive:
        return redirect("repair:plan")
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("Taken back. The other was not told."))
    # The rest may have ended meanwhile: then the line has its page again, and the closed plan has none.
    if viewer_of(viewer.person, now=viewer.now).state is CoupleState.ACTIVE:
        return redirect("repair:line", line)
    return redirect("accounts:closed_plan", viewer.mine.couple_id)


@page(Who.PARTNER, methods=("POST",), needs=Needs.ACTIVE)
def end(request: PageRequest, line: UUID) -> HttpResponse:
    """Propose to end a line by agreement."""
    form = Seen(request.POST)
    if not form.is_valid():
        return _line_page(request, line, status=422, problem=_("Open the line again before you end it."))

    def act() -> str:
        services.propose_end(
            viewer=request.viewer, line=line, seen=form.cleaned_data["seen"], now=request.viewer.now
        )
        return _("Proposed. The line ends once both of you have signed that.")

    return _done(request, line, act)


def _about_a_version(request: PageRequest, line: UUID, verb: Callable[..., None], told: str) -> HttpResponse:
    form = Chosen(request.POST)
    if not form.is_valid():
        return _line_page(request, line, status=422, problem=_("Open the line again and choose there."))

    def act() -> str:
        verb(viewer=request.viewer, line=line, version=form.cleaned_data["version"], now=request.viewer.now)
        return told

    return _done(request, line, act)


def _done(request: PageRequest, line: UUID, act: Callable[[], str]) -> HttpResponse:
    """Do it, say so, and go to the page that shows what is true now; out of date: that page itself, 409."""
    try:
        messages.success(request, act())
    except NotActive:
        return redirect("repair:plan")
    except Refusal as refusal:
        return _line_page(request, line, status=409 if isinstance(refusal, Stale) else 422, problem=str(refusal))
    return redirect("repair:line", line)


def _line_page(request: PageRequest, line: UUID, *, status: int = 200, problem: str = "") -> HttpResponse:
    read, wordings = line_read(request.viewer, line)
    older = [*wordings[1:], None]
    context = {
        "line": read,
        "history": [
            {"words": words, "changes": words.against(before) if before and not before.is_end else []}
            for words, before in zip(wordings, older, strict=True)
        ],
        "seen": wordings[0].version.number,
        "problem": problem,
    }
    return render(request, "repair/plan/line.html", context, status=status)


def _draft_shown(request: PageRequest, row: Draft) -> dict[str, Any]:
    """A draft on the list: its kind, and the first words that were typed."""
    typed = vault.open(request.viewer, row, "body") or {}
    first = next((value for value in typed.values() if isinstance(value, str) and value.strip()), "")
    kind = registered().get(row.kind)
    return {"pk": row.pk, "label": kind.label if kind else row.kind, "first": first or _("No words yet")}
