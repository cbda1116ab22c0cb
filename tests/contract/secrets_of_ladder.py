"""Secrets of Ana about the ladder: whether it is open for her, and what she says of its step."""

from datetime import timedelta
from typing import Any

from repair.programmes.ladder import Says
from tests.cast import Cast
from tests.contract.secret import Secret, World, both, nothing
from tests.repair.programmes.ladders import give, lay, place

LATELY, BEFORE = timedelta(days=2), timedelta(days=60)


def _says(says: Says | None, *, who: str = "ana", ago: timedelta = LATELY, opened: bool = True) -> World:
    def apply(cast: Cast, world: dict[str, Any], now: Any) -> None:
        give(getattr(cast, who), cast.couples["ana"], at=now - ago, says=says, opened=opened)

    return apply


def _stands(step: int, *, ago: timedelta = LATELY) -> World:
    """Where their ladder stands: since then, no look has come unless that is long ago."""

    def apply(cast: Cast, world: dict[str, Any], now: Any) -> None:
        lay(cast.couples["ana"], place(now - ago, step=step))

    return apply


CLOSED = _says(None, opened=False)
WAYS = (CLOSED, _says(None), _says(Says.GO), _says(Says.STAY))
_ben_ready = _says(Says.GO, who="ben", ago=BEFORE)

SECRETS = (
    Secret("whether the ladder is open for her", (nothing, *WAYS)),
    Secret("the same, when it is open for Ben", tuple(both(_ben_ready, way) for way in WAYS)),
    Secret("what she says of a step, before a look", tuple(
        both(_stands(3), _ben_ready, way) for way in (*WAYS, _says(Says.BACK))
    )),
    Secret("which of them leaves it where it is, after a look", tuple(
        both(_stands(3, ago=timedelta(days=40)), _ben_ready, way)
        for way in (_says(None, opened=False, ago=BEFORE), _says(None, ago=BEFORE), _says(Says.STAY, ago=BEFORE))
    )),
)  # fmt: skip

AT_ONCE: tuple[World, ...] = (_says(Says.GO),)
