"""A note and its reminder between being owed and being sent: everything that may still stop them."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.couples.models import Membership
from accounts.mail import dispatch, outcomes, stopping
from accounts.mail.models import Mail
from accounts.users.models import User
from checkins.prompts.models import Prompt
from checkins.reminders import engine
from repair.schedules.models import QuietDays, Schedule
from tests.cast import Cast
from tests.checkins.reminders.conftest import MONDAY, Accepting, mails_of, set_quiet, utc
from tests.conftest import Moved

Rhythm = Callable[..., Schedule]
DUE = utc(14, 19, 30)


def send(clock: Moved, line: Any, at: datetime | None = None) -> Any:
    return dispatch.send_owed(now=clock.set(at) if at else clock.at, transport=line)


def rested(cast: Cast, who: str, now: datetime) -> None:
    Membership.objects.filter(person=getattr(cast, who)).update(rested_at=now)


def left(cast: Cast, who: str, now: datetime) -> None:
    Membership.objects.filter(person=getattr(cast, who)).update(left_at=now)


def suspended(cast: Cast, who: str, now: datetime) -> None:
    User.objects.filter(pk=getattr(cast, who).pk).update(suspended_at=now)


def deleting(cast: Cast, who: str, now: datetime) -> None:
    User.objects.filter(pk=getattr(cast, who).pk).update(delete_asked_at=now)


STOPS = [rested, left, suspended, deleting]


@pytest.mark.parametrize("who", ["ana", "ben"])
@pytest.mark.parametrize("stop", STOPS)
def test_what_either_does_between_claim_and_sending_stops_the_note(
    cast: Cast, clock: Moved, rhythm: Rhythm, stop: Callable[..., None], who: str
) -> None:
    """ASVS 8.3.2, 8.3.3."""
    rhythm()
    engine.run_due(now=clock.set(DUE))
    stop(cast, who, clock.at)
    line = Accepting()
    send(clock, line)
    assert not line.sent
    assert [m.state for m in mails_of(cast.ana)] == ["unwanted"]


def unsubscribed(cast: Cast, now: datetime) -> None:
    stopping.stop_by_token(token=stopping.token_of(cast.ana), now=now)


def refused_before(cast: Cast, now: datetime) -> None:
    User.objects.filter(pk=cast.ana.pk).update(mail_failed_at=now)


def answered(cast: Cast, now: datetime) -> None:
    Prompt.objects.update(sent_at=now)


def skipped(cast: Cast, now: datetime) -> None:
    Prompt.objects.update(skipped_at=now)


def withdrawn(cast: Cast, now: datetime) -> None:
    Schedule.objects.update(in_force=False)


def quiet_day(cast: Cast, now: datetime) -> None:
    QuietDays.objects.create(
        couple=cast.couples["ana"],
        set_by=Membership.objects.get(person=cast.ben),
        first_on=MONDAY,
        last_on=MONDAY,
        set_at=now,
    )


def closed(cast: Cast, now: datetime) -> None:
    Prompt.objects.update(opens_at=now - timedelta(hours=1), closes_at=now)


@pytest.mark.parametrize(
    "stop",
    [unsubscribed, refused_before, answered, skipped, withdrawn, quiet_day, closed],
    ids=lambda f: f.__name__,
)
def test_reasons_that_are_ones_own(
    cast: Cast, clock: Moved, rhythm: Rhythm, stop: Callable[[Cast, datetime], None]
) -> None:
    rhythm()
    engine.run_due(now=clock.set(DUE))
    stop(cast, clock.at)
    line = Accepting()
    send(clock, line)
    assert not line.sent


def test_nothing_happened_so_it_is_sent(cast: Cast, clock: Moved, rhythm: Rhythm) -> None:
    rhythm()
    engine.run_due(now=clock.set(DUE))
    line = Accepting()
    send(clock, line)
    assert line.to == ["ana"]


def test_ben_stopping_his_notes_does_not_touch_anas(cast: Cast, clock: Moved, rhythm: Rhythm) -> None:
    rhythm()
    stopping.stop_by_token(token=stopping.token_of(cast.ben), now=clock.at)
    Prompt.objects.filter(membership__person=cast.ben).update(skipped_at=clock.at)
    engine.run_due(now=clock.set(DUE))
    line = Accepting()
    send(clock, line)
    assert line.to == ["ana"]


def test_it_goes_to_the_address_the_person_has_now(cast: Cast, clock: Moved, rhythm: Rhythm) -> None:
    rhythm()
    engine.run_due(now=clock.set(DUE))
    User.objects.filter(pk=cast.ana.pk).update(email="new@mail.example")
    line = Accepting()
    send(clock, line)
    assert line.to == ["new"]


def test_one_of_two_prompts_still_waits(cast: Cast, clock: Moved, rhythm: Rhythm) -> None:
    rhythm()
    rhythm(opens=time(20, 35), closes=time(23, 30))
    engine.run_due(now=clock.set(utc(14, 19, 35)))
    Prompt.objects.filter(closes_at=utc(14, 22)).update(sent_at=clock.at)
    line = Accepting()
    send(clock, line)
    assert line.to == ["ana"]
    assert "until 23:30" in _body(line)


def _body(line: Accepting) -> str:
    from email import message_from_bytes, policy

    message = message_from_bytes(line.sent[-1].content, policy=policy.default)
    return str(message.get_body(("plain",)).get_content())  # type: ignore[union-attr]


def test_quiet_hours_set_after_it_was_owed_hold_it(cast: Cast, clock: Moved, rhythm: Rhythm) -> None:
    rhythm()
    engine.run_due(now=clock.set(DUE))
    set_quiet(cast.ana, "20:00", "21:00")
    line = Accepting()
    send(clock, line)
    assert not line.sent
    send(clock, line, utc(14, 20, 0))
    assert line.to == ["ana"]


REMIND = utc(14, 20, 30)


def test_a_reminder_comes_once_if_nothing_was_answered(cast: Cast, clock: Moved, rhythm: Rhythm) -> None:
    rhythm(remind_after_minutes=60)
    line = Accepting()
    for at in (DUE, DUE + timedelta(minutes=30), REMIND, REMIND + timedelta(minutes=30), utc(14, 21, 59)):
        engine.run_due(now=clock.set(at))
        send(clock, line)
    assert line.to == ["ana", "ana"]
    assert "still open" in _body(line)


@pytest.mark.parametrize("stop", [answered, skipped, unsubscribed, withdrawn], ids=lambda f: f.__name__)
def test_no_reminder_after(
    cast: Cast, clock: Moved, rhythm: Rhythm, stop: Callable[[Cast, datetime], None]
) -> None:
    rhythm(remind_after_minutes=60)
    engine.run_due(now=clock.set(DUE))
    line = Accepting()
    send(clock, line)
    stop(cast, clock.at)
    send(clock, line, REMIND)
    assert line.to == ["ana"]


def test_after_a_long_outage_of_the_relay_note_and_reminder_are_one_mail(
    cast: Cast, clock: Moved, rhythm: Rhythm
) -> None:
    rhythm(remind_after_minutes=60)
    engine.run_due(now=clock.set(DUE))
    line = Accepting()
    send(clock, line, utc(14, 21, 0))
    send(clock, line, utc(14, 21, 1))
    assert line.to == ["ana"]


def test_a_note_just_sent_late_is_not_followed_at_once(cast: Cast, clock: Moved, rhythm: Rhythm) -> None:
    rhythm(remind_after_minutes=60)
    engine.run_due(now=clock.set(DUE))
    line = Accepting()
    Mail.objects.filter(kind="reminder").update(next_try_at=REMIND)
    send(clock, line, REMIND - timedelta(minutes=5))
    send(clock, line, REMIND)
    assert line.to == ["ana"]


def test_a_prompt_that_joins_while_its_mail_is_found_unwanted_is_sent(
    cast: Cast, clock: Moved, rhythm: Rhythm, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both close at the same time, so that the mail's own end says nothing of the one that joined."""
    rhythm()
    rhythm()
    engine.run_due(now=clock.set(DUE))
    (mail,) = mails_of(cast.ana)
    mine = Prompt.objects.filter(deliveries=mail.pk)
    assert len(set(mine.values_list("closes_at", flat=True))) == 1 < mine.count()
    mine.update(sent_at=clock.at)
    keep = outcomes.keep

    def joined_first(*words: Any, **named: Any) -> bool:
        Prompt.objects.filter(pk=mine.first().pk).update(sent_at=None)  # type: ignore[union-attr]
        return keep(*words, **named)

    monkeypatch.setattr(outcomes, "keep", joined_first)
    line = Accepting()
    send(clock, line)
    assert line.to.count("ana") == 1


