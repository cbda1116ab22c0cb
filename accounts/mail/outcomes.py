"""What the rows of the outbox hold before, while and after a mail is sent. Only `dispatch` calls this.

A mail belongs to whoever holds its lease. A worker that dies loses it when it ends: the mail is due again, and an
attempt that had begun is closed as unknown, because nobody can say how far it got.
"""

import logging
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import F

from accounts.mail import claims, trips
from accounts.mail.models import Attempt, Mail, State
from accounts.mail.transport import Outcome, Result
from accounts.mail.trips import Statement
from accounts.users.models import User
from repair import clock

log = logging.getLogger(__name__)

DOWN = (OperationalError, InterfaceError)  # the database is away, or chose us to end a deadlock
LEASE = timedelta(minutes=2)
RENEW_BELOW = timedelta(seconds=90)  # left of a lease when sending begins: longer than the slowest relay may take
BACKOFF_MINUTES = (1, 3, 5, 10)
SPREAD_PERCENT = 20
UNKNOWN_CAP = 3  # each unknown outcome may have been a copy
FAULT_CAP = 5
LONGEST = timedelta(days=3)  # how long a mail without a `not_after` is tried
_RETRY_SECONDS = (0.2, 0.5, 1.0, 2.0, 4.0, 8.0, 8.0, 8.0)


@dataclass(frozen=True)
class Done:
    """One try that is over but not written down."""

    mail: Mail
    number: int  # of the attempt
    result: Result
    at: datetime


def latest(mail: Mail) -> datetime:
    """From when on a mail is not sent any more."""
    return mail.not_after or mail.due_at + LONGEST


def backoff(earlier: int) -> timedelta:
    """How long to wait after a try, `earlier` tries having failed before it: 1, 3, 5, then 10 minutes, ± 20 %."""
    minutes = BACKOFF_MINUTES[min(earlier, len(BACKOFF_MINUTES) - 1)]
    percent = 100 - SPREAD_PERCENT + clock.below(2 * SPREAD_PERCENT + 1)
    return timedelta(minutes=minutes) * percent / 100


@transaction.atomic
def claim(*, lease: UUID, now: datetime, limit: int) -> list[Mail]:
    """Take up to `limit` owed mails, the longest due first, for two minutes. What a dead worker had begun is
    closed; a mail whose third outcome is unknown by this is stopped and not among the answer."""
    ids = claims.lease(
        Mail,
        due="next_try_at",
        only={"state": State.OWED},
        values={"lease": lease, "lease_until": now + LEASE, "next_try_at": now + LEASE},
        now=now,
        limit=limit,
    )
    if not ids:
        return []
    stopped = _close_abandoned(ids, now=now)
    mails = Mail.objects.filter(pk__in=set(ids) - stopped).select_related("person")
    return sorted(mails, key=lambda mail: (mail.due_at, mail.pk))


def _close_abandoned(ids: Iterable[UUID], *, now: datetime) -> set[UUID]:
    """Close what a dead worker had begun: as unknown, but where `note_data` was due and had not come. Returns the
    mails that are stopped by this."""
    abandoned = Attempt.objects.filter(mail__in=list(ids), outcome=Attempt.Outcome.BEGUN)
    unheard = abandoned.filter(mail__unknowns__gt=0, reached_data=False)
    before_data = list(unheard.values_list("pk", "mail_id"))
    if before_data:
        Attempt.objects.filter(pk__in=[attempt for attempt, _ in before_data]).update(
            outcome=Attempt.Outcome.LATER, ended_at=now
        )
        Mail.objects.filter(pk__in=[mail for _, mail in before_data]).update(tries=F("tries") + 1)
    begun = list(abandoned.values_list("mail_id", flat=True))
    if not begun:
        return set()
    abandoned.update(outcome=Attempt.Outcome.UNKNOWN, reached_data=True, ended_at=now)
    Mail.objects.filter(pk__in=begun).update(unknowns=F("unknowns") + 1)
    over = Mail.objects.filter(pk__in=begun, unknowns__gte=UNKNOWN_CAP)
    stopped = set(over.values_list("pk", flat=True))
    over.update(**_settled(State.UNKNOWN, now))
    return stopped


