"""`manage.py content_coverage`: write docs/content-coverage.md from what the content files cover."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from repair.env import BASE_DIR
from repair.programmes.coverage import missing, page

PAGE = Path(BASE_DIR) / "docs" / "content-coverage.md"


class Command(BaseCommand):
    help = "Write docs/content-coverage.md. Fails when a practice of the founding articles lives nowhere."

    def handle(self, *args: Any, **options: Any) -> None:
        PAGE.write_text(page(), encoding="utf-8")
        if missing():
            message = f"nowhere yet: {', '.join(missing())}"
            raise CommandError(message)
        self.stdout.write(f"{PAGE.name} is written: every practice has its place.")
