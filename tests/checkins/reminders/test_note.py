"""/n/<token>/: where the link in a note leads."""

from collections.abc import Callable
from datetime import date, time

import pytest
from django.test import Client

from checkins.prompts.models import Prompt
from checkins.reminders import engine
from repair.schedules.models import Schedule
from tests.cast import Cast
from tests.checkins.reminders.conftest import mails_of, utc
from tests.conftest import Moved

ClientOf = Callable[..., Client]
Rhythm = Callable[..., Schedule]


@pytest.fixture
def path(cast: Cast, clock: Moved, rhythm: Rhythm) -> str:
    """The path in Ana's note."""
    rhythm()
    engine.run_due(now=clock.set(utc(14, 19, 30)))
    return f"/n/{mails_of(cast.ana)[0].pk.hex}/"


def test_it_leads_to_the_evening(cast: Cast, client_of: ClientOf, path: str) -> None:
    response = client_of(cast.ana).get(path)
    prompt = Prompt.objects.get(membership__person=cast.ana)
    assert (response.status_code, response["Location"]) == (302, f"/evening/{prompt.pk}/")


def test_about_several_it_leads_to_today(
    cast: Cast, clock: Moved, client_of: ClientOf, rhythm: Rhythm, path: str
) -> None:
    rhythm(opens=time(20, 35))
    engine.run_due(now=clock.set(utc(14, 19, 35)))
    assert client_of(cast.ana).get(path)["Location"] == "/today/"


def test_a_reminder_leads_there_too(cast: Cast, clock: Moved, client_of: ClientOf, rhythm: Rhythm) -> None:
    rhythm(remind_after_minutes=60, next_on=date(2026, 9, 15))
    engine.run_due(now=clock.set(utc(15, 19, 30)))
    prompt = Prompt.objects.get(membership__person=cast.ana)
    response = client_of(cast.ana).get(f"/n/{mails_of(cast.ana, 'reminder')[0].pk.hex}/")
    assert response["Location"] == f"/evening/{prompt.pk}/"


def test_signed_out_it_asks_to_sign_in_and_comes_back(path: str) -> None:
    client = Client()
    response = client.get(path)
    assert (response.status_code, response["Location"]) == (302, f"/sign-in/?next={path}")
    assert "s" not in client.cookies, "nobody was signed in"


@pytest.mark.parametrize("who", ["ben", "cleo", "sol", "theo", "sue"])
def test_nobody_elses(cast: Cast, client_of: ClientOf, path: str, who: str) -> None:
    assert client_of(getattr(cast, who)).get(path).status_code == 404


@pytest.mark.parametrize("token", ["x", "0" * 32, "0" * 33, "é" * 32, "%00" * 4, "{" + "0" * 30 + "}", "-" * 32])
def test_tokens_that_are_none(cast: Cast, client_of: ClientOf, token: str) -> None:
    assert client_of(cast.ana).get(f"/n/{token}/").status_code in {404, 400}


def test_it_changes_nothing(cast: Cast, client_of: ClientOf, path: str) -> None:
    before = list(Prompt.objects.values())
    client_of(cast.ana).get(path)
    client_of(cast.ana).head(path)
    assert list(Prompt.objects.values()) == before
    assert client_of(cast.ana).post(path).status_code == 405
