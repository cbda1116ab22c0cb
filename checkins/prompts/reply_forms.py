"""The forms on an opened evening. They validate only."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from checkins.prompts.forms import Text
from checkins.prompts.models import Back

DATED = (Back.TRY, Back.UNTIL)
FURTHEST_DAYS = 366


class ReplyForm(forms.Form):
    """What did I hear, for oneself; and one thing back, or nothing. `today` is the person's own date."""

    summary_note = ""

    def __init__(self, *args: Any, today: date, said: bool, heard: str, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["heard"] = Text(
            limit=400, label=_("What I heard"), initial=heard, widget=forms.Textarea({"rows": 2})
        )
        if said:
            return
        back: Any = forms.ChoiceField(
            choices=[
                (Back.UNDERSTOOD.value, _("I understood …")),
                (Back.TRY.value, _("I’ll try … by …")),
                (Back.UNTIL.value, _("I need until …")),
            ],
            required=False,
            widget=forms.RadioSelect,
            label=_("One line back"),
        )
        back.option_help = {
            Back.UNDERSTOOD.value: _("In your own words, not whether it is right."),
            Back.TRY.value: _("Something small, with a day."),
            Back.UNTIL.value: _("A day on which you’d like to come back to it."),
        }
        self.fields["back"] = back
        self.fields["line"] = Text(
            limit=200,
            label=_("Your line"),
            help_text=_("Up to 200 characters. Leave it empty to say nothing."),
            widget=forms.TextInput({"autocomplete": "off"}),
        )
        self.fields["by"] = forms.DateField(
            required=False,
            label=_("The day"),
            help_text=_("For “I’ll try” and “I need until”."),
            widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
            error_messages={"invalid": _("Choose a day.")},
        )

    def clean(self) -> None:
        if "back" not in self.fields:
            return
        back, line, by = (self.cleaned_data.get(name) for name in ("back", "line", "by"))
        if line and not back and "back" not in self.errors:
            self.add_error("back", _("Choose how your line begins, or empty the line to say nothing."))
        if back in {Back.UNDERSTOOD, Back.TRY} and not line and "line" not in self.errors:
            self.add_error("line", _("Write your line, or leave out the choice above."))
        if back in DATED and not by and "by" not in self.errors:
            self.add_error("by", _("Choose a day."))
        if by and not 0 <= (by - self.today).days <= FURTHEST_DAYS:
            self.add_error("by", _("Choose a day from today, within a year."))

    @property
    def reply(self) -> tuple[Back, str, date | None] | None:
        """What to say back; None for nothing. Only for a valid form."""
        back = self.cleaned_data.get("back")
        if not back:
            return None
        way = Back(back)
        return way, self.cleaned_data["line"], self.cleaned_data["by"] if way in DATED else None


class LaterForm(forms.Form):
    """One line added after reading."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.fields["later"] = Text(
            limit=400,
            label=_("A line added later"),
            widget=forms.Textarea({"rows": 2}),
        )

    def clean_later(self) -> str:
        """Something must stand there."""
        text: str = self.cleaned_data["later"]
        if not text:
            raise forms.ValidationError(_("Write your line."))
        return text
