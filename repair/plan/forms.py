"""What the plan's own forms take: dates, the wording that is signed, a phase. Kinds bring their own forms."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from repair.plan.models import Phase

LOOK_AGAIN_WITHIN = timedelta(days=366)
NOTE_LENGTH = 200


class Dates(forms.Form):
    """When to look at a line again, and for other words a sentence to go with them."""

    look_again_on = forms.DateField(
        label=gettext_lazy("Look again on"),
        help_text=gettext_lazy("After this day the line rests until you have both signed again."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": gettext_lazy("Choose a day on which you look at this line again."),
            "invalid": gettext_lazy("Choose a day that exists, like 2026-12-18."),
        },
    )
    note = forms.CharField(
        label=gettext_lazy("A sentence to go with it"),
        help_text=gettext_lazy("If you like. It is read with the new wording, and is not part of it."),
        max_length=NOTE_LENGTH,
        required=False,
    )

    def __init__(self, *args: Any, today: date, note: bool = False, own_date: bool = False, **kwargs: Any) -> None:
        """`today` is the person's own date; `note` asks for the sentence; `own_date` says that the kind's form has
        a look-again date of its own."""
        super().__init__(*args, **kwargs)
        self.today = today
        if not note:
            del self.fields["note"]
        if own_date:
            del self.fields["look_again_on"]

    def clean_look_again_on(self) -> date:
        chosen: date = self.cleaned_data["look_again_on"]
        if chosen <= self.today:
            raise ValidationError(_("Choose a day that lies ahead."))
        if chosen > self.today + LOOK_AGAIN_WITHIN:
            raise ValidationError(_("Choose a day within a year. You can sign again then."))
        return chosen


class Chosen(forms.Form):
    """The wording that a button is about."""

    version = forms.UUIDField()


class Signing(Chosen):
    """Exactly the wording that was read: its id, and what stands for its text."""

    mac = forms.RegexField(r"\A[0-9a-f]{64}\Z")

    def mac_bytes(self) -> bytes:
        """The keyed hash, 32 bytes."""
        return bytes.fromhex(self.cleaned_data["mac"])


class Seen(forms.Form):
    """The highest version a page showed."""

    seen = forms.IntegerField(min_value=1, max_value=1_000_000)


class ToPhase(forms.Form):
    """The phase somebody proposes."""

    to = forms.ChoiceField(
        label=gettext_lazy("Which phase"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose a phase, or leave it as it is.")},
    )
    to.option_help = {  # type: ignore[attr-defined]
        Phase.STEADYING: gettext_lazy("Calm first: small lines, short check-ins, no big decisions."),
        Phase.UNDERSTANDING: gettext_lazy(
            "What happened and what it meant, in talks with a beginning and an end."
        ),
        Phase.REBUILDING: gettext_lazy("What you want to have between you, and what keeps it."),
    }

    def __init__(self, *args: Any, now_in: str, **kwargs: Any) -> None:
        """`now_in` is the phase the plan is in, which is not offered."""
        super().__init__(*args, **kwargs)
        field = self.fields["to"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [choice for choice in Phase.choices if choice[0] != now_in]


class OnProposal(forms.Form):
    """A phase proposal that a button is about."""

    proposal = forms.IntegerField(min_value=1, max_value=2**62)


def problem(form: forms.Form, name: str) -> str:
    """The first problem of a field, for a page that shows no field for it."""
    return str(next(iter(form.errors.get(name, [])), ""))
