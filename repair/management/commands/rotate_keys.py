"""`manage.py rotate_keys`: a new key encryption key; `--resume` goes on with a run that was stopped."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from accounts.vault import rotation


class Command(BaseCommand):
    help = "Make a new key encryption key and wrap every data key under it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--resume", action="store_true", help="go on with a stopped run; make no new key")
        parser.add_argument("--drop-old", action="store_true", help="forget the old keys once none is needed")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["resume"]:
            self.stdout.write(f"Current key: {rotation.start()}")
        self.stdout.write(f"Wrapped anew: {rotation.rewrap()}. Still under an old key: {rotation.left_over()}.")
        if options["drop_old"]:
            self.stdout.write(f"Forgotten: {', '.join(rotation.finish()) or 'none'}")
