"""`manage.py restore_check`: after a database was restored, before it serves."""

from typing import Any

from django.contrib.sessions.models import Session
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.privacy import ledger, services
from repair import clock


class Command(BaseCommand):
    help = "Ask whether this database holds people whom the erasure ledger names; --replay erases them again."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--replay", action="store_true", help="erase them again and end every session")

    def handle(self, *args: Any, **options: Any) -> None:
        """Say what was found. Ends with an error while somebody erased can still be read."""
        if options["replay"]:
            done = services.replay_erasures(now=clock.now())
            ended, _ = Session.objects.all().delete()
            self.stdout.write(f"Erased again: {done}. Sessions ended: {ended}.")
        left = len(ledger.living())
        if left:
            message = f"{left} of those the ledger names can be read in this database: run restore_check --replay"
            raise CommandError(message)
        ledger.copy_table()
        self.stdout.write(f"The ledger names {len(ledger.named())}; none of them can be read. The site may serve.")
