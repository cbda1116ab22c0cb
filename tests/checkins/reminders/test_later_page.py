"""The page of “Ask me again later”: which hours are on offer, what is refused, and who finds it."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.mail.models import Mail
from accounts.users.models import User
from checkins.prompts.models import CheckIn, Prompt
from checkins.reminders import engine, later
from repair.plan.locks import NotActive
from repair.schedules.models import Schedule
from tests.cast import Cast
from tests.checkins.make import looking
from tests.checkins.reminders.conftest import Accepting, mails_of, set_quiet, utc
from tests.checkins.reminders.evening import page, press, prompt_of
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


NOT_TAKEN = [
    (utc(14, 22, 0), 422, "the window has closed by then"),
    (utc(14, 23, 0), 422, "an hour after it closed"),
    (utc(14, 19, 15), 422, "in the past"),
    (utc(14, 20, 7), 422, "no hour that was offered"),
]


@pytest.mark.parametrize(("at", "status", "why"), NOT_TAKEN, ids=[n[2] for n in NOT_TAKEN])
def test_what_is_not_taken(
    cast: Cast, clock: Moved, rhythm: Rhythm, ana: Client, at: datetime, status: int, why: str
) -> None:
    rhythm()
    engine.run_due(now=clock.set(DUE))
    before = list(Mail.objects.order_by("pk").values())
    assert press(ana, prompt_of(cast.ana), at).status_code == status, why
    assert list(Mail.objects.order_by("pk").values()) == before


@pytest.mark.parametrize("late", [utc(14, 22, 0), utc(16, 12, 0)])
def test_past_the_window_it_is_refused(
    cast: Cast, clock: Moved, rhythm: Rhythm, ana: Client, late: datetime
) -> None:
    rhythm()
    engine.run_due(now=clock.set(DUE))
    clock.set(late)
    assert press(ana, prompt_of(cast.ana), late + timedelta(hours=1)).status_code == 409
    assert ana.get(page(prompt_of(cast.ana))).status_code == 302, "to where the evening stands"
    with pytest.raises(later.Refusal):
        later.ask_again(
            viewer=looking(cast.ana, now=late),
            prompt_id=prompt_of(cast.ana).pk,
            at=late + timedelta(hours=1),
            now=late,
        )
    assert [m.due_at for m in Mail.objects.all()] == [DUE]


@pytest.mark.parametrize("column", ["mail_stopped_at", "mail_failed_at"])
def test_where_notes_are_stopped_it_says_so_and_owes_none(
    cast: Cast, clock: Moved, rhythm: Rhythm, ana: Client, column: str
) -> None:
    rhythm()
    User.objects.filter(pk=cast.ana.pk).update(**{column: clock.at})
    engine.run_due(now=clock.set(DUE))
    assert "No notes go to you at present" in ana.get(page(prompt_of(cast.ana))).content.decode()
    assert press(ana, prompt_of(cast.ana), AT).status_code == 409
    assert not mails_of(cast.ana)


def hours(browser: Client, prompt: Prompt) -> list[str]:
    """The hours on offer, by the wall clock."""
    found = browser.get(page(prompt)).context["form"].fields["at"].choices
    return [label for _, label in found]


def test_the_hours_on_offer_are_round_and_within_the_window_and_outside_quiet_hours(
    cast: Cast, clock: Moved, rhythm: Rhythm, client_of: Callable[..., Client]
) -> None:
    rhythm()
    engine.run_due(now=clock.set(DUE))
    assert hours(client_of(cast.ana), prompt_of(cast.ana)) == ["21:00", "21:30", "22:00", "22:30"]
    clock.set(utc(14, 21, 20))
    assert hours(client_of(cast.ana), prompt_of(cast.ana)) == ["22:45"]
    clock.set(DUE)
    set_quiet(cast.ana, "21:45", "07:00")
    assert hours(client_of(cast.ana), prompt_of(cast.ana)) == ["20:45", "21:00", "21:15", "21:30"]
    clock.set(utc(14, 21, 45))
    assert "There is no time left" in client_of(cast.ana).get(page(prompt_of(cast.ana))).content.decode()


def test_it_is_no_later_than_the_reading_hour(cast: Cast, clock: Moved, rhythm: Rhythm, ana: Client) -> None:
    rhythm()
    engine.run_due(now=clock.set(DUE))
    CheckIn.objects.update(reads_at=utc(14, 21, 0))
    assert hours(ana, prompt_of(cast.ana)) == ["20:45", "21:00", "21:15", "21:30", "21:45"]


def test_quiet_hours_set_meanwhile_are_respected_by_the_verb_itself(
    cast: Cast, clock: Moved, rhythm: Rhythm
) -> None:
    rhythm()
    engine.run_due(now=clock.set(DUE))
    viewer = looking(cast.ana, now=DUE)
    set_quiet(cast.ana, "21:30", "07:00")
    with pytest.raises(later.Refusal, match="quiet hours"):
        later.ask_again(viewer=viewer, prompt_id=prompt_of(cast.ana).pk, at=AT, now=DUE)


def test_the_page_of_the_other_is_nobodys(cast: Cast, clock: Moved, rhythm: Rhythm, ana: Client) -> None:
    rhythm(opens=time(20, 30), closes=time(20, 29))
    engine.run_due(now=clock.set(utc(15, 1)))
    theirs = prompt_of(cast.ben)
    assert ana.get(page(theirs)).status_code == 404
    assert press(ana, theirs, utc(15, 2)).status_code == 404


def test_the_evening_and_today_lead_there(cast: Cast, clock: Moved, rhythm: Rhythm, ana: Client) -> None:
    rhythm()
    engine.run_due(now=clock.set(DUE))
    mine = prompt_of(cast.ana)
    assert page(mine) in ana.get(f"/evening/{mine.pk}/1/").content.decode()
    assert page(mine) in ana.get("/today/").content.decode()
    press(ana, mine, AT)
    told = ana.get("/today/").content.decode()
    assert "Your next note comes at 22:00." in told
    assert "comes at 22:00" in ana.get(page(mine)).content.decode()


def test_somebody_who_rests_meanwhile_is_led_to_the_resting_page(
    cast: Cast, clock: Moved, rhythm: Rhythm, ana: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page was asked for while the couple was active; it no longer is when the row is locked."""
    rhythm()
    engine.run_due(now=clock.set(DUE))

    def resting(**asked: Any) -> None:
        raise NotActive

    monkeypatch.setattr(later, "ask_again", resting)
    answer = press(ana, prompt_of(cast.ana), AT)
    assert (answer.status_code, answer.url) == (302, "/today/")
