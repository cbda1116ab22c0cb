"""Answers as they are read: for their author all of them, for the other what the practice lets be opened."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from repair.programmes.content import feelings
from repair.programmes.pieces import Answers
from repair.programmes.practice_shapes import Item


@dataclass(frozen=True)
class Shown:
    """One answer: what was asked, and what was said, a line for each of several."""

    item: Item
    lines: tuple[str, ...]


def shown(items: Iterable[Item], answers: Answers, *, to_other: bool = False) -> list[Shown]:
    """What stands in the answers, in the order of the items; what is empty is left out. `to_other` leaves out what
    is its author's alone, so that it looks like an answer that was not given."""
    found = []
    for item in items:
        answer = answers.get(item.name)
        if not item.asks or answer in (None, "", [], {}) or (to_other and item.private):
            continue
        lines = tuple(_lines(item, answer, to_other=to_other))
        if lines:
            found.append(Shown(item, lines))
    return found


def _lines(item: Item, answer: Any, *, to_other: bool) -> list[str]:
    if item.type == "sort":
        return _sorted(item, answer, to_other=to_other)
    if item.type == "list":
        return [str(line) for line in answer]
    if item.type in {"pick", "ticks", "feelings"}:
        chosen = [answer] if isinstance(answer, str) else list(answer)
        return [label for slug, label in _options(item) if slug in chosen]
    if item.type == "mark":
        return [
            _("%(mark)s of 7 (1: %(low)s, 7: %(high)s)") % {"mark": answer, "low": item.low, "high": item.high}
        ]
    if item.type == "percent":
        return [f"{answer} %"]
    if item.type == "date":
        return [date_format(date.fromisoformat(answer), "j F Y")]
    return [str(answer)]


def _sorted(item: Item, answer: Any, *, to_other: bool) -> list[str]:
    piles = {pile.slug: pile.label for pile in item.piles}
    return [
        _("%(card)s – %(pile)s") % {"card": card.text, "pile": piles[answer[card.slug]]}
        for card in item.cards
        if answer.get(card.slug) in piles and not (to_other and answer[card.slug] in item.private_piles)
    ]


def _options(item: Item) -> list[tuple[str, str]]:
    if item.type == "feelings":
        return [(feeling.slug, feeling.label) for feeling in feelings()]
    return [(option.slug, option.label) for option in item.options]
