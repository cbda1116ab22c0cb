"""The form of one page of a practice, made from its items. Validates only; `values()` gives answers by name."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from repair.programmes.content import feelings
from repair.programmes.practice_shapes import Item

A_YEAR = timedelta(days=366)
MARKS = [(str(n), str(n)) for n in range(1, 8)]
PERCENTS = [(str(n), f"{n} %") for n in range(0, 101, 10)]
# Words that describe what somebody is rather than what happened; the writer alone is asked about them, once.
CHARACTER = re.compile(r"\b(always|never|(?:you|he|she) (?:are|is)|you[’']re|(?:he|she)[’']s)\b", re.IGNORECASE)

# What a form carries beside its items, see `accounts.meanwhile`; no item’s name begins with “_”.
LINE, SEEN = "_line", "_seen"

NOTHING: tuple[Any, ...] = (None, "", [], {}, ())  # 0 is an answer


class Text(forms.CharField):
    """Words of one's own. A line break counts as one character; signs that nobody can see are dropped."""

    def __init__(self, *, limit: int, **kwargs: Any) -> None:
        messages = {
            "max_length": gettext_lazy("This is %(show_value)s characters; there is room for %(limit_value)s.")
        }
        super().__init__(max_length=limit, required=False, error_messages=messages, **kwargs)

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value.replace("\r\n", "\n") if isinstance(value, str) else value) or ""
        return "".join(c for c in text if c >= " " or c in "\n\t")


class PartForm(forms.Form):
    """One page. With `partial` (save and stop) nothing is missing.

    A field is called like its item; the lines of a list `name-0`, `name-1` …, the cards of a sort `name-card`.
    """

    def __init__(
        self,
        data: Any,
        *,
        items: Iterable[Item],
        answers: Mapping[str, Any],
        partial: bool = False,
        today: date | None = None,
    ) -> None:
        super().__init__(data, label_suffix="")
        self.today = today  # the writer's own date, for days that must lie ahead
        self.items = tuple(items)
        self.partial = partial
        for item in self.items:
            if item.asks:
                _FIELDS[item.type](self, item, answers.get(item.name))

    @property
    def summary_note(self) -> str:
        return _("Your other answers are saved.")

    @property
    def blocks(self) -> list[tuple[Item, list[Any]]]:
        """Each item with its bound fields, as the page shows them."""
        return [(item, [self[name] for name in self._names(item)]) for item in self.items]

    def clean(self) -> None:
        for item in self.items:
            names = self._names(item)
            wrong = any(name in self.errors for name in names)
            if item.asks and not item.optional and not self.partial and not wrong and self._given(item) in NOTHING:
                self.add_error(names[0], _missing(item))
            if item.parks and not wrong and not self._lies_ahead(item):
                self.add_error(item.name, _("Choose a day that lies ahead, within a year."))
            if item.type == "feelings" and len(self.cleaned_data.get(item.name) or ()) > item.most:
                self.add_error(
                    item.name,
                    ngettext("Choose at most %(n)s word.", "Choose at most %(n)s words.", item.most)
                    % {"n": item.most},
                )

    def values(self) -> dict[str, Any]:
        """The answers of this page, as far as valid, by name of the item."""
        return {item.name: self._given(item) for item in self.items if item.asks and self._is_valid(item)}

    def character_words(self) -> list[str]:
        """Words in this page's checked texts that describe a character; in order, each once."""
        texts = [str(self._given(item) or "") for item in self.items if item.check == "character"]
        return list(dict.fromkeys(found.lower() for text in texts for found in CHARACTER.findall(text)))

    def _names(self, item: Item) -> list[str]:
        if item.type == "list":
            return [f"{item.name}-{n}" for n in range(item.most)]
        if item.type == "sort":
            return [f"{item.name}-{card.slug}" for card in item.cards]
        return [item.name] if item.asks else []

    def _lies_ahead(self, item: Item) -> bool:
        on = self.cleaned_data.get(item.name)
        return on is None or self.today is None or self.today < on <= self.today + A_YEAR

    def _is_valid(self, item: Item) -> bool:
        return all(name in self.cleaned_data for name in self._names(item))

    def _given(self, item: Item) -> Any:
        """The answer as it is kept; something false where there is none."""
        given = [self.cleaned_data.get(name) for name in self._names(item)]
        if item.type == "list":
            return [line for line in given if line]
        if item.type == "sort":
            return {card.slug: pile for card, pile in zip(item.cards, given, strict=True) if pile}
        value = given[0] if given else None
        if item.type in {"mark", "percent"}:
            return int(value) if value else None
        return value.isoformat() if isinstance(value, date) else value


