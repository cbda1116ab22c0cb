"""The erasure ledger: whose keys were destroyed, to be replayed before a restored system may serve."""

from django.db import models


class Erasure(models.Model):
    """One destroyed key, by the random id of its owner; nothing else about the person."""

    owner_id = models.UUIDField(unique=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"erasure of {self.at:%Y-%m-%d}"
