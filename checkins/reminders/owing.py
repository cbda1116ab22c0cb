"""The mails that new prompts owe: a note each, perhaps one reminder, and one mail for what is due together."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from accounts.mail import claims
from accounts.mail.models import Mail, State, Stream
from checkins.reminders.batch import Batch
from checkins.reminders.models import DeliveredPrompt, Delivery
from checkins.reminders.planning import NEAR, Due, zone_of
from checkins.reminders.quiet import held_until
from checkins.reminders.rows import Asked, Id
from repair import clock

BACK = timedelta(days=1)  # how far back a mail that is still owed is looked for
NOTE, REMINDER = Delivery.Kind.NOTE.value, Delivery.Kind.REMINDER.value
_MAIL = ("id", "kind", "stream", "person", "address", "due_at", "next_try_at", "not_after")
_DELIVERY = ("mail", "membership", "kind", "planned_at")


@dataclass(slots=True)
class _Shared:
    """One mail to be, or one that is owed or was just sent already, and the new prompts it is for."""

    mail: Id | None  # None: drawn when it is written
    kind: str
    at: datetime
    not_after: datetime
    due: Due | None = None  # whom a new one is for
    prompts: list[str] = field(default_factory=list)


def owe_notes(batch: Batch, asked: list[Asked]) -> int:
    """Owe what the new prompts need. Returns how many new mails. Somebody who stopped the notes, or whose address
    the relay refused, is owed none: their prompts wait on the site.

    Quiet hours hold a mail; one held past its window is not owed at all.
    """
    mails = _near_ones(asked, now=batch.now)
    for one in sorted(asked, key=lambda entry: entry.opens_at):
        due = one.due
        if due.mail_stopped_at is not None or due.mail_failed_at is not None:
            continue
        mine = mails.setdefault(due.membership, [])
        quiet, zone = batch.quiet_hours.get(due.person), zone_of(due.zone)
        on_time = batch.now - one.opens_at <= NEAR
        at = held_until(one.opens_at if on_time else batch.now, quiet, zone)
        if at >= one.closes_at:
            continue
        _share(mine, NOTE, at, one)
        if due.remind_after is not None:
            again_at = held_until(at + timedelta(minutes=due.remind_after), quiet, zone)
            if again_at < one.closes_at:
                _share(mine, REMINDER, again_at, one)
    return _write([shared for mine in mails.values() for shared in mine if shared.prompts])


def _share(mine: list[_Shared], kind: str, at: datetime, one: Asked) -> None:
    """Put the prompt into a mail of the same kind within ten minutes of `at`, or into one of its own."""
    for shared in mine:
        if shared.kind == kind and abs(shared.at - at) <= NEAR:
            break
    else:
        shared = _Shared(None, kind, at, one.closes_at, one.due)
        mine.append(shared)
    shared.prompts.append(one.prompt)
    shared.not_after = max(shared.not_after, one.closes_at)


def _near_ones(asked: list[Asked], *, now: datetime) -> dict[UUID, list[_Shared]]:
    """By membership, the mails owed or just sent that new prompts may still share. One that should have gone out
    before and is still owed (the relay was down) goes out now, with them; not one that gave trouble itself."""
    if not asked:
        return {}
    first = min(one.opens_at for one in asked)
    theirs = claims.among("membership_id", {one.due.membership for one in asked})
    late = Delivery.objects.filter(theirs, planned_at__gte=first - BACK)
    recent = list(late.values_list("mail_id", flat=True))  # by its index alone, before mails are looked at
    if not recent:
        return {}
    rows = Delivery.objects.filter(
        Q(planned_at__gte=first - NEAR) | Q(mail__state=State.OWED, mail__faults=0, mail__unknowns=0),
        claims.among("mail_id", recent),
        mail__state__in=[State.OWED, State.SENT],
    ).values_list("membership_id", "mail_id", "kind", "planned_at")
    near = list(rows)
    # Kept until the commit: a sender who finds one unwanted keeps it too, and asks once more. One that a sender
    # keeps just now is not waited for, nor shared: senders keep two at a time, in an order of their own.
    kept = Mail.objects.select_for_update(no_key=True, skip_locked=True).filter(
        pk__in=[mail for _, mail, *_ in near]
    )
    mails = {pk: (not_after, state) for pk, not_after, state in kept.values_list("pk", "not_after", "state")}
    found: dict[UUID, list[_Shared]] = {}
    for membership, mail, kind, planned_at in near:
        not_after, state = mails.get(mail, (None, None))
        if state not in {State.OWED, State.SENT}:
            continue
        at = max(planned_at, now) if state == State.OWED else planned_at
        found.setdefault(membership, []).append(_Shared(mail, kind, at, not_after or planned_at))
    return found


def _write(shared: list[_Shared]) -> int:
    new = [(one, one.due) for one in shared if one.due is not None]
    for (one, _), ident in zip(new, clock.ids(len(new)), strict=True):
        one.mail = ident
    stream = Stream.NOTES.value
    claims.insert(
        Mail,
        _MAIL,
        [(one.mail, one.kind, stream, due.person, due.email, one.at, one.at, one.not_after) for one, due in new],
    )
    claims.insert(Delivery, _DELIVERY, [(one.mail, due.membership, one.kind, one.at) for one, due in new])
    about = [(one.mail, prompt) for one in shared for prompt in one.prompts]
    claims.insert(DeliveredPrompt, ("delivery", "prompt"), about)
    longer = [(one.mail, {"not_after": one.not_after}) for one in shared if one.due is None]
    claims.write_back(Mail, longer, only={"state": State.OWED})
    return len(new)
