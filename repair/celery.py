"""The Celery application: messages are hints, the database is the truth."""

import logging
import os

from celery import Celery, signals
from django.core.exceptions import ImproperlyConfigured

from repair.logs import Lines

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "repair.settings")

app = Celery("kept")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(
    ["accounts.mail", "accounts.privacy", "repair.plan", "checkins.reminders"], related_name="tasks"
)


@signals.worker_init.connect
@signals.beat_init.connect
def _refuse_unsafe_start(**_: object) -> None:
    from repair.checks import refuse_unsafe_start

    try:
        refuse_unsafe_start()
    except ImproperlyConfigured as error:
        raise SystemExit(str(error)) from error  # Celery only logs what is raised here otherwise


@signals.after_setup_logger.connect
@signals.after_setup_task_logger.connect
def _plain_lines(logger: logging.Logger, **_: object) -> None:
    """What a worker or beat writes down is as bare as what the site does."""
    for handler in logger.handlers:
        handler.setFormatter(Lines())
