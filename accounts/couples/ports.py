"""What happens when two are linked, when their standing changes, when one leaves; and what a closed plan holds.

Higher rooms (and `accounts.therapists`) register functions at the start; they run inside the same transaction as
the change that causes them, with both membership rows locked. Usable as `ports.on_linked.register(f)` or as a
decorator, `@ports.on_linked`.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar
from uuid import UUID

if TYPE_CHECKING:
    from accounts.access import Viewer
    from accounts.couples.models import Couple, Membership

Hook = TypeVar("Hook", bound=Callable[..., Any])

# One part of the page of a closed plan: heading, template, context of that template.
Part = tuple[str, str, dict[str, Any]]


class CoupleChanged(Protocol):
    """Told of a couple, inside the transaction that changed it."""

    def __call__(self, *, couple: "Couple", now: datetime) -> object: ...


class Left(Protocol):
    """Told of one membership that was closed, inside the same transaction. Only the leaver's rows may change."""

    def __call__(self, *, membership: "Membership", now: datetime) -> object: ...


class ClosedParts(Protocol):
    """What a room shows of a couple that rests or was left: own words, and what both signed."""

    def __call__(self, *, viewer: "Viewer", couple_id: UUID) -> list[Part]: ...


class Port(Generic[Hook]):
    """A list of functions, in the order in which the rooms registered them; each once."""

    def __init__(self) -> None:
        self._hooks: list[Hook] = []

    def register(self, hook: Hook) -> Hook:
        """Add a function. Adding it again changes nothing."""
        if hook not in self._hooks:
            self._hooks.append(hook)
        return hook

    __call__ = register

    def __iter__(self) -> Iterator[Hook]:
        return iter(tuple(self._hooks))


on_linked: Port[CoupleChanged] = Port()
on_standing_changed: Port[CoupleChanged] = Port()
on_left: Port[Left] = Port()
closed_parts: Port[ClosedParts] = Port()
