"""What the form components need to know of a bound field, worked out here so that their templates only print."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

MARKS = range(1, 8)
ENDS = (gettext_lazy("Not at all"), gettext_lazy("Partly"), gettext_lazy("Completely"))


@dataclass(frozen=True)
class Option:
    """One radio or checkbox of a group."""

    value: str
    label: str
    id: str
    checked: bool
    help: str = ""


def is_group(bound: BoundField) -> bool:
    """Whether the field is a group of radios or checkboxes rather than one control."""
    return isinstance(bound.field.widget, forms.RadioSelect | forms.CheckboxSelectMultiple)


def first_id(bound: BoundField) -> str:
    """The id of the control to go to when the field has a problem: of a group, its first."""
    grouped = is_group(bound) or hasattr(bound.field, "ends")
    return f"{bound.auto_id}_0" if grouped else str(bound.auto_id)


def described_by(bound: BoundField) -> str:
    """The ids that describe a group: its hint, its error."""
    parts = []
    if bound.help_text:
        parts.append(f"{bound.auto_id}_helptext")
    if bound.errors:
        parts.append(f"{bound.auto_id}_error")
    return " ".join(parts)


def common(bound: BoundField) -> dict[str, Any]:
    """What every component prints: id, name, label, hint, errors."""
    return {
        "id": bound.auto_id,
        "name": bound.html_name,
        "label": bound.label,
        "hint": bound.help_text,
        "errors": bound.errors,
        "described_by": described_by(bound),
    }


def control(bound: BoundField, *, limit: int | None = None) -> str:
    """The input itself, with the class `input` (a checkbox has none) beside whatever the widget asks for.

    A limit is told and checked by the server; the browser's own limit would cut off pasted words in silence. A
    browser keeps what was typed into a line of text, on disk, unless it is told not to.
    """
    widget = bound.field.widget
    attrs: dict[str, Any] = {} if "autocomplete" in widget.attrs else {"autocomplete": "off"}
    if isinstance(widget, forms.CheckboxInput):
        attrs = {}
    else:
        attrs["class"] = f"input {widget.attrs.get('class', '')}".strip()
    if limit:
        attrs["maxlength"] = False
        attrs["aria-describedby"] = f"{described_by(bound)} {bound.auto_id}_count".strip()
    return bound.as_widget(attrs=attrs)


def limit_of(bound: BoundField) -> int | None:
    """The most characters a long text may have; None for other fields."""
    long = isinstance(bound.field.widget, forms.Textarea)
    return getattr(bound.field, "max_length", None) if long else None


def options(bound: BoundField) -> Iterator[Option]:
    """The options of a group, without an empty one: not choosing is done by not choosing."""
    helps = {str(key): words for key, words in getattr(bound.field, "option_help", {}).items()}
    number = 0
    for part in bound.subwidgets:
        value = "" if part.data["value"] is None else str(part.data["value"])
        if value == "":
            continue
        yield Option(
            value=value,
            label=part.choice_label,
            id=f"{bound.auto_id}_{number}",
            checked=bool(part.data["selected"]),
            help=helps.get(value, ""),
        )
        number += 1


def marks(bound: BoundField, ends: tuple[Any, ...]) -> list[dict[str, Any]]:
    """The seven radios of a scale. The words at the ends, and in the middle of three, are read aloud with them."""
    spoken = {1: ends[0], 7: ends[-1], **({4: ends[1]} if len(ends) == 3 else {})}
    value = "" if bound.value() is None else str(bound.value())
    return [
        {
            "value": number,
            "id": f"{bound.auto_id}_{number - 1}",
            "spoken": f"{number}, {str(spoken[number]).lower()}" if number in spoken else str(number),
            "checked": value == str(number),
        }
        for number in MARKS
    ]


def problems(sources: Iterable[Any]) -> list[tuple[str, str]]:
    """(id of the control or "", words) for every problem of forms, formsets, and refusals or plain sentences."""
    found: list[tuple[str, str]] = []
    for source in sources:
        if not source and not isinstance(source, forms.BaseForm | forms.BaseFormSet):
            continue
        if isinstance(source, forms.BaseFormSet):
            found += [("", str(words)) for words in source.non_form_errors()]
            found += problems(source.forms)
        elif isinstance(source, forms.BaseForm):
            found += _of_form(source)
        else:
            found.append(("", str(source)))
    return found


def _of_form(form: forms.BaseForm) -> Iterator[tuple[str, str]]:
    for words in form.non_field_errors():
        yield "", str(words)
    for name in form.fields:
        bound = form[name]
        for words in bound.errors:
            yield ("" if bound.is_hidden else first_id(bound)), str(words)


def title_of(sources: Iterable[Any], *, count: int) -> str:
    """What the error summary is called: a form's own `summary_title`, or how many things need another look."""
    own = next((form.summary_title for form in sources if getattr(form, "summary_title", "")), "")
    if own:
        return str(own)
    return _("One thing needs another look") if count == 1 else _("Some things need another look")


def note_of(sources: Iterable[Any]) -> str:
    """What the error summary says is safe: a form's own `summary_note`, or that nothing typed is lost."""
    own = next((form.summary_note for form in sources if getattr(form, "summary_note", "")), "")
    return str(own) or _("What you wrote is still here.")
