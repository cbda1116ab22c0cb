"""How the outbox stands, for the operator: counts and instants, nothing of any person."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min

from accounts.mail.models import Mail, State


@dataclass(frozen=True)
class Outbox:
    """How many mails are due, since when the oldest is, and how many were set aside or stopped for good."""

    backlog: int
    oldest: datetime | None
    aside: int
    unknown: int


def outbox(*, now: datetime) -> Outbox:
    """How the outbox stands at `now`."""
    owed = Mail.objects.filter(state=State.OWED, due_at__lte=now).aggregate(n=Count("pk"), oldest=Min("due_at"))
    stuck = Mail.objects.filter(state__in=[State.ASIDE, State.UNKNOWN])
    by_state = dict(stuck.values_list("state").annotate(n=Count("pk")))
    return Outbox(
        backlog=owed["n"],
        oldest=owed["oldest"],
        aside=by_state.get(State.ASIDE, 0),
        unknown=by_state.get(State.UNKNOWN, 0),
    )


def owed_now(*, now: datetime, at_most: int) -> int:
    """How many mails could be claimed now, counted no further than `at_most`."""
    return Mail.objects.filter(state=State.OWED, next_try_at__lte=now)[:at_most].count()
