"""Celery's caller of the engine."""

from celery import shared_task

from repair import clock


@shared_task(name="checkins.run_due", ignore_result=True)
def run_due() -> None:
    """Serve what is due now. Beat sends this every 20 seconds; one not taken up by the next is dropped."""
    from checkins.reminders import engine, zones

    engine.run_due(now=clock.now())
    zones.follow(now=clock.now())
