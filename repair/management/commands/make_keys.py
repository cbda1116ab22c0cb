"""`manage.py make_keys`: the first key file."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.vault import ring


class Command(BaseCommand):
    help = "Make the key file (mode 0600). Keep a copy apart from the database's backups."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(settings.KEYS_FILE)
        try:
            ring.create(path)
        except FileExistsError as error:
            message = f"{path.name} is there already; nothing was changed."
            raise CommandError(message) from error
        self.stdout.write(f"Made {path.name}. Without it nothing in the database can be read.")
