"""The form of the list of practices. Validates only."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy


class Find(forms.Form):
    """Words to look for in titles."""

    words = forms.CharField(
        label=gettext_lazy("Find a practice"),
        max_length=100,
        widget=forms.TextInput({"autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Write a word to look for.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
