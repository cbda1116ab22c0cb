"""Pages about topics: one's own list, a topic, and offering a time to talk about it."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.access import Needs, PageRequest, Viewer, Who, page
from accounts.couples.queries import pair_of
from accounts.couples.states import CoupleState
from accounts.meanwhile import ChangedMeanwhile
from accounts.refusal import Refusal
from accounts.safety.saved import after_saving
from checkins.conversations import talks, topics
from checkins.conversations.clock import clock_of
from checkins.conversations.forms import NoteForm, Offer, TopicForm
from repair.plan.locks import NotActive


@page(Who.PARTNER)
def overview(request: PageRequest) -> HttpResponse:
    """What one has to talk about: one's own alone, and what either brought up while the couple shares."""
    viewer = request.viewer
    found = topics.topics_of(viewer)
    talk = talks.open_talk(viewer)
    context: dict[str, Any] = {
        "own": [read for read in found if not read.brought_up],
        "both": [read for read in found if read.brought_up],
        "away": topics.put_away_of(viewer),
        "notes": topics.notes_left(viewer),
        "talk": talk,
        "clock": clock_of(talk, now=viewer.now) if talk else None,
        "about": topics.text_of(viewer, talk.topic) if talk else "",
        "active": viewer.state is CoupleState.ACTIVE,
        "past": talks.past_talks(viewer),
        "zone": _zone(request),
    }
    return render(request, "checkins/conversations/overview.html", context)


@page(Who.PARTNER, methods=("GET", "POST"))
def new(request: PageRequest) -> HttpResponse:
    """A topic for oneself. Words that another page hands over are laid out here and kept nowhere: to begin a topic
    with (`do=begin`), or beside the topics whose note they could be (`do=note`)."""
    viewer, posted = request.viewer, request.method == "POST"
    if posted and request.POST.get("do") == "note":
        copied = NoteForm(initial={"note": request.POST.get("text", "")})
        copied.fields["note"].label = _("What you would copy")
        context = {"form": copied, "found": topics.topics_of(viewer)}
        return render(request, "checkins/conversations/note_for.html", context)
    if not posted or request.POST.get("do") == "begin":
        begun = TopicForm(initial={"text": request.POST.get("text", ""), "line": uuid4()})
        return render(request, "checkins/conversations/new.html", {"form": begun})
    form = TopicForm(request.POST)
    refusal = ""
    if form.is_valid():
        data = form.cleaned_data
        try:
            topics.keep_topic(viewer=viewer, text=data["text"], now=viewer.now, topic=data["line"] or uuid4())
        except Refusal as said:
            refusal = str(said)
        else:
            messages.success(request, _("Kept. Only you see it, until you bring it up."))
            return after_saving(request, data["text"], then=redirect("checkins:talks"))
    return render(request, "checkins/conversations/new.html", {"form": form, "refusal": refusal}, status=422)


@page(Who.PARTNER, methods=("GET", "POST"))
def topic(request: PageRequest, topic: UUID) -> HttpResponse:
    """One topic, with one's own note on it. Words handed over (`do=begin`) are laid out after the note as it is,
    and kept only when one says so."""
    viewer = request.viewer
    found = topics.topic_of(viewer, topic)
    kept = topics.note_of(viewer, topic)
    if request.method != "POST":
        return _topic_page(request, found, NoteForm(initial={"note": kept}))
    if request.POST.get("do") == "begin":
        both = "\n\n".join(part for part in (kept, request.POST.get("note", "").strip()) if part)
        return _topic_page(request, found, NoteForm(initial={"note": both}), laid_out=True)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _topic_page(request, found, form, status=422, seen=request.POST.get("seen", ""))
    note = form.cleaned_data["note"]
    try:
        topics.keep_note(viewer=viewer, topic=topic, text=note, now=viewer.now, seen=request.POST.get("seen"))
    except ChangedMeanwhile as refusal:
        return _topic_page(request, found, form, status=409, refusal=str(refusal), stands=kept)
    messages.success(request, _("Kept. Only you see it.") if note else _("Your note is gone."))
    return after_saving(request, note, then=redirect("checkins:topic", topic))


