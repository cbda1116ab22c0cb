"""The template tags of every page. Built in: templates need no `load` for them, nor for i18n."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms, template
from django.forms.boundfield import BoundField
from django.template.base import NodeList, Parser, Token
from django.template.loader import render_to_string
from django.templatetags.i18n import register as i18n
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from accounts.pages import controls
from accounts.pages.icons import ICONS

register = template.Library()
register.tags.update(i18n.tags)
register.filters.update(i18n.filters)


class Remember(template.Node):
    """`{% remember "tab" %}…{% endremember %}` keeps what is inside, without spaces around, under a name. A block
    inside it can be overridden by the page, which is how a page says which tab it belongs to."""

    def __init__(self, name: str, nodelist: NodeList) -> None:
        self.name = name
        self.nodelist = nodelist

    def render(self, context: template.Context) -> SafeString:
        context[self.name] = self.nodelist.render(context).strip()
        return SafeString("")


@register.tag
def remember(parser: Parser, token: Token) -> Remember:
    """See Remember."""
    name = token.split_contents()[1].strip("\"'")
    nodelist = parser.parse(("endremember",))
    parser.delete_first_token()
    return Remember(name, nodelist)


@register.simple_tag
def icon(name: str) -> SafeString:
    """One of the drawn signs. Raises KeyError for a name that is none."""
    return mark_safe(ICONS[name])  # noqa: S308 - drawings of our own


@register.simple_tag
def error_summary(*sources: Any, title: str = "", note: str = "") -> SafeString:
    """All problems of forms, formsets, refusals and plain sentences, first on the page and in focus; nothing when
    there is none. `title` and `note` win over a form's own `summary_title` and `summary_note`."""
    found = controls.problems(sources)
    if not found:
        return SafeString("")
    return render_to_string(
        "components/error_summary.html",
        {
            "problems": found,
            "title": title or controls.title_of(sources, count=len(found)),
            "note": note or controls.note_of(sources),
        },
    )


@register.simple_tag
def field(bound: BoundField, *, big: bool = False, small: bool = False) -> SafeString:
    """Label, hint, error and control of one field. Radios and several checkboxes become chips, one checkbox a
    tick. `big` (and every long text that is not `small`) has the larger label of a question."""
    widget = bound.field.widget
    if bound.is_hidden:
        return bound.as_widget()
    if controls.is_group(bound):
        return chips(bound)
    limit = controls.limit_of(bound)
    shared = {**controls.common(bound), "control": controls.control(bound, limit=limit)}
    if isinstance(widget, forms.CheckboxInput):
        return render_to_string("components/tick.html", shared)
    # The browser sends a line break as two characters and the form counts one.
    used = len(str(bound.value() or "").replace("\r\n", "\n"))
    little = small or (not big and not isinstance(widget, forms.Textarea))
    return render_to_string("components/field.html", {**shared, "small": little, "limit": limit, "used": used})


@register.simple_tag
def scale(bound: BoundField, skip: BoundField | None = None, *, guess: bool = False) -> SafeString:
    """Seven radios, nothing chosen beforehand, words at the ends from the field's `ends` (two or three). `skip` is
    the checkbox “I’d rather not answer this”; `guess` draws it in the other's colour and shape."""
    ends = tuple(getattr(bound.field, "ends", controls.ENDS))
    context = {
        **controls.common(bound),
        "marks": controls.marks(bound, ends),
        "ends": ends,
        "guess": guess,
        "skip": skip,
        "skip_checked": bool(skip.value()) if skip else False,
    }
    return render_to_string("components/scale.html", context)


@register.simple_tag
def choices(bound: BoundField, *, quiet: bool = False) -> SafeString:
    """Radios (or checkboxes) as cards; the help under each comes from the field's `option_help`. `quiet` keeps the
    legend for readers aloud only."""
    return render_to_string("components/choices.html", {**_group(bound), "quiet": quiet})


@register.simple_tag
def chips(bound: BoundField, look: str = "", *, quiet: bool = False) -> SafeString:
    """Radios or checkboxes as chips. `look`: "pine" for settings, "q" for a question of a check-in, "days" for the
    days of a week, "starters". `quiet` keeps the legend for readers aloud only."""
    boxes = {"pine": "chips chips--pine", "q": "chips chips--q", "days": "days", "starters": "chips starters"}
    box = boxes.get(look, "chips")
    return render_to_string("components/chips.html", {**_group(bound), "look": look, "box": box, "quiet": quiet})


def _group(bound: BoundField) -> dict[str, Any]:
    several = isinstance(bound.field.widget, forms.CheckboxSelectMultiple)
    options = list(controls.options(bound))
    return {**controls.common(bound), "options": options, "type": "checkbox" if several else "radio"}


@register.simple_tag
def who(slot: str, name: str) -> SafeString:
    """A person as colour, shape and name."""
    return format_html('<span class="who who--{}">{}</span>', "b" if slot == "b" else "a", name)


class WallClock(datetime):
    """An instant that is already on the right clock: Django's own filters must not move it to theirs."""

    convert_to_local_time = False


@register.filter
def local(value: datetime | None, zone: ZoneInfo | str | None) -> datetime | str:
    """An aware datetime on the wall clock of `zone`; "" for none."""
    if value is None:
        return ""
    there = value.astimezone(ZoneInfo(zone) if isinstance(zone, str) else zone)
    return WallClock.combine(there.date(), there.timetz())
