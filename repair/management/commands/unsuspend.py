"""`manage.py unsuspend EMAIL`, written down in the audit."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.refusal import Refusal
from accounts.users import services
from repair import clock


class Command(BaseCommand):
    help = "Open a suspended account again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            services.unsuspend(email=options["email"], now=clock.now())
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write("Open again.")