@page(Who.PARTNER, methods=("POST",))
def topic_do(request: PageRequest, topic: UUID) -> HttpResponse:
    """Bring one's own topic up, keep it for oneself again, put it away, bring it back, delete it; or delete one's
    own note on a topic one no longer reads."""
    viewer, do = request.viewer, request.POST.get("do", "")
    if do == "forget":
        topics.delete_note(viewer=viewer, topic=topic)
        messages.success(request, _("Your note is gone."))
        return redirect("checkins:talks")
    found = topics.topic_of(viewer, topic)
    try:
        said, at = _done(viewer, topic, do)
    except NotActive:
        return redirect("checkins:talks")
    except Refusal as refusal:
        form = NoteForm(initial={"note": topics.note_of(viewer, topic)})
        return _topic_page(request, found, form, status=422, refusal=str(refusal))
    if said:
        messages.success(request, said)
    return redirect("checkins:topic", at) if at else redirect("checkins:talks")


def _done(viewer: Viewer, topic: UUID, do: str) -> tuple[str, UUID | None]:
    """Do what was pressed; what to say of it, and the topic whose page comes next: none for the list. Raises
    Http404, NotActive, Refusal."""
    now = viewer.now
    if do == "bring":
        at = topics.bring_up(viewer=viewer, topic=topic, now=now)
        return _("Both of you see it now."), at
    if do == "keep":
        topics.keep_again(viewer=viewer, topic=topic, now=now)
        return _("It is yours alone again. What was read before can’t be called back."), topic
    if do == "away":
        topics.put_away(viewer=viewer, topic=topic, now=now)
        return _("It is put away. You find it at the end of the list."), None
    if do == "back":
        topics.bring_back(viewer=viewer, topic=topic, now=now)
        return _("It is back, yours alone."), topic
    if do == "delete":
        topics.delete(viewer=viewer, topic=topic)
        return _("It is gone, with your note."), None
    return "", topic


@page(Who.PARTNER, methods=("GET", "POST"), needs=Needs.ACTIVE)
def offer(request: PageRequest, topic: UUID) -> HttpResponse:
    """Offer a time. That there is a check-in on that evening is said to oneself alone, before it goes out."""
    viewer = request.viewer
    found = topics.topic_of(viewer, topic)
    if not found.brought_up:
        return redirect("checkins:topic", topic)
    context: dict[str, Any] = {"read": found, "pair": pair_of(viewer)}
    if request.method != "POST":
        near = viewer.now.astimezone(_zone(request)) + timedelta(hours=1)
        initial = {"on": near.date(), "at": near.replace(minute=0).time()}
        context["form"] = Offer(viewer=viewer, initial=initial)
        return render(request, "checkins/conversations/offer.html", context)
    form = context["form"] = Offer(request.POST, viewer=viewer)
    if not form.is_valid() or form.starts_at is None:
        return render(request, "checkins/conversations/offer.html", context, status=422)
    on = form.cleaned_data["on"]
    if request.POST.get("do") != "anyway" and talks.has_check_in(viewer, on):
        context["same_evening"] = on
        return render(request, "checkins/conversations/offer.html", context)
    try:
        made = talks.offer(
            viewer=viewer,
            topic=topic,
            starts_at=form.starts_at,
            minutes=form.cleaned_data["minutes"],
            now=viewer.now,
        )
    except NotActive:
        return redirect("checkins:talks")
    except Refusal as refusal:
        context["refusal"] = str(refusal)
        return render(request, "checkins/conversations/offer.html", context, status=422)
    messages.success(request, _("Offered. Nothing happens unless the other says yes."))
    return redirect("checkins:talk", made.pk)


def _topic_page(
    request: PageRequest,
    read: topics.Read,
    form: NoteForm,
    *,
    status: int = 200,
    refusal: str = "",
    laid_out: bool = False,
    stands: str = "",
    seen: str | None = None,
) -> HttpResponse:
    active = request.viewer.state is CoupleState.ACTIVE
    seen = topics.note_version(request.viewer, read.row.pk) if seen is None else seen
    context = {"read": read, "form": form, "refusal": refusal, "active": active, "laid_out": laid_out,
               "stands": stands, "seen": seen,
               "pair": pair_of(request.viewer) if active else None}  # fmt: skip
    return render(request, "checkins/conversations/topic.html", context, status=status)


def _zone(request: PageRequest) -> Any:
    assert request.viewer.person is not None
    return request.viewer.person.zone
