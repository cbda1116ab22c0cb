"""The forms of this room. They validate only."""

from django import forms
from django.utils.translation import gettext_lazy

from checkins.hard.forms import short_field
from checkins.seasons.jar import ThenNow

LINE = 200


class GoodThing(forms.Form):
    """One line for the jar."""

    line = short_field(
        gettext_lazy("One good thing"),
        limit=LINE,
        help_text=gettext_lazy("One line a day at most. A small thing is large enough."),
        missing=gettext_lazy("Write a line, or leave the jar as it is."),
    )


class ThenAndNow(forms.Form):
    """The line one chooses for the page of the season."""

    then = short_field(
        gettext_lazy("Then"),
        limit=LINE,
        help_text=gettext_lazy("How it was when the season began, in one plain sentence."),
    )
    now = short_field(gettext_lazy("Now"), limit=LINE, help_text=gettext_lazy("How it is. It need not be better."))

    def lines(self) -> ThenNow:
        """What was entered."""
        return ThenNow(self.cleaned_data["then"], self.cleaned_data["now"])
