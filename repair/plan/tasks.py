"""Celery's callers."""

from celery import shared_task

from repair import clock


@shared_task(name="repair.pass_dates", ignore_result=True)
def pass_dates() -> None:
    """Take lines whose day has passed out of force."""
    from repair.plan import dates

    dates.pass_dates(now=clock.now())
