"""Two devices, or both partners, at one instant: one effect each, no opening missed. On real PostgreSQL."""

import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from accounts.access import viewer_of
from checkins.prompts.models import AnswerSheet, Prompt
from checkins.prompts.reading import opened
from tests.cast import Cast
from tests.checkins.make import DAY, MINUTE, draft_of, make_evening, sheet_of, step
from tests.conftest import Moved

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]
Browser = Callable[..., Client]
TRIALS = 10


@pytest.fixture(autouse=True)
def _only_postgres(db: None) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """All acts from one barrier, each in its own thread with its own connection; their results in order."""
    barrier, results = threading.Barrier(len(acts)), [None] * len(acts)

    def run(number: int, act: Callable[[], Any]) -> None:
        try:
            barrier.wait(10)
            results[number] = act()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(n, act)) for n, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


def test_sending_from_four_devices_is_one_sending(cast: Cast, clock: Moved, client_of: Browser) -> None:
    for trial in range(TRIALS):
        clock.move(days=1)
        tonight = make_evening(cast, now=clock.at)
        clients = [client_of(cast.ana) for _ in range(4)]
        clients[0].post(step(tonight.ana, 1), MINUTE)
        answers = at_once(*(partial(c.post, step(tonight.ana, 2), {"who": "all"}) for c in clients))
        assert {answer.url for answer in answers} == {f"/evening/{tonight.ana.pk}/sealed/"}
        assert AnswerSheet.objects.count() == trial + 1
        assert sheet_of(tonight.ana).marks == DAY, "the second sending did not empty the first"


def test_two_devices_on_two_pages_lose_neither(cast: Cast, clock: Moved, client_of: Browser) -> None:
    for _ in range(TRIALS):
        clock.move(days=1)
        week = make_evening(cast, now=clock.at, questions="weekly")
        marks = {f"mark-{slug}": "4" for slug in ("reach", "word", "hope", "hard")}
        one, two = client_of(cast.ana), client_of(cast.ana)
        at_once(
            partial(one.post, step(week.ana, 1), marks),
            partial(two.post, step(week.ana, 3), {"text-need": "A walk"}),
        )
        draft = draft_of(cast.ana, week.ana)
        assert draft["marks"]["hope"] == 4
        assert draft["texts"]["need"] == "A walk"


def test_when_both_send_at_once_it_opens(cast: Cast, clock: Moved, client_of: Browser) -> None:
    for _ in range(TRIALS):
        clock.move(days=1)
        tonight = make_evening(cast, now=clock.at, reads_in=None)
        pairs = [(client_of(cast.ana), tonight.ana), (client_of(cast.ben), tonight.ben)]
        for client, prompt in pairs:
            client.post(step(prompt, 1), MINUTE)
        at_once(*(partial(c.post, step(p, 2), {"who": "all"}) for c, p in pairs))
        assert opened(viewer_of(cast.ana, now=clock.at), tonight.check_in).is_open


def test_taking_back_against_the_other_sending(cast: Cast, clock: Moved, client_of: Browser) -> None:
    """Either it opened and stays, or it was taken back and did not open: never both."""
    for _ in range(TRIALS):
        clock.move(days=1)
        tonight = make_evening(cast, now=clock.at, reads_in=None)
        ana, ben = client_of(cast.ana), client_of(cast.ben)
        for client, prompt in ((ana, tonight.ana), (ben, tonight.ben)):
            client.post(step(prompt, 1), MINUTE)
        ana.post(step(tonight.ana, 2), {"who": "all"})
        at_once(
            partial(ana.post, f"/evening/{tonight.ana.pk}/take-back/"),
            partial(ben.post, step(tonight.ben, 2), {"who": "all"}),
        )
        is_open = opened(viewer_of(cast.ben, now=clock.at), tonight.check_in).is_open
        taken_back = Prompt.objects.get(pk=tonight.ana.pk).sent_at is None
        assert is_open != taken_back
