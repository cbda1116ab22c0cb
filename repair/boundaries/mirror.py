"""The mirror against control: what a line would ask for, shown to its author alone before it is sent.

Pure rules over text, with the words in `mirror_en.toml`. Never a block, never stored, never shown to the other.
The second half counts the lines of the plan that ask something of one person only.
"""

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext as _

from repair.plan.kinds import Body, Reflection
from repair.plan.queries import Line, plan_read

if TYPE_CHECKING:
    from accounts.access import Viewer

WORDS = Path(__file__).parent / "mirror_en.toml"
ONE_SIDED_FROM = 3  # the third line that asks something of the other only
# What a body says in words; the rest are ticks and slots. “What stays each one's own” guards, it asks nothing.
_ASKING = ("what", "when", "please", "rather_not", "know", "missed", "say", "where", "near", "far", "low", "high")
_TURNED = re.compile(
    r"\b(was|were|am|are|is|have|has|had|did|do|does|will|would|can|could) (you|i|he|she|they|we)\b"
)


@dataclass(frozen=True)
class Theme:
    """One thing a line may ask for, with what its author is shown."""

    slug: str
    title: str
    text: str
    others: tuple[str, ...]
    pattern: re.Pattern[str]

    def found_in(self, text: str) -> bool:
        """Whether a text, made plain by `plain`, asks for this."""
        return self.pattern.search(text) is not None


def plain(text: str) -> str:
    """Small letters, straight apostrophes, single spaces: what the patterns are written for."""
    return " ".join(text.lower().replace("’", "'").replace("‘", "'").split())


def themes_in(text: str) -> list[str]:
    """The slugs of the themes a text asks for, in the order of the file."""
    return [theme.slug for theme in themes() if theme.found_in(plain(text))]


def looks_like_transparency(text: str) -> bool:
    """Whether a text looks like a line about whereabouts, accounts or contacts."""
    return transparency().found_in(plain(text))


def asked_in(body: Body) -> str:
    """The parts of a wording that ask for something, as one text. A question stands there as it would read told
    too: “where were you” asks for what “where you were” asks for."""
    asked = " \n ".join(str(body[name]) for name in _ASKING if body.get(name))
    if "asked_with" not in body:
        return asked
    return " . ".join([asked, _TURNED.sub(r"\2 \1", plain(asked)), _TURNED.sub(r"\2", plain(asked))])


def reflect(body: Body, viewer: "Viewer", line: UUID | None) -> list[Reflection]:
    """What the author is shown before sending `body`: themes, the offer of an end date, one-sided lines.

    `line` is the line being changed, None for a new one.
    """
    return reflect_on([body], viewer, line)


def reflect_on(bodies: Sequence[Body], viewer: "Viewer", line: UUID | None = None) -> list[Reflection]:
    """The same for several lines sent at once; each theme is shown once."""
    texts = [plain(asked_in(body)) for body in bodies]
    shown = [
        Reflection(theme.title, theme.text, others=theme.others)
        for theme in themes()
        if any(theme.found_in(text) for text in texts)
    ]
    if any(wants_end(body) for body in bodies):
        offer = transparency()
        first = shown[0] if shown else Reflection(offer.title, offer.text)
        shown[:1] = [replace(first, offers_end=True)]
    return shown + _one_sided(bodies, viewer, line)


def wants_end(body: Body) -> bool:
    """Whether a line looks like one about whereabouts, accounts or contacts, and has no end date yet."""
    return not body.get("about") and "who" in body and looks_like_transparency(asked_in(body))


def asks_only(line: Line, slot: str) -> bool:
    """Whether a line that holds, or is proposed, asks something of the person in `slot` only."""
    words = line.open or line.in_force
    return words is not None and not words.is_end and words.does is not None and words.does.slot == slot


def _one_sided(bodies: Sequence[Body], viewer: "Viewer", line: UUID | None) -> list[Reflection]:
    slot = str(viewer.other.slot)
    unsent = [_headline(body) for body in bodies if _slot_of(body) == slot]
    if not unsent:
        return []
    plan = plan_read(viewer)
    asking = [found for found in plan.lines if found.pk != line and asks_only(found, slot)]
    if len(asking) + len(unsent) < ONE_SIDED_FROM:
        return []
    name = next(person.name for person in plan.people.values() if person.slot == slot)
    return [
        Reflection(
            _("One more line that asks something of %(name)s only") % {"name": name},
            _("Each of these asks something of the other. What will you do?"),
            lines=tuple((found.open or found.words).headline for found in asking),
            unsent=tuple(unsent),
        )
    ]


def _headline(body: Body) -> str:
    """A line in the words its list shows, whichever of this room's kinds it is."""
    return str(body["what"]) if "what" in body else f"{body['when']}: {body['please']}"


def _slot_of(body: Body) -> str:
    """Who the line asks something of: "a", "b" or "both"."""
    if "who" in body:
        return str(body["who"])
    return {"a": "b", "b": "a"}.get(str(body.get("asks")), "both")


@cache
def themes() -> tuple[Theme, ...]:
    """All themes. Raises ImproperlyConfigured for a wrong file."""
    return tuple(_theme(raw) for raw in _read()["themes"])


@cache
def transparency() -> Theme:
    """What makes a line look like one with an end date."""
    return _theme({"slug": "transparency", "others": [], **_read()["transparency"]})


@cache
def held_back() -> Theme:
    """What makes a time-out rule one that can be refused, or has to be explained."""
    return _theme({"slug": "pause", **_read()["pause"]})


@cache
def _read() -> dict[str, Any]:
    return tomllib.loads(WORDS.read_text(encoding="utf-8"))


def _theme(raw: dict[str, Any]) -> Theme:
    try:
        return Theme(
            slug=raw["slug"],
            title=raw["title"],
            text=raw["text"],
            others=tuple(raw["others"]),
            pattern=re.compile(rf"(?<![\w'])(?:{_either(raw['patterns'])})(?!\w)"),
        )
    except (KeyError, re.error) as error:
        message = f"{WORDS.name}: the theme “{raw.get('slug', '?')}” is wrong: {error!r}"
        raise ImproperlyConfigured(message) from error


def _either(patterns: Iterable[str]) -> str:
    return "|".join(f"(?:{pattern})" for pattern in patterns)
