"""Booking a session."""

from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy


class BookForm(forms.Form):
    """A date and a time on the therapist's own wall clock."""

    on = forms.DateField(
        label=gettext_lazy("Date"),
        widget=forms.DateInput({"type": "date", "autocomplete": "off"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
        error_messages={
            "required": gettext_lazy("Choose a date."),
            "invalid": gettext_lazy("This is not a date."),
        },
    )
    at = forms.TimeField(
        label=gettext_lazy("Time"),
        help_text=gettext_lazy("By your own clock."),
        widget=forms.TimeInput({"type": "time", "autocomplete": "off"}, format="%H:%M"),
        input_formats=["%H:%M", "%H:%M:%S"],
        error_messages={
            "required": gettext_lazy("Choose a time."),
            "invalid": gettext_lazy("This is not a time, like 10:00."),
        },
    )

    def __init__(self, *args: Any, zone: ZoneInfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone

    def clean_on(self) -> date:
        """A date that has an instant in every zone."""
        on: date = self.cleaned_data["on"]
        if not date(2000, 1, 1) <= on <= date(2200, 1, 1):
            raise forms.ValidationError(self.fields["on"].error_messages["invalid"])
        return on

    def instant(self) -> datetime:
        """The session's start in UTC. A time the clocks skip is read with the offset before the gap, one they
        repeat means its first pass."""
        at: time = self.cleaned_data["at"]
        on: date = self.cleaned_data["on"]
        return datetime.combine(on, at.replace(second=0, microsecond=0), tzinfo=self.zone).astimezone(UTC)
