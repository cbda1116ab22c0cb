"""The forms of what one gives. They validate only."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from checkins.hard.asides import Kind as Put_
from checkins.hard.asides import Put
from checkins.hard.forms import DayAhead, date_field, short_field, words_field
from checkins.seasons.gifts import Gift, Kind

ME, BOTH = "me", "both"
LETTER = 3500
PART = 300


def _whom(label: Any) -> forms.ChoiceField:
    """Who reads it; nothing chosen beforehand."""
    return forms.ChoiceField(
        label=label,
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose who reads it."),
            "invalid_choice": gettext_lazy("Choose one of those shown."),
        },
    )


class Giving(forms.Form):
    """A form that asks who reads something: oneself, and the other where there is one."""

    me_words: Any = gettext_lazy("Only me")
    other_words: Any = gettext_lazy("Both of us")

    def __init__(self, *args: Any, other_name: str = "", **kwargs: Any) -> None:
        """`other_name` is empty for somebody without an active couple, who is not asked."""
        super().__init__(*args, **kwargs)
        field = self.fields["see"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(ME, self.me_words), (BOTH, self.other_words % {"name": other_name})]
        if not other_name:
            del self.fields["see"]

    @property
    def shared(self) -> bool:
        """Whether it is for the other too."""
        return self.cleaned_data.get("see") == BOTH


class Thanks(forms.Form):
    """A card of thanks."""

    text = words_field(
        gettext_lazy("What for?"),
        limit=200,
        rows=2,
        help_text=gettext_lazy("Something that was done. It asks for nothing back."),
        missing=gettext_lazy("Write what for, or keep it unsaid."),
    )

    def gift(self) -> Gift:
        """What was entered."""
        return Gift(Kind.THANKS, self.cleaned_data["text"], shared=True)


class Letter(Giving):
    """A letter that is sealed for half a year."""

    me_words = gettext_lazy("To myself")
    other_words = gettext_lazy("To %(name)s")

    text = words_field(
        gettext_lazy("Your letter"),
        limit=LETTER,
        rows=12,
        help_text=gettext_lazy("You will not see it again before it opens."),
        missing=gettext_lazy("Write a word or two, or leave it."),
    )
    see = _whom(gettext_lazy("To whom"))

    def gift(self) -> Gift:
        """What was entered."""
        return Gift(Kind.LETTER, self.cleaned_data["text"], shared=self.shared)


class Heavy(DayAhead):
    """A day that may be hard: a note for the day before, and one line to the other if one likes."""

    on = date_field(gettext_lazy("Which day"))
    title = short_field(
        gettext_lazy("What is it?"),
        help_text=gettext_lazy("A date, a place, a trip. A word is enough."),
        missing=gettext_lazy("Give it a word."),
    )
    note = words_field(
        gettext_lazy("A note to yourself for the day before"),
        limit=PART,
        help_text=gettext_lazy("It stands on your Today the day before, and on the day."),
    )
    care = short_field(
        gettext_lazy("What will do you good then"),
        limit=PART,
        help_text=gettext_lazy("Somebody to ring, a way home, an early night."),
    )
    line = short_field(gettext_lazy("One line"), limit=160)

    def __init__(self, *args: Any, other_name: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["line"].label = _("One line to %(name)s, if you like") % {"name": other_name}
        self.fields["line"].help_text = _(
            "“Thursday may be heavy. A hand helps.” %(name)s sees it on the day before and on the day. "
            "Left empty, nothing is sent."
        ) % {"name": other_name}
        if not other_name:
            del self.fields["line"]

    def put(self) -> Put:
        """What is kept for oneself."""
        data = self.cleaned_data
        return Put(Put_.DAY, on=data["on"], name=data["title"], text=data["note"], more=data["care"])

    def gift(self) -> Gift | None:
        """The line to the other; None where there is none."""
        line = self.cleaned_data.get("line")
        return Gift(Kind.HEAVY, line, on=self.cleaned_data["on"], shared=True) if line else None


class Milestone(Giving):
    """A good moment, and what each did that made it possible."""

    other_words = gettext_lazy("Both of us: %(name)s reads it on the timeline, at once")

    title = short_field(
        gettext_lazy("What went well?"),
        help_text=gettext_lazy("“We talked about money and both slept” is large enough."),
        missing=gettext_lazy("Give it a name, a short one."),
    )
    on = date_field(gettext_lazy("When"))
    text = words_field(gettext_lazy("What I did"), limit=PART, rows=2)
    other = words_field(gettext_lazy("What you did"), limit=PART, rows=2)
    see = _whom(gettext_lazy("Who reads it"))

    def __init__(self, *args: Any, began: date, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.began, self.today = began, today

    def clean_on(self) -> date:
        """Between the day the story began and today, by the person's own calendar."""
        on: date = self.cleaned_data["on"]
        if not self.began <= on <= self.today:
            raise ValidationError(_("Choose a day that lies behind you, since you are here."))
        return on

    def gift(self) -> Gift:
        """What was entered."""
        data = self.cleaned_data
        return Gift(
            Kind.MILESTONE,
            data["text"],
            on=data["on"],
            title=data["title"],
            other=data["other"],
            shared=self.shared,
        )
