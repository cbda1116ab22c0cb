"""`checkins:evening`, `checkins:skip`, `checkins:sealed` and `checkins:take_back`."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.access import viewer_of
from accounts.users.models import User
from checkins.prompts.models import AnswerSheet, CheckIn, Prompt
from checkins.prompts.reading import State, opened
from checkins.prompts.sheets import Share
from tests.cast import Cast
from tests.checkins.make import MINUTE, draft_of, fill, make_evening, send, step
from tests.conftest import Moved

Browser = Callable[..., Client]


def at(prompt: Prompt, page: str = "") -> str:
    return f"/evening/{prompt.pk}/{page}"


def test_it_leads_to_the_first_page_to_the_sealed_page_and_to_the_reading(
    cast: Cast, clock: Moved, client_of: Browser
) -> None:
    tonight = make_evening(cast, now=clock.at)
    assert client_of(cast.ana).get(at(tonight.ana)).url == step(tonight.ana, 1)
    fill(client_of(cast.ana), tonight.ana)
    assert client_of(cast.ana).get(at(tonight.ana)).url == at(tonight.ana, "sealed/")
    clock.move(days=1)
    assert client_of(cast.ana).get(at(tonight.ana, "sealed/")).url == f"/reading/{tonight.check_in.pk}/"


def test_not_tonight_and_after_all(cast: Cast, clock: Moved, client_of: Browser) -> None:
    tonight, ana = make_evening(cast, now=clock.at), client_of(cast.ana)
    ana.post(step(tonight.ana, 1), MINUTE)
    assert ana.post(at(tonight.ana, "skip/")).url == "/today/"
    assert ana.post(at(tonight.ana, "skip/")).url == "/today/", "twice is once"
    tonight.ana.refresh_from_db()
    assert tonight.ana.skipped_at == clock.at
    assert ana.get(at(tonight.ana)).url == at(tonight.ana, "sealed/")
    assert ana.post(at(tonight.ana, "skip/"), {"again": "1"}).url == at(tonight.ana)
    tonight.ana.refresh_from_db()
    assert tonight.ana.skipped_at is None
    assert draft_of(cast.ana, tonight.ana)["good"] == "You hummed.", "the draft was not touched"


def test_after_the_window_nothing_is_skipped_or_taken_up(cast: Cast, clock: Moved, client_of: Browser) -> None:
    tonight = make_evening(cast, now=clock.at)
    client_of(cast.ana).post(at(tonight.ana, "skip/"))
    clock.move(hours=4)
    client_of(cast.ana).post(at(tonight.ana, "skip/"), {"again": "1"})
    client_of(cast.ben).post(at(tonight.ben, "skip/"))
    assert Prompt.objects.get(pk=tonight.ana.pk).skipped_at is not None
    assert Prompt.objects.get(pk=tonight.ben.pk).skipped_at is None


def test_skipping_does_not_touch_what_was_sent(cast: Cast, clock: Moved, client_of: Browser) -> None:
    tonight = make_evening(cast, now=clock.at)
    send(tonight.ana, at=clock.at)
    client_of(cast.ana).post(at(tonight.ana, "skip/"))
    assert Prompt.objects.get(pk=tonight.ana.pk).skipped_at is None
    assert AnswerSheet.objects.get().taken_back_at is None


@pytest.mark.parametrize("done", ["nothing", "draft", "skip", "send", "private"])
def test_the_sealed_page_is_the_same_whatever_one_did(
    cast: Cast, clock: Moved, client_of: Browser, done: str
) -> None:
    """Also over one’s shoulder: not even one’s own doing shows on it."""
    tonight, ana = make_evening(cast, now=clock.at), client_of(cast.ana)
    before = ana.get(at(tonight.ana, "sealed/")).content
    if done == "draft":
        ana.post(step(tonight.ana, 1), MINUTE)
    elif done == "skip":
        ana.post(at(tonight.ana, "skip/"))
    elif done != "nothing":
        send(tonight.ana, at=clock.at, share=Share.ALL if done == "send" else Share.NONE)
    assert ana.get(at(tonight.ana, "sealed/")).content == before


def test_taking_back_returns_the_words_to_the_draft(cast: Cast, clock: Moved, client_of: Browser) -> None:
    tonight, ana = make_evening(cast, now=clock.at), client_of(cast.ana)
    fill(ana, tonight.ana)
    for _ in range(2):
        assert ana.post(at(tonight.ana, "take-back/")).url == f"/answers/{tonight.ana.pk}/"
    draft = draft_of(cast.ana, tonight.ana)
    assert (draft["marks"], draft["good"]) == ({"safe": 5, "close": 4}, "You hummed.")
    row = AnswerSheet.objects.get()
    assert (bytes(row.marks), bytes(row.words), row.taken_back_at) == (b"", b"", clock.at)
    assert Prompt.objects.get(pk=tonight.ana.pk).sent_at is None
    assert ana.post(step(tonight.ana, 2), {"who": "marks"}).url == at(tonight.ana, "sealed/")
    assert AnswerSheet.objects.get().taken_back_at is None, "sent again, into the same row"


def test_it_can_be_taken_back_after_the_window_until_the_hour(
    cast: Cast, clock: Moved, client_of: Browser
) -> None:
    tonight = make_evening(cast, now=clock.at)
    send(tonight.ana, at=clock.at)
    clock.move(hours=5)
    answer = client_of(cast.ana).post(at(tonight.ana, "take-back/"), follow=True)
    assert "this stays a draft of yours" in answer.content.decode()
    assert AnswerSheet.objects.get().taken_back_at == clock.at


def test_from_the_hour_on_nothing_is_taken_back(cast: Cast, clock: Moved, client_of: Browser) -> None:
    tonight = make_evening(cast, now=clock.at)
    send(tonight.ana, at=clock.at)
    clock.move(days=1)
    answer = client_of(cast.ana).post(at(tonight.ana, "take-back/"), follow=True)
    assert "The reading hour has come" in answer.content.decode()
    assert AnswerSheet.objects.get().taken_back_at is None


def state_of(person: User, check_in: CheckIn, clock: Moved) -> State:
    """What there is to read for that person now."""
    return opened(viewer_of(person, now=clock.at), check_in).state


def test_what_opened_stays_opened_when_less_is_shown(cast: Cast, clock: Moved, client_of: Browser) -> None:
    """Otherwise one could read, show nothing, take back, and answer anew."""
    tonight = make_evening(cast, now=clock.at, reads_in=None)
    fill(client_of(cast.ana), tonight.ana)
    fill(client_of(cast.ben), tonight.ben)
    client_of(cast.ana).post(f"/reading/{tonight.check_in.pk}/narrow/", {"who": "none"})
    assert state_of(cast.ana, tonight.check_in, clock) is State.NOTHING
    client_of(cast.ana).post(at(tonight.ana, "take-back/"))
    assert not AnswerSheet.objects.exclude(taken_back_at=None).exists()


def test_as_soon_as_both_are_in_the_hour_is_the_second_sending(
    cast: Cast, clock: Moved, client_of: Browser
) -> None:
    tonight = make_evening(cast, now=clock.at, reads_in=None)
    fill(client_of(cast.ana), tonight.ana)
    assert state_of(cast.ana, tonight.check_in, clock) is State.SEALED
    assert client_of(cast.ana).get(at(tonight.ana, "sealed/")).status_code == 200
    clock.move(minutes=5)
    fill(client_of(cast.ben), tonight.ben)
    assert state_of(cast.ana, tonight.check_in, clock) is State.OPEN
    tonight.check_in.refresh_from_db()
    assert tonight.check_in.reads_at is None, "no clear column tells that they shared something"
    client_of(cast.ana).post(at(tonight.ana, "take-back/"))
    assert not AnswerSheet.objects.exclude(taken_back_at=None).exists(), "it has opened: nothing comes back"


def test_as_soon_as_both_are_in_stays_sealed_while_one_keeps_it_private(
    cast: Cast, clock: Moved, client_of: Browser
) -> None:
    tonight = make_evening(cast, now=clock.at, reads_in=None)
    fill(client_of(cast.ana), tonight.ana, who="none")
    fill(client_of(cast.ben), tonight.ben)
    assert client_of(cast.ben).get(at(tonight.ben, "sealed/")).status_code == 200
    client_of(cast.ben).post(at(tonight.ben, "take-back/"))
    assert AnswerSheet.objects.exclude(taken_back_at=None).count() == 1
    clock.move(hours=3)
    assert client_of(cast.ben).get(at(tonight.ben, "sealed/")).url == f"/reading/{tonight.check_in.pk}/"


@pytest.mark.parametrize("who", ["ben", "cleo", "drew", "sol", "theo", "sue"])
@pytest.mark.parametrize("page", ["skip/", "take-back/"])
def test_nobody_else_acts_on_it(cast: Cast, clock: Moved, client_of: Browser, who: str, page: str) -> None:
    tonight = make_evening(cast, now=clock.at)
    send(tonight.ana, at=clock.at)
    assert client_of(getattr(cast, who)).post(at(tonight.ana, page)).status_code == 404
    assert client_of(cast.ana).get(at(tonight.ana, page)).status_code == 405
    assert AnswerSheet.objects.get().taken_back_at is None
