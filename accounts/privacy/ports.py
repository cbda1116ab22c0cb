"""The port by which every room says what of a person it holds: for their export, and for their erasure.

A test fails on a model that no entry names.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models

if TYPE_CHECKING:
    from accounts.access import Viewer
    from accounts.users.models import User


@dataclass(frozen=True)
class Holding:
    """What one room holds about people.

    `export_of(viewer)` gives what goes into that person's export, as JSON-ready values: their own, and what was
    opened to them and still is. `tables_of(viewer)` gives what of their own reads well in a spreadsheet: rows by
    file name, the first with the names of the columns. `erase(person, now)` removes or empties what is theirs
    alone; rows that others may count stay, unreadable. `models` names the models this entry answers for.
    """

    name: str
    title: str
    models: tuple[type[models.Model], ...]
    export_of: Callable[["Viewer"], Any] = lambda viewer: None
    erase: Callable[["User", datetime], None] = lambda person, now: None
    tables_of: Callable[["Viewer"], dict[str, list[Sequence[object]]]] = lambda viewer: {}


_HOLDINGS: dict[str, Holding] = {}


def register(holding: Holding) -> None:
    """Add a holding. Raises ValueError for a name taken by another."""
    if _HOLDINGS.get(holding.name, holding) != holding:
        message = f"two holdings are called {holding.name}"
        raise ValueError(message)
    _HOLDINGS[holding.name] = holding


def registered() -> dict[str, Holding]:
    """All holdings by name."""
    return dict(_HOLDINGS)
