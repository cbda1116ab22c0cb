"""The forms of the kinds of line that this room knows: boundary, commitment, ritual, trigger card.

Who does a line is typed as “me”, “you” or “both” and kept as the slot of the person, so that a wording reads the
same for both. Alone, the other has no name yet.
"""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.couples.queries import pair_of
from accounts.couples.states import CoupleState
from repair.plan.kinds import Body, WordingForm

LONG = 400
SHORT = 200


def long_text(label: Any, hint: Any = "", *, required: bool = False, missing: Any = "") -> forms.CharField:
    """A longer text of a line."""
    return forms.CharField(
        label=label,
        help_text=hint,
        required=required,
        max_length=LONG,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": missing},
    )


def short_text(label: Any, hint: Any = "", *, required: bool = False, missing: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label, help_text=hint, required=required, max_length=SHORT, error_messages={"required": missing}
    )


class LineForm(WordingForm):
    """What the forms of this room share: texts kept as they are typed, and who does the line."""

    texts: tuple[str, ...] = ()  # the fields whose text goes into the body
    ticks: tuple[str, ...] = ()  # the yes-or-no fields

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "who" in self.fields:
            who = self.fields["who"]
            assert isinstance(who, forms.ChoiceField)
            who.choices = [("me", _("I do")), ("both", _("Both of us")), ("you", self._other_does())]

    def body(self) -> Body:
        typed = self.cleaned_data
        body: Body = {name: typed[name].replace("\r\n", "\n") for name in self.texts if typed.get(name)}
        body |= {name: True for name in self.ticks if typed.get(name)}
        if "who" in self.fields:
            body["who"] = self._slot(typed["who"])
        return body

    @classmethod
    def initial_from(cls, body: Body, viewer: Any) -> dict[str, Any]:
        who = body.get("who")
        if who is None or viewer.standing is None:
            return dict(body)
        relative = "both" if who == "both" else "me" if who == viewer.mine.slot else "you"
        return {**body, "who": relative}

    def _slot(self, who: str) -> str:
        if who == "both":
            return "both"
        return str(self.viewer.mine.slot if who == "me" else self.viewer.other.slot)

    def _other_does(self) -> str:
        if self.viewer.state in {CoupleState.ACTIVE, CoupleState.COOLING}:
            return _("%(name)s does") % {"name": pair_of(self.viewer).other_name}
        return _("The other of us does")


def _who() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=gettext_lazy("Who does this?"),
        choices=[("me", ""), ("both", ""), ("you", "")],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Say who does this.")},
    )


def _about() -> forms.BooleanField:
    return forms.BooleanField(
        label=gettext_lazy("This is about where someone is, about accounts or about contacts"),
        help_text=gettext_lazy("Such lines end after 30 days at most, unless you both sign again."),
        required=False,
    )


def _both_see() -> forms.BooleanField:
    return forms.BooleanField(
        label=gettext_lazy("Both of us can see this for ourselves"),
        help_text=gettext_lazy("If not, only the one who does the line is asked about it on Sundays."),
        required=False,
    )


def _warm() -> forms.BooleanField:
    return forms.BooleanField(
        label=gettext_lazy("This is about warmth: a hand, an arm, a kind word"),
        help_text=gettext_lazy("Warmth without a purpose. It can be declined each time, and never means more."),
        required=False,
    )


class BoundaryForm(LineForm):
    """What we agree, why it matters, what stays each one's own, how we will know."""

    texts = ("what", "why", "own_space", "know")
    ticks = ("both_see", "about")

    what = long_text(
        gettext_lazy("What we agree"),
        gettext_lazy("Something that is done, in words you’d say aloud."),
        required=True,
        missing=gettext_lazy("Write what you would agree."),
    )
    who = _who()
    why = long_text(gettext_lazy("Why it matters"), gettext_lazy("One sentence, if you like."))
    own_space = long_text(
        gettext_lazy("What stays each one’s own"),
        gettext_lazy("The part of this that nobody has to explain."),
        required=True,
        missing=gettext_lazy("Say what stays each one’s own. It can be one word."),
    )
    know = short_text(
        gettext_lazy("How we will know"),
        gettext_lazy("Something one of you notices, without checking."),
        required=True,
        missing=gettext_lazy("Say how you will know."),
    )
    both_see = _both_see()
    about = _about()


class CommitmentForm(LineForm):
    """Something one of the two does, or both do."""

    texts = ("what", "why", "know")
    ticks = ("both_see", "about", "warm")

    what = long_text(
        gettext_lazy("The line"),
        gettext_lazy("Start from what you will do, not from what the other must stop."),
        required=True,
        missing=gettext_lazy("Write the line."),
    )
    who = _who()
    why = long_text(gettext_lazy("Why it matters"), gettext_lazy("One sentence, if you like."))
    know = short_text(gettext_lazy("How we will know"), gettext_lazy("Something both of you could notice."))
    both_see = _both_see()
    about = _about()
    warm = _warm()


class RitualForm(LineForm):
    """Something both do, again and again."""

    texts = ("what", "when", "why", "missed")
    ticks = ("warm",)

    what = long_text(
        gettext_lazy("What you do together"),
        gettext_lazy("Small enough for a bad week."),
        required=True,
        missing=gettext_lazy("Write what you do together."),
    )
    when = short_text(
        gettext_lazy("When"),
        gettext_lazy("“Sundays before lunch”, “when the second of us comes home”."),
        required=True,
        missing=gettext_lazy("Say when."),
    )
    why = long_text(gettext_lazy("Why it matters"), gettext_lazy("One sentence, if you like."))
    missed = short_text(gettext_lazy("When it falls out"), gettext_lazy("What you do then. It can stay empty."))
    warm = _warm()


class TriggerForm(LineForm):
    """“When X, please Y.” The one who writes it asks; the other does."""

    texts = ("when", "please", "rather_not", "why")

    when = short_text(
        gettext_lazy("When"),
        gettext_lazy("What happens, as the other could see it: “I go quiet and look away”."),
        required=True,
        missing=gettext_lazy("Say when."),
    )
    please = short_text(
        gettext_lazy("Please"),
        gettext_lazy("One thing that helps in the first five minutes."),
        required=True,
        missing=gettext_lazy("Say what helps."),
    )
    rather_not = short_text(gettext_lazy("Rather not"), gettext_lazy("What makes it harder. It can stay empty."))
    why = long_text(gettext_lazy("Why it helps"), gettext_lazy("One sentence, if you like."))

    def body(self) -> Body:
        """The card with whose it is: its first writer's, also when the other suggests other words."""
        asks = self.base.get("asks") if self.base else None
        return {**super().body(), "asks": asks or str(self.viewer.mine.slot)}
