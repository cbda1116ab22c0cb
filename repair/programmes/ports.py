"""What this room asks of rooms above it. Each registers its function when the site starts.

`next_reading_hour(couple_id, now=…)` and `quiet_days(couple_id, since=…, until=…)` come from `repair.schedules`,
`keep_topic(viewer=…, text=…, now=…)` from `checkins.conversations`.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

if TYPE_CHECKING:
    from accounts.access import Viewer


class NextReadingHour(Protocol):
    def __call__(self, couple_id: UUID, *, now: datetime) -> datetime:
        """When what is shared at `now` can be read: the couple's next reading hour, in UTC."""
        ...


class QuietDays(Protocol):
    def __call__(self, couple_id: UUID, *, since: date, until: date) -> set[date]:
        """The dates from `since` to `until`, both included, that the couple has made quiet."""
        ...


class KeepTopic(Protocol):
    def __call__(self, *, viewer: "Viewer", text: str, now: datetime) -> None:
        """Keep a topic for a talk, the viewer's own until they bring it up. Raises Refusal where it cannot."""
        ...


_REGISTERED: dict[str, Callable[..., object]] = {}


def register_reading_hour(function: NextReadingHour) -> None:
    """Say when what is shared now can be read."""
    _REGISTERED["reading hour"] = function


def register_quiet_days(function: QuietDays) -> None:
    """Say which days are quiet."""
    _REGISTERED["quiet days"] = function


def register_topics(function: KeepTopic) -> None:
    """Say where topics for a talk are kept."""
    _REGISTERED["topics"] = function


def next_reading_hour(couple_id: UUID, *, now: datetime) -> datetime:
    """See NextReadingHour."""
    found: NextReadingHour = _REGISTERED["reading hour"]  # type: ignore[assignment]
    return found(couple_id, now=now)


def quiet_days(couple_id: UUID, *, since: date, until: date) -> set[date]:
    """See QuietDays."""
    found: QuietDays = _REGISTERED["quiet days"]  # type: ignore[assignment]
    return found(couple_id, since=since, until=until)


def takes_topics() -> bool:
    """Whether there is a room that keeps topics."""
    return "topics" in _REGISTERED


def keep_topic(*, viewer: "Viewer", text: str, now: datetime) -> None:
    """See KeepTopic. Raises KeyError where no room keeps topics (`takes_topics` says so beforehand)."""
    found: KeepTopic = _REGISTERED["topics"]  # type: ignore[assignment]
    found(viewer=viewer, text=text, now=now)
