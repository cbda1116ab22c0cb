"""The cards about an evening: tonight’s, the closed card at the reading hour, and what was read on Sunday."""

from datetime import timedelta
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from checkins.prompts import side
from checkins.prompts.reading import Opened
from checkins.prompts.replies import Choice
from checkins.today.moment import READABLE, Evening, Moment
from repair.programmes.content import question_set

EVENING = 15  # from this hour of the wall clock on, a check-in that opens is “tonight’s”


def tonight(moment: Moment) -> dict[str, Any] | None:
    """The one thing for now. Depends on the clock and on what the viewer did themself."""
    if not moment.active:
        return None
    waiting = [evening for evening in moment.evenings if evening.waits]
    sealed = [evening for evening in moment.evenings if evening.sealed]
    quiet, next_due, gap = moment.quiet, moment.next_due, moment.gap
    tonight_sealed = [evening for evening in sealed if _still_tonight(moment, evening)]
    if waiting:
        first, *more = [_open(moment, evening, gap=gap) for evening in sorted(waiting, key=_closes)]
        return {"state": "open", "first": first, "more": more}
    if tonight_sealed:
        return {"state": "sealed", "evening": tonight_sealed[0], "when": _when(moment, tonight_sealed[0])}
    if quiet is not None:
        return {"state": "quiet", "until": quiet}
    hours = sorted({_when(moment, e) for e in sealed if e.check_in.reads_at})
    return {"state": "nothing", "hours": hours, "next_due": _said(moment, next_due)}


def reading_ready(moment: Moment) -> dict[str, Any] | None:
    """From the reading hour: the closed card of the latest evening, or that there is nothing side by side.

    That a card stands there is a declared opening. Null once the viewer chose to read it or not to.
    """
    if not moment.active:
        return None
    opened, choices = moment.opened, moment.choices
    due = [e for e in moment.evenings if e.hour <= moment.now < e.hour + READABLE]
    for evening in sorted(due, key=lambda e: e.hour, reverse=True):
        choice, chosen_on = choices.get(evening.check_in.pk, ("", moment.today))
        if evening.check_in.pk in opened:
            if choice in {Choice.NOW, Choice.NEVER} or (choice and chosen_on == moment.today):
                continue
            return {"ready": True, "check_in": evening.check_in}
    tonight = [e for e in due if e.hour.astimezone(moment.zone).date() == moment.today]
    return {"ready": False} if tonight and not any(e.check_in.pk in opened for e in tonight) else None


def _read_week(moment: Moment) -> Opened | None:
    """The latest evening with words that opened and that the viewer chose to read."""
    read = [
        evening
        for pk, evening in moment.opened.items()
        if moment.choices.get(pk, ("",))[0] == Choice.NOW and question_set(evening.check_in.question_set).words
    ]
    return max(read, key=lambda evening: evening.check_in.on, default=None)


def heard(moment: Moment) -> dict[str, Any] | None:
    """What the other asked for in the last week that the viewer read; never before they read it."""
    week = _read_week(moment) if moment.active else None
    words = week.words.get(moment.viewer.other.slot) if week else None
    if week is None or words is None or not words.texts.get("need"):
        return None
    pair = moment.pair
    return {
        "check_in": week.check_in,
        "need": words.texts["need"],
        "slot": pair.other.slot,
        "name": pair.other_name,
    }


def last_week(moment: Moment) -> dict[str, Any] | None:
    """How the lines went in the last week that the viewer read, in words."""
    week = _read_week(moment) if moment.active else None
    if week is None or not week.reports:
        return None
    said = question_set(week.check_in.question_set).said
    return {"check_in": week.check_in, "said": said, "lines": side.lines(moment.viewer, week, moment.pair)}


def _open(moment: Moment, evening: Evening, *, gap: bool) -> dict[str, Any]:
    questions = question_set(evening.check_in.question_set)
    return {
        "prompt": evening.prompt,
        "said": questions.said,
        "begun": evening.begun,
        "gap": gap,
        "evening": evening.prompt.opens_at.astimezone(moment.zone).hour >= EVENING,
        "closes": evening.prompt.closes_at.astimezone(moment.zone).strftime("%H:%M"),
        "when": _when(moment, evening),
    }


def _closes(evening: Evening) -> Any:
    return evening.prompt.closes_at


def _still_tonight(moment: Moment, evening: Evening) -> bool:
    """Until the viewer's window has closed, and on until four in the morning."""
    return (
        moment.now < evening.prompt.closes_at
        or (moment.here - timedelta(hours=4)).date() <= evening.prompt.opens_at.astimezone(moment.zone).date()
    )


def _when(moment: Moment, evening: Evening) -> str:
    """“Thursday, 18:30”, on the viewer's own clock; empty for a rhythm without a reading hour."""
    return _said(moment, evening.check_in.reads_at) if evening.check_in.reads_at else ""


def _said(moment: Moment, at: Any) -> str:
    if at is None:
        return ""
    there = at.astimezone(moment.zone)
    time = there.strftime("%H:%M")
    if there.date() == moment.today:
        return _("today at %(time)s") % {"time": time}
    pattern = "l" if there.date() - moment.today < timedelta(days=7) else "j F"
    return _("%(day)s at %(time)s") % {"day": date_format(there, pattern), "time": time}
