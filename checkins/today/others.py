"""The cards that are not about an evening: alone, cooling off, lines that wait, whenever you need it."""

from typing import Any

from django.http import Http404

from accounts.couples.pending import pending_of
from accounts.couples.states import CoupleState
from checkins.today.moment import Moment
from repair.boundaries import monthly
from repair.plan.models import Draft
from repair.plan.queries import plan_read


def alone(moment: Moment) -> dict[str, Any] | None:
    """What there is to begin with without a partner: drafts of lines, one's own."""
    if not moment.alone:
        return None
    drafts = Draft.objects.filter(author=moment.viewer.person)
    return {"drafts": drafts.count()}


def ask_in(moment: Moment) -> dict[str, Any] | None:
    """The way to ask somebody in, or what is open: one's own invitations, a yes to confirm, one's own yes."""
    return {"pending": pending_of(moment.viewer)} if moment.alone else None


def cooling(moment: Moment) -> dict[str, Any] | None:
    """The day to think after linking. Nothing is shared yet."""
    if moment.viewer.state is not CoupleState.COOLING:
        return None
    until = moment.viewer.mine.couple.cooling_until
    return {"name": moment.pair.other_name, "until": until, "zone": moment.zone}


def waiting_lines(moment: Moment) -> dict[str, Any] | None:
    """Lines of the plan that the other proposed and the viewer has not answered."""
    if not moment.active:
        return None
    try:
        lines = plan_read(moment.viewer).waiting
    except Http404:
        return None
    if not lines:
        return None
    return {"lines": lines, "name": moment.pair.other_name}


def mail_trouble(moment: Moment) -> dict[str, Any] | None:
    """Only the owner learns that their address takes no mail."""
    person = moment.viewer.person
    return {} if person is not None and person.mail_failed_at is not None else None


def monthly_mirror(moment: Moment) -> dict[str, Any] | None:
    """The way to one's own monthly mirror, until one has looked this month."""
    return {} if moment.active and monthly.is_due(moment.viewer) else None


def whenever(moment: Moment) -> dict[str, Any] | None:
    """What stands there always."""
    return {"linked": moment.active}
