"""The forms of the journal. They validate only."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from checkins.journal.prompts import PROMPTS
from checkins.prompts.forms import Text

LIMIT = 6000  # characters: four bytes each fit the column, with room for its frame


class Write(forms.Form):
    """One entry: its words, and what the form carries of where it came from."""

    text = Text(
        limit=LIMIT, label=gettext_lazy("Your words"), widget=forms.Textarea({"rows": 12, "autocomplete": "off"})
    )
    prompt = forms.ChoiceField(
        choices=[(p.slug, p.slug) for p in PROMPTS], required=False, widget=forms.HiddenInput
    )
    line = forms.UUIDField(required=False, widget=forms.HiddenInput)  # the id of an entry not yet kept
    seen = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)

    def clean_text(self) -> str:
        """Something must stand there. Signs that nobody can see are dropped."""
        text: str = "".join(c for c in self.cleaned_data["text"] if c >= " " or c in "\n\t")
        if not text.strip():
            raise forms.ValidationError(_("Write something first. A single word will do."))
        return text


class Find(forms.Form):
    """Words to look for, and from which entry on."""

    words = forms.CharField(
        label=gettext_lazy("Find in your journal"),
        max_length=100,
        widget=forms.TextInput({"autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Write a word to look for.")},
    )
    start = forms.IntegerField(required=False, min_value=0, max_value=1_000_000, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