def _missing(item: Item) -> str:
    if item.type in {"words", "line", "list"}:
        return _("“%(label)s”: write a word or two, or come back to it later.") % {"label": item.label}
    if item.type == "mark":
        return _("“%(label)s”: choose 1 to 7.") % {"label": item.label}
    if item.type == "date":
        return _("“%(label)s”: choose a day.") % {"label": item.label}
    return _("“%(label)s”: choose what fits best.") % {"label": item.label}


def _words(form: PartForm, item: Item, answer: Any) -> None:
    rows = 2 if item.limit <= 300 else 5
    form.fields[item.name] = Text(
        limit=item.limit, label=item.label, help_text=item.hint, initial=answer or "",
        widget=forms.Textarea({"rows": rows}),
    )  # fmt: skip


def _line(form: PartForm, item: Item, answer: Any) -> None:
    form.fields[item.name] = _one_line(item, item.label, item.hint, answer)


def _list(form: PartForm, item: Item, answer: Any) -> None:
    lines = [*(answer or []), *[""] * item.most]
    for n in range(item.most):
        label = item.label if n == 0 else _("%(label)s (%(n)s)") % {"label": item.label, "n": n + 1}
        form.fields[f"{item.name}-{n}"] = _one_line(item, label, item.hint if n == 0 else "", lines[n])


def _one_line(item: Item, label: str, hint: str, answer: Any) -> Text:
    widget = forms.TextInput({"autocomplete": "off", "class": "input"})
    return Text(limit=item.limit, label=label, help_text=hint, initial=answer or "", widget=widget)


def _one(form: PartForm, item: Item, answer: Any, choices: list[tuple[str, str]]) -> forms.ChoiceField:
    field = forms.ChoiceField(
        choices=choices, required=False, widget=forms.RadioSelect, label=item.label, help_text=item.hint,
        initial=None if answer is None else str(answer),
        error_messages={"invalid_choice": _("Choose one of those shown.")},
    )  # fmt: skip
    form.fields[item.name] = field
    return field


def _some(form: PartForm, item: Item, answer: Any, choices: list[tuple[str, str]]) -> None:
    form.fields[item.name] = forms.MultipleChoiceField(
        choices=choices, required=False, widget=forms.CheckboxSelectMultiple, label=item.label,
        help_text=item.hint, initial=list(answer or []),
        error_messages={"invalid_choice": _("Choose among those shown.")},
    )  # fmt: skip


def _pick(form: PartForm, item: Item, answer: Any) -> None:
    choices = [(option.slug, option.label) for option in item.options]
    (_some if item.many or item.type == "ticks" else _one)(form, item, answer, choices)


def _mark(form: PartForm, item: Item, answer: Any) -> None:
    asked: Any = _one(form, item, answer, MARKS)
    asked.ends = (item.low, item.high)


def _percent(form: PartForm, item: Item, answer: Any) -> None:
    _one(form, item, answer, PERCENTS)


def _date(form: PartForm, item: Item, answer: Any) -> None:
    first = form.today + timedelta(days=item.ahead) if item.ahead and form.today else None
    form.fields[item.name] = forms.DateField(
        required=False, label=item.label, help_text=item.hint, initial=answer or first,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Choose a day that exists, like 2026-12-18.")},
    )  # fmt: skip


def _feelings(form: PartForm, item: Item, answer: Any) -> None:
    _some(form, item, answer, [(feeling.slug, feeling.label) for feeling in feelings()])


def _sort(form: PartForm, item: Item, answer: Any) -> None:
    piles = [(pile.slug, pile.label) for pile in item.piles]
    for card in item.cards:
        form.fields[f"{item.name}-{card.slug}"] = forms.ChoiceField(
            choices=piles, required=False, widget=forms.RadioSelect, label=card.text,
            initial=(answer or {}).get(card.slug),
            error_messages={"invalid_choice": _("Choose one of those shown.")},
        )  # fmt: skip


_FIELDS: Mapping[str, Callable[[PartForm, Item, Any], None]] = {
    "words": _words, "line": _line, "list": _list, "pick": _pick, "ticks": _pick, "mark": _mark,
    "percent": _percent, "date": _date, "feelings": _feelings, "sort": _sort,
}  # fmt: skip
