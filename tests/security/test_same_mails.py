"""M1 and rule 1, over days: whatever Ben does of his own, Ana's mails are the same: how many, when, how long."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from accounts.mail import dispatch, stopping
from accounts.users import mails
from accounts.users.models import User
from checkins.progress.models import MarkedEvening
from checkins.prompts.models import Prompt
from checkins.reminders import engine
from tests.cast import Cast
from tests.checkins.reminders.conftest import Accepting, make_rhythm, set_quiet
from tests.conftest import Moved
from tests.contract.world import send_sheet
from tests.security import tally

pytestmark = [pytest.mark.pure, pytest.mark.slow]

DAYS = 4
EVERY = timedelta(minutes=30)
Act = Callable[[Cast, Prompt], None]  # what Ben does with each evening's page


def _sheet(share: str, **words: str) -> Act:
    def act(cast: Cast, prompt: Prompt) -> None:
        marks = {"marks": {"safe": 2}, "private": [], "word": "calm", "reports": {}, "share": share}
        send_sheet(prompt.check_in, cast.ben, marks=marks, words=words)

    return act


def nothing(cast: Cast, prompt: Prompt) -> None:
    """Leaves it."""


def skips(cast: Cast, prompt: Prompt) -> None:
    Prompt.objects.filter(pk=prompt.pk).update(skipped_at=prompt.opens_at + timedelta(minutes=2))


def stops_his_mail(cast: Cast, prompt: Prompt) -> None:
    stopping.stop_by_token(token=stopping.token_of(cast.ben), now=prompt.opens_at)


def has_quiet_hours(cast: Cast, prompt: Prompt) -> None:
    set_quiet(User.objects.get(pk=cast.ben.pk), "19:00", "22:30")


def marks_the_evening(cast: Cast, prompt: Prompt) -> None:
    MarkedEvening.objects.create(
        couple=cast.couples["ana"], author=cast.ben, on=prompt.check_in.on, made_at=prompt.opens_at
    )


def moves(cast: Cast, prompt: Prompt) -> None:
    User.objects.filter(pk=cast.ben.pk).update(time_zone="Asia/Tokyo")


ACTS: dict[str, Act] = {
    "answers and shares": _sheet("all", good="The long walk by the river, and what was said on it. " * 6),
    "answers and keeps it": _sheet("none"), "skips": skips, "stops his mail": stops_his_mail,
    "has quiet hours": has_quiet_hours, "marks the evening": marks_the_evening, "moves": moves,
}  # fmt: skip


def mails_of_ana(cast: Cast, clock: Moved, act: Act) -> list[tuple[datetime, str, int]]:
    """When each of her mails went, under which subject, and how many bytes it had."""
    start, found = clock.at, []
    with transaction.atomic():
        make_rhythm(cast.couples["ana"], now=clock.at, remind_after_minutes=60)
        done: set[Any] = set()
        while clock.at < start + timedelta(days=DAYS):
            clock.set(clock.at + EVERY)
            line = Accepting()
            engine.run_due(now=clock.at)
            dispatch.send_owed(now=clock.at, transport=line)
            for each in line.sent:
                if each.recipient == cast.ana.email:
                    subject = each.content.partition(b"\r\n")[0].decode()
                    found.append((clock.at, subject, len(each.content)))
            his = Prompt.objects.filter(membership__person=cast.ben).exclude(pk__in=done)
            for prompt in his.select_related("check_in"):
                done.add(prompt.pk)
                act(cast, prompt)
        transaction.set_rollback(True)
    clock.set(start)
    return found


@pytest.fixture(autouse=True)
def no_hints(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("checkins.reminders.engine.hint", lambda count: None)


def test_her_mails_do_not_depend_on_him(cast: Cast, clock: Moved) -> None:
    first = mails_of_ana(cast, clock, nothing)
    assert len(first) == 2 * DAYS, "a note and a reminder for each evening"
    apart = [name for name, act in ACTS.items() if mails_of_ana(cast, clock, act) != first]
    tally.add("mails whatever the other does", cases=len(ACTS) * len(first), found=len(apart))
    assert apart == []


def _tells_her(cast: Cast, prompt: Prompt) -> None:
    context = {"user": cast.ana}
    mails.owe("account/email/password_changed", address=cast.ana.email, context=context, now=prompt.opens_at)


def _later(cast: Cast, prompt: Prompt) -> None:
    set_quiet(User.objects.get(pk=cast.ana.pk), "19:00", "22:30")


FAULTS: dict[str, Act] = {"one more": _tells_her, "at another hour": _later}


@pytest.mark.parametrize("fault", [*FAULTS, "longer"])
def test_a_mail_that_tells_is_noticed(
    cast: Cast, clock: Moved, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    """Seeded: one mail more, one later, one longer, once he has his page."""
    first = mails_of_ana(cast, clock, nothing)
    if fault == "longer":
        monkeypatch.setattr("accounts.mail.message.subject_of", lambda mail: "Your note, and Ben’s")
    assert mails_of_ana(cast, clock, FAULTS.get(fault, nothing)) != first
    tally.add("mails whatever the other does", seeded=1, caught=1)