_ACCEPTED = Statement(
    "kept_accepted",
    ("smallint", "boolean", "timestamptz", "uuid", "smallint"),
    "UPDATE accounts_attempt SET outcome = 'accepted', code = %s, reached_data = %s, ended_at = %s "
    "WHERE mail_id = %s AND number = %s",
)
_SENT = Statement(
    "kept_sent",
    ("timestamptz", "bytea", "uuid"),
    "UPDATE accounts_mail SET state = 'sent', next_try_at = NULL, settled_at = %s, lease = NULL, "
    "lease_until = NULL, payload = %s WHERE id = %s",
)
_BEGIN = Statement(
    "kept_begin",
    ("smallint", "timestamptz", "uuid", "uuid"),
    "INSERT INTO accounts_attempt (mail_id, number, lease, began_at, outcome, reached_data) "
    "SELECT m.id, %s, m.lease, %s, 'begun', FALSE FROM accounts_mail m "
    "WHERE m.id = %s AND m.lease = %s AND m.state = 'owed'",
    keeps=("m",),
)


def begin(mail: Mail, *, after: Done | None, moved: bool, lease: UUID, now: datetime) -> int | None:
    """At the end of the transaction that asked: what became of the try before, and an attempt at a wanted mail.
    Returns its number; None where the mail is no longer ours. `moved`: its address is new."""
    if moved or mail.lease_until is None or mail.lease_until - now < RENEW_BELOW:
        mail.lease_until = now + LEASE
        Mail.objects.filter(pk=mail.pk, lease=lease, state=State.OWED).update(
            address=mail.address, lease_until=mail.lease_until, next_try_at=mail.lease_until
        )
    number = mail.tries + mail.unknowns + 1
    asked: list[tuple[Statement, Sequence[Any]]] = [(_BEGIN, (number, now, mail.pk, lease))]
    if after is not None and after.result.outcome is Outcome.ACCEPTED:
        asked = [*_taken(after), *asked]
    elif after is not None:
        write(after, lease=lease)
    return number if trips.together(*asked, last=True)[-1].changed == 1 else None


def _taken(done: Done) -> list[tuple[Statement, Sequence[Any]]]:
    """`write`, for a mail that the relay took."""
    result, mail = done.result, done.mail.pk
    return [
        (_ACCEPTED, (result.code, result.reached_data, done.at, mail, done.number)),
        (_SENT, (done.at, b"", mail)),
    ]


def keep(mail: Mail, *, lease: UUID) -> bool:
    """Hold the row of a mail that is still ours until the commit: from here on no new prompt joins it."""
    ours = Mail.objects.select_for_update(no_key=True).filter(pk=mail.pk, lease=lease, state=State.OWED)
    kept = ours.values_list("not_after", flat=True).first()
    if kept is not None:
        mail.not_after = kept
    return kept is not None


def settle_unwanted(mail: Mail, *, lease: UUID, now: datetime) -> None:
    """Inside the transaction that asked: the mail is not wanted any more."""
    _put(mail, _settled(State.UNWANTED, now), lease=lease, now=now)


def renew(mail: Mail, number: int, *, lease: UUID, now: datetime) -> bool:
    """Let an attempt that was asked for anew begin now. False when the mail is no longer ours."""
    ours = Mail.objects.filter(pk=mail.pk, lease=lease, state=State.OWED)
    if not ours.update(lease_until=now + LEASE, next_try_at=now + LEASE):
        return False
    begun = Attempt.objects.filter(mail=mail.pk, number=number, outcome=Attempt.Outcome.BEGUN)
    return begun.update(began_at=now) == 1


def note_data(mail: Mail, number: int) -> None:
    """Before DATA: from here on nobody can say that the relay did not hear of this try."""
    Attempt.objects.filter(mail=mail.pk, number=number, outcome=Attempt.Outcome.BEGUN).update(reached_data=True)


def write(done: Done, *, lease: UUID) -> None:
    """Write down what became of a try. A worker whose lease was lost still says when the relay took the mail."""
    result = done.result
    if result.outcome is Outcome.ACCEPTED:
        trips.together(*_taken(done))
        return
    Attempt.objects.filter(mail=done.mail.pk, number=done.number).update(
        outcome=result.outcome, code=result.code, reached_data=result.reached_data, ended_at=done.at
    )
    _put(done.mail, _after(done), lease=lease, now=done.at)


def write_surely(done: Done, *, lease: UUID) -> None:
    """`write` in a transaction of its own, again and again while the database is away. A refused address is marked
    for its owner's own screen. Raises the database's error after half a minute: the lease then ends by itself."""
    for pause in (*_RETRY_SECONDS, None):
        try:
            with transaction.atomic():
                if done.result.outcome is Outcome.REFUSED:
                    _mark_refused(done)
                write(done, lease=lease)
            return
        except DOWN:
            if pause is None:
                raise
            log.warning("the database is away; the result of a mail waits")
            time.sleep(pause)
            if not connection.in_atomic_block:
                connection.close()


