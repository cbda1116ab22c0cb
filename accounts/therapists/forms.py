"""What therapists write about themselves, and what partners answer."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.therapists.models import SecretsPolicy
from accounts.therapists.services import Scope

POLICIES = {
    SecretsPolicy.NO_SECRETS.value: (
        gettext_lazy("None kept from either"),
        gettext_lazy("What one tells me alone belongs in the joint session."),
    ),
    SecretsPolicy.LIMITED.value: (
        gettext_lazy("Limited"),
        gettext_lazy("It may be raised in a joint session, after asking first."),
    ),
    SecretsPolicy.INDIVIDUAL.value: (
        gettext_lazy("Individual confidences kept"),
        gettext_lazy("What one tells me alone stays there."),
    ),
}


def _line(**kwargs: Any) -> forms.CharField:
    return forms.CharField(widget=forms.TextInput({"autocomplete": "off"}), **kwargs)


class ProfileForm(forms.Form):
    """The public profile of a therapist."""

    name = _line(
        label=gettext_lazy("Name"),
        max_length=120,
        error_messages={"required": gettext_lazy("Write the name they know you by.")},
    )
    registration = _line(
        label=gettext_lazy("Registration"),
        help_text=gettext_lazy("Chamber or body, and number."),
        max_length=200,
        error_messages={"required": gettext_lazy("Say where you are registered, and under which number.")},
    )
    secrets_policy = forms.ChoiceField(
        label=gettext_lazy("Secrets"),
        choices=[(key, name) for key, (name, _help) in POLICIES.items()],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose how you keep what one tells you alone.")},
    )
    secrets_policy.option_help = {key: words for key, (_name, words) in POLICIES.items()}  # type: ignore[attr-defined]
    emergency_plan = forms.CharField(
        label=gettext_lazy("Emergency plan"),
        help_text=gettext_lazy("What they do when you can’t be reached."),
        max_length=600,
        widget=forms.Textarea({"rows": 2, "autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Say what they do when you can’t be reached.")},
    )
    told = forms.BooleanField(
        label=gettext_lazy("I tell both that nothing here is watched between sessions"),
        error_messages={"required": gettext_lazy("Both need to know this before they answer.")},
    )

    def fields_of(self) -> dict[str, str]:
        """What is saved."""
        return {name: self.cleaned_data[name] for name in self.fields if name != "told"}


class CodeForm(forms.Form):
    """A code, typed by hand."""

    code = forms.CharField(
        label=gettext_lazy("Your code"),
        help_text=gettext_lazy("Ten letters and digits."),
        max_length=40,
        widget=forms.TextInput({"class": "input--code", "autocomplete": "off", "autocapitalize": "characters"}),
        error_messages={"required": gettext_lazy("Write the code you were given.")},
    )


class AnswerForm(forms.Form):
    """One partner's own answer. Nothing is chosen beforehand the first time; later, what they chose last."""

    START, BEGINNING, NO = "start", "beginning", "no"
    WORDS, ALWAYS = "words", "always"

    read = forms.MultipleChoiceField(
        choices=[(WORDS, gettext_lazy("Words too")), (ALWAYS, gettext_lazy("At any time"))],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    answer = forms.ChoiceField(
        label=gettext_lazy("Your answer"),
        choices=[
            (START, gettext_lazy("Yes, from now on")),
            (BEGINNING, gettext_lazy("Yes, and the weeks before too")),
            (NO, gettext_lazy("No, or not yet")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose one answer. “No, or not yet” is one.")},
    )
    profile = forms.CharField(widget=forms.HiddenInput, required=False, max_length=60)

    def __init__(self, *args: Any, therapist: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        read, answer = self.fields["read"], self.fields["answer"]
        read.label = _("Beside the timeline and the agreements, %(name)s may read") % {"name": therapist}
        read.help_text = _("%(name)s reads what you have both ticked.") % {"name": therapist}
        read.option_help = {  # type: ignore[attr-defined]
            self.WORDS: _("What you both opened, and did not keep between the two of you."),
            self.ALWAYS: _("Not only from 24 hours before a session to 2 hours after it begins."),
        }
        answer.option_help = {  # type: ignore[attr-defined]
            self.START: _("For 90 days. Nothing from before it starts."),
            self.BEGINNING: _("For 90 days. The weeks before only if you both choose this."),
            self.NO: _("Looks the same as no answer, to both."),
        }

    def scope(self) -> Scope | None:
        """What was let be read; None for a no."""
        data = self.cleaned_data
        if data["answer"] == self.NO:
            return None
        return Scope(
            beginning=data["answer"] == self.BEGINNING,
            words=self.WORDS in data["read"],
            always=self.ALWAYS in data["read"],
        )


def initial_of(scope: dict[str, Any] | None) -> dict[str, Any]:
    """What the answer's form begins with for a yes that stands; empty without one."""
    if not scope:
        return {}
    read = [AnswerForm.WORDS] if scope.get("words") else []
    read += [AnswerForm.ALWAYS] if scope.get("window") == "always" else []
    return {"answer": scope.get("since", ""), "read": read}
