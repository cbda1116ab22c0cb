"""Celery's callers."""

from celery import shared_task

from repair import clock


@shared_task(name="accounts.keep_house", ignore_result=True)
def keep_house() -> None:
    """Erase what is due and hold to the retention table."""
    from accounts.privacy import house

    house.keep_house(clock.now())
