"""Secrets of Ana about stopping: why it rests, what she steps out of meanwhile, what stopped it for a while."""

from datetime import timedelta
from typing import Any

from accounts.couples import services as couples
from accounts.privacy import services as privacy
from accounts.users import services as users
from accounts.users.models import User
from repair.plan.stepping_out import Stepped, withdraw
from tests.cast import Cast
from tests.contract.secret import EVERYTHING, Opening, Secret, World, both, her, of

A_WHILE = timedelta(hours=3)


def _fresh(cast: Cast) -> User:
    return User.objects.get(pk=cast.ana.pk)


def rests(cast: Cast, world: dict[str, Any], now: Any) -> None:
    assert couples.rest(person=_fresh(cast), now=now)


def left(cast: Cast, world: dict[str, Any], now: Any) -> None:
    assert couples.leave(person=_fresh(cast), couple_id=cast.couples["ana"].pk, now=now)


def deleting(cast: Cast, world: dict[str, Any], now: Any) -> None:
    assert privacy.ask_delete(person=_fresh(cast), now=now)


def suspended(cast: Cast, world: dict[str, Any], now: Any) -> None:
    users.suspend(email=cast.ana.email, now=now)


def _deleted_and_back(cast: Cast, world: dict[str, Any], now: Any) -> None:
    deleting(cast, world, now - A_WHILE)
    assert privacy.undo_delete(person=_fresh(cast), now=now)


def _suspended_and_back(cast: Cast, world: dict[str, Any], now: Any) -> None:
    suspended(cast, world, now - A_WHILE)
    users.unsuspend(email=cast.ana.email, now=now)


def _rested_and_back(cast: Cast, world: dict[str, Any], now: Any) -> None:
    rests(cast, world, now - A_WHILE)
    assert couples.resume(person=_fresh(cast), now=now)


def stepped_out(cast: Cast, world: dict[str, Any], now: Any) -> None:
    """By the verb itself, while the plan rests."""
    done = withdraw(viewer=her(cast, now), line=world["arguments"]["line"], now=now)
    assert done is Stepped.LATER


_ben_rests: World = of("ben", rests)
_ben_left: World = of("ben", left)
_CAUSES = (rests, left, deleting, suspended)
# His ending his own rest is the moment in which both come to see where it stands; the answer itself says nothing.
_GOES_ON = (
    Opening("ben", "POST", "accounts:resume", "answer", frozenset({"queries"})),
    Opening("ben", "POST", "accounts:resume", "after", EVERYTHING),
)

SECRETS = (
    Secret("why it rests", _CAUSES),
    Secret("whether she stepped out of a line while she rests, and why it rests then", (
        rests, both(rests, stepped_out), *(both(rests, stepped_out, then) for then in (left, deleting, suspended)),
    )),
    Secret("whether she stepped out of a line while he rests", (
        _ben_rests, both(_ben_rests, stepped_out),
    ), openings=_GOES_ON),
    Secret("whether she stepped out of a line after he left", (_ben_left, both(_ben_left, stepped_out))),
    Secret("whether she rests, left or deletes too while he rests", (
        _ben_rests, *(both(_ben_rests, cause) for cause in _CAUSES),
    ), openings=_GOES_ON),
    Secret("what stopped it for a while", (_rested_and_back, _deleted_and_back, _suspended_and_back)),
    Secret("which of the two stopped it for a while", (
        _rested_and_back, of("ben", _rested_and_back),
    ), not_for=("ben",)),
)  # fmt: skip

# Each cause, with a step out where one can be taken.
AT_ONCE: tuple[World, ...] = (rests, *(both(rests, stepped_out, cause) for cause in _CAUSES[1:]))
