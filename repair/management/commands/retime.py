"""Read every time that is still to come again, after a release of tzdata has changed a zone."""

from typing import Any

from django.core.management.base import BaseCommand

from repair import clock
from repair.schedules.services import retime


class Command(BaseCommand):
    """Run it once after tzdata was updated and the processes were started anew. Safe to repeat at any time."""

    help = "After a tzdata update: put each seat's next time where its zone's clocks now show it."

    def handle(self, *args: Any, **options: Any) -> None:
        moved = retime(now=clock.now())
        self.stdout.write(f"{moved} moved" if moved else "Nothing has moved")
