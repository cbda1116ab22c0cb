"""`checkins:later`: “Ask me again later” moves one evening's own note, and nothing else.

Ana lives in Lisbon (UTC+1 in September): her evening opens at 20:30 (19:30 UTC) and closes at 23:00.
"""

from collections.abc import Callable
from datetime import time, timedelta

import pytest
from django.test import Client

from accounts.mail import dispatch
from accounts.mail.models import Attempt, Mail
from checkins.prompts.models import Prompt
from checkins.reminders import engine
from checkins.reminders.models import Delivery
from repair.schedules.models import QuietDays, Schedule, Seat
from tests.cast import Cast
from tests.checkins.make import fill
from tests.checkins.reminders.conftest import MONDAY, Accepting, mails_of, utc
from tests.checkins.reminders.evening import go_on, press, prompt_of
from tests.conftest import Moved

Rhythm = Callable[..., Schedule]
DUE = utc(14, 19, 30)
AT = utc(14, 21)


@pytest.fixture
def line() -> Accepting:
    return Accepting()


@pytest.fixture
def ana(cast: Cast, client_of: Callable[..., Client]) -> Client:
    return client_of(cast.ana)


def test_once_the_note_is_out_the_one_reminder_comes_at_the_chosen_hour(
    cast: Cast, clock: Moved, rhythm: Rhythm, line: Accepting, ana: Client
) -> None:
    rhythm(remind_after_minutes=60)
    go_on(clock, line, DUE)
    assert press(ana, prompt_of(cast.ana), AT).status_code == 302
    go_on(clock, line, utc(14, 20, 30), AT - timedelta(seconds=1))
    assert line.to == ["ana"], "not at the agreed half past nine"
    go_on(clock, line, AT, utc(14, 21, 30), utc(14, 21, 59))
    assert line.to == ["ana", "ana"]


def test_without_an_agreed_reminder_one_note_comes_at_the_chosen_hour(
    cast: Cast, clock: Moved, rhythm: Rhythm, line: Accepting, ana: Client
) -> None:
    rhythm()
    go_on(clock, line, DUE)
    press(ana, prompt_of(cast.ana), AT)
    go_on(clock, line, utc(14, 20, 30), AT, utc(14, 21, 30))
    assert line.to == ["ana", "ana"]
    assert [m.due_at for m in mails_of(cast.ana, "reminder")] == [AT]


def test_a_note_that_is_still_owed_moves_and_its_reminder_behind_it(
    cast: Cast, clock: Moved, rhythm: Rhythm, line: Accepting, ana: Client
) -> None:
    rhythm(remind_after_minutes=30)
    engine.run_due(now=clock.set(DUE))
    press(ana, prompt_of(cast.ana), AT)
    assert [m.due_at for m in mails_of(cast.ana)] == [AT]
    assert [m.due_at for m in mails_of(cast.ana, "reminder")] == [AT + timedelta(minutes=30)]
    go_on(clock, line, DUE + timedelta(minutes=5), AT, utc(14, 21, 30))
    assert line.to == ["ana", "ana"]
    assert Delivery.objects.get(kind="note").planned_at == AT


def test_a_reminder_without_room_behind_the_moved_note_is_let_go(
    cast: Cast, clock: Moved, rhythm: Rhythm, line: Accepting, ana: Client
) -> None:
    rhythm(remind_after_minutes=90)
    engine.run_due(now=clock.set(DUE))
    press(ana, prompt_of(cast.ana), AT)
    assert [m.state for m in mails_of(cast.ana, "reminder")] == ["unwanted"]
    go_on(clock, line, AT, utc(14, 21, 59))
    assert line.to == ["ana"]


def test_it_moves_that_delivery_only(
    cast: Cast, clock: Moved, rhythm: Rhythm, line: Accepting, ana: Client
) -> None:
    schedule = rhythm()
    go_on(clock, line, DUE)
    mine = prompt_of(cast.ana)
    before = (mine.opens_at, mine.closes_at, list(Seat.objects.order_by("pk").values()))
    press(ana, mine, AT)
    mine = prompt_of(cast.ana)
    assert (mine.opens_at, mine.closes_at, list(Seat.objects.order_by("pk").values())) == before
    go_on(clock, line, AT, utc(15, 0, 30), utc(15, 19, 30))
    assert line.to == ["ana", "ana", "ben", "ana"], "Ben's evening and her next are when they were"
    assert Schedule.objects.get(pk=schedule.pk).remind_after_minutes is None


def test_a_second_press_is_the_first_and_another_hour_takes_its_place(
    cast: Cast, clock: Moved, rhythm: Rhythm, line: Accepting, ana: Client
) -> None:
    rhythm()
    go_on(clock, line, DUE)
    mine = prompt_of(cast.ana)
    for at in (AT, AT, utc(14, 21, 30), utc(14, 21, 30)):
        assert press(ana, mine, at).status_code == 302
    assert [m.due_at for m in mails_of(cast.ana, "reminder")] == [utc(14, 21, 30)]
    go_on(clock, line, AT, utc(14, 21, 15), utc(14, 21, 30))
    assert line.to == ["ana", "ana"]


