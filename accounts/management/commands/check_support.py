"""Lists the numbers of the support page that have to be checked again."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.safety import support
from repair import clock


class Command(BaseCommand):
    """Exits with an error when a number that is shown was checked longer ago than 180 days, or has no official
    source. Numbers kept back, and those seen in a stored copy only, are named and are no error."""

    help = "List the numbers of the support page that are older than 180 days or without an official source."

    def handle(self, *args: Any, **options: Any) -> None:
        """Read the file anew and name what is out of date."""
        try:
            countries = support.load(support.DATA)
        except support.WrongEntry as error:
            raise CommandError(str(error)) from error
        lines = [(country.code, line) for country in countries for line in country.all]
        for code, line in lines:
            if not line.ships:
                self.stdout.write(f"{code} {line.name} {line.number}: not shown, {line.reason}")
        stale = support.old(countries, today=clock.now().date())
        for country, line in stale:
            self.stdout.write(f"{country.code} {line.name} {line.number}: checked {line.verified}, {line.source}")
        if stale:
            message = f"{len(stale)} to check again"
            raise CommandError(message)
        shown = [line for _, line in lines if line.ships]
        copies = sum(line.seen == "copy" for line in shown)
        self.stdout.write(f"{len(shown)} numbers shown, all with an official source and checked within 180 days")
        if copies:
            self.stdout.write(
                f"{copies} of them were seen in a stored copy of their source; look at each source itself"
            )
