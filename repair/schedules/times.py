"""The next times of a rhythm for one person, in their own zone: shown before proposing and before signing."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from accounts.couples.queries import pair_of
from repair.plan.kinds import Body
from repair.schedules import rhythm
from repair.schedules.models import QuietDays
from repair.schedules.recurrence import DAY, next_occurrence, reading_instant, window

if TYPE_CHECKING:
    from accounts.access import Viewer

SHOWN = 3


@dataclass(frozen=True)
class Time:
    """One of the next times. Instants in UTC; the page shows them in the person's zone."""

    on: date
    opens_at: datetime
    closes_at: datetime
    reads_at: datetime | None  # None: as soon as both are in


@dataclass(frozen=True)
class Preview:
    """The next times of a wording for one person, and the one zone they are shown in."""

    zone: ZoneInfo
    times: list[Time]
    other_name: str


def preview(body: Body, viewer: "Viewer") -> Preview | None:
    """The next three times for the viewer, by their own clock alone; quiet days are left out.

    Nothing of the other's zone is looked at. Where the two differ the reading hour is the later one, which the
    page says in all cases. None for somebody without a partner.
    """
    if viewer.person is None or viewer.standing is None:
        return None
    zone = viewer.person.zone
    rule = rhythm.rule_of(body)
    opens, closes = rhythm.window_of(body, viewer.mine.slot)
    quiet = quiet_spans(viewer)
    times: list[Time] = []
    after = max(rule.starts_on, viewer.now.astimezone(zone).date()) - 2 * DAY
    while len(times) < SHOWN and (found := next_occurrence(rule, opens, zone, after)) is not None:
        after, opens_at = found
        covering = [last for first, last in quiet if first <= after <= last]
        if covering:
            after = max(covering)
            continue
        span = window(after, opens, closes, zone)
        if span is not None and opens_at > viewer.now:
            times.append(Time(after, *span, reads_at=_reads_at(body, after, zone)))
    return Preview(zone=zone, times=times, other_name=pair_of(viewer).other_name)


def quiet_spans(viewer: "Viewer") -> list[tuple[date, date]]:
    """(first, last) of the couple's quiet days that stand."""
    standing = QuietDays.objects.visible_to(viewer).filter(ended_at=None)
    return list(standing.values_list("first_on", "last_on"))


def _reads_at(body: Body, on: date, zone: ZoneInfo) -> datetime | None:
    agreed = body["reading"]
    if agreed is None:
        return None
    return reading_instant(on, time.fromisoformat(agreed["at"]), agreed["days_after"], (zone,))
