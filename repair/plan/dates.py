"""Dates that pass: a line past its look-again or end date is out of force by itself; this tells its kind.

Whether a line is in force never waits for this job (`standing.py` asks the date itself). The job runs the kind's
hook once, and notes the fact on the timeline.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.couples.models import Membership
from repair.plan.kinds import kind_named
from repair.plan.models import Agreement, Version
from repair.plan.standing import is_past, standing_of, standing_signatures, today_of
from repair.timeline.services import note


def pass_dates(*, now: datetime) -> int:
    """Take every line whose date has passed out of force. Returns how many lines this run took out.

    Safe to repeat and to run twice at once: each line is its own transaction, behind the couple's lock.
    """
    today = today_of(now)
    due = (  # an end date is never before the look-again date, so one date says both
        Version.objects.filter(look_again_on__lt=today, both_signed_at__isnull=False, closed_at=None)
        .filter(agreement__ended_at=None, agreement__lapsed_at=None)
        .values_list("agreement_id", "agreement__plan__couple_id")
    )
    return sum(_pass_one(line, couple, now=now) for line, couple in list(due))


@transaction.atomic
def _pass_one(line: UUID, couple: UUID, *, now: datetime) -> bool:
    list(Membership.objects.select_for_update().filter(couple_id=couple).order_by("pk"))
    agreement = Agreement.objects.select_for_update(of=("self",)).select_related("plan").get(pk=line)
    versions = list(Version.objects.filter(agreement=agreement).prefetch_related("signatures"))
    last = standing_of(agreement, versions, today=today_of(now)).last
    if last is None or agreement.lapsed_at or agreement.ended_at or not is_past(last, today=today_of(now)):
        return False
    agreement.lapsed_at = now
    agreement.save(update_fields=["lapsed_at"])
    if len(standing_signatures(last)) < 2:  # somebody had stepped out: it was out of force before
        return False
    kind_named(agreement.kind).out_of_force(agreement=agreement, now=now)
    note(couple_id=agreement.plan.couple_id, kind="plan.talk", at=now, ref=last.pk)
    return True
