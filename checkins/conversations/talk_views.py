"""Pages of a talk: the time, the turns, the time-out, what is put aside, and afterwards."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.access import Needs, PageRequest, Viewer, Who, page
from accounts.couples.queries import pair_of
from accounts.refusal import Refusal
from accounts.safety.saved import after_saving
from checkins.conversations import closing, talks, topics
from checkins.conversations.clock import QUESTIONS, TIME_OUTS, Clock, State, clock_of, may_come
from checkins.conversations.forms import BOTH, ME, Park, WordForm
from checkins.conversations.models import Talk
from repair.boundaries import timeouts
from repair.plan.locks import NotActive
from repair.plan.queries import Words, in_force_of


@page(Who.PARTNER, needs=Needs.ACTIVE)
def talk(request: PageRequest, talk: UUID) -> HttpResponse:
    """The talk as it stands now."""
    viewer = request.viewer
    row = talks.talk_of(viewer, talk)
    clock = clock_of(row, now=viewer.now)
    if clock.state is State.OVER:
        return redirect("checkins:talk_after", row.pk)
    context = {
        **_shared(viewer, row, clock),
        "offered_by_me": row.offered_by_id == viewer.mine.pk,
        "same_evening": clock.state is State.OFFERED and talks.has_check_in(viewer, _day(viewer, row)),
        "may_come": may_come(row, clock, now=viewer.now),
        "i_am_here": talks.here(row, viewer.mine),
        "other_is_here": talks.here(row, viewer.other),
        "my_turn": talks.speaks(row, clock, viewer.person_id),
        "asked": talks.asked_in(row, clock),
        "questions": QUESTIONS,
        "time_outs": TIME_OUTS,
        "rules": _rules(viewer) if clock.state in {State.RUNNING, State.PAUSED} else [],
        "note": topics.note_of(viewer, row.topic_id),
    }
    return render(request, "checkins/conversations/talk.html", context)


@page(Who.PARTNER, needs=Needs.ACTIVE)
def version(request: PageRequest, talk: UUID) -> HttpResponse:
    """What the talk’s page shows, as one word: it changes when the page would. For the script, which asks."""
    viewer = request.viewer
    row = talks.talk_of(viewer, talk)
    return HttpResponse(_version(viewer, row, clock_of(row, now=viewer.now)), content_type="text/plain")


@page(Who.PARTNER, methods=("POST",), needs=Needs.ACTIVE)
def press(request: PageRequest, talk: UUID) -> HttpResponse:
    """A button of the talk’s page."""
    viewer, asked = request.viewer, request.POST
    talks.talk_of(viewer, talk)
    here: dict[str, Any] = {"viewer": viewer, "talk": talk, "now": viewer.now}
    do = asked.get("do", "")
    try:
        if do in _PLAIN:
            _PLAIN[do](**here)
        elif do == "on":
            talks.pass_on(**here, stage=_number(asked.get("stage")))
        elif do == "asked":
            talks.count_question(**here, stage=_number(asked.get("stage")), asked=_number(asked.get("asked")))
        elif do == "pause" and _number(asked.get("minutes")) in TIME_OUTS:
            talks.time_out(**here, minutes=_number(asked.get("minutes")))
    except NotActive:
        return redirect("checkins:talks")
    return redirect("checkins:talk", talk)


LAST = 60  # seconds, from which on no number is shown
_PLAIN = {"yes": talks.say_yes, "here": talks.come, "end": talks.end}


@page(Who.PARTNER, methods=("GET", "POST"), needs=Needs.ACTIVE)
def not_today(request: PageRequest, talk: UUID) -> HttpResponse:
    """Put something aside for a promised day. Both see it among the topics."""
    viewer = request.viewer
    row = talks.talk_of(viewer, talk)
    if row.began_at is None:
        return redirect("checkins:talk", talk)
    posted = request.POST if request.method == "POST" else None
    form = Park(posted, today=viewer.now.astimezone(viewer.mine.person.zone).date())
    context = {**_shared(viewer, row, clock_of(row, now=viewer.now)), "form": form}
    if posted is not None and form.is_valid():
        text, on = form.cleaned_data["text"], form.cleaned_data["on"]
        try:
            topics.park(viewer=viewer, text=text, on=on, now=viewer.now)
        except NotActive:
            return redirect("checkins:talks")
        except Refusal as refusal:
            context["refusal"] = str(refusal)
        else:
            messages.success(request, _("It has its day. Both of you see it."))
            return after_saving(request, text, then=redirect("checkins:talk", talk))
    status = 422 if posted is not None else 200
    return render(request, "checkins/conversations/not_today.html", context, status=status)


@page(Who.PARTNER, methods=("GET", "POST"), needs=Needs.ACTIVE)
def after(request: PageRequest, talk: UUID) -> HttpResponse:
    """What one says of it, and from its reading hour on what both shared."""
    viewer = request.viewer
    row = talks.talk_of(viewer, talk)
    clock = clock_of(row, now=viewer.now)
    if clock.state is not State.OVER:
        return redirect("checkins:talk", talk)
    own = closing.own_word(viewer, talk)
    posted = request.POST if request.method == "POST" else None
    form = WordForm(posted, initial=_initial(own))
    if posted is not None and form.is_valid():
        data = form.cleaned_data
        share = bool(data["text"]) and data["share"] == BOTH
        word = closing.Word(took=data["took"] or share, text=data["text"], share=share)
        closing.keep_word(viewer=viewer, talk=talk, word=word, now=viewer.now)
        messages.success(request, _("Kept."))
        return after_saving(request, data["text"], then=redirect("checkins:talk_after", talk))
    context = {
        **_shared(viewer, row, clock),
        "form": form,
        "own": own,
        "after": closing.after(viewer, [row])[row.pk],
        "open_now": row.reads_at is not None and viewer.now >= row.reads_at,
    }
    return render(request, "checkins/conversations/after.html", context, status=422 if posted is not None else 200)


@dataclass(frozen=True)
class Rule:
    """The couple's own time-out rule, in force: its words, and the minutes it names (None: no hour)."""

    words: Words
    minutes: int | None