def test_after_note_and_reminder_there_is_no_third(
    cast: Cast, clock: Moved, rhythm: Rhythm, line: Accepting, ana: Client
) -> None:
    rhythm(remind_after_minutes=30)
    go_on(clock, line, DUE, utc(14, 20, 0))
    answer = press(ana, prompt_of(cast.ana), AT)
    assert answer.status_code == 409
    assert "Both notes for this evening have gone out" in answer.content.decode()
    go_on(clock, line, AT)
    assert line.to == ["ana", "ana"]


def test_a_mail_for_two_evenings_stays_for_the_other(
    cast: Cast, clock: Moved, rhythm: Rhythm, line: Accepting, ana: Client
) -> None:
    rhythm(remind_after_minutes=30)
    rhythm(opens=time(20, 35), closes=time(22, 30), question_set="weekly", remind_after_minutes=30)
    engine.run_due(now=clock.set(utc(14, 19, 35)))
    daily = Prompt.objects.get(membership__person=cast.ana, check_in__question_set="daily")
    press(ana, daily, AT)
    press(ana, daily, AT)
    by_set = {
        (m.delivery.kind, m.due_at): sorted(p.check_in.question_set for p in m.delivery.prompts.all())
        for m in Mail.objects.filter(person=cast.ana)
    }
    assert by_set == {
        ("note", DUE): ["weekly"],
        ("reminder", utc(14, 20, 0)): ["weekly"],
        ("note", AT): ["daily"],
        ("reminder", utc(14, 21, 30)): ["daily"],
    }


def test_a_shared_reminder_without_room_for_the_moved_one_stays_for_the_other(
    cast: Cast, clock: Moved, rhythm: Rhythm, ana: Client
) -> None:
    rhythm(remind_after_minutes=90)
    rhythm(opens=time(20, 35), question_set="weekly", remind_after_minutes=90)
    engine.run_due(now=clock.set(utc(14, 19, 35)))
    press(ana, Prompt.objects.get(membership__person=cast.ana, check_in__question_set="daily"), AT)
    (reminder,) = mails_of(cast.ana, "reminder")
    assert reminder.state == "owed"
    assert [p.check_in.question_set for p in reminder.delivery.prompts.all()] == ["weekly"]


def test_a_note_of_which_a_sender_has_begun_counts_as_out(
    cast: Cast, clock: Moved, rhythm: Rhythm, ana: Client
) -> None:
    rhythm()
    engine.run_due(now=clock.set(DUE))
    (note,) = mails_of(cast.ana)
    Attempt.objects.create(mail=note, number=1, lease=note.pk, began_at=clock.at)
    press(ana, prompt_of(cast.ana), AT)
    assert [m.due_at for m in mails_of(cast.ana)] == [DUE]
    assert [m.due_at for m in mails_of(cast.ana, "reminder")] == [AT]


def test_a_sender_that_holds_the_note_but_has_not_begun_lets_it_go(
    cast: Cast, clock: Moved, rhythm: Rhythm, line: Accepting, ana: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Claimed, rendered, connected; then she presses; then the attempt is to begin."""
    rhythm()
    engine.run_due(now=clock.set(DUE))
    mine, pressed = prompt_of(cast.ana), []
    monkeypatch.setattr(line, "connect", lambda: pressed or pressed.append(press(ana, mine, AT)))
    dispatch.send_owed(now=clock.at, transport=line)
    assert pressed[0].status_code == 302
    assert line.to == []
    go_on(clock, line, AT)
    assert line.to == ["ana"]


def sent(cast: Cast, browser: Client, prompt: Prompt) -> None:
    fill(browser, prompt)


def skipped(cast: Cast, browser: Client, prompt: Prompt) -> None:
    browser.post(f"/evening/{prompt.pk}/skip/")


def quiet(cast: Cast, browser: Client, prompt: Prompt) -> None:
    QuietDays.objects.create(
        couple=cast.couples["ana"],
        set_by_id=prompt.membership_id,
        first_on=MONDAY,
        last_on=MONDAY,
        set_at=DUE,
    )


def rested(cast: Cast, browser: Client, prompt: Prompt) -> None:
    browser.post("/you/rest/")


@pytest.mark.parametrize("stop", [sent, skipped, quiet, rested], ids=lambda f: f.__name__)
def test_the_moved_note_is_asked_about_again_before_it_goes(
    cast: Cast,
    clock: Moved,
    rhythm: Rhythm,
    line: Accepting,
    ana: Client,
    stop: Callable[[Cast, Client, Prompt], None],
) -> None:
    rhythm()
    go_on(clock, line, DUE)
    mine = prompt_of(cast.ana)
    press(ana, mine, AT)
    stop(cast, ana, mine)
    go_on(clock, line, AT)
    assert line.to == ["ana"]
