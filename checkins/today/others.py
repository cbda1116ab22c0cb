"""The cards that are not about an evening: alone, cooling off, lines that wait, whenever you need it."""

from typing import Any

from django.http import Http404

from accounts.couples.pending import pending_of
from accounts.couples.states import CoupleState
from checkins.hard.asides import ASKED_FOR, Kind, evening_of, parked_due
from checkins.seasons.stepping import proposal_of
from checkins.today.moment import Moment
from repair.boundaries import monthly
from repair.plan.models import Draft
from repair.plan.queries import plan_read

MOST_PARKED = 3


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


def parked(moment: Moment) -> dict[str, Any] | None:
    """What the viewer closed until a day that has come: three lines at most, for themself."""
    due = parked_due(moment.asides, today=moment.today)[:MOST_PARKED]
    return {"parked": due} if due else None


def day_after(moment: Moment) -> dict[str, Any] | None:
    """The one question after a hard evening, on the days after it, for whoever asked to be asked."""
    asked = [
        put
        for put in moment.asides
        if put.kind is Kind.ASKED and put.on and put.on < evening_of(moment.viewer) <= put.on + ASKED_FOR
    ]
    return {"asked": asked[-1]} if asked else None


def stepping(moment: Moment) -> dict[str, Any] | None:
    """That the plan proposes to check in less often, or to stay; the same for both."""
    step = proposal_of(moment.viewer) if moment.active else None
    return {"step": step} if step else None


def monthly_mirror(moment: Moment) -> dict[str, Any] | None:
    """The way to one's own monthly mirror, until one has looked this month."""
    return {} if moment.active and monthly.is_due(moment.viewer) else None


def whenever(moment: Moment) -> dict[str, Any] | None:
    """What stands there always."""
    return {"linked": moment.active, "season_ends": moment.season.last if moment.active else None}
