"""One's own next times as an iCalendar file (RFC 5545) for one's own calendar program.

No word of anybody stands in it: every entry is called “Reminder”. Entries are instants in UTC, worked out by the
same function as the engine's, so that no time zone has to be described in the file; the program shows them on the
clock of its owner. There is no alarm, and an id says nothing to whoever does not hold the key file.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.couples.queries import standing_of
from accounts.couples.states import CoupleState
from accounts.users.models import CalendarAddress
from accounts.vault import services as vault
from repair.schedules.models import QuietDays, Seat
from repair.schedules.services import next_for

AHEAD = timedelta(days=56)
MOST = 120  # entries; more than two daily rhythms come to
LONG = timedelta(minutes=15)
_LINE = 75  # bytes in a line before it is folded (RFC 5545, section 3.1)
_HEAD = (
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Calendar//1.0//EN",
    "CALSCALE:GREGORIAN",
    "REFRESH-INTERVAL;VALUE=DURATION:PT12H",
    "X-PUBLISHED-TTL:PT12H",
    # A calendar must hold something (section 3.4); this stands in an empty one too.
    "BEGIN:VTIMEZONE",
    "TZID:UTC",
    "BEGIN:STANDARD",
    "DTSTART:19700101T000000",
    "TZOFFSETFROM:+0000",
    "TZOFFSETTO:+0000",
    "END:STANDARD",
    "END:VTIMEZONE",
)


def calendar_file(address: CalendarAddress, *, now: datetime) -> str:
    """The file for whoever holds `address`. Empty while its owner's couple is not active, and for good once it is
    retired: the same bytes whatever the cause, after the same queries."""
    person = address.person
    standing = standing_of(person, now=now)
    seats = list(
        Seat.objects.filter(membership__person=person, membership__left_at=None, schedule__in_force=True)
        .exclude(next_on=None)
        .select_related("schedule")
        .order_by("pk")
    )
    quiet = list(
        QuietDays.objects.filter(
            couple__memberships__person=person, couple__memberships__left_at=None, ended_at=None
        ).values_list("first_on", "last_on")
    )
    if address.retired or standing is None or standing.state is not CoupleState.ACTIVE:
        return written([], stamp=now)
    times = sorted(
        (at, seat.schedule_id, on) for seat in seats for on, at in _times(seat, address, quiet, now=now)
    )
    return written([(_uid(address.pk, schedule, on), at) for at, schedule, on in times[:MOST]], stamp=now)


def _times(
    seat: Seat, address: CalendarAddress, quiet: list[tuple[date, date]], *, now: datetime
) -> Iterator[tuple[date, datetime]]:
    """A seat's dates from the one the engine asks next, and when each opens (UTC), without quiet days."""
    on, at = seat.next_on, seat.next_due_at
    while on is not None and at is not None and at <= now + AHEAD:
        if at > now and not any(first <= on <= last for first, last in quiet):
            yield on, at
        on, at = next_for(seat.schedule, seat, address.person.zone, on) or (None, None)


def _uid(address: UUID, schedule: UUID, on: date) -> str:
    """The same for a date of the same rhythm under one address; nothing to others (RFC 7986, section 5.3)."""
    return str(UUID(bytes=vault.keyed_hash("calendar entry", f"{address}|{schedule}|{on}")[:16], version=4))


def written(entries: Iterable[tuple[str, datetime]], *, stamp: datetime) -> str:
    """(id, instant) pairs as the text of a calendar; `stamp` counts by its day alone."""
    made = _instant(stamp.astimezone(UTC).replace(hour=0, minute=0, second=0))
    name = _text(_("Reminder"))
    lines = [*_HEAD]
    for uid, at in entries:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{uid}",
            f"DTSTAMP:{made}",
            f"DTSTART:{_instant(at)}",
            f"DTEND:{_instant(at + LONG)}",
            f"SUMMARY:{name}",
            "CLASS:PRIVATE",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    return "".join(f"{folded(line)}\r\n" for line in [*lines, "END:VCALENDAR"])


def folded(line: str) -> str:
    """`line` in pieces of at most 75 bytes of UTF-8, each but the first behind a line's end and a space; no sign
    is cut in two."""
    pieces, size = [""], 0
    for sign in line:
        length = len(sign.encode())
        if size + length > _LINE:
            pieces.append(" ")
            size = 1
        pieces[-1] += sign
        size += length
    return "\r\n".join(pieces)


def _instant(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(words: str) -> str:
    """Text as RFC 5545, section 3.3.11, has it."""
    for sign, instead in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        words = words.replace(sign, instead)
    return words


__all__ = ["AHEAD", "LONG", "MOST", "calendar_file", "folded", "written"]
