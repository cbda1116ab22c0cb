"""Forms about a person."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.users import zones
from accounts.users.models import Kind

NAME_LENGTH = 40
OFF = "off"
HALF_HOURS = [f"{hour:02d}:{minute:02d}" for hour in range(24) for minute in (0, 30)]
THEMES = [
    ("device", gettext_lazy("As my device")),
    ("light", gettext_lazy("Light")),
    ("dark", gettext_lazy("Dark")),
]


class _About(forms.Form):
    """Name, zone and quiet hours: what “About you” asks and the settings change."""

    name = forms.CharField(
        label=gettext_lazy("What should the other person call you here?"),
        help_text=gettext_lazy("A first name is enough."),
        max_length=NAME_LENGTH,
        error_messages={"required": gettext_lazy("Write the name you want to be called.")},
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
    )
    zone = forms.ChoiceField(
        label=gettext_lazy("Your time zone"),
        error_messages={
            "required": gettext_lazy("Choose your time zone."),
            "invalid_choice": gettext_lazy("Choose a time zone from the list."),
        },
    )
    quiet_from = forms.ChoiceField(label=gettext_lazy("From"))
    quiet_to = forms.ChoiceField(label=gettext_lazy("To"))

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hours = [(text, text) for text in HALF_HOURS]
        self.fields["zone"].choices = [("", _("Choose")), *zones.choices(now=now)]  # type: ignore[attr-defined]
        self.fields["quiet_from"].choices = [(OFF, _("No quiet hours")), *hours]  # type: ignore[attr-defined]
        self.fields["quiet_to"].choices = hours  # type: ignore[attr-defined]

    def clean_name(self) -> str:
        """One line, no control characters: the name stands in headings and beside signatures."""
        name = " ".join(self.cleaned_data["name"].split())
        # Joiners are letters' glue in Persian, Hindi and others; every other invisible sign can only mislead.
        if not name.replace("\u200c", "").replace("\u200d", "").isprintable():
            raise forms.ValidationError(_("Write the name with letters."))
        return name

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        begins, ends = data.get("quiet_from"), data.get("quiet_to")
        if begins and begins != OFF and begins == ends:
            self.add_error("quiet_to", _("Quiet hours need two different times."))
        return data

    @property
    def quiet(self) -> tuple[str, str] | None:
        """The quiet hours chosen, None for none."""
        begins = self.cleaned_data["quiet_from"]
        return None if begins == OFF else (begins, self.cleaned_data["quiet_to"])


class AboutYou(_About):
    """What is asked once, before anything else."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What is this account for?"),
        choices=[
            (Kind.PARTNER.value, gettext_lazy("For me, as one of two")),
            (Kind.THERAPIST.value, gettext_lazy("For my work as a therapist")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Say what this account is for.")},
    )
    adult = forms.BooleanField(
        label=gettext_lazy("I am 18 or over"),
        error_messages={"required": gettext_lazy("This place is for people of 18 or over.")},
    )
    consent = forms.BooleanField(
        label=gettext_lazy("I agree that what I write and mark here is stored"),
        help_text=gettext_lazy(
            "This can say something about health, feelings and your sex life. It is encrypted with a key of "
            "yours. Taking this back means deleting your account."
        ),
        error_messages={"required": gettext_lazy("Without this agreement nothing can be stored.")},
    )
    read = forms.BooleanField(
        label=gettext_lazy("I have read the terms and the privacy page"),
        error_messages={"required": gettext_lazy("Read both pages first. They are short.")},
    )
    field_order = ["kind", "name", "zone", "quiet_from", "quiet_to", "adult", "consent", "read"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"quiet_from": "22:30", "quiet_to": "07:00"})
        super().__init__(*args, **kwargs)
        zone = self.fields["zone"]
        zone.help_text = _("20:30 will mean 20:30 where you are.")
        zone.widget.attrs["data-guess-zone"] = True
        self.fields["kind"].option_help = {  # type: ignore[attr-defined]
            Kind.PARTNER.value: _("Alone from the first minute, with somebody when you both want it."),
            Kind.THERAPIST.value: _("You read what two people both let you read. This can’t be changed later."),
        }


class Settings(_About):
    """The same, later."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Your name here")
        self.fields["zone"].help_text = _("A change holds for evenings that are still to come.")


class Looks(forms.Form):
    """Theme and exit keys."""

    theme = forms.ChoiceField(
        label=gettext_lazy("Theme"), choices=THEMES, initial="device", widget=forms.RadioSelect
    )
    keys = forms.BooleanField(
        label=gettext_lazy("Shift three times leaves the page"),
        help_text=gettext_lazy("Switch off if you use sticky keys."),
        required=False,
    )

    def clean_theme(self) -> str:
        """The theme as it is kept: empty for the device's own."""
        theme: str = self.cleaned_data["theme"]
        return "" if theme == "device" else theme
