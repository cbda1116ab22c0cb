"""The baseline: django-celery-beat's DatabaseScheduler with one task and one crontab of its own per schedule.

It runs the real scheduler's loop as `celery.beat.Service.start` does and publishes to a real Redis; no worker is
attached. All tasks are due in one minute. Starting up, loading the tasks and `sync` (a write per task every three
minutes) are left out of the measured windows. Like `dispatcher`, it is a process that answers commands:
`window <seconds>`.
"""

import json
import sys
import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

ZONES = ("Europe/London", "Europe/Berlin", "America/New_York", "Asia/Tokyo", "Australia/Sydney")


def set_up(database: str, redis: str) -> None:
    """A Django site of nothing but django-celery-beat."""
    import django
    import environ
    from django.conf import settings
    from django.core.management import call_command

    settings.configure(
        INSTALLED_APPS=["django.contrib.contenttypes", "django_celery_beat"],
        DATABASES={"default": environ.Env.db_url_config(database)},
        USE_TZ=True,
        TIME_ZONE="UTC",
        SECRET_KEY="only-for-benchmarks",
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        CELERY_BROKER_URL=redis,
    )
    django.setup()
    call_command("migrate", verbosity=0, interactive=False)


def lay(number: int) -> None:
    """`number` periodic tasks, each with a crontab of its own, all due now and last run a day ago."""
    from django.db import connection
    from django_celery_beat.models import CrontabSchedule, PeriodicTask, PeriodicTasks

    now = datetime.now(UTC)
    due = now - timedelta(minutes=1)
    crontabs = []
    for n in range(number):
        zone = ZONES[n % len(ZONES)]
        local = due.astimezone(ZoneInfo(zone))
        crontabs.append(CrontabSchedule(minute=f"{local.minute}", hour=f"{local.hour}", timezone=zone))
    crontabs = CrontabSchedule.objects.bulk_create(crontabs, batch_size=2000)
    PeriodicTask.objects.bulk_create(
        [
            PeriodicTask(
                name=f"schedule {n}",
                task="remind",
                crontab=crontab,
                args=json.dumps([n]),
                last_run_at=now - timedelta(days=1),
            )
            for n, crontab in enumerate(crontabs)
        ],
        batch_size=2000,
    )
    PeriodicTasks.update_changed()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


class Beat:
    """The scheduler, and its loop without the sleep that nothing would fill."""

    def __init__(self, redis: str) -> None:
        from celery import Celery
        from django_celery_beat.schedulers import DatabaseScheduler

        app = Celery("baseline", broker=redis)
        app.conf.update(timezone="UTC", enable_utc=True, task_ignore_result=True)
        self.scheduler = DatabaseScheduler(app=app)
        self.scheduler.tick()
        self.scheduler._do_sync()
        self.sent = 0
        real = self.scheduler.apply_async

        def counted(*args: object, **kwargs: object) -> object:
            self.sent += 1
            return real(*args, **kwargs)

        self.scheduler.apply_async = counted

    def window(self, seconds: float) -> dict[str, float]:
        """Sends and seconds of one window."""
        self.scheduler._last_sync = time.monotonic()
        before, began = self.sent, time.monotonic()
        while time.monotonic() - began < seconds:
            interval = self.scheduler.tick()
            if interval and interval > 0.0:
                time.sleep(min(interval, 0.1))
        return {"sent": self.sent - before, "seconds": time.monotonic() - began}


def main() -> None:
    database, redis, number = sys.argv[1], sys.argv[2], int(sys.argv[3])
    set_up(database, redis)
    lay(number)
    began = time.monotonic()
    beat = Beat(redis)
    print(json.dumps({"ready": True, "start_up_s": time.monotonic() - began}), flush=True)
    for line in sys.stdin:
        print(json.dumps(beat.window(float(line.split()[1]))), flush=True)


if __name__ == "__main__":
    main()
