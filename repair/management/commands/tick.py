"""`manage.py tick`: run the engine once, right here, and send what is owed. For cron, and for looking."""

from typing import Any

from django.core.management.base import BaseCommand

from repair import clock


class Command(BaseCommand):
    """Serve every seat due now and send the mail; prints what was done."""

    help = "Run the engine once, without Celery: serve what is due and send what is owed."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run once and say what came of it."""
        from checkins.reminders import engine, zones
        from repair.checks import refuse_before_replay
        from repair.plan.dates import pass_dates

        refuse_before_replay()
        pass_dates(now=clock.now())
        zones.follow(now=clock.now())
        ran = engine.run_due(now=clock.now(), send=True)
        self.stdout.write(f"seats served {ran.seats}, prompts {ran.prompts}, mails owed {ran.mails}")
