"""Quiet days: a dated stop of the rhythm that either partner sets, shortens or takes back, and both see.

Who did so is on no page. A row that was shortened keeps its new dates; one taken back before it began, or on its
first day, has `ended_at` and counts nowhere.
"""

from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from accounts.refusal import Refusal
from repair.plan.locks import entered
from repair.schedules.models import QuietDays
from repair.schedules.recurrence import DAY
from repair.timeline.services import note

if TYPE_CHECKING:
    from accounts.access import Viewer

EVENT = "schedules.quiet"
MOST_AHEAD = 12


@transaction.atomic
def set_quiet_days(*, viewer: "Viewer", first_on: date, last_on: date, today: date, now: datetime) -> QuietDays:
    """Stop the rhythm from `first_on` to `last_on`, both included. Days that are quiet already are not set twice:
    a second click finds the first one's row. `today` is the viewer's own date.

    Raises Refusal for a dozen stretches that lie ahead already, NotActive.
    """
    mine = entered(viewer, now=now)
    standing = QuietDays.objects.filter(couple_id=mine.couple_id, ended_at=None, last_on__gte=today)
    covering = standing.filter(first_on__lte=first_on, last_on__gte=last_on).first()
    if covering is not None:
        return covering
    if standing.count() >= MOST_AHEAD:
        raise Refusal(_("There are twelve stretches of quiet days already. End one first."))
    made = QuietDays.objects.create(
        couple_id=mine.couple_id, set_by=mine, first_on=first_on, last_on=last_on, set_at=now
    )
    note(couple_id=mine.couple_id, kind=EVENT, at=now, ref=made.pk)
    return made


@transaction.atomic
def end_quiet_days(*, viewer: "Viewer", quiet: UUID, today: date, now: datetime) -> None:
    """End a stretch: yesterday becomes its last day, or all of it is taken back where it has not begun before
    `today` (the viewer's own date). Ending it twice changes nothing. Raises Http404, NotActive."""
    entered(viewer, now=now)
    row = QuietDays.objects.visible_to(viewer).select_for_update().filter(pk=quiet).first()
    if row is None:
        raise Http404
    if row.ended_at is not None or row.last_on < today:
        return
    if row.first_on < today:
        row.last_on = today - DAY
    else:
        row.ended_at = now
    row.save(update_fields=["last_on", "ended_at"])


def quiet_on(couple_id: UUID, on: date) -> bool:
    """Whether a date of a rule is quiet for a couple. One query."""
    return QuietDays.objects.filter(couple_id=couple_id, ended_at=None, first_on__lte=on, last_on__gte=on).exists()


def ahead(viewer: "Viewer", *, today: date) -> list[QuietDays]:
    """The stretches that are going on or lie ahead, in order. One query."""
    rows = QuietDays.objects.visible_to(viewer).filter(ended_at=None, last_on__gte=today)
    return list(rows.order_by("first_on", "last_on", "pk"))


def quiet_until(viewer: "Viewer", *, today: date) -> date | None:
    """The first day that is not quiet, when `today` is; None when it is not. Stretches that touch are one."""
    until = None
    for row in ahead(viewer, today=today):
        if row.first_on <= (until or today):
            until = max(until or today, row.last_on + DAY)
    return until


__all__ = ["ahead", "end_quiet_days", "quiet_on", "quiet_until", "set_quiet_days"]
