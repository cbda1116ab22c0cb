"""The kind of line that holds a couple's own words for near and far (founding practice 000-8).

Three to five words, from nearest to farthest, the same for both. A word says where somebody is; it is no verdict
and no order, and nearness never means that more is wanted or due. Either may say one of them for today
(`checkins.seasons`).
"""

from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from repair.boundaries import mirror
from repair.boundaries.forms import LineForm, long_text
from repair.plan.kinds import AgreementKind, Body
from repair.plan.models import Agreement

NAME = "words"
FEWEST, MOST = 3, 5
PLACES = tuple(f"word{n}" for n in range(1, MOST + 1))
_LABELS = (
    gettext_lazy("The nearest"), gettext_lazy("Then"), gettext_lazy("And then"), gettext_lazy("A fourth"),
    gettext_lazy("A fifth"),
)  # fmt: skip
_HINTS = {"word1": gettext_lazy("“Near”, “company”, “some space”, “alone for a while”, “alarm”. Or numbers.")}


def _word(place: str, label: Any) -> forms.CharField:
    needed = place in PLACES[:FEWEST]
    return forms.CharField(
        label=label,
        help_text=_HINTS.get(place, ""),
        required=needed,
        max_length=60,
        widget=forms.TextInput({"autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Three words at least, from nearest to farthest.")},
    )


class WordsForm(LineForm):
    """The words, and what the two at the ends ask for."""

    texts = ("near", "far")

    near = long_text(
        gettext_lazy("Who says the nearest would like"),
        gettext_lazy("Company and attention. It never means that sex is wanted or due. It can stay empty."),
    )
    far = long_text(
        gettext_lazy("Who says the farthest would like"),
        gettext_lazy("No reason is owed for it. It can stay empty."),
    )
    field_order = (*PLACES, "near", "far")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.update({name: _word(name, label) for name, label in zip(PLACES, _LABELS, strict=True)})
        self.order_fields(self.field_order)

    def clean(self) -> None:
        words = self._words()
        if len({word.casefold() for word in words}) < len(words):
            raise ValidationError(_("Two of the words are the same. Each says something of its own."))
        there = Agreement.objects.visible_to(self.viewer).filter(kind=NAME, ended_at=None)
        if self.base is None and there.exclude(pk=_uuid_or_none(self.data.get("line"))).exists():
            raise ValidationError(_("There are words in your plan already. Suggest other words for that line."))

    def body(self) -> Body:
        return {**super().body(), "words": self._words()}

    @classmethod
    def initial_from(cls, body: Body, viewer: Any) -> dict[str, Any]:
        rest = {name: value for name, value in body.items() if name != "words"}
        return {**rest, **dict(zip(PLACES, body.get("words", ()), strict=False))}

    def _words(self) -> list[str]:
        return [word for name in PLACES if (word := self.cleaned_data.get(name))]


def _uuid_or_none(raw: Any) -> Any:
    try:
        return forms.UUIDField().clean(raw)
    except ValidationError:
        return None


def headline(body: Body) -> str:
    """The words in one line."""
    return _("Our words, from near to far: %(words)s") % {"words": " · ".join(body.get("words", ()))}


def lines(body: Body) -> list[tuple[str, str]]:
    """The words, what is asked for with them, and what holds in any case."""
    return [
        (_("From near to far"), ", ".join(body.get("words", ()))),
        (_("Who says the nearest would like"), str(body.get("near", ""))),
        (_("Who says the farthest would like"), str(body.get("far", ""))),
        (_("In any case"), _("A word says where I am. It is no verdict and no order, and nobody has to say one.")),
    ]


WORDS = AgreementKind(
    name=NAME,
    label=gettext_lazy("Words for near and far"),
    form=WordsForm,
    headline=headline,
    lines=lines,
    look_again_after=timedelta(days=84),
    lede=gettext_lazy("Three to five words of your own for how near you would like to be just now."),
    reflect=mirror.reflect,
)

__all__ = ["MOST", "NAME", "PLACES", "WORDS", "headline", "lines"]
