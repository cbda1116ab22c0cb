"""The forms about talks. They validate only."""

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from accounts.access import Viewer
from checkins.conversations.clock import LENGTHS
from checkins.prompts.forms import Text
from repair.schedules.recurrence import instant

FURTHEST_DAYS = 28
ME, BOTH = "me", "both"


class Plain(forms.Form):
    """A form without colons."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)


class TopicForm(Plain):
    """One topic."""

    text = Text(
        limit=300,
        label=gettext_lazy("What is it about?"),
        help_text=gettext_lazy("One thing, as you would say it on a good day."),
        widget=forms.Textarea({"rows": 3, "autocomplete": "off"}),
    )
    line = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def clean_text(self) -> str:
        """Something must stand there."""
        text: str = self.cleaned_data["text"]
        if not text.strip():
            raise forms.ValidationError(_("Write what it is about."))
        return text


class NoteForm(Plain):
    """One's own note on a topic."""

    note = Text(
        limit=1500,
        label=gettext_lazy("Your note for the talk"),
        help_text=gettext_lazy("Only you see it, whoever’s topic it is."),
        widget=forms.Textarea({"rows": 4, "autocomplete": "off"}),
    )


def _date(label: Any, missing: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
        error_messages={"required": missing, "invalid": gettext_lazy("This is not a date.")},
    )


class Offer(Plain):
    """When, by the person's own clock, and how long each speaks."""

    on = _date(gettext_lazy("Which day"), gettext_lazy("Choose a day."))
    at = forms.TimeField(
        label=gettext_lazy("At what time"),
        widget=forms.TimeInput({"type": "time"}, format="%H:%M"),
        error_messages={
            "required": gettext_lazy("Choose a time."),
            "invalid": gettext_lazy("This is not a time."),
        },
    )
    minutes = forms.TypedChoiceField(
        label=gettext_lazy("How long each of you speaks"),
        coerce=int,
        choices=[(n, ngettext_lazy("%(n)s minute", "%(n)s minutes", n) % {"n": n}) for n in LENGTHS],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose how long.")},
    )

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        assert viewer.person is not None
        self.zone, self.now = viewer.person.zone, viewer.now
        self.starts_at: datetime | None = None

    def clean(self) -> None:
        on, at = self.cleaned_data.get("on"), self.cleaned_data.get("at")
        if on is None or at is None:
            return
        today = self.now.astimezone(self.zone).date()
        if not 0 <= (on - today).days <= FURTHEST_DAYS:
            self.add_error("on", _("Choose a day from today, within four weeks."))
            return
        self.starts_at = instant(on, at, self.zone)
        if self.starts_at is None or self.starts_at <= self.now:
            self.add_error("at", _("Choose a time that is still to come."))


class Park(Plain):
    """Something for another day."""

    text = Text(
        limit=300,
        label=gettext_lazy("What is for another day?"),
        widget=forms.Textarea({"rows": 2, "autocomplete": "off"}),
    )
    on = _date(gettext_lazy("The day it gets its turn"), gettext_lazy("Choose a day for it."))

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    clean_text = TopicForm.clean_text

    def clean_on(self) -> date:
        """A promise is for a day to come, and not for ever."""
        on: date = self.cleaned_data["on"]
        if not self.today < on <= self.today + timedelta(days=FURTHEST_DAYS):
            raise forms.ValidationError(_("Choose a day from tomorrow on, within four weeks."))
        return on


class WordForm(Plain):
    """After a talk: whether it took place, two lines, and who reads them (nothing chosen beforehand)."""

    took = forms.BooleanField(required=False, label=gettext_lazy("We talked"))
    text = Text(
        limit=400,
        label=gettext_lazy("Two lines, for yourself first"),
        help_text=gettext_lazy("What you take with you from it. Not who was right."),
        widget=forms.Textarea({"rows": 2, "autocomplete": "off"}),
    )
    share = forms.ChoiceField(
        required=False,
        label=gettext_lazy("Who reads your two lines"),
        choices=[(ME, gettext_lazy("Only me")), (BOTH, gettext_lazy("Both, if the other shares theirs too"))],
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["share"].option_help = {  # type: ignore[attr-defined]
            BOTH: _("It says that you talked, too."),
        }

    def clean(self) -> None:
        if self.cleaned_data.get("text") and not self.cleaned_data.get("share") and "share" not in self.errors:
            self.add_error("share", _("Choose who reads your lines."))
