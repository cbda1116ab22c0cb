"""What people type and choose on the way to a link."""

import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

NAME_LENGTH = 40


def one_plain_name(value: str) -> None:
    """Refuse what could make a name into a message or a link: line breaks, signs that are not seen, addresses."""
    unseen = any(unicodedata.category(sign) in {"Cc", "Cf", "Co", "Cn", "Cs", "Zl", "Zp"} for sign in value)
    if unseen or any(sign in value for sign in "/\\@<>:"):
        raise ValidationError(_("Letters, spaces and the signs of a name only."))


class Invite(forms.Form):
    """Whom to write to, and under which name. `seen` is what the preview beside the form showed."""

    summary_title = _("The mail has not gone")
    to = forms.EmailField(
        label=_("Their e-mail"),
        help_text=_("An address only they read."),
        max_length=254,
        error_messages={"required": _("Write the address."), "invalid": _("This is not an e-mail address.")},
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    name = forms.CharField(
        label=_("Your name in the mail"),
        help_text=_("This is the only name in it."),
        max_length=NAME_LENGTH,
        validators=[one_plain_name],
        error_messages={"required": _("Write the name they know you by.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    seen = forms.CharField(required=False, max_length=400, widget=forms.HiddenInput)

    def clean_to(self) -> str:
        return str(self.cleaned_data["to"]).lower()

    def shown(self) -> str:
        """What a preview of these words stands for."""
        return f"{self.cleaned_data['name']} <{self.cleaned_data['to']}>"

    @property
    def was_seen(self) -> bool:
        """Whether the mail that would go is the one the preview showed."""
        return bool(self.cleaned_data.get("seen") == self.shown())


class Answer(forms.Form):
    """One of three equal answers."""

    ACCEPT, LATER, NEVER = "accept", "later", "never"
    answer = forms.ChoiceField(
        choices=[(ACCEPT, ACCEPT), (LATER, LATER), (NEVER, NEVER)],
        error_messages={
            "required": _("Choose one of the three answers."),
            "invalid_choice": _("Choose one of the three answers."),
        },
    )


class About(forms.Form):
    """Which invitation, couple or “never” a button is about."""

    about = forms.UUIDField()

    @classmethod
    def read(cls, data: Any) -> Any:
        """The id in a request's data; None for none or for what is no id."""
        form = cls(data)
        return form.cleaned_data["about"] if form.is_valid() else None
