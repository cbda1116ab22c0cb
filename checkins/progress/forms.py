"""The form of a marked evening."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from checkins.progress.services import Note

ME, BOTH = "me", "both"


class MarkEvening(forms.Form):
    """Which evening, a name, words, and who sees it (nothing chosen beforehand)."""

    on = forms.DateField(
        label=gettext_lazy("Which evening"),
        widget=forms.DateInput({"type": "date", "autocomplete": "off"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
        error_messages={
            "required": gettext_lazy("Choose an evening."),
            "invalid": gettext_lazy("This is not a date."),
        },
    )
    name = forms.CharField(
        label=gettext_lazy("A name for it"),
        help_text=gettext_lazy("Short. Something you’d both recognise."),
        max_length=80,
        widget=forms.TextInput({"autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Give it a name, a short one.")},
    )
    words = forms.CharField(
        label=gettext_lazy("Your words"),
        help_text=gettext_lazy("They can stay empty."),
        max_length=400,
        required=False,
        widget=forms.Textarea({"rows": 3, "autocomplete": "off"}),
    )
    see = forms.ChoiceField(
        label=gettext_lazy("Who sees it"),
        choices=[(ME, gettext_lazy("Only me")), (BOTH, gettext_lazy("Both of us"))],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose who sees it.")},
    )

    def __init__(self, *args: Any, began: date, today: date, my_name: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.began, self.today = began, today
        self.fields["see"].option_help = {  # type: ignore[attr-defined]
            ME: _("A line on your own timeline, not on the drawing."),
            BOTH: _(
                "“An evening %(name)s marked”, with your words. A therapist you have both let in reads it too."
            )
            % {"name": my_name},
        }

    def clean_on(self) -> date:
        """Between the day the story began and today, by the person's own calendar."""
        on: date = self.cleaned_data["on"]
        if on > self.today:
            raise forms.ValidationError(_("This evening has not come yet."))
        if on < self.began:
            raise forms.ValidationError(_("The timeline begins with the two of you here. Choose a later evening."))
        return on

    def note(self) -> Note:
        """What was entered."""
        data = self.cleaned_data
        return Note(on=data["on"], name=data["name"], words=data["words"], shared=data["see"] == BOTH)


def initial_of(note: Note) -> dict[str, Any]:
    """What the form begins with for a mark that is there."""
    return {"on": note.on, "name": note.name, "words": note.words, "see": BOTH if note.shared else ME}
