"""What a secret is: a list of worlds that must look alike to everybody else."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from accounts.access import Viewer, viewer_of
from accounts.users.models import User
from tests.cast import Cast

World = Callable[[Cast, dict[str, Any], Any], None]
EVERYTHING = frozenset({"everything"})


@dataclass(frozen=True)
class Opening:
    """A place where a secret opens by a rule that both know: these channels may differ there for this viewer.
    `stage` is “answer” or “after” (the page that an answer leads to)."""

    viewer: str
    method: str
    route: str
    stage: str
    channels: frozenset[str]

    def allows(self, viewer: str, route: str, method: str, stage: str, channels: list[str]) -> bool:
        """Whether a difference there is this opening."""
        same = (self.viewer, self.route, self.method, self.stage) == (viewer, route, method, stage)
        return same and (self.channels is EVERYTHING or set(channels) <= self.channels)


@dataclass(frozen=True)
class Secret:
    """A name, and worlds that must not be told apart by anybody but Ana, except where it opens by a rule that both
    know. `more` are viewers beside the usual ones, `not_for` those to whom it is no secret."""

    name: str
    worlds: tuple[World, ...]
    openings: tuple[Opening, ...] = ()
    more: tuple[str, ...] = ()
    not_for: tuple[str, ...] = ()


def nothing(cast: Cast, world: dict[str, Any], now: Any) -> None:
    """The world as it was built."""


def both(*parts: World) -> World:
    """One after the other."""

    def apply(cast: Cast, world: dict[str, Any], now: Any) -> None:
        for part in parts:
            part(cast, world, now)

    return apply


def of(name: str, then: World) -> World:
    """The same, done by somebody else of the cast."""

    def apply(cast: Cast, world: dict[str, Any], now: Any) -> None:
        then(Cast({**cast.people, "ana": getattr(cast, name)}, cast.couples), world, now)

    return apply


def her(cast: Cast, now: Any) -> Viewer:
    """Ana, as a request of hers would resolve her now."""
    return viewer_of(User.objects.get(pk=cast.ana.pk), now=now)
