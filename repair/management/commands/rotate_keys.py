"""`manage.py rotate_keys`: a new key encryption key; `--resume` goes on with a run that was stopped."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.vault import rotation

_TRIES = 20


class Command(BaseCommand):
    help = "Make a new key encryption key and wrap every data key under it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--resume", action="store_true", help="go on with a stopped run; make no new key")
        parser.add_argument("--drop-old", action="store_true", help="forget the old keys once none is needed")
        parser.add_argument("--batch", type=int, default=500, help="data keys wrapped in one transaction")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["resume"]:
            self.stdout.write(f"Current key: {rotation.start()}")
        changed = rotation.rewrap(batch=max(1, options["batch"]))
        self.stdout.write(f"Wrapped anew: {changed}. Still under an old key: {rotation.left_over()}.")
        if options["drop_old"]:
            self.stdout.write(f"Forgotten: {', '.join(self._drop()) or 'none'}")

    def _drop(self) -> list[str]:
        """Forget the old keys; what was being made meanwhile is wrapped first."""
        for _try in range(_TRIES):
            try:
                return rotation.finish()
            except RuntimeError:
                rotation.rewrap()
        raise CommandError("the site makes keys faster than they are wrapped: run rotate_keys --resume --drop-old")
