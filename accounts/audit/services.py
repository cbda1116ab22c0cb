"""Adding to the audit, letting old rows go, and checking that nobody touched it.

Rows are only ever added. The chain is a keyed hash, so that somebody with the database but without the key file
can neither alter, drop nor invent one without `verify` noticing. What it cannot notice: the whole database put
back to an earlier day. The operator's log holds the newest number for that (`manage.py verify_audit`).
"""

import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.audit.chain import mac_of, seal_of
from accounts.audit.models import Entry, Head
from accounts.couples.models import Couple
from accounts.users.models import User


@transaction.atomic
def record(
    *,
    what: str,
    now: datetime,
    couple: Couple | None = None,
    actor: User | None = None,
    only_for: User | None = None,
) -> Entry:
    """Add one row, in the caller's transaction: `what` is one of `Entry.What`, `actor` is who looked or acted
    (None: the operator), `only_for` the one person who may read the row (None: both partners of `couple`).

    The head of the chain stays locked until the caller commits, so call this last. Raises ValueError for an
    unknown `what`.
    """
    kind = Entry.What(what)
    head = _locked_head()
    entry = Entry(number=head.number + 1, at=now, what=kind, couple=couple, actor=actor, only_for=only_for)
    entry.mac = mac_of(entry, before=bytes(head.mac))
    entry.save()
    head.number, head.mac = entry.number, entry.mac
    _keep(head)
    return entry


@transaction.atomic
def record_each(*, what: str, now: datetime, couples: Iterable[Couple], actor: User) -> list[Entry]:
    """`record` for several couples at once (a list that shows something of each), with a constant number of
    queries. Nothing at all is asked of the database for no couple."""
    seen = list(couples)
    if not seen:
        return []
    kind, head, entries = Entry.What(what), _locked_head(), []
    for couple in seen:
        entry = Entry(number=head.number + 1, at=now, what=kind, couple=couple, actor=actor)
        entry.mac = mac_of(entry, before=bytes(head.mac))
        head.number, head.mac = entry.number, entry.mac
        entries.append(entry)
    Entry.objects.bulk_create(entries)
    _keep(head)
    return entries


@transaction.atomic
def let_go(*, before: datetime) -> int:
    """Drop the oldest rows, up to the first one not older than `before`; the chain then begins after them.

    For the retention job alone. Returns how many rows went.
    """
    head = _locked_head()
    first_kept = Entry.objects.filter(at__gte=before).order_by("number").first()
    ends = first_kept.number if first_kept else head.number + 1
    old = Entry.objects.filter(number__lt=ends)
    last_gone = old.order_by("-number").first()
    if last_gone is None:
        return 0
    head.kept_from, head.kept_mac = last_gone.number + 1, last_gone.mac
    _keep(head)
    return old._raw_delete(using=old.db)


@dataclass(frozen=True)
class Verified:
    """What a check of the chain found. `broken_at` is the number of the first entry that does not fit (None: all
    do); `count` how many fit; `newest` the number of the last one."""

    count: int
    newest: int
    broken_at: int | None


def verify() -> Verified:
    """Walk the chain from its oldest kept entry to its newest. Reads only."""
    head = Head.objects.filter(pk=1).first()
    entries = Entry.objects.order_by("number").iterator(chunk_size=2000)
    if head is None:
        first = next(entries, None)
        return Verified(count=0, newest=0, broken_at=first.number if first else None)
    if not hmac.compare_digest(bytes(head.seal), seal_of(head)):
        return Verified(count=0, newest=head.number, broken_at=head.kept_from)
    return _walk(head, entries)


def _walk(head: Head, entries: Iterable[Entry]) -> Verified:
    expected, before, count = head.kept_from, bytes(head.kept_mac), 0
    for entry in entries:
        fits = entry.number == expected and hmac.compare_digest(bytes(entry.mac), mac_of(entry, before=before))
        if not fits:
            return Verified(count=count, newest=head.number, broken_at=expected)
        expected, before, count = expected + 1, bytes(entry.mac), count + 1
    whole = expected == head.number + 1 and before == bytes(head.mac)
    return Verified(count=count, newest=head.number, broken_at=None if whole else expected)


def _locked_head() -> Head:
    """The one head row, locked until the caller's transaction ends; made when the first entry is."""
    head = Head.objects.select_for_update().filter(pk=1).first()
    if head is None:
        Head.objects.get_or_create(pk=1)
        head = Head.objects.select_for_update().get(pk=1)
    return head


def _keep(head: Head) -> None:
    head.seal = seal_of(head)
    head.save()
