"""When to be asked again."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy

FORMAT = "%Y-%m-%dT%H:%MZ"


class LaterForm(forms.Form):
    """One of the hours on offer, by one's own clock. What is sent back is the instant in UTC, so that an hour that
    comes twice in a night is two choices."""

    at = forms.ChoiceField(
        label=gettext_lazy("Ask me again at"),
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose a time."),
            "invalid_choice": gettext_lazy("That time has passed or is not offered. Choose another."),
        },
    )

    def __init__(self, *args: Any, offered: Sequence[datetime], zone: ZoneInfo, **kwargs: Any) -> None:
        """`offered` are instants in UTC, shown in `zone`."""
        super().__init__(*args, **kwargs)
        self._by_value = {at.strftime(FORMAT): at for at in offered}
        field = self.fields["at"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(value, at.astimezone(zone).strftime("%H:%M")) for value, at in self._by_value.items()]

    @property
    def chosen(self) -> datetime:
        """The instant chosen, in UTC; only after the form was found valid."""
        return self._by_value[self.cleaned_data["at"]]
