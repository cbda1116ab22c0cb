"""Celery's callers of the outbox, and the hints that wake them. A lost hint costs a moment, never a mail."""

from celery import shared_task

HINT_LASTS_SECONDS = 60  # the beat gives the next ones


@shared_task(name="accounts.send_owed", ignore_result=True)
def send_owed() -> None:
    """Send what is owed now."""
    from accounts.mail import lanes

    lanes.send_owed()


def hint(times: int = 1) -> None:
    """Wake up to `times` workers. Does nothing where no broker is reached: the next beat finds the rows."""
    try:
        for _ in range(times):
            send_owed.apply_async(expires=HINT_LASTS_SECONDS, retry=False)
    except OSError:
        return
    except Exception as error:  # the broker's own errors have no common base
        if type(error).__module__.partition(".")[0] not in {"kombu", "redis", "amqp", "celery"}:
            raise
