"""One question of the couple's own, asked with a check-in: a mark with words at its ends, or one line of words.

It is a line of the plan like any other: two signatures, withdrawn by one, looked at by the mirror. Which sheet
answers which wording, `checkins.prompts` works out.
"""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.couples.states import CoupleState
from accounts.refusal import Refusal
from repair.boundaries import mirror
from repair.plan.kinds import AgreementKind, Body, WordingForm
from repair.plan.models import Agreement, Version
from repair.plan.queries import plan_read
from repair.plan.standing import standing_of, today_of
from repair.programmes.content import question_set, question_sets

NAME = "question"
MARK, LINE = "mark", "line"
ASKS, END = 160, 24  # characters


class QuestionForm(WordingForm):
    """What is asked, how it is answered, and with which check-in."""

    what = forms.CharField(
        label=gettext_lazy("The question"),
        help_text=gettext_lazy("Each answers it for themself, apart: “How easy was it to laugh today?”"),
        max_length=ASKS,
        error_messages={"required": gettext_lazy("Write the question.")},
    )
    answer = forms.ChoiceField(
        label=gettext_lazy("How it is answered"),
        choices=[
            (MARK, gettext_lazy("With a mark from 1 to 7")),
            (LINE, gettext_lazy("With one line of words")),
        ],
        initial=MARK,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose one.")},
    )
    low = forms.CharField(label=gettext_lazy("1 means"), max_length=END, required=False)
    high = forms.CharField(label=gettext_lazy("7 means"), max_length=END, required=False)
    asked_with = forms.ChoiceField(
        label=gettext_lazy("Asked with"),
        choices=lambda: [(asked.slug, asked.said.chosen) for asked in question_sets()],
        initial="daily",
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose one.")},
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("answer") == MARK:
            for end in ("low", "high"):
                if not cleaned.get(end) and end not in self.errors:
                    self.add_error(end, _("Say what this end means."))
        elif cleaned.get("answer") == LINE:
            for end in ("low", "high"):
                self.errors.pop(end, None)
                cleaned.pop(end, None)
        if self.base is None and self._has_another():
            self.add_error(None, _("There is one question of your own already. Suggest other words for that one."))
        return cleaned

    def _has_another(self) -> bool:
        """Whether another question holds or is proposed; the same line sent twice is no other."""
        if self.viewer.state is not CoupleState.ACTIVE:
            return False
        sent = self.data.get("line")
        lines = [line for line in plan_read(self.viewer).lines if line.kind.name == NAME and str(line.pk) != sent]
        return any(line.in_force or line.open for line in lines)

    def body(self) -> Body:
        found = self.cleaned_data
        names = ("what", "answer", "low", "high", "asked_with")
        return {name: found[name] for name in names if found.get(name)}


def into_force(*, version: Version, now: datetime, **_more: object) -> None:
    """A couple has one question of its own at a time. Both memberships are locked by the caller, so that of two
    signed at once the second finds the first. Raises Refusal while another holds: that one goes on."""
    agreement = version.agreement
    others = Agreement.objects.filter(plan_id=agreement.plan_id, kind=NAME, ended_at=None).exclude(pk=agreement.pk)
    for other in others.prefetch_related("versions__signatures"):
        if standing_of(other, list(other.versions.all()), today=today_of(now)).in_force is not None:
            raise Refusal(
                _(
                    "Another question of your own is in force, and there is one at a time. Nothing was signed "
                    "here. Step out of that one or end it, then sign this; or suggest these words for that line."
                )
            )


def headline(body: Body) -> str:
    """The question itself."""
    return str(body.get("what", ""))


def lines(body: Body) -> list[tuple[str, str]]:
    """The whole wording as (label, text)."""
    ends = {"low": body.get("low", ""), "high": body.get("high", "")}
    by_mark = _("With a mark from 1, “%(low)s”, to 7, “%(high)s”") % ends
    return [
        (_("The question"), headline(body)),
        (_("How it is answered"), by_mark if body.get("answer") == MARK else _("With one line of words")),
        (_("Asked with"), question_set(body["asked_with"]).said.chosen if body.get("asked_with") else ""),
    ]


QUESTION = AgreementKind(
    name=NAME,
    label=gettext_lazy("A question of your own"),
    form=QuestionForm,
    headline=headline,
    lines=lines,
    template="repair/boundaries/_question_form.html",
    reported=False,
    lede=gettext_lazy("One question that you both want asked, answered apart with a check-in."),
    reflect=mirror.reflect,
    into_force=into_force,
)
