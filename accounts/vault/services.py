"""Seal and open. `vault.seal(row, "body", value)` before saving; `vault.open(viewer, row, "body")` to read.

Values are whatever JSON can hold. Data keys are unwrapped at most once per `KeyCache`; a cache lives as long as
one request or one job, so that a destroyed key is gone with the next one.
"""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404

from accounts.mail import claims
from accounts.vault import crypto, ring
from accounts.vault.crypto import CannotOpen
from accounts.vault.fields import SealedField
from accounts.vault.models import DataKey, Owner, SealedModel

if TYPE_CHECKING:
    from accounts.access import Viewer

__all__ = [
    "CannotOpen",
    "KeyCache",
    "Owner",
    "destroy_key",
    "keyed_hash",
    "make_key",
    "open",
    "preload",
    "seal",
]


class KeyCache:
    """Unwrapped data keys by key id and by owner id, for the length of one request or job."""

    def __init__(self) -> None:
        self._by_id: dict[UUID, tuple[UUID, bytes]] = {}
        self._by_owner: dict[UUID, UUID] = {}
        self._asked: set[UUID] = set()  # owners looked for already; a destroyed key is not found again

    def add(self, keys: "QuerySet[DataKey]") -> None:
        """Unwrap and keep `keys`; destroyed ones are passed over.

        The key file is read after the rows, because a rotation changes the file first. One that has also finished
        in between has wrapped those rows anew: they are fetched once more.
        """
        for _attempt in range(3):
            rows = list(keys.filter(destroyed_at=None).values_list("id", "owner_id", "kek", "wrapped"))
            keks = ring.load().keys
            for key, owner, kek, wrapped in rows:
                if kek in keks:
                    self._by_id[key] = (owner, crypto.unwrap(bytes(wrapped), kek=keks[kek]))
                    self._by_owner[owner] = key
            if all(kek in keks for _key, _owner, kek, _wrapped in rows):
                return

    def unasked(self, owners: Iterable[UUID]) -> list[UUID]:
        """Those of `owners` whose key is not here and was not looked for; from now on they count as looked for, so
        that a page asks as often whether or not a key was destroyed."""
        found = [owner for owner in owners if owner not in self._by_owner and owner not in self._asked]
        self._asked.update(found)
        return found

    def of_owner(self, owner: UUID) -> tuple[UUID, bytes]:
        """(key id, data key) of an owner. Raises CannotOpen when there is none or it was destroyed."""
        if owner not in self._by_owner:
            self.add(DataKey.objects.filter(owner_id=owner))
        if owner not in self._by_owner:
            raise CannotOpen("no key for this owner")
        key = self._by_owner[owner]
        return key, self._by_id[key][1]

    def by_id(self, key: UUID) -> tuple[UUID, bytes]:
        """(owner id, data key) of a key. Raises CannotOpen when there is none or it was destroyed."""
        if key not in self._by_id:
            self.add(DataKey.objects.filter(pk=key))
        if key not in self._by_id:
            raise CannotOpen("the key is gone")
        return self._by_id[key]


def preload(cache: KeyCache, *, owners: Iterable[UUID]) -> None:
    """Fetch the keys of several owners with one query (a query set of ids becomes part of it), and with none where
    the cache holds them all."""
    if isinstance(owners, QuerySet):
        cache.add(DataKey.objects.filter(owner_id__in=owners))
    elif wanted := cache.unasked(owners):
        cache.add(DataKey.objects.filter(claims.among("owner_id", wanted)))


