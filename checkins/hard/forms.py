"""The forms of this room. They validate only."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from checkins.hard.asides import Kind, Put

WORDS = 400
AHEAD = timedelta(days=366)


def words_field(
    label: Any, *, limit: int = WORDS, rows: int = 3, missing: Any = "", **more: Any
) -> forms.CharField:
    """Words of one's own; with `missing` (what is said where there are none) they are needed."""
    return forms.CharField(
        label=label,
        max_length=limit,
        required=bool(missing),
        widget=forms.Textarea({"rows": rows, "autocomplete": "off"}),
        error_messages={"required": missing} if missing else {},
        **more,
    )


def short_field(label: Any, *, limit: int = 80, missing: Any = "", **more: Any) -> forms.CharField:
    """A short line of one's own."""
    return forms.CharField(
        label=label,
        max_length=limit,
        required=bool(missing),
        widget=forms.TextInput({"autocomplete": "off"}),
        error_messages={"required": missing} if missing else {},
        **more,
    )


def date_field(label: Any, **more: Any) -> forms.DateField:
    """A day."""
    return forms.DateField(
        label=label,
        widget=forms.DateInput({"type": "date", "autocomplete": "off"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
        error_messages={
            "required": gettext_lazy("Choose a day."),
            "invalid": gettext_lazy("This is not a date."),
        },
        **more,
    )


def line_field() -> forms.UUIDField:
    """The id of what the form makes, made when the page is drawn; see `accounts.meanwhile`."""
    return forms.UUIDField(required=False, initial=uuid4, widget=forms.HiddenInput)


class DayAhead(forms.Form):
    """A form about a day that lies ahead, by the person's own calendar."""

    on = date_field(gettext_lazy("Until"))

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_on(self) -> date:
        on: date = self.cleaned_data["on"]
        if not self.today < on <= self.today + AHEAD:
            raise ValidationError(_("Choose a day that lies ahead, within a year."))
        return on


class Park(DayAhead):
    """A line to close until a day."""

    text = words_field(
        gettext_lazy("What goes round in your head?"),
        help_text=gettext_lazy("One line is enough. It waits for you; nobody else sees it."),
        missing=gettext_lazy("Write a word or two, or leave this page as it is."),
    )
    line = line_field()
    field_order = ("text", "on")

    def put(self) -> Put:
        """What was entered."""
        given = self.cleaned_data
        return Put(Kind.PARKED, on=given["on"], text=given["text"], pk=given["line"])


class Somebody(forms.Form):
    """Whom to call."""

    name = short_field(
        gettext_lazy("Who"),
        help_text=gettext_lazy("Somebody you could ring on an evening like this."),
        missing=gettext_lazy("Write a name."),
    )
    number = forms.CharField(
        label=gettext_lazy("Number"),
        max_length=24,
        widget=forms.TextInput({"type": "tel", "autocomplete": "off"}),
        validators=[
            RegexValidator(r"\A\+?[0-9][0-9 ()/.-]+\Z", gettext_lazy("This does not look like a number."))
        ],
        error_messages={"required": gettext_lazy("Write a number to call.")},
    )

    def put(self) -> Put:
        """Who was entered."""
        return Put(Kind.PERSON, name=self.cleaned_data["name"], more=self.cleaned_data["number"])


class After(forms.Form):
    """“What did we do differently?”"""

    text = words_field(
        gettext_lazy("What did we do differently?"),
        help_text=gettext_lazy("One sentence, for yourself. Small counts."),
        missing=gettext_lazy("Write a word or two, or leave it out."),
    )
    line = line_field()

    def put(self, on: date) -> Put:
        """What was entered, about the evening before."""
        return Put(Kind.AFTER, on=on, text=self.cleaned_data["text"], pk=self.cleaned_data["line"])
