"""What the practices ask of this room: the couple's next reading hour, and which days are quiet."""

from datetime import date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from accounts.couples.models import Membership
from repair.schedules.models import QuietDays
from repair.schedules.recurrence import DAY, reading_instant

READING_TIME = time(18, 30)


def next_reading_hour(couple_id: UUID, *, now: datetime) -> datetime:
    """When what is shared at `now` is read: the next day at 18:30, by the later of the two zones. In UTC."""
    names = Membership.objects.filter(couple_id=couple_id).values_list("person__time_zone", flat=True)
    zones = tuple(ZoneInfo(name) for name in names)
    return reading_instant(max(now.astimezone(zone).date() for zone in zones), READING_TIME, 1, zones)


def own_reading_hour(zone: ZoneInfo, *, now: datetime) -> datetime:
    """When what one person gives at `now` is read: the next day at 18:30 by their own clock. In UTC. The page says
    this hour to whoever gives, so nothing of the other's zone may be in it."""
    return reading_instant(now.astimezone(zone).date(), READING_TIME, 1, (zone,))


def quiet_between(couple_id: UUID, *, since: date, until: date) -> set[date]:
    """The quiet dates from `since` to `until`, both included. One query."""
    rows = QuietDays.objects.filter(couple_id=couple_id, ended_at=None, first_on__lte=until, last_on__gte=since)
    found: set[date] = set()
    for row in rows:
        first = max(row.first_on, since)
        found |= {first + n * DAY for n in range((min(row.last_on, until) - first).days + 1)}
    return found