@transaction.atomic
def make_key(owner: Owner, *, now: datetime) -> DataKey:
    """A new data key for a person or couple, wrapped under the current key encryption key.

    A rotation may have ended between reading the file and adding the row, and forgotten that key. From the row on
    it waits for this transaction, so looking once more is enough.
    """
    keks, dek = ring.load(), crypto.new_key()
    row = DataKey.objects.create(
        owner_kind=owner.kind,
        owner_id=owner.id,
        kek=keks.current,
        wrapped=crypto.wrap(dek, kek=keks.keys[keks.current]),
        created_at=now,
    )
    keks = ring.load()
    if row.kek != keks.current:
        row.kek, row.wrapped = keks.current, crypto.wrap(dek, kek=keks.keys[keks.current])
        row.save(update_fields=["kek", "wrapped"])
    return row


@transaction.atomic
def destroy_key(owner: Owner, *, now: datetime) -> None:
    """Make everything sealed for `owner` unreadable for good. The row stays as a tombstone."""
    DataKey.objects.filter(owner_id=owner.id, destroyed_at=None).update(wrapped=b"", destroyed_at=now)


def seal(
    row: SealedModel, field: str, value: Any, *, owner: Owner | None = None, cache: KeyCache | None = None
) -> None:
    """Put `value` (anything JSON holds) sealed into `row.field`; the caller saves the row.

    `owner` overrides the row's own `seal_owner`. Raises CannotOpen when the owner's key was destroyed, ValueError
    when the value does not fit a field of fixed size.
    """
    whose = owner or row.seal_owner(field)
    key, dek = (cache or KeyCache()).of_owner(whose.id)
    column = _column(row, field)
    plain = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    bound = crypto.additional_data(label=column.label, row=row.pk, owner=whose.id, key=key)
    setattr(row, field, crypto.seal(plain, dek=dek, key=key, bound_to=bound, size=column.size))


def open(viewer: "Viewer", row: SealedModel, field: str) -> Any:  # noqa: A001
    """The value sealed in `row.field`; None where nothing was ever sealed.

    Raises Http404 when `viewer` may not read it, CannotOpen when it was altered or its key is gone.
    """
    if not row.may_open(viewer, field):
        raise Http404
    sealed = getattr(row, field)
    if not sealed:
        return None
    key = crypto.key_of(sealed)
    owner, dek = viewer.keys.by_id(key)
    bound = crypto.additional_data(label=_column(row, field).label, row=row.pk, owner=owner, key=key)
    return json.loads(crypto.unseal(sealed, dek=dek, bound_to=bound))


def open_each(
    viewer: "Viewer", model: type[SealedModel], field: str, sealed: Iterable[tuple[UUID, bytes]]
) -> dict[UUID, Any]:
    """The values that `field` holds in many rows of `model`, by id, from (id, sealed bytes). Rows whose key is
    gone are left out. For the system, to whom this field is open in any row whatever. Raises Http404 where it is
    not, CannotOpen for altered bytes.
    """
    anyone = model()
    if not anyone.may_open(viewer, field):
        raise Http404
    column = _column(anyone, field)
    found: dict[UUID, Any] = {}
    for ident, value in sealed:
        key = crypto.key_of(value)
        try:
            owner, dek = viewer.keys.by_id(key)
        except CannotOpen:
            continue
        bound = crypto.additional_data(label=column.label, row=ident, owner=owner, key=key)
        found[ident] = json.loads(crypto.unseal(value, dek=dek, bound_to=bound))
    return found


def open_or(viewer: "Viewer", row: SealedModel, field: str, *, gone: Any) -> Any:
    """Like `open`, but `gone` where the key was destroyed: the words of somebody who deleted their account."""
    try:
        return open(viewer, row, field)
    except CannotOpen:
        return gone


def keyed_hash(purpose: str, message: str) -> bytes:
    """HMAC of `message` under a key derived for `purpose`: for signatures, tokens and addresses at rest."""
    return crypto.keyed_hash(crypto.derive(ring.load().mac, purpose=purpose), message.encode())


def _column(row: SealedModel, field: str) -> SealedField:
    column = row._meta.get_field(field)
    if not isinstance(column, SealedField):
        message = f"{type(row).__name__}.{field} is not a sealed field"
        raise TypeError(message)
    return column
