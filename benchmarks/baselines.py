"""The two other ways to serve due seats, writing the same rows: one by one with the ORM, and in SQL alone."""

from datetime import datetime, timedelta

from django.db import connection, transaction

from accounts.mail.models import Mail
from checkins.prompts.models import CheckIn, Prompt
from checkins.reminders.models import Delivery
from repair.schedules.models import Seat
from repair.schedules.recurrence import next_occurrence, reading_instant, window


def row_by_row(*, now: datetime, limit: int) -> int:
    """As one would write it first: for each due seat get_or_create, create and save, with a commit each. It asks
    neither for quiet hours nor for quiet days nor whether the couple is active. Returns how many it served."""
    due = Seat.objects.filter(next_due_at__lte=now).select_related("schedule", "membership__person")
    seats = list(due.order_by("next_due_at")[:limit])
    for seat in seats:
        with transaction.atomic():
            _serve(seat, now=now)
    return len(seats)


def _serve(seat: Seat, *, now: datetime) -> None:
    schedule, place, person = seat.schedule, seat.membership, seat.membership.person
    assert seat.next_on is not None
    found = window(seat.next_on, seat.opens_at, seat.closes_at, person.zone)
    assert found is not None
    opens_at, closes_at = found
    reads_at = None
    if schedule.reading_time is not None:
        reads_at = reading_instant(
            seat.next_on, schedule.reading_time, schedule.reading_days_after, (person.zone,)
        )
    check_in, _ = CheckIn.objects.get_or_create(
        schedule=schedule,
        on=seat.next_on,
        defaults={
            "couple_id": schedule.couple_id,
            "question_set": schedule.question_set,
            "reads_at": reads_at,
            "made_at": now,
        },
    )
    prompt, _ = Prompt.objects.get_or_create(
        check_in=check_in, membership=place, defaults={"opens_at": opens_at, "closes_at": closes_at}
    )
    if person.mail_stopped_at is None:
        mails = [(Delivery.Kind.NOTE, opens_at)]
        if schedule.remind_after_minutes is not None:
            mails.append((Delivery.Kind.REMINDER, opens_at + timedelta(minutes=schedule.remind_after_minutes)))
        for kind, at in mails:
            mail = Mail.objects.create(
                kind=kind.value,
                stream="notes",
                person=person,
                address=person.email,
                due_at=at,
                next_try_at=at,
                not_after=closes_at,
            )
            delivery = Delivery.objects.create(mail=mail, membership=place, kind=kind, planned_at=at)
            delivery.prompts.add(prompt)
    following = next_occurrence(schedule.rule, seat.opens_at, person.zone, seat.next_on)
    seat.next_on, seat.next_due_at = following or (None, None)
    seat.save(update_fields=["next_on", "next_due_at"])


# One statement, the limit of what the database itself can do. It reads no rule: the next time is a day later; it
# opens no settings, asks for no quiet days and no partner. Ids are drawn by the database.
_SQL = """
WITH due AS MATERIALIZED (
  SELECT s.membership_id, s.schedule_id, s.next_on, s.next_due_at AS opens,
         s.next_due_at + INTERVAL '150 minutes' AS closes, c.couple_id, c.question_set,
         m.person_id, u.email, u.mail_stopped_at IS NULL AS mailed,
         s.next_due_at + c.remind_after_minutes * INTERVAL '1 minute' AS again,
         gen_random_uuid() AS prompt, gen_random_uuid() AS note, gen_random_uuid() AS reminder
  FROM repair_seat s
  JOIN repair_schedule c ON c.id = s.schedule_id
  JOIN accounts_membership m ON m.id = s.membership_id
  JOIN accounts_user u ON u.id = m.person_id
  WHERE s.next_due_at <= %s
), check_ins AS (
  INSERT INTO checkins_checkin (id, schedule_id, couple_id, "on", question_set, reads_at, made_at)
  SELECT gen_random_uuid(), schedule_id, couple_id, next_on, question_set, opens + INTERVAL '1 day', now()
  FROM (SELECT DISTINCT schedule_id, couple_id, next_on, question_set, opens FROM due) AS first
  RETURNING id, schedule_id, "on"
), prompts AS (
  INSERT INTO checkins_prompt (id, check_in_id, membership_id, opens_at, closes_at, draft, not_sent)
  SELECT d.prompt, i.id, d.membership_id, d.opens, d.closes, '', false
  FROM due d JOIN check_ins i ON i.schedule_id = d.schedule_id AND i."on" = d.next_on
), owed AS MATERIALIZED (
  SELECT note AS mail, 'note' AS kind, opens AS at, closes, prompt, membership_id, person_id, email
  FROM due WHERE mailed
  UNION ALL
  SELECT reminder, 'reminder', again, closes, prompt, membership_id, person_id, email
  FROM due WHERE mailed AND again IS NOT NULL
), mails AS (
  INSERT INTO accounts_mail (id, kind, stream, person_id, address, payload, due_at, next_try_at, not_after, state,
                             tries, unknowns, faults)
  SELECT mail, kind, 'notes', person_id, email, ''::bytea, at, at, closes, 'owed', 0, 0, 0 FROM owed
), deliveries AS (
  INSERT INTO checkins_delivery (mail_id, membership_id, kind, planned_at)
  SELECT mail, membership_id, kind, at FROM owed
), covered AS (
  INSERT INTO checkins_delivery_prompts (delivery_id, prompt_id) SELECT mail, prompt FROM owed
)
UPDATE repair_seat s SET next_on = d.next_on + 1, next_due_at = d.opens + INTERVAL '1 day'
FROM due d WHERE s.schedule_id = d.schedule_id AND s.membership_id = d.membership_id
"""


def in_sql_alone(*, now: datetime) -> int:
    """Serve all due seats in one statement and one commit, on PostgreSQL. Returns how many."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_SQL, [now])
        return int(cursor.rowcount)
