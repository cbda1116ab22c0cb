"""Faults that can be built in: a lock that is left out, a constraint that is gone, a step that is skipped."""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from allauth.core.internal import ratelimit
from django.db import connection
from django.db.models import QuerySet

from accounts.couples import linking
from accounts.couples.models import Invitation, Membership
from accounts.mail import dispatch, outcomes
from accounts.mail.models import Mail, State
from accounts.users import sessions
from accounts.vault import rotation
from checkins.reminders import asking


@contextmanager
def patched(owner: Any, name: str, other: Any) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(owner, name, other)
        yield


def no_row_is_locked() -> AbstractContextManager[None]:
    """Every SELECT … FOR UPDATE of the ORM is a plain one."""
    return patched(QuerySet, "select_for_update", lambda self, **_: self.all())


@contextmanager
def linked_unasked() -> Iterator[None]:
    """Nobody asks whether somebody is linked already: no lock, no question, and no constraint behind them."""
    one = next(c for c in Membership._meta.constraints if c.name == "one_open_membership")
    with connection.schema_editor() as editor:
        editor.remove_constraint(Membership, one)
    try:
        with no_row_is_locked(), patched(linking, "_linked", lambda persons: False):
            yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {Membership._meta.db_table} CASCADE")
        with connection.schema_editor() as editor:
            editor.add_constraint(Membership, one)


def asked_without_holding() -> AbstractContextManager[None]:
    """Whether a note is wanted is asked, and nothing is held until its attempt is written."""
    asked = replace(asking._PLACES, name="kept_places_not_held", keeps=())
    wanted = dispatch._wanted

    def hurried(*words: Any) -> bool:
        with patched(asking, "_PLACES", asked):
            answer = wanted(*words)
        time.sleep(0.01)
        return answer

    return patched(dispatch, "_wanted", hurried)


def taking_back_forgotten() -> AbstractContextManager[None]:
    """Confirming does not ask whether the invitation was taken back."""

    def waits(self: Invitation, *, now: datetime) -> bool:
        return self.accepted_by_id is not None and self.confirmed_at is None

    return patched(Invitation, "awaits_inviter", waits)


@contextmanager
def nobody_holds_a_lease() -> Iterator[None]:
    """Workers take the same mails, and each believes they are its own."""

    def take(*, lease: UUID, now: datetime, limit: int) -> list[Mail]:
        due = Mail.objects.filter(state=State.OWED, next_try_at__lte=now).select_related("person")
        mails = list(due.order_by("due_at", "pk")[:limit])
        time.sleep(0.02)
        for mail in mails:
            mail.lease, mail.lease_until = lease, now + outcomes.LEASE
            mail.next_try_at = mail.lease_until
            mail.save(update_fields=["lease", "lease_until", "next_try_at"])
        return mails

    def begin(mail: Mail, **_: Any) -> int:
        return 1

    with patched(outcomes, "claim", take), patched(outcomes, "begin", begin):
        yield


@contextmanager
def sessions_not_held() -> Iterator[None]:
    """Requests of one session read it at the same time and write it one over the other."""
    with patched(sessions, "hold", lambda request: None), patched(sessions, "keep", lambda request: None):
        yield


@contextmanager
def _always(key: str) -> Iterator[bool]:
    yield True


@dataclass(frozen=True)
class Fault:
    """A fault, and the race that must notice it."""

    race: str
    said: str
    built_in: Callable[[], AbstractContextManager[Any]]

    def __str__(self) -> str:
        return f"{self.race} {self.said}"


LOCKLESS = ["R2", "R4", "R5", "R6", "R7", "R8", "R10", "R11", "R14", "R15"]
FAULTS = [
    Fault("R1", "linked unasked", linked_unasked),
    *(Fault(race, "no row is locked", no_row_is_locked) for race in LOCKLESS),
    Fault("R3", "taking back forgotten", taking_back_forgotten),
    Fault("R13", "nobody holds a lease", nobody_holds_a_lease),
    Fault("R9", "asked without holding", asked_without_holding),
    Fault(
        "R12", "keys forgotten while others are made", lambda: patched(rotation, "_hold_off_makers", lambda: None)
    ),
    Fault("R14", "sessions not held", sessions_not_held),
    Fault("R15", "guesses counted without a lock", lambda: patched(ratelimit, "cache_lock", _always)),
]
