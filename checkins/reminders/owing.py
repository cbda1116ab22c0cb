"""The mails that new prompts owe: a note each, perhaps one reminder, and one mail for what is due together."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from accounts.mail import claims
from accounts.mail.models import Mail, State, Stream
from accounts.users.models import User
from checkins.prompts.models import Prompt
from checkins.reminders.batch import Batch
from checkins.reminders.models import Delivery
from checkins.reminders.planning import NEAR
from checkins.reminders.quiet import held_until
from checkins.reminders.rows import Asked

NOTE, REMINDER = Delivery.Kind.NOTE, Delivery.Kind.REMINDER


@dataclass
class _Shared:
    """One mail to be, or one that is owed or was just sent already, and the prompts it is for."""

    mail: UUID
    delivery: UUID
    membership: UUID
    kind: str
    at: datetime
    not_after: datetime
    person: User | None = None
    is_new: bool = True
    prompts: list[UUID] = field(default_factory=list)


def owe_notes(batch: Batch, asked: list[Asked]) -> int:
    """Owe what the new prompts need. Returns how many new mails. Somebody who stopped the notes, or whose address
    the relay refused, is owed none: their prompts wait on the site.

    Quiet hours hold a mail; one held past its window is not owed at all.
    """
    by_membership = _near_ones(batch, asked)
    for one in sorted(asked, key=lambda entry: (entry.prompt.opens_at, entry.prompt.pk)):
        person = batch.person_of(one.seat)
        if person.mail_stopped_at is not None or person.mail_failed_at is not None:
            continue
        mine = by_membership.setdefault(one.seat.membership_id, [])
        quiet = batch.quiet_hours.get(person.pk)
        on_time = batch.now - one.prompt.opens_at <= NEAR
        at = held_until(one.prompt.opens_at if on_time else batch.now, quiet, person.zone)
        if at >= one.prompt.closes_at:
            continue
        _share(mine, NOTE, at, one.prompt, person)
        after = one.seat.schedule.remind_after_minutes
        if after is not None:
            again_at = held_until(at + timedelta(minutes=after), quiet, person.zone)
            if again_at < one.prompt.closes_at:
                _share(mine, REMINDER, again_at, one.prompt, person)
    return _write([shared for mine in by_membership.values() for shared in mine if shared.prompts])


def _share(mine: list[_Shared], kind: str, at: datetime, prompt: Prompt, person: User) -> None:
    """Put the prompt into a mail of the same kind within ten minutes of `at`, or into one of its own."""
    found = next((s for s in mine if s.kind == kind and abs(s.at - at) <= NEAR), None)
    if found is None:
        found = _Shared(uuid4(), uuid4(), prompt.membership_id, kind, at, prompt.closes_at, person)
        mine.append(found)
    found.prompts.append(prompt.pk)
    found.not_after = max(found.not_after, prompt.closes_at)


def _near_ones(batch: Batch, asked: list[Asked]) -> dict[UUID, list[_Shared]]:
    """By membership, the mails owed or just sent that new prompts may still share."""
    if not asked:
        return {}
    since = min(one.prompt.opens_at for one in asked) - NEAR
    rows = Delivery.objects.filter(
        membership__in={one.seat.membership_id for one in asked},
        planned_at__gte=since,
        mail__state__in=[State.OWED, State.SENT],
    ).select_related("mail")
    found: dict[UUID, list[_Shared]] = {}
    for row in rows:
        limit = row.mail.not_after or row.planned_at
        found.setdefault(row.membership_id, []).append(
            _Shared(row.mail_id, row.pk, row.membership_id, row.kind, row.planned_at, limit, is_new=False)
        )
    return found


def _write(shared: list[_Shared]) -> int:
    new = [one for one in shared if one.is_new]
    Mail.objects.bulk_create(
        Mail(
            pk=one.mail,
            kind=one.kind,
            stream=Stream.NOTES,
            person=one.person,
            address=one.person.email if one.person else "",
            due_at=one.at,
            next_try_at=one.at,
            not_after=one.not_after,
        )
        for one in new
    )
    Delivery.objects.bulk_create(
        Delivery(
            pk=one.delivery,
            mail_id=one.mail,
            membership_id=one.membership,
            kind=one.kind,
            planned_at=one.at,
        )
        for one in new
    )
    through = Delivery.prompts.through
    through.objects.bulk_create(
        through(delivery_id=one.delivery, prompt_id=prompt) for one in shared for prompt in one.prompts
    )
    longer = [(one.mail, {"not_after": one.not_after}) for one in shared if not one.is_new]
    claims.write_back(Mail, longer, only={"state": State.OWED})
    return len(new)
