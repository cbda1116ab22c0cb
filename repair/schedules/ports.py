"""What this room asks of the rooms above: up to which date one partner has been asked already.

`checkins.prompts` knows; it registers a function at the start. Without one nobody has been asked yet.
"""

from datetime import date
from typing import Protocol

from accounts.couples.models import Membership
from repair.schedules.models import Schedule


class LastAsked(Protocol):
    """The latest date of the rule for which this membership has a prompt of this schedule; None without one."""

    def __call__(self, *, schedule: Schedule, membership: Membership) -> date | None: ...


_asked: list[LastAsked] = []


def register_last_asked(ask: LastAsked) -> LastAsked:
    """Register the function that knows; a later one takes its place. Usable as a decorator."""
    _asked[:] = [ask]
    return ask


def last_asked(*, schedule: Schedule, membership: Membership) -> date | None:
    """The latest date already asked; see LastAsked. One query."""
    return _asked[0](schedule=schedule, membership=membership) if _asked else None
