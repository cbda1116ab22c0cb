"""What a yes lets be read, part by part, and from when a part that was widened counts.

A sealed scope holds since ("start" or "beginning"), words (yes or no) and window ("session" or "always"); and
under "from", for each part that was widened while the yes stood, the second (Unix time, UTC) from which that
counts. A part without one counts with the yes itself. Narrowing has no wait: what is not chosen never holds.
"""

import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

WIDE: dict[str, Any] = {"since": "beginning", "words": True, "window": "always"}


def holds(scope: Mapping[str, Any], part: str, *, now: datetime) -> bool:
    """Whether the wider choice of a part counts at `now`."""
    return is_wide(scope, part) and now.timestamp() >= scope.get("from", {}).get(part, 0)


def is_wide(scope: Mapping[str, Any], part: str) -> bool:
    """Whether the wider choice of a part was made, whether or not it counts yet."""
    return type(scope.get(part)) is type(WIDE[part]) and scope[part] == WIDE[part]


def chosen(scope: Mapping[str, Any]) -> dict[str, Any]:
    """The choice alone, without from when it counts."""
    return {part: scope.get(part) for part in WIDE}


def changed(old: Mapping[str, Any], new: Mapping[str, Any], *, now: datetime, wait: timedelta) -> dict[str, Any]:
    """The scope of a yes that stands, answered anew: what is narrower counts at once, what is wider after `wait`.
    A part that was wide before keeps its instant, passed or not: pressing again moves nothing."""
    until = math.ceil((now + wait).timestamp())
    begins = {
        part: old.get("from", {}).get(part) if is_wide(old, part) else until for part in WIDE if is_wide(new, part)
    }
    kept = {part: at for part, at in begins.items() if at is not None}
    return {**chosen(new), **({"from": kept} if kept else {})}


def readable(scope: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """A scope for its giver's export: the choice, and from when a widened part counts (ISO 8601, UTC)."""
    if scope is None:
        return None
    begins = {part: datetime.fromtimestamp(at, UTC).isoformat() for part, at in scope.get("from", {}).items()}
    return {**chosen(scope), **({"counts from": begins} if begins else {})}
