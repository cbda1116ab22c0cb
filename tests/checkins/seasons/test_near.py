"""A word of the couple's own for near and far: said by one alone, at once or for the hour, taken back any time."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.access import viewer_of
from accounts.privacy import retention
from accounts.privacy.ports import registered
from accounts.refusal import Refusal
from accounts.users.models import User
from accounts.vault import services as vault
from checkins.seasons import nearness
from checkins.seasons.models import Given
from repair.plan.services import withdraw
from tests.cast import Cast
from tests.conftest import START, Moved
from tests.contract.world import give
from tests.repair.plan.lines import agreed, proposed, suggested

Browser = Callable[..., Client]
FIELDS = {"words": ["Close by", "Company", "Some room"], "near": "Tea on the sofa", "far": "An hour"}
HOUR = datetime(2026, 9, 15, 17, 30, tzinfo=UTC)  # 18:30 of the next day in Lisbon
NEAR, TODAY = "/near/", "/today/"


@pytest.fixture
def line(cast: Cast) -> Any:
    return agreed(cast.ana, cast.ben, now=START, kind="words", fields=FIELDS)


def page(client: Client, path: str = TODAY) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def said(client: Client, word: str = "Some room", do: str = "now") -> Any:
    return client.post(NEAR, {"word": word, "do": do})


def test_said_now_it_stands_on_both_pages_and_in_no_list(cast: Cast, line: Any, client_of: Browser) -> None:
    assert said(client_of(cast.ana))["Location"] == NEAR
    assert "“Some room”" in page(client_of(cast.ana))
    assert "“Some room”" in page(client_of(cast.ben))
    assert "“Some room”" in page(client_of(cast.ben), NEAR)
    for name in ("cleo", "theo"):
        assert "Some room" not in client_of(getattr(cast, name)).get(TODAY, follow=True).content.decode()


def test_said_for_the_hour_it_is_read_from_then_on_for_that_day(
    cast: Cast, line: Any, client_of: Browser, clock: Moved
) -> None:
    assert "Say it for Tuesday, 18:30" in page(client_of(cast.ana), NEAR), "her own clock"
    said(client_of(cast.ana), do="hour")
    assert "from Tuesday, 18:30" in page(client_of(cast.ana))
    for moved, there in ((timedelta(seconds=-1), False), (timedelta(0), True), (timedelta(hours=14), False)):
        clock.set(HOUR + moved)  # in New York half past one; 14 hours later, half past three: the day is not over
        assert ("“Some room”" in page(client_of(cast.ben))) == (there or moved > timedelta(0))
    clock.set(HOUR + timedelta(hours=15))
    assert "“Some room”" not in page(client_of(cast.ben)), "his day is over at four"


def test_what_one_did_not_say_shows_nowhere(cast: Cast, line: Any, client_of: Browser) -> None:
    before = page(client_of(cast.ben))
    said(client_of(cast.ana), do="hour")
    assert page(client_of(cast.ben)) == before
    said(client_of(cast.ana))
    client_of(cast.ana).post(f"/ungive/{Given.objects.get().pk}/")
    assert page(client_of(cast.ben)) == before
    assert "Ana" not in page(client_of(cast.ben)).split('id="nf"')[1].split("</section>")[0]


def test_it_is_taken_back_at_once_by_its_author_alone(cast: Cast, line: Any, client_of: Browser) -> None:
    said(client_of(cast.ana))
    row = Given.objects.get()
    client_of(cast.ben).post(f"/ungive/{row.pk}/")
    assert Given.objects.exists()
    assert client_of(cast.ana).post(f"/ungive/{row.pk}/")["Location"] == NEAR
    assert "“Some room”" not in page(client_of(cast.ben))


def test_another_word_takes_its_place_and_none_is_kept(cast: Cast, line: Any, client_of: Browser) -> None:
    for word in ("Some room", "Company", "Company"):
        said(client_of(cast.ana), word)
    assert Given.objects.count() == 1
    assert "“Company”" in page(client_of(cast.ben))
    said(client_of(cast.ben), "Close by")
    assert Given.objects.count() == 2, "each their own"


def test_the_next_day_begins_without_a_word(cast: Cast, line: Any, client_of: Browser, clock: Moved) -> None:
    said(client_of(cast.ana))
    clock.move(days=1)
    for who in (cast.ana, cast.ben):
        assert "“Some room”" not in page(client_of(who))
    exported = registered()["given"].export_of(viewer_of(cast.ben, now=clock.at))
    assert exported == []
    assert registered()["given"].export_of(viewer_of(cast.ana, now=clock.at))[0]["words"] == "Some room"


@pytest.mark.slow
@pytest.mark.parametrize("do", ["now", "hour"])
def test_a_word_goes_from_the_database_when_its_day_is_over(
    cast: Cast, line: Any, client_of: Browser, clock: Moved, do: str
) -> None:
    """Not before it is over for both, and nothing else that was given goes with it."""
    said(client_of(cast.ana), do=do)
    word = Given.objects.get()
    for kind in ("thanks", "letter", "heavy", "milestone"):
        give(cast.ana, kind, "kept", opens=word.opens_at, couple=cast.couples["ana"])
    for hours in range(26):
        clock.set(word.opens_at + timedelta(hours=hours))
        seen = any("“Some room”" in page(client_of(who)) for who in (cast.ana, cast.ben))
        retention.sweep_all(now=clock.at)
        assert not seen or Given.objects.filter(pk=word.pk).exists()
    retention.sweep_all(now=word.opens_at + timedelta(hours=25, seconds=1))
    assert not Given.objects.filter(pk=word.pk).exists()
    assert Given.objects.count() == 4
    retention.sweep_all(now=clock.at + timedelta(days=400))
    assert Given.objects.count() == 4


def test_the_sweep_goes_by_no_zone_and_in_a_rest_too(cast: Cast, line: Any, client_of: Browser) -> None:
    """Two worlds: wherever the two live, and whatever stands, a word goes at the same instant."""
    said(client_of(cast.ana))
    word = Given.objects.get()
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):
        User.objects.filter(pk=cast.ben.pk).update(time_zone=zone)
        cast.ben.memberships.update(rested_at=START)
        retention.sweep_all(now=word.opens_at + timedelta(hours=25))
        assert Given.objects.exists()
    retention.sweep_all(now=word.opens_at + timedelta(hours=25, seconds=1))
    assert not Given.objects.exists()


def test_whose_key_is_gone_holds_nothing_up(cast: Cast, line: Any, client_of: Browser) -> None:
    said(client_of(cast.ana))
    said(client_of(cast.ben))
    vault.destroy_key(vault.Owner.person(cast.ana.pk), now=START)
    gone = retention.sweep_all(now=START + timedelta(hours=26))
    assert gone["words of a day"] == 1


@pytest.mark.parametrize("data", [{}, {"do": "now"}, {"word": "Far", "do": "now"}, {"word": "Company"}])
def test_what_is_no_word_of_theirs_is_told_and_kept_off(
    cast: Cast, line: Any, client_of: Browser, data: dict[str, str]
) -> None:
    assert client_of(cast.ana).post(NEAR, data).status_code == 422
    assert not Given.objects.exists()


def test_without_words_in_force_there_is_nothing_to_say(cast: Cast, client_of: Browser) -> None:
    proposed(cast.ana, now=START, kind="words", fields=FIELDS)
    assert 'id="nf"' not in page(client_of(cast.ana))
    assert "No words are agreed just now" in page(client_of(cast.ana), NEAR)
    assert said(client_of(cast.ana)).status_code == 422
    with pytest.raises(Refusal):
        nearness.say(viewer=viewer_of(cast.ana, now=START), word="Company", at_once=True, now=START)


def test_one_is_enough_to_stop_it(cast: Cast, line: Any, client_of: Browser) -> None:
    said(client_of(cast.ana))
    withdraw(viewer=viewer_of(cast.ben, now=START), line=line.pk, now=START)
    for who in (cast.ana, cast.ben):
        assert "“Some room”" not in page(client_of(who))


def test_resting_nobody_reads_it(cast: Cast, line: Any, client_of: Browser) -> None:
    said(client_of(cast.ana))
    cast.ana.memberships.update(rested_at=START)
    assert "“Some room”" not in client_of(cast.ben).get(TODAY, follow=True).content.decode()
    assert "“Some room”" not in client_of(cast.ben).get(NEAR, follow=True).content.decode()


def test_new_words_in_force_are_the_ones_to_say(cast: Cast, line: Any, client_of: Browser) -> None:
    suggested(cast.ben, line, {**FIELDS, "words": ["One", "Two", "Three"]}, now=START)
    assert "Company" in page(client_of(cast.ana), NEAR), "until both have signed the new ones"


class TestLine:
    """The words themselves: a line of the plan."""

    def send(self, client: Client, **words: str) -> Any:
        data = {"line": "3b9f5a42-53d4-4b0f-8b87-5a0f1a3f0a11", "look_again_on": "2026-10-12", "do": "send"}
        return client.post("/lines/new/words/", data | words)

    def test_three_to_five_words_from_near_to_far(self, cast: Cast, client_of: Browser) -> None:
        ana = client_of(cast.ana)
        assert self.send(ana, word1="Near", word2="Far").status_code == 422
        assert self.send(ana, word1="Near", word2="Space", word3="near").status_code == 422
        assert self.send(ana, word1="Near", word2="Space", word3="Far", word5="Alarm").status_code == 302
        assert "Near · Space · Far · Alarm" in page(client_of(cast.ben), "/lines/")

    def test_there_is_one_such_line_at_a_time(self, cast: Cast, line: Any, client_of: Browser) -> None:
        answer = self.send(client_of(cast.ana), word1="A", word2="B", word3="C")
        assert answer.status_code == 422
        assert "There are words in your plan already." in answer.content.decode()
