"""What a run of the engine left, and how everything is put back as it was laid, so that each way starts alike."""

from datetime import datetime

from django.db import connection, transaction
from django.db.models import Count

from checkins.prompts.models import Prompt
from checkins.reminders.models import Delivery

MADE = (
    "checkins_delivery_prompts",
    "checkins_delivery",
    "accounts_attempt",
    "accounts_mail",
    "checkins_prompt",
    "checkins_checkin",
)


def remember(at: datetime) -> None:
    """Keep a copy of the seats that are due at `at`."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_seat")
        cursor.execute(
            "CREATE TABLE bench_seat AS SELECT schedule_id, membership_id, next_on, next_due_at FROM repair_seat "
            "WHERE next_due_at <= %s",
            [connection.ops.adapt_datetimefield_value(at)],
        )


def put_back() -> None:
    """Take away what was made, make the remembered seats due again, and leave tables, statistics and the log as
    after laying."""
    postgres = connection.vendor == "postgresql"
    with transaction.atomic(), connection.cursor() as cursor:
        if postgres:
            cursor.execute(f"TRUNCATE {', '.join(MADE)} CASCADE")
        else:
            for table in MADE:
                cursor.execute(f"DELETE FROM {table}")
        cursor.execute(
            "UPDATE repair_seat SET next_on = b.next_on, next_due_at = b.next_due_at "
            "FROM bench_seat b WHERE b.schedule_id = repair_seat.schedule_id "
            "AND b.membership_id = repair_seat.membership_id"
        )
    settle()


def warm() -> None:
    """Have all tables and indexes in PostgreSQL's own memory, as after a day of work: a bulk load leaves them on
    disk, or at best in the system's."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_prewarm")
        cursor.execute(
            "SELECT sum(pg_prewarm(oid)) FROM pg_class "
            "WHERE relkind IN ('r', 'i') AND relnamespace = 'public'::regnamespace"
        )


def settle() -> None:
    """What the database would do in its own time is done before the clock runs."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("VACUUM ANALYZE repair_seat")
            cursor.execute("CHECKPOINT")
        else:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def made(since: datetime) -> dict[str, int]:
    """How many prompts there are that opened at `since` or later; and how many rows too many: a second prompt,
    note or reminder of one person, when each has one seat due."""
    prompts = Prompt.objects.filter(opens_at__gte=since)
    asked = prompts.values("membership").distinct().count()
    mails = Delivery.objects.filter(planned_at__gte=since).values("membership", "kind")
    twice = mails.annotate(n=Count("pk")).filter(n__gt=1).count()
    return {"prompts": prompts.count(), "duplicates": prompts.count() - asked + twice}
