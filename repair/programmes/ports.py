"""What this room asks of rooms above it. Each registers its function when the site starts.

From `repair.schedules`: `next_reading_hour(couple_id, now=…)`, `own_reading_hour(zone, now=…)` and
`quiet_days(couple_id, since=…, until=…)`. From `checkins.conversations`: `keep_topic(viewer=…, text=…, now=…,
topic=…)`. From `checkins.hard`: `park`, `parked_until`, `unpark`.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING, Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from accounts.access import Viewer


class NextReadingHour(Protocol):
    def __call__(self, couple_id: UUID, *, now: datetime) -> datetime:
        """When what is shared at `now` can be read: the couple's next reading hour, in UTC."""
        ...


class OwnReadingHour(Protocol):
    def __call__(self, zone: ZoneInfo, *, now: datetime) -> datetime:
        """When what somebody in `zone` gives at `now` can be read, in UTC; the other's zone is not in it."""
        ...


class QuietDays(Protocol):
    def __call__(self, couple_id: UUID, *, since: date, until: date) -> set[date]:
        """The dates from `since` to `until`, both included, that the couple has made quiet."""
        ...


class KeepTopic(Protocol):
    def __call__(self, *, viewer: "Viewer", text: str, now: datetime, topic: UUID) -> None:
        """Keep a topic for a talk, the viewer's own until they bring it up; twice under one id is once. Raises
        Refusal where it cannot."""
        ...


class Park(Protocol):
    def __call__(self, *, viewer: "Viewer", text: str, until: date, before: UUID | None, now: datetime) -> UUID:
        """Close a line of the viewer's own until a day, in place of the one `before` where that is still there.
        Returns its id. Raises Refusal where there is no room."""
        ...


class ParkedUntil(Protocol):
    def __call__(self, *, viewer: "Viewer", parked: UUID) -> date | None:
        """The day of a line of the viewer's own; None where it is gone."""
        ...


class Unpark(Protocol):
    def __call__(self, *, viewer: "Viewer", parked: UUID) -> None:
        """Take a parked line of the viewer's own away. Without effect where it is gone."""
        ...


_REGISTERED: dict[str, Callable[..., object]] = {}


def register_reading_hours(couple: NextReadingHour, own: OwnReadingHour) -> None:
    """Say when what the two share now can be read, and what one gives."""
    _REGISTERED["reading hour"] = couple
    _REGISTERED["own reading hour"] = own


def register_quiet_days(function: QuietDays) -> None:
    """Say which days are quiet."""
    _REGISTERED["quiet days"] = function


def register_topics(function: KeepTopic) -> None:
    """Say where topics for a talk are kept."""
    _REGISTERED["topics"] = function


def register_parking(park: Park, parked_until: ParkedUntil, unpark: Unpark) -> None:
    """Say where a line is closed until a day."""
    _REGISTERED.update({"park": park, "parked until": parked_until, "unpark": unpark})


def next_reading_hour(couple_id: UUID, *, now: datetime) -> datetime:
    """See NextReadingHour."""
    found: NextReadingHour = _REGISTERED["reading hour"]  # type: ignore[assignment]
    return found(couple_id, now=now)


def own_reading_hour(zone: ZoneInfo, *, now: datetime) -> datetime:
    """See OwnReadingHour."""
    found: OwnReadingHour = _REGISTERED["own reading hour"]  # type: ignore[assignment]
    return found(zone, now=now)


def quiet_days(couple_id: UUID, *, since: date, until: date) -> set[date]:
    """See QuietDays."""
    found: QuietDays = _REGISTERED["quiet days"]  # type: ignore[assignment]
    return found(couple_id, since=since, until=until)


def takes_topics() -> bool:
    """Whether there is a room that keeps topics."""
    return "topics" in _REGISTERED


def keep_topic(*, viewer: "Viewer", text: str, now: datetime, topic: UUID) -> None:
    """See KeepTopic. Raises KeyError where no room keeps topics (`takes_topics` says so beforehand)."""
    found: KeepTopic = _REGISTERED["topics"]  # type: ignore[assignment]
    found(viewer=viewer, text=text, now=now, topic=topic)


def takes_parked() -> bool:
    """Whether there is a room that closes lines until a day."""
    return "park" in _REGISTERED


def park(*, viewer: "Viewer", text: str, until: date, before: UUID | None, now: datetime) -> UUID:
    """See Park."""
    found: Park = _REGISTERED["park"]  # type: ignore[assignment]
    return found(viewer=viewer, text=text, until=until, before=before, now=now)


def parked_until(*, viewer: "Viewer", parked: UUID) -> date | None:
    """See ParkedUntil."""
    found: ParkedUntil = _REGISTERED["parked until"]  # type: ignore[assignment]
    return found(viewer=viewer, parked=parked)


def unpark(*, viewer: "Viewer", parked: UUID) -> None:
    """See Unpark."""
    found: Unpark = _REGISTERED["unpark"]  # type: ignore[assignment]
    found(viewer=viewer, parked=parked)
