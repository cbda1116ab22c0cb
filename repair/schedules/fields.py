"""The kinds of field that rhythms and quiet days are chosen with, each with its words for what is missing."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


def radios_field(label: "_StrPromise", choices: Any, initial: str, **more: Any) -> forms.ChoiceField:
    """A choice of one, shown as chips."""
    messages = {
        "required": gettext_lazy("Choose one."),
        "invalid_choice": gettext_lazy("Choose one of those shown."),
    }
    return forms.ChoiceField(
        label=label, choices=choices, initial=initial, widget=forms.RadioSelect, error_messages=messages, **more
    )


def select_field(label: "_StrPromise", choices: Any, initial: str, **more: Any) -> forms.ChoiceField:
    """A choice of one from a list; which of these are needed the form works out."""
    messages = {"invalid_choice": gettext_lazy("Choose one of those shown.")}
    return forms.ChoiceField(
        label=label, choices=choices, initial=initial, required=False, error_messages=messages, **more
    )


def clock_field(label: "_StrPromise", initial: str, *, required: bool = True, **more: Any) -> forms.TimeField:
    """A wall-clock time, to the minute."""
    messages = {
        "required": gettext_lazy("Choose a time, like 20:30."),
        "invalid": gettext_lazy("Choose a time that exists, like 20:30."),
    }
    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    return forms.TimeField(
        label=label, initial=initial, required=required, widget=widget, error_messages=messages, **more
    )


def day_field(
    label: "_StrPromise", *, missing: "_StrPromise | str" = "", required: bool = True, **more: Any
) -> forms.DateField:
    """A calendar date."""
    messages = {
        "required": missing or gettext_lazy("Choose a day."),
        "invalid": gettext_lazy("Choose a day that exists, like 2026-12-18."),
    }
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, widget=widget, error_messages=messages, **more)
