"""The form of this room. It validates only."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.safety.support import COUNTRIES


class Wishes(forms.Form):
    """Which country's numbers to show first; for a partner also whether the card comes."""

    country = forms.ChoiceField(
        label=gettext_lazy("Country"),
        help_text=gettext_lazy("Its numbers stand on the support pages from the start."),
        required=False,
        error_messages={"invalid_choice": gettext_lazy("Choose a country from the list.")},
    )
    card = forms.BooleanField(
        label=gettext_lazy("Show me numbers when my words sound like danger or like not wanting to live"),
        help_text=gettext_lazy(
            "A list of words on this site’s own server looks at what you save. No person reads along, nobody is "
            "alerted, and nothing is noted. Only you see the card."
        ),
        required=False,
    )

    def __init__(self, *args: Any, partner: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        countries = [(country.code, country.name) for country in COUNTRIES]
        self.fields["country"].choices = [("", _("None")), *countries]  # type: ignore[attr-defined]
        if not partner:
            del self.fields["card"]
