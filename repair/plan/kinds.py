"""The port by which a room above says what a kind of agreement is.

`repair.boundaries` and `repair.schedules` register theirs; the plan knows nothing else of them. The hooks run in
the same transaction as the signature or withdrawal that causes them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils.functional import Promise

Body = dict[str, Any]  # the structured fields of a wording, as JSON holds them


def _nothing(**_: object) -> None:
    """A hook that does nothing."""


@dataclass(frozen=True)
class AgreementKind:
    """One kind of line.

    `form` validates what is typed; its `body()` gives the structured fields and `headline(body)` the one line
    that stands for the wording on lists. `lines(body)` gives (label, text) pairs: the whole wording, as it is
    read, signed and compared. `template` is a fragment that shows the form's own extras (a preview).
    """

    name: str
    label: str | Promise
    form: type[forms.Form]
    headline: Callable[[Body], str]
    lines: Callable[[Body], list[tuple[str, str]]]
    template: str = "repair/plan/_form.html"
    ends_on: Callable[[Body, date], date | None] = lambda body, today: None
    into_force: Callable[..., None] = _nothing  # (version=, body=, now=)
    out_of_force: Callable[..., None] = _nothing  # (agreement=, now=)


_KINDS: dict[str, AgreementKind] = {}


def register(kind: AgreementKind) -> None:
    """Add a kind. Raises ValueError for a name taken by another."""
    if _KINDS.get(kind.name, kind) != kind:
        message = f"two kinds of agreement are called {kind.name}"
        raise ValueError(message)
    _KINDS[kind.name] = kind


def kind_named(name: str) -> AgreementKind:
    """The kind of that name. Raises KeyError for an unknown one."""
    return _KINDS[name]


def registered() -> dict[str, AgreementKind]:
    """All kinds by name, in the order they were registered."""
    return dict(_KINDS)


__all__ = ["AgreementKind", "Body", "kind_named", "register", "registered"]
