"""The slow way back in for somebody who lost every second step: seven days, with a notice on each.

The operator begins it (`manage.py lost_step EMAIL`) after a letter from the address of the account; the hourly job
does the rest. Signing in with a second step stops it, because then not all was lost.
"""

from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from django.db import transaction

from accounts.audit import services as audit
from accounts.refusal import Refusal
from accounts.users import mails, sessions
from accounts.users.models import LostSecondStep, User

DAYS = 7


@transaction.atomic
def begin(*, email: str, now: datetime) -> LostSecondStep:
    """Begin the seven days for the account with this address. Raises Refusal where there is nothing to remove."""
    person = User.objects.filter(email=User.objects.normalize_email(email), erased_at=None).first()
    if person is None or not Authenticator.objects.filter(user=person).exists():
        raise Refusal("nobody with this address has a second step")
    row, made = LostSecondStep.objects.get_or_create(person=person, defaults={"asked_at": now})
    if not made:
        raise Refusal("this is under way already")
    _notice(row, now=now)
    audit.record(what="lost_step", only_for=person, now=now)
    return row


@transaction.atomic
def stop(*, person: User) -> bool:
    """Stop it: the person signed in with a second step. Returns whether it was under way."""
    return LostSecondStep.objects.filter(person=person).delete()[0] > 0


@transaction.atomic
def call_off(*, email: str, now: datetime) -> bool:
    """The operator stops it, which the person reads in the audit. Returns whether it was under way."""
    person = User.objects.filter(email=User.objects.normalize_email(email)).first()
    if person is None or not stop(person=person):
        return False
    audit.record(what="lost_stop", only_for=person, now=now)
    return True


@transaction.atomic
def go_on(*, now: datetime) -> int:
    """Send the day's notices, and remove what seven days have passed for. Returns how many were removed."""
    removed = 0
    for row in LostSecondStep.objects.select_for_update().select_related("person"):
        days = (now - row.asked_at) // timedelta(days=1)
        if days >= DAYS:
            Authenticator.objects.filter(user=row.person).delete()
            sessions.end_all(row.person)
            mails.owe("kept/second_step_gone", address=row.person.email, context={"user": row.person}, now=now)
            row.delete()
            removed += 1
        elif days >= row.notices:
            _notice(row, now=now)
    return removed


def _notice(row: LostSecondStep, *, now: datetime) -> None:
    mails.owe("kept/lost_second_step", address=row.person.email, context={"user": row.person}, now=now)
    row.notices = (now - row.asked_at) // timedelta(days=1) + 1
    row.save(update_fields=["notices"])
