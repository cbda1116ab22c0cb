"""Celery's callers of the outbox."""

from celery import shared_task

from repair import clock


@shared_task(name="accounts.send_owed", ignore_result=True)
def send_owed() -> None:
    """Send what is owed now."""
    from accounts.mail import dispatch

    dispatch.send_owed(now=clock.now())
