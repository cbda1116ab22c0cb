"""Lists the numbers of the support page that have to be checked again."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.safety import support
from repair import clock


class Command(BaseCommand):
    """Exits with an error when a number was checked longer ago than 180 days or has no source."""

    help = "List the numbers of the support page that are older than 180 days or without a source."

    def handle(self, *args: Any, **options: Any) -> None:
        """Read the file anew and name what is out of date."""
        try:
            countries = support.load(support.DATA)
        except support.WrongEntry as error:
            raise CommandError(str(error)) from error
        stale = support.old(countries, today=clock.now().date())
        for country, line in stale:
            self.stdout.write(f"{country.code} {line.name} {line.number}: checked {line.verified}, {line.source}")
        if stale:
            message = f"{len(stale)} to check again"
            raise CommandError(message)
        self.stdout.write(f"{sum(len(country.all) for country in countries)} numbers, all checked within 180 days")
