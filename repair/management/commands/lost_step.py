"""`manage.py lost_step EMAIL`: begin (or stop) the seven days after which a lost second step is removed."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.refusal import Refusal
from accounts.users import lost_step
from accounts.users.models import User
from repair import clock


class Command(BaseCommand):
    help = "Begin the seven days after which a lost second step is removed. Only after a letter from that address."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--stop", action="store_true", help="stop what is under way")

    def handle(self, *args: Any, **options: Any) -> None:
        email = User.objects.normalize_email(options["email"])
        if options["stop"]:
            person = User.objects.filter(email=email).first()
            if person is None or not lost_step.stop(person=person):
                raise CommandError("nothing is under way for this address")
            self.stdout.write("Stopped.")
            return
        try:
            lost_step.begin(email=email, now=clock.now())
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write("Begun. It is removed in seven days; a notice goes out on each.")
