"""Which mails new prompts owe: quiet hours, one mail for what is due together, nobody who stopped them.

Ana lives in Lisbon (UTC+1 in September). The rhythm: every day, 20:30 to 23:00.
"""

from collections.abc import Callable
from datetime import datetime, time

import pytest

from accounts.mail.models import Mail
from accounts.users.models import User
from checkins.reminders.models import Delivery
from repair.schedules.models import Schedule
from tests.cast import Cast
from tests.checkins.reminders.conftest import mails_of, set_quiet, utc
from tests.checkins.reminders.evening import prompts_of, run
from tests.conftest import Moved

Rhythm = Callable[..., Schedule]


HOURS = [
    # quiet hours, note due, reminder due (after 60 minutes), because
    (("22:00", "07:00"), utc(14, 19, 30), utc(14, 20, 30), "they begin after all is sent"),
    (("20:00", "21:00"), utc(14, 20, 0), None, "held until 21:00 by her clock; 22:00 would do for the reminder"),
    (("20:00", "07:00"), None, None, "held past the window: no mail at all"),
    (("21:00", "22:30"), utc(14, 19, 30), utc(14, 21, 30), "only the reminder is held"),
    (("20:30", "20:31"), utc(14, 19, 31), None, "the first minute counts"),
    (("19:30", "20:30"), utc(14, 19, 30), utc(14, 20, 30), "the last does not"),
]


@pytest.mark.parametrize(("hours", "note", "reminder", "because"), HOURS)
def test_quiet_hours(
    cast: Cast,
    clock: Moved,
    rhythm: Rhythm,
    hours: tuple[str, str],
    note: datetime | None,
    reminder: datetime | None,
    because: str,
) -> None:
    set_quiet(cast.ana, *hours)
    rhythm(remind_after_minutes=60)
    run(clock, utc(14, 19, 30))
    assert [m.due_at for m in mails_of(cast.ana)] == ([note] if note else []), because
    if reminder:
        assert [m.due_at for m in mails_of(cast.ana, "reminder")] == [reminder], because
    assert len(prompts_of(cast.ana)) == 1, "the rule is never held"


def test_prompts_within_ten_minutes_share_one_mail(cast: Cast, clock: Moved, rhythm: Rhythm) -> None:
    rhythm(remind_after_minutes=30)
    rhythm(opens=time(20, 40), closes=time(23, 30), remind_after_minutes=30, question_set="weekly")
    run(clock, utc(14, 19, 40))
    (note,) = mails_of(cast.ana)
    assert list(note.delivery.prompts.order_by("opens_at")) == prompts_of(cast.ana)
    assert note.not_after == utc(14, 22, 30)
    assert len(mails_of(cast.ana, "reminder")) == 1


def test_they_share_it_also_when_beat_finds_them_one_after_the_other(
    cast: Cast, clock: Moved, rhythm: Rhythm
) -> None:
    rhythm(remind_after_minutes=30)
    rhythm(opens=time(20, 40), remind_after_minutes=30)
    run(clock, utc(14, 19, 30))
    run(clock, utc(14, 19, 40, 5))
    assert len(prompts_of(cast.ana)) == 2
    assert (len(mails_of(cast.ana)), len(mails_of(cast.ana, "reminder"))) == (1, 1)
    assert mails_of(cast.ana)[0].delivery.prompts.count() == 2


def test_eleven_minutes_apart_are_two_mails(cast: Cast, clock: Moved, rhythm: Rhythm) -> None:
    rhythm()
    rhythm(opens=time(20, 41))
    run(clock, utc(14, 19, 30))
    Mail.objects.update(state="sent", next_try_at=None)
    run(clock, utc(14, 19, 41))
    assert len(mails_of(cast.ana)) == 2


@pytest.mark.parametrize(
    ("trouble", "mails", "why"),
    [
        ({}, 1, "the relay was down: they go out together"),
        ({"faults": 1}, 2, "the first cannot be rendered, and must not take the second with it"),
        ({"unknowns": 1}, 2, "the first may be out already"),
    ],
)
def test_a_note_still_owed_takes_the_next_along(
    cast: Cast, clock: Moved, rhythm: Rhythm, trouble: dict[str, int], mails: int, why: str
) -> None:
    rhythm()
    rhythm(opens=time(21, 30))
    run(clock, utc(14, 19, 30))
    Mail.objects.update(**trouble, due_at=utc(14, 19, 30))
    run(clock, utc(14, 20, 30))
    assert len(mails_of(cast.ana)) == mails, why
    assert Delivery.objects.filter(membership__person=cast.ana, prompts__isnull=False).count() == 2


def test_a_backlog_of_two_rhythms_is_one_mail(cast: Cast, clock: Moved, rhythm: Rhythm) -> None:
    rhythm(opens=time(19, 0))
    rhythm(opens=time(20, 30))
    run(clock, utc(14, 20, 50))
    assert len(prompts_of(cast.ana)) == 2
    assert len(mails_of(cast.ana)) == 1


def test_a_mail_no_longer_wanted_is_not_shared(cast: Cast, clock: Moved, rhythm: Rhythm) -> None:
    rhythm()
    rhythm(opens=time(20, 35))
    run(clock, utc(14, 19, 30))
    Mail.objects.update(state="unwanted", next_try_at=None)
    run(clock, utc(14, 19, 35))
    assert [m.state for m in mails_of(cast.ana)] == ["unwanted", "owed"]


@pytest.mark.parametrize("column", ["mail_stopped_at", "mail_failed_at"])
def test_no_mail_to_who_stopped_it_or_cannot_get_it(cast: Cast, clock: Moved, rhythm: Rhythm, column: str) -> None:
    User.objects.filter(pk=cast.ana.pk).update(**{column: clock.at})
    rhythm()
    run(clock, utc(14, 19, 30))
    assert len(prompts_of(cast.ana)) == 1, "the evening is there, on the site"
    assert not mails_of(cast.ana)
