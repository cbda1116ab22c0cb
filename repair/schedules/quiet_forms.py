"""What is typed for quiet days."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from repair.schedules.fields import day_field

AHEAD = timedelta(days=366)  # how far ahead they may begin
LONGEST = timedelta(days=92)


class QuietForm(forms.Form):
    """The first and the last quiet day."""

    first_on = day_field(gettext_lazy("From"), missing=gettext_lazy("Choose the first quiet day."))
    last_on = day_field(gettext_lazy("To and including"), missing=gettext_lazy("Choose the last quiet day."))

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        """`today` is the viewer's own date."""
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_first_on(self) -> date:
        first: date = self.cleaned_data["first_on"]
        if not self.today <= first <= self.today + AHEAD:
            raise forms.ValidationError(_("Choose today or a later day, within a year."))
        return first

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("first_on"), cleaned.get("last_on")
        if first and last and last < first:
            self.add_error("last_on", _("Choose the first day or a later one."))
        elif first and last and last >= first + LONGEST:
            self.add_error("last_on", _("Three months at most. For longer, or without a date, there is rest."))
        return cleaned
