"""The form of “What happened, and what I hope”. Validates only; every question may stay open."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from repair.programmes.content import breaches
from repair.programmes.forms import MARKS, Text
from repair.programmes.story import DIRECTIONS, TRACKS, Story

HOPE = 200


def _kinds() -> list[tuple[str, str]]:
    return [(breach.slug, breach.title) for breach in breaches() if breach.slug != "any"]


class StoryForm(forms.Form):
    """One person's private answers."""

    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("What was trust lost over?"), required=False, choices=_kinds,
        help_text=gettext_lazy("As many as fit, or none."), widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    track = forms.ChoiceField(
        label=gettext_lazy("Your own place in it"), choices=TRACKS, required=False, widget=forms.RadioSelect,
        help_text=gettext_lazy("It chooses what some of your own pages say. The other never learns it."),
    )  # fmt: skip
    willing = forms.ChoiceField(
        label=gettext_lazy("How willing are you to try, today?"), choices=MARKS, required=False,
        widget=forms.RadioSelect,
    )  # fmt: skip
    hope = Text(
        limit=HOPE, label=gettext_lazy("One hope"), help_text=gettext_lazy("It need not be likely."),
        widget=forms.TextInput({"autocomplete": "off", "class": "input"}),
    )  # fmt: skip
    direction = forms.ChoiceField(
        label=gettext_lazy("Where would you like this to go?"), choices=DIRECTIONS, required=False,
        help_text=gettext_lazy("All three are ways to use this site. You are asked again in a month."),
        widget=forms.RadioSelect,
    )  # fmt: skip

    def __init__(self, data: Any, *, story: Story) -> None:
        initial = {name: getattr(story, name) for name in ("kinds", "track", "willing", "hope", "direction")}
        super().__init__(data, initial=initial, label_suffix="")
        willing: Any = self.fields["willing"]
        willing.ends = (gettext_lazy("Not at all"), gettext_lazy("Completely"))

    def story(self, *, on: date) -> Story:
        """What was answered, and the day it was."""
        given = self.cleaned_data
        return Story(
            kinds=tuple(given["kinds"]),
            track=given["track"] or Story().track,
            willing=int(given["willing"]) if given["willing"] else None,
            hope=given["hope"],
            direction=given["direction"],
            asked=on.isoformat(),
        )


def said(story: Story) -> list[tuple[Any, str]]:
    """What somebody answered, by question, as it is read."""
    fields: dict[str, Any] = StoryForm.base_fields
    kinds = [str(label) for slug, label in _kinds() if slug in story.kinds]
    answers = {
        "kinds": " · ".join(kinds),
        "track": str(dict(TRACKS).get(story.track, "")),
        "willing": str(story.willing or ""),
        "hope": story.hope,
        "direction": str(dict(DIRECTIONS).get(story.direction, "")),
    }
    return [(fields[name].label, answer) for name, answer in answers.items() if answer]
