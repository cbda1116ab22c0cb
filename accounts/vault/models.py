"""Data keys, wrapped; and the base of every model that holds sealed fields."""

import uuid
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from accounts.access import Viewer


class OwnerKind(StrEnum):
    PERSON = "person"
    COUPLE = "couple"


@dataclass(frozen=True)
class Owner:
    """Whose key a value is sealed with: a person or a couple, by id."""

    kind: OwnerKind
    id: uuid.UUID

    @classmethod
    def person(cls, ident: uuid.UUID) -> "Owner":
        return cls(OwnerKind.PERSON, ident)

    @classmethod
    def couple(cls, ident: uuid.UUID) -> "Owner":
        return cls(OwnerKind.COUPLE, ident)


class DataKey(models.Model):
    """One data encryption key, wrapped. Destroying it (empty `wrapped`) makes all it sealed unreadable."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner_kind = models.CharField(max_length=8, choices=[(k.value, k.value) for k in OwnerKind])
    owner_id = models.UUIDField(unique=True)
    kek = models.CharField(max_length=32)
    wrapped = models.BinaryField()
    created_at = models.DateTimeField()
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(owner_kind__in=["person", "couple"]), name="data_key_of_person_or_couple"
            )
        ]

    def __str__(self) -> str:
        return f"key of a {self.owner_kind}"


class SealedModel(models.Model):
    """A model with sealed fields. Its id exists before the row does, because it is part of the seal."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    class Meta:
        abstract = True

    def seal_owner(self, field: str) -> Owner:
        """Whose key `field` of this row is sealed with when it is written anew."""
        raise NotImplementedError

    def may_open(self, viewer: "Viewer", field: str) -> bool:
        """Whether `viewer` may read `field` of this row. Looks at loaded data only, never asks the database."""
        raise NotImplementedError
