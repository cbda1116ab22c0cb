"""Named places at which a test may stop, slow or break a sender. Nothing happens at them otherwise.

A test in the same process uses `at(...)`. Separate processes read `KEPT_FAILPOINT`, which only a site on this very
machine heeds: `after_dot=kill`, `before_data=pause:2`, `before_commit=kill@5` (the fifth time it is reached),
`before_commit=kill~0.04` (each time with this chance, drawn from the process's number), or several with commas.
"""

import os
import random
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache

from django.conf import settings

NAMES = (
    "after_claim",  # the lease is committed, nothing was asked yet
    "after_begin",  # the attempt is committed, the relay has heard nothing of this mail
    "before_data",  # the relay took sender and recipient
    "after_dot",  # all was sent, the relay's answer was not read
    "before_commit",  # the answer was read, its result is not committed
    "after_rows",  # seats were served, their transaction is not committed
)

_lock = threading.Lock()
_hooks: dict[str, Callable[[], None]] = {}
_passed: dict[str, int] = {}


def reach(name: str) -> None:
    """Pass the place called `name`: nothing, unless a test put something there."""
    hook = _hooks.get(name)
    if hook is not None:
        hook()
    if settings.FAILPOINT:
        _from_settings(name)


@contextmanager
def at(name: str, hook: Callable[[], None]) -> Iterator[None]:
    """Within the block, call `hook` whenever `name` is reached. Raises ValueError for a name that is none."""
    if name not in NAMES:
        message = f"no place is called {name}"
        raise ValueError(message)
    _hooks[name] = hook
    try:
        yield
    finally:
        del _hooks[name]


def _from_settings(name: str) -> None:
    for place in settings.FAILPOINT.split(","):
        wanted, _, action = place.strip().partition("=")
        if wanted == name and _is_its_turn(name, action):
            _act(action)


def _is_its_turn(name: str, action: str) -> bool:
    _, often, chance = action.partition("~")
    if often:
        return _chance_of(os.getpid()).random() < float(chance)
    nth = action.partition("@")[2]
    with _lock:
        _passed[name] = _passed.get(name, 0) + 1
        return not nth or _passed[name] == int(nth)


@cache
def _chance_of(process: int) -> random.Random:
    """A forked process draws anew."""
    return random.Random(process)  # noqa: S311 - decides when a test stops a process, nothing else


def _act(action: str) -> None:
    act, _, rest = action.partition("~")[0].partition("@")[0].partition(":")
    if act == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    elif act == "pause":
        time.sleep(float(rest))