def _day(viewer: Viewer, row: Talk) -> date:
    """The day of a talk where the viewer is."""
    return row.starts_at.astimezone(viewer.mine.person.zone).date()


def _rules(viewer: Viewer) -> list[Rule]:
    read = [line.in_force for line in in_force_of(viewer, timeouts.NAME)]
    return [Rule(words, timeouts.minutes_of(words.fields)) for words in read if words and words.fields]


def _initial(own: closing.Word | None) -> dict[str, Any]:
    if own is None:
        return {}
    return {"took": own.took, "text": own.text, "share": (BOTH if own.share else ME) if own.text else None}


def _shared(viewer: Viewer, row: Talk, clock: Clock) -> dict[str, Any]:
    seconds = int(clock.left.total_seconds()) if clock.left is not None else 0
    return {
        "talk": row,
        "clock": clock,
        "state": clock.state.value,
        "seconds": seconds,
        "minutes_left": max(2, round(seconds / 60)) if seconds > LAST else 0,
        "about": topics.text_of(viewer, row.topic),
        "pair": pair_of(viewer),
        "zone": viewer.mine.person.zone,
        "version": _version(viewer, row, clock),
    }


def _version(viewer: Viewer, row: Talk, clock: Clock) -> str:
    here = f"{row.a_here:d}{row.b_here:d}{may_come(row, clock, now=viewer.now):d}"
    return f"{clock.state.value}-{clock.stage}-{talks.asked_in(row, clock)}-{here}"


def _number(raw: str | None) -> int:
    return int(raw) if raw and raw.isascii() and raw.isdigit() and len(raw) < 6 else -1
