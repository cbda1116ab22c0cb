"""Running the engine and looking at what came of it; and the page on which somebody asks to be asked later."""

from datetime import datetime
from typing import Any

from django.test import Client

from accounts.mail import dispatch
from accounts.users.models import User
from checkins.prompts.models import Prompt
from checkins.reminders import engine
from checkins.reminders.forms import FORMAT
from repair.schedules.models import Seat
from tests.checkins.reminders.conftest import Accepting
from tests.conftest import Moved


def run(clock: Moved, at: datetime | None = None) -> engine.Ran:
    """Run the engine at an instant, without sending."""
    return engine.run_due(now=clock.set(at) if at else clock.at)


def go_on(clock: Moved, line: Accepting, *until: datetime) -> None:
    """Run the engine and send, at each of these instants."""
    for at in until:
        engine.run_due(now=clock.set(at))
        dispatch.send_owed(now=clock.at, transport=line)


def prompt_of(person: User) -> Prompt:
    return Prompt.objects.select_related("check_in").get(membership__person=person)


def page(prompt: Prompt) -> str:
    return f"/evening/{prompt.pk}/later/"


def press(browser: Client, prompt: Prompt, at: datetime) -> Any:
    return browser.post(page(prompt), {"at": at.strftime(FORMAT)})


def prompts_of(person: User) -> list[Prompt]:
    """All prompts of somebody, in the order of their opening."""
    return list(Prompt.objects.filter(membership__person=person).order_by("opens_at"))


def seat_of(person: User) -> Seat:
    """The only seat of somebody."""
    return Seat.objects.get(membership__person=person)