def _mark_refused(done: Done) -> None:
    """Only where the address is the account's own: somebody else's mailbox says nothing about the person."""
    person = done.mail.person
    if person is not None and person.email == done.mail.address:
        User.objects.filter(pk=person.pk, mail_failed_at=None).update(mail_failed_at=done.at)


def _after(done: Done) -> dict[str, Any]:
    """What a mail's row holds after a try that the relay did not accept."""
    mail, at = done.mail, done.at
    if done.result.outcome is Outcome.REFUSED:
        return _settled(State.REFUSED, at)
    if done.result.called_off:
        # Asked again at once, with its row kept: a new prompt may have joined it meanwhile.
        return {"tries": mail.tries + 1, **_owed_from(at)}
    unknown = done.result.outcome is Outcome.UNKNOWN
    counts = {"unknowns": mail.unknowns + 1} if unknown else {"tries": mail.tries + 1}
    if unknown and mail.unknowns + 1 >= UNKNOWN_CAP:
        return {**counts, **_settled(State.UNKNOWN, at)}
    return {**counts, **_put_off(mail, at)}


def postpone(mails: list[Mail], *, lease: UUID, now: datetime) -> int:
    """Put mails off that could not even be tried. Returns how many."""
    rows = [(mail.pk, {"tries": mail.tries + 1, **_put_off(mail, now)}) for mail in mails]
    ours = {"lease": lease, "state": State.OWED}
    kept = [row for row in rows if row[1]["state"] == State.OWED]
    over = {pk: values for pk, values in rows if values["state"] != State.OWED}
    late = [mail for mail in mails if mail.pk in over]
    return claims.write_back(Mail, kept, only=ours) + sum(
        _put(mail, over[mail.pk], lease=lease, now=now) for mail in late
    )


def release(ids: list[UUID], *, lease: UUID, now: datetime) -> None:
    """Give mails back at once."""
    Mail.objects.filter(pk__in=ids, lease=lease, state=State.OWED).update(
        lease=None, lease_until=None, next_try_at=now
    )


def hold(mail: Mail, *, lease: UUID, until: datetime, now: datetime) -> None:
    """Let a mail wait until an instant; one that would be too late by then is not sent at all."""
    values = _settled(State.UNWANTED, now) if until >= latest(mail) else _owed_from(until)
    _put(mail, values, lease=lease, now=now)


def fault(mail: Mail, *, lease: UUID, now: datetime) -> None:
    """Count that a mail could not be made or asked about; the fifth time it is set aside."""
    faults = mail.faults + 1
    values = _settled(State.ASIDE, now) if faults >= FAULT_CAP else _owed_from(now + backoff(mail.faults))
    Mail.objects.filter(pk=mail.pk, lease=lease, state=State.OWED).update(faults=faults, **values)


def _put(mail: Mail, values: dict[str, Any], *, lease: UUID, now: datetime) -> int:
    """Write to a mail that is still ours. Returns how many were.

    One that comes too late is settled only while it ends when it did as it was read: else a prompt that is open
    for longer has joined it meanwhile, so it is due again at once and asked about as it is then.
    """
    ours = Mail.objects.filter(pk=mail.pk, lease=lease, state=State.OWED)
    if values["state"] != State.UNWANTED:
        return ours.update(**values)
    counts = {name: values[name] for name in ("tries", "unknowns") if name in values}
    return ours.filter(not_after=mail.not_after).update(**values) or ours.update(**counts, **_owed_from(now))


def _put_off(mail: Mail, at: datetime) -> dict[str, Any]:
    again_at = at + backoff(mail.tries + mail.unknowns)
    return _settled(State.UNWANTED, at) if again_at >= latest(mail) else _owed_from(again_at)


def _owed_from(at: datetime) -> dict[str, Any]:
    return {"state": State.OWED, "next_try_at": at, "settled_at": None, "lease": None, "lease_until": None}


def _settled(state: State, at: datetime) -> dict[str, Any]:
    """A mail that is over; what it said (a code, the secret of a link) is not kept."""
    return {
        "state": state,
        "next_try_at": None,
        "settled_at": at,
        "lease": None,
        "lease_until": None,
        "payload": b"",
    }
