"""The port by which rooms put a card on Today.

A card says where it stands and, for one moment, what it shows: `context(moment)` gives the values its template
needs, None when there is nothing to show. What a card shows may depend on the clock and on what the viewer did
themself, on shared facts of the plan, and from the reading hour on what opened; on nothing else of the other's.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from checkins.today.moment import Moment


class Column(StrEnum):
    MAIN = "main"
    SIDE = "side"


@dataclass(frozen=True)
class Card:
    """One card. Cards of a column stand in their `order`; equal ones in the order of their names."""

    name: str
    column: Column
    order: int
    template: str
    context: Callable[[Moment], dict[str, Any] | None]


_CARDS: dict[str, Card] = {}


def register(card: Card) -> None:
    """Add a card. Raises ValueError for a name taken by another."""
    if _CARDS.get(card.name, card) != card:
        message = f"two cards are called {card.name}"
        raise ValueError(message)
    _CARDS[card.name] = card


def registered() -> dict[str, Card]:
    """All cards by name."""
    return dict(_CARDS)


def shown(moment: Moment, column: Column) -> list[tuple[str, dict[str, Any]]]:
    """(template, context) of the cards of a column that have something to show now."""
    cards = sorted((c for c in _CARDS.values() if c.column is column), key=lambda c: (c.order, c.name))
    found = [(card.template, card.context(moment)) for card in cards]
    return [(template, context) for template, context in found if context is not None]
