"""A practice done in a minute, again and again: one page, and one’s own list by week. No score, no count."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.access import PageRequest, Viewer, Who, page
from accounts.meanwhile import ChangedMeanwhile
from accounts.refusal import Refusal
from accounts.safety.saved import after_saving
from repair.plan.desk import line_id
from repair.programmes import content, pieces
from repair.programmes.addresses import address_of
from repair.programmes.forms import LINE, PartForm
from repair.programmes.models import Piece
from repair.programmes.pieces import Own
from repair.programmes.practice_shapes import Practice
from repair.programmes.practice_views import practice_named
from repair.programmes.showing import Shown, shown

SHOWN = 40  # the latest entries; every one is in the export


@dataclass(frozen=True)
class Entry:
    """One minute of one's own: when, by one's own clock, and what was said."""

    own: Own
    at: datetime
    answers: list[Shown]


@page(Who.PARTNER, methods=("GET", "POST"))
def log(request: PageRequest, log: str) -> HttpResponse:
    """Keep one minute; below it what one kept before. Only its author ever sees it."""
    found = practice_named(log)
    if not found.log:
        raise Http404
    if request.method != "POST":
        return _shown(request, found, PartForm(None, items=found.items, answers={}))
    form, viewer = PartForm(request.POST, items=found.items, answers={}), request.viewer
    if not form.is_valid():
        return _shown(request, found, form, status=422)
    if not any(form.values().values()):
        return _shown(request, found, form, status=422, refusal=_("Choose or write one thing first."))
    try:
        pieces.keep_entry(
            viewer=viewer,
            practice=found,
            values=form.values(),
            now=viewer.now,
            piece=line_id(request.POST.get(LINE)),
        )
    except ChangedMeanwhile as refusal:
        return _shown(request, found, form, status=409, refusal=str(refusal))
    except Refusal as refusal:
        return _shown(request, found, form, status=422, refusal=str(refusal))
    messages.success(request, _("Kept. Only you see it."))
    return after_saving(request, form.values(), then=redirect("repair:log", log))


def weeks_of(viewer: Viewer, practice: str) -> list[tuple[date, list[Entry]]]:
    """One's own entries by week (its Monday, by one's own calendar), the latest first; at most SHOWN."""
    assert viewer.person is not None
    done = [own for own in pieces.own_pieces(viewer, practice) if own.head.done][:SHOWN]
    rows = Piece.objects.visible_to(viewer).in_bulk([own.row.pk for own in done])
    entries = [
        Entry(
            own,
            own.row.made_at.astimezone(viewer.person.zone),
            shown(own.practice.items, pieces.answers_of(viewer, rows[own.row.pk])),
        )
        for own in done
    ]
    grouped = groupby(entries, key=lambda entry: entry.at.date() - timedelta(days=entry.at.weekday()))
    return [(monday, list(group)) for monday, group in grouped]


def _shown(
    request: PageRequest, practice: Practice, form: PartForm, *, status: int = 200, refusal: str = ""
) -> HttpResponse:
    beside = content.practice(practice.log)
    context = {
        "practice": practice,
        "form": form,
        "line": uuid4(),
        "refusal": refusal,
        "weeks": weeks_of(request.viewer, practice.slug),
        "beside": beside,
        "beside_at": address_of(beside),
    }
    return render(request, "repair/programmes/log.html", context, status=status)