def test_asking_costs_two_statements(cast: Cast, clock: Moved, rhythm: Rhythm) -> None:
    from checkins.reminders.notes import lock_and_ask

    rhythm()
    engine.run_due(now=clock.set(DUE))
    (mail,) = mails_of(cast.ana)
    assert lock_and_ask(mail, clock.at)
    with CaptureQueriesContext(connection) as queries:
        assert lock_and_ask(mail, clock.at)
    assert 1 <= len(queries) <= 2, "one message to PostgreSQL, where both are prepared by then"


def test_a_batch_of_notes_costs_the_same_few_queries_each(cast: Cast, clock: Moved, rhythm: Rhythm) -> None:
    def count(couples: list[str]) -> int:
        Mail.objects.all().delete()
        Prompt.objects.all().delete()
        for who in couples:
            rhythm(of=who, opens=time(1), closes=time(23, 55))
        engine.run_due(now=clock.set(utc(14, 16, 30)))
        with CaptureQueriesContext(connection) as queries:
            send(clock, Accepting())
        return len([q for q in queries if "SAVEPOINT" not in q["sql"]])

    count(["ana"])  # from here on PostgreSQL has the statements prepared
    Schedule.objects.update(in_force=False)
    two = count(["ana"])
    assert Mail.objects.filter(state="sent").count() == 2
    Schedule.objects.update(in_force=False)
    four = count(["ana", "cleo"])
    assert Mail.objects.filter(state="sent").count() == 4
    # Both questions; the result of the mail before, in two rows, and the attempt. On PostgreSQL: one message each.
    assert (four - two) / 2 == (2 if connection.vendor == "postgresql" else 5)
