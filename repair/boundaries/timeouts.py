"""The kind of line that a time-out rule is: how either says stop, how long, where each goes, who says when it goes
on. That no reason is owed is part of every one, and so is that either may call it.

Once a heart is racing, listening hardly works; bodies need about twenty minutes, and whoever pauses says until
when, a day at most (guided-content section 2.6, [S80]). Where there is fear, an hour to be back by would be a
summons: a rule may name none.
"""

from typing import TYPE_CHECKING
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from repair.boundaries import mirror
from repair.boundaries.forms import LineForm, short_text
from repair.plan.kinds import AgreementKind, Body, Reflection

if TYPE_CHECKING:
    from accounts.access import Viewer

NAME = "timeout"
OPEN = "open"  # no hour to be back by
LASTS = (
    ("m20", gettext_lazy("20 minutes")),
    ("m60", gettext_lazy("An hour")),
    ("m180", gettext_lazy("Three hours")),
    ("day", gettext_lazy("Until the next day, at this time")),
    (OPEN, gettext_lazy("No hour named")),
)
AGAIN = (
    ("caller", gettext_lazy("Whoever paused says when they are able to go on")),
    ("each", gettext_lazy("Each says so for themselves; it goes on when both have")),
    ("later", gettext_lazy("Nobody tonight. It gets a day of its own")),
)


class TimeOutForm(LineForm):
    """A pause that either may call, the same for both."""

    texts = ("say", "lasts", "where", "again")

    say = short_text(
        gettext_lazy("How either of us says stop"),
        gettext_lazy("A word, or a sign that also works without a voice: “Pause.” A hand laid flat on the table."),
        required=True,
        missing=gettext_lazy("Say how one of you says stop."),
    )
    lasts = forms.ChoiceField(
        label=gettext_lazy("How long"),
        help_text=gettext_lazy(
            "Bodies need about twenty minutes. If one of you is ever afraid of the other, name no hour: nobody "
            "has to be back by one."
        ),
        choices=LASTS,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Say how long, or that no hour is named.")},
    )
    where = short_text(
        gettext_lazy("Where each of us goes"),
        gettext_lazy("Two places. Out of the house counts. It can stay empty."),
    )
    again = forms.ChoiceField(
        label=gettext_lazy("Who says when it goes on"),
        choices=AGAIN,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Say who says when it goes on.")},
    )


def minutes_of(body: Body) -> int | None:
    """How long the pause lasts, in minutes; None where no hour is named."""
    return {"m20": 20, "m60": 60, "m180": 180, "day": 24 * 60}.get(body["lasts"])


def headline(body: Body) -> str:
    """The rule in one line."""
    told = {
        "m20": _("%(said)s: we stop and are apart for 20 minutes"),
        "m60": _("%(said)s: we stop and are apart for an hour"),
        "m180": _("%(said)s: we stop and are apart for three hours"),
        "day": _("%(said)s: we stop and are apart until the next day"),
        OPEN: _("%(said)s: we stop and go apart, with no hour named"),
    }
    return told[body["lasts"]] % {"said": _quoted(str(body.get("say", "")))}


def _quoted(say: str) -> str:
    """The word in quotation marks; as it is where its author put some of it in marks."""
    bare = say.strip(' .“”"')
    return say.strip(" .") if any(mark in bare for mark in '“”"') else f"“{bare}”"


def lines(body: Body) -> list[tuple[str, str]]:
    """The whole rule, with what is part of every one."""
    return [
        (_("How either of us says stop"), str(body.get("say", ""))),
        (_("How long"), str(dict(LASTS).get(body.get("lasts", ""), ""))),
        (_("Where each of us goes"), str(body.get("where", ""))),
        (_("Who says when it goes on"), str(dict(AGAIN).get(body.get("again", ""), ""))),
        (
            _("In any case"),
            _(
                "No reason is owed. Either may leave the house. Nobody stands in a door, follows, or goes on by "
                "message."
            ),
        ),
    ]


def reflect(body: Body, viewer: "Viewer", line: UUID | None) -> list[Reflection]:
    """What every line is read for, and whether the pause could be refused, or would have to be explained."""
    held = mirror.held_back()
    own = (
        [Reflection(held.title, held.text, others=held.others)]
        if held.found_in(mirror.plain(_asked(body)))
        else []
    )
    return own + mirror.reflect(body, viewer, line)


def _asked(body: Body) -> str:
    return " \n ".join(str(body.get(name, "")) for name in ("say", "where"))


TIME_OUT = AgreementKind(
    name=NAME,
    label=gettext_lazy("Time-out rule"),
    form=TimeOutForm,
    headline=headline,
    lines=lines,
    template="repair/boundaries/_timeout_form.html",
    lede=gettext_lazy("How either of you stops a talk, and how it goes on. The same for both."),
    reflect=reflect,
)

__all__ = ["NAME", "OPEN", "TIME_OUT", "headline", "lines", "minutes_of", "reflect"]
