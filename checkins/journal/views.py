"""The pages of the journal: alone, linked or resting, the same."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.access import PageRequest, Who, page
from accounts.meanwhile import ChangedMeanwhile, version_of
from accounts.refusal import Refusal
from accounts.safety.saved import after_saving, offers_numbers
from checkins.journal import queries, services
from checkins.journal.forms import Find, Write
from checkins.journal.prompts import PROMPTS, words_of


@page(Who.PARTNER)
def journal(request: PageRequest) -> HttpResponse:
    """One's own entries, newest first."""
    raw = request.GET.get("from", "")
    start = int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 7 else 0
    return _listed(request, {"page": queries.page_of(request.viewer, start=start), "start": start, "form": Find()})


@page(Who.PARTNER, methods=("POST",))
def find(request: PageRequest) -> HttpResponse:
    """Words found in one's own entries. By POST, so that they stand in no address, history or log."""
    form = Find(request.POST)
    if not form.is_valid():
        page = queries.page_of(request.viewer, start=0)
        return _listed(request, {"page": page, "start": 0, "form": form}, status=422)
    words = form.cleaned_data["words"]
    search = queries.find(request.viewer, words, start=form.cleaned_data["start"] or 0)
    context = {"form": Find({"words": words}), "search": search, "words": words, "zone": _zone(request),
               "numbers": offers_numbers(request.viewer, words)}  # fmt: skip
    return render(request, "checkins/journal/found.html", context)


@page(Who.PARTNER, methods=("GET", "POST"))
def write(request: PageRequest) -> HttpResponse:
    """A new entry, blank or begun with a question. What is written anew of an old one comes here too: should that
    be thrown away meanwhile, in another window, the words are not lost."""
    if request.method == "POST":
        return _kept(request)
    asked = request.GET.get("on", "")
    prompt = asked if words_of(asked) else ""
    return _written(request, Write(initial={"prompt": prompt, "line": uuid4()}), read=None)


@page(Who.PARTNER)
def entry(request: PageRequest, entry: UUID) -> HttpResponse:
    """One entry to read, print, copy from, take along or throw away."""
    read = queries.entry_of(request.viewer, entry)
    return render(request, "checkins/journal/entry.html", {"read": read, "zone": _zone(request)})


@page(Who.PARTNER)
def change(request: PageRequest, entry: UUID) -> HttpResponse:
    """The form of an entry that is there."""
    read = queries.entry_of(request.viewer, entry)
    initial = {"text": read.text, "prompt": read.prompt, "line": entry, "seen": version_of(read.row.changed_at)}
    return _written(request, Write(initial=initial), read=read)


@page(Who.PARTNER)
def excerpt(request: PageRequest, entry: UUID) -> HttpResponse:
    """The words of an entry, to be cut down and copied by hand. Nothing leaves the journal by itself."""
    read = queries.entry_of(request.viewer, entry)
    form = Write(initial={"text": read.text})
    form.fields["text"].label = _("What you would copy")
    form.fields["text"].help_text = _("Cut it down as you like. The entry stays as it is.")
    return render(request, "checkins/journal/excerpt.html", {"read": read, "form": form, "zone": _zone(request)})


@page(Who.PARTNER)
def save_as(request: PageRequest, entry: UUID) -> HttpResponse:
    """One entry as a text file, in UTF-8. Its name gives nothing away but the day."""
    read = queries.entry_of(request.viewer, entry)
    on = read.row.made_at.astimezone(_zone(request))
    parts = [on.strftime("%Y-%m-%d %H:%M"), read.question, read.text]
    body = "\n\n".join(part for part in parts if part) + "\n"
    response = HttpResponse(body, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="entry-{on:%Y-%m-%d}.txt"'
    return response


@page(Who.PARTNER, methods=("POST",))
def throw_away(request: PageRequest, entry: UUID) -> HttpResponse:
    """Take an entry out; the list offers to bring it back."""
    services.throw_away(viewer=request.viewer, entry=entry, now=request.viewer.now)
    messages.success(request, _("Thrown away. You can bring it back for a day."))
    return redirect("checkins:journal")


@page(Who.PARTNER, methods=("POST",))
def bring_back(request: PageRequest, entry: UUID) -> HttpResponse:
    """Undo throwing away."""
    services.bring_back(viewer=request.viewer, entry=entry)
    messages.success(request, _("It is back."))
    return redirect("checkins:journal_entry", entry)


@page(Who.PARTNER, methods=("POST",))
def let_go(request: PageRequest, entry: UUID) -> HttpResponse:
    """Remove for good what was thrown away."""
    services.let_go(viewer=request.viewer, entry=entry)
    messages.success(request, _("It is gone."))
    return redirect("checkins:journal")


def _kept(request: PageRequest) -> HttpResponse:
    form, viewer = Write(request.POST), request.viewer
    valid = form.is_valid()
    data = form.cleaned_data
    ident = data.get("line") or uuid4()
    read = queries.own(viewer, ident)
    if not valid:
        return _written(request, form, read=read, status=422)
    try:
        services.keep(
            viewer=viewer, entry=ident, text=data["text"], prompt=data["prompt"], seen=data["seen"], now=viewer.now
        )
    except ChangedMeanwhile as refusal:
        seen = version_of(read.row.changed_at) if read else ""
        again = Write({**data, "line": ident, "seen": seen})
        return _written(request, again, read=read, status=409, refusal=str(refusal))
    except Refusal as refusal:
        return _written(request, form, read=read, status=422, refusal=str(refusal))
    messages.success(request, _("Kept. Only you see it."))
    return after_saving(request, data["text"], then=redirect("checkins:journal_entry", ident))


def _written(
    request: PageRequest, form: Write, *, read: queries.Read | None, status: int = 200, refusal: str = ""
) -> HttpResponse:
    asked = str(form["prompt"].value() or "")
    context = {"form": form, "read": read, "refusal": refusal, "question": words_of(asked), "zone": _zone(request)}
    return render(request, "checkins/journal/write.html", context, status=status)


def _listed(request: PageRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
    thrown = queries.thrown_away(request.viewer)
    shared = {"prompts": PROMPTS, "thrown": thrown, "zone": _zone(request), **context}
    return render(request, "checkins/journal/journal.html", shared, status=status)


def _zone(request: PageRequest) -> Any:
    assert request.viewer.person is not None
    return request.viewer.person.zone
