"""`manage.py lost_step EMAIL`: begin (or stop) the seven days after which a lost second step is removed."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.refusal import Refusal
from accounts.users import lost_step
from repair import clock


class Command(BaseCommand):
    help = "Begin the seven days after which a lost second step is removed. Only after a letter from that address."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--stop", action="store_true", help="stop what is under way")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["stop"]:
            if not lost_step.call_off(email=options["email"], now=clock.now()):
                raise CommandError("nothing is under way for this address")
            self.stdout.write("Stopped.")
            return
        try:
            lost_step.begin(email=options["email"], now=clock.now())
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write("Begun. It is removed in seven days; a notice goes out on each.")
