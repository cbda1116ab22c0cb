"""The timeline, and marking an evening on it."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.access import Needs, PageRequest, Viewer, Who, page
from accounts.couples.queries import pair_of
from accounts.couples.states import CoupleState
from accounts.safety.saved import after_saving
from accounts.users import services as users
from accounts.users.preferences import preferences_of
from accounts.users.queries import me
from checkins.progress.data import day_of
from checkins.progress.forms import MarkEvening, initial_of
from checkins.progress.models import MarkedEvening
from checkins.progress.services import change_mark, mark_evening, mark_of, note_of, remove_mark
from checkins.progress.story import story_of
from repair.plan.locks import NotActive

MONTH = timedelta(days=30)  # for which the drawing stays hidden


@page(Who.PARTNER, needs=Needs.UNRESTING)
def timeline(request: PageRequest) -> HttpResponse:
    """How it has gone. Alone, and before three evenings, it says what will make it begin."""
    viewer = request.viewer
    if viewer.state is CoupleState.NONE:
        return render(request, "checkins/progress/timeline_empty.html", {"story": None})
    story = story_of(viewer, question=request.GET.get("q", ""), span=request.GET.get("range", ""))
    template = "timeline_empty.html" if story.is_empty else "timeline.html"
    can_mark = viewer.state is CoupleState.ACTIVE
    context = {"story": story, "can_mark": can_mark, "hidden_until": _hidden_until(viewer)}
    return render(request, f"checkins/progress/{template}", context)


@page(Who.PARTNER, methods=("POST",))
def hide_chart(request: PageRequest) -> HttpResponse:
    """Leave the drawing off one's own timeline for a month, or show it again. Nobody else's page changes."""
    viewer = request.viewer
    until = "" if request.POST.get("do") == "show" else (_today(viewer) + MONTH).isoformat()
    users.hide_chart(viewer=viewer, until=until)
    return redirect("checkins:timeline")


def _hidden_until(viewer: Viewer) -> date | None:
    """The day until which the viewer has hidden the drawing from themself; None where they have not."""
    until = preferences_of(viewer, me(viewer)).chart_hidden_until
    return date.fromisoformat(until) if until > _today(viewer).isoformat() else None


def _today(viewer: Viewer) -> date:
    """The viewer's own date."""
    return viewer.now.astimezone(me(viewer).zone).date()


@page(Who.PARTNER, methods=("GET", "POST"), needs=Needs.ACTIVE)
def mark(request: PageRequest) -> HttpResponse:
    """Mark an evening: mine or shared."""
    form = _form(request)
    if request.method == "POST" and form.is_valid():
        try:
            mark_evening(viewer=request.viewer, note=form.note(), now=request.viewer.now)
        except NotActive:
            return redirect("checkins:timeline")
        messages.success(request, _("The evening is marked."))
        return _marked(request, form)
    return _shown(request, form, None)


@page(Who.PARTNER, methods=("GET", "POST"), needs=Needs.ACTIVE)
def marked(request: PageRequest, mark: UUID) -> HttpResponse:
    """Change one's own mark, share it less or more, or take it away."""
    viewer = request.viewer
    row = mark_of(viewer, mark)
    form = _form(request, initial=initial_of(note_of(viewer, row)))
    if request.method == "POST" and form.is_valid():
        try:
            change_mark(viewer=viewer, mark=mark, note=form.note(), now=viewer.now)
        except NotActive:
            return redirect("checkins:timeline")
        messages.success(request, _("It is changed."))
        return _marked(request, form)
    return _shown(request, form, row)


@page(Who.PARTNER, methods=("POST",))
def remove(request: PageRequest, mark: UUID) -> HttpResponse:
    """Take one's own mark away, at once; also while the plan rests."""
    remove_mark(viewer=request.viewer, mark=mark)
    messages.success(request, _("It is gone."))
    return redirect("checkins:timeline")


def _marked(request: PageRequest, form: MarkEvening) -> HttpResponse:
    note = form.note()
    return after_saving(request, [note.name, note.words], then=redirect("checkins:timeline"))


def _form(request: PageRequest, initial: dict[str, Any] | None = None) -> MarkEvening:
    viewer = request.viewer
    return MarkEvening(
        request.POST if request.method == "POST" else None,
        initial=initial,
        began=min(day_of(viewer.mine.joined_at), viewer.mine.joined_at.astimezone(viewer.mine.person.zone).date()),
        today=viewer.now.astimezone(viewer.mine.person.zone).date(),
        my_name=pair_of(viewer).my_name,
    )


def _shown(request: PageRequest, form: MarkEvening, row: MarkedEvening | None) -> HttpResponse:
    status = 422 if form.is_bound else 200
    return render(request, "checkins/progress/mark_evening.html", {"form": form, "row": row}, status=status)
