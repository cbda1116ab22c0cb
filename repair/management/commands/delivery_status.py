"""`manage.py delivery_status`: is the engine alive, and does the mail flow?"""

import json
from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand

from repair import clock


class Command(BaseCommand):
    """Print the last beat, the seats not served, the backlog, the oldest mail owed, and what was set aside."""

    help = "Print the engine's last beat, the backlog and the oldest mail owed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One switch."""
        parser.add_argument("--json", action="store_true", help="one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Ask and print."""
        from checkins.reminders import health

        found = health.status(now=clock.now())
        values = {
            "last_beat": _text(found.last_beat),
            "unserved": found.unserved,
            "unserved_since": _text(found.unserved_since),
            "backlog": found.outbox.backlog,
            "oldest_owed": _text(found.outbox.oldest),
            "set_aside": found.outbox.aside,
            "outcome_unknown": found.outbox.unknown,
        }
        if options["json"]:
            self.stdout.write(json.dumps(values))
            return
        for name, value in values.items():
            self.stdout.write(f"{name.replace('_', ' '):16} {'–' if value is None else value}")


def _text(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at else None
