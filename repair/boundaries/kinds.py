"""The kinds of line that this room registers with the plan."""

from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from repair.boundaries import mirror
from repair.boundaries.forms import BoundaryForm, CommitmentForm, RitualForm, TriggerForm
from repair.boundaries.nearness import WORDS
from repair.boundaries.question import QUESTION
from repair.boundaries.timeouts import TIME_OUT
from repair.plan.events import register_sentence
from repair.plan.kinds import AgreementKind, Body, register

RITUAL_BEGAN = "ritual.began"
TRANSPARENCY_LASTS = timedelta(days=30)


def ends_on(body: Body, today: date) -> date | None:
    """Lines about whereabouts, accounts or contacts end 30 days after they are proposed, at the latest."""
    return today + TRANSPARENCY_LASTS if body.get("about") else None


def _text(body: Body, name: str) -> str:
    return str(body.get(name, ""))


def _who(body: Body) -> str:
    return str(body.get("who", "both"))


def _what(body: Body) -> str:
    return _text(body, "what")


def _seen(body: Body) -> str:
    if not body.get("know"):
        return ""
    return (
        _("%(know)s You can both see that.") % {"know": _stopped(_text(body, "know"))}
        if body.get("both_see")
        else _text(body, "know")
    )


def _stopped(text: str) -> str:
    return text if text.endswith((".", "?", "…")) else f"{text}."


def _warm(body: Body) -> tuple[str, str]:
    said = _("Warmth without a purpose. It can be declined each time, and never means more.")
    return (_("Of which kind"), said if body.get("warm") else "")


def _act(body: Body) -> str:
    return "warm" if body.get("warm") else ""


def _boundary(body: Body) -> list[tuple[str, str]]:
    return [
        (_("What we agree"), _what(body)),
        (_("Why it matters"), _text(body, "why")),
        (_("What stays each one’s own"), _text(body, "own_space")),
        (_("How we will know"), _seen(body)),
    ]


def _commitment(body: Body) -> list[tuple[str, str]]:
    return [
        (_("The line"), _what(body)),
        (_("Why it matters"), _text(body, "why")),
        (_("How we will know"), _seen(body)),
        _warm(body),
    ]


def _ritual(body: Body) -> list[tuple[str, str]]:
    return [
        (_("What we do together"), _what(body)),
        (_("When"), _text(body, "when")),
        (_("Why it matters"), _text(body, "why")),
        (_("When it falls out"), _text(body, "missed")),
        _warm(body),
    ]


def _trigger(body: Body) -> list[tuple[str, str]]:
    return [
        (_("When"), _text(body, "when")),
        (_("Please"), _text(body, "please")),
        (_("Rather not"), _text(body, "rather_not")),
        (_("Why it helps"), _text(body, "why")),
    ]


def _card(body: Body) -> str:
    return _("When %(when)s, please %(please)s") % {"when": _text(body, "when"), "please": _text(body, "please")}


def _does_card(body: Body) -> str:
    return {"a": "b", "b": "a"}.get(_text(body, "asks"), "both")


KINDS = (
    AgreementKind(
        name="boundary",
        label=gettext_lazy("Boundary"),
        form=BoundaryForm,
        headline=_what,
        lines=_boundary,
        lede=gettext_lazy("A line you both can hold, with room left on either side of it."),
        does=_who,
        act=lambda body: "keep",
        ends_on=ends_on,
        reflect=mirror.reflect,
    ),
    AgreementKind(
        name="commitment",
        label=gettext_lazy("Commitment"),
        form=CommitmentForm,
        headline=_what,
        lines=_commitment,
        lede=gettext_lazy("Something one of you does, or both of you do."),
        does=_who,
        act=_act,
        ends_on=ends_on,
        reflect=mirror.reflect,
    ),
    AgreementKind(
        name="ritual",
        label=gettext_lazy("Ritual"),
        form=RitualForm,
        headline=_what,
        lines=_ritual,
        lede=gettext_lazy("Something small that the two of you do again and again."),
        act=_act,
        laid_out=lambda body, step: {"warm": True} if step == "warm" else {},
        told=lambda body, before: RITUAL_BEGAN if before is None else "plan.changed",
        reflect=mirror.reflect,
    ),
    AgreementKind(
        name="trigger",
        label=gettext_lazy("Trigger card"),
        form=TriggerForm,
        headline=_card,
        lines=_trigger,
        lede=gettext_lazy("When something hits you: what the other can do in the first five minutes."),
        does=_does_card,
        reflect=mirror.reflect,
    ),
    TIME_OUT,
    WORDS,
    QUESTION,
)


def register_kinds() -> None:
    """Register all of them, and how a ritual that begins reads on the timeline."""
    register_sentence(RITUAL_BEGAN, lambda body: _("A ritual began: “%(line)s”") % {"line": _what(body)})
    for kind in KINDS:
        register(kind)
