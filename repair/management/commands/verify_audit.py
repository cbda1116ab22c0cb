"""Check that nobody altered the audit."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.audit.services import verify


class Command(BaseCommand):
    help = "Walk the audit's keyed chain. Ends with an error when a row was altered, dropped or invented."

    def handle(self, *args: Any, **options: Any) -> None:
        """Say how many rows fit and the newest number, to be kept outside the database."""
        found = verify()
        if found.broken_at is not None:
            message = f"the audit does not hold at entry {found.broken_at} ({found.count} before it do)"
            raise CommandError(message)
        self.stdout.write(f"{found.count} entries hold; the newest is {found.newest}")
