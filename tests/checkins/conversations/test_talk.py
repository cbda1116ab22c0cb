"""A talk from the offer to the bell, as two browsers play it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.access import viewer_of
from accounts.mail.models import Mail
from checkins.conversations import talks
from checkins.conversations.clock import LENGTHS, QUESTIONS, SAYING_BACK, TIME_OUTS, State, clock_of
from checkins.conversations.models import Talk, Topic
from repair.plan.services import withdraw
from repair.schedules.models import Seat
from repair.timeline.models import TimelineEvent
from tests.cast import Cast
from tests.conftest import START, Moved
from tests.contract.talking import make_talk, make_topic
from tests.contract.world import make_schedule
from tests.repair.plan.lines import agreed, proposed

ClientOf = Callable[..., Client]


class Two:
    """Ana, who brought the topic up, and Ben, each with a phone."""

    def __init__(self, cast: Cast, clock: Moved, client_of: ClientOf, **fields: Any) -> None:
        self.cast, self.clock, self.client_of = cast, clock, client_of
        self.ana, self.ben = client_of(cast.ana), client_of(cast.ben)
        self.topic = make_topic(cast.ana, "How we do Sundays", now=START, couple=cast.couples["ana"])
        self.talk = make_talk(self.topic, now=START, **fields)

    def press(self, who: str, do: str, **more: Any) -> None:
        """A button."""
        answer = getattr(self, who).post(reverse("checkins:talk_do", args=[self.talk.pk]), {"do": do, **more})
        assert answer.status_code == 302
        self.talk.refresh_from_db()

    def page(self, who: str) -> str:
        """The talk's page, or where it leads."""
        return str(getattr(self, who).get(f"/talks/{self.talk.pk}/", follow=True).content.decode())

    def passes(self, **by: float) -> None:
        """Time goes by; after hours both sign in again."""
        self.clock.move(**by)
        self.ana, self.ben = self.client_of(self.cast.ana), self.client_of(self.cast.ben)

    def begin(self) -> "Two":
        """Both are here."""
        self.press("ana", "here")
        self.press("ben", "here")
        return self

    @property
    def state(self) -> State:
        return clock_of(self.talk, now=self.clock.at).state

    @property
    def stage(self) -> int:
        return clock_of(self.talk, now=self.clock.at).stage


@pytest.fixture
def two(cast: Cast, clock: Moved, client_of: ClientOf) -> Two:
    return Two(cast, clock, client_of)


# --- offering ---


def offering(client: Client, topic: Topic, **fields: Any) -> Any:
    data = {"on": "2026-09-14", "at": "20:30", "minutes": "5", **fields}  # Lisbon: 19:30 UTC
    return client.post(reverse("checkins:talk_offer", args=[topic.pk]), data)


def brought_up(cast: Cast) -> Topic:
    return make_topic(cast.ana, "How we do Sundays", now=START, couple=cast.couples["ana"])


def test_one_offers_and_the_other_says_yes(cast: Cast, clock: Moved, client_of: ClientOf) -> None:
    ana, ben = client_of(cast.ana), client_of(cast.ben)
    answer = offering(ana, brought_up(cast))
    talk = Talk.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/talks/{talk.pk}/")
    assert talk.starts_at == START.replace(hour=19, minute=30)
    assert "offers this time" in ben.get(f"/talks/{talk.pk}/").content.decode()
    ana.post(reverse("checkins:talk_do", args=[talk.pk]), {"do": "yes"})
    assert clock_of(Talk.objects.get(), now=START).state is State.OFFERED, "nobody says yes to their own"
    ben.post(reverse("checkins:talk_do", args=[talk.pk]), {"do": "yes"})
    assert clock_of(Talk.objects.get(), now=START).state is State.AGREED
    assert not Mail.objects.exists()


def test_without_an_answer_nothing_happens(two: Two) -> None:
    Talk.objects.update(yes_at=None)
    two.press("ben", "end")
    assert two.talk.closed_at is None, "not answering is the only no, and it can’t be told from not looking"
    two.passes(hours=1)
    assert "There is no talk here now" in two.page("ana")
    assert two.page("ana").count("<form") == two.page("ben").count("<form") == 0
    assert not TimelineEvent.objects.filter(kind="talk.held").exists()


def test_a_new_offer_takes_the_place_of_one_that_waits_and_of_no_agreed_one(
    cast: Cast, clock: Moved, client_of: ClientOf
) -> None:
    topic = brought_up(cast)
    offering(client_of(cast.ana), topic)
    offering(client_of(cast.ana), topic)
    first = Talk.objects.get()
    offering(client_of(cast.ben), topic, at="16:30")  # New York
    second = Talk.objects.get(closed_at=None)
    assert second != first
    client_of(cast.ana).post(reverse("checkins:talk_do", args=[second.pk]), {"do": "yes"})
    answer = offering(client_of(cast.ben), topic, at="17:30")
    assert answer.status_code == 422
    assert Talk.objects.get(closed_at=None) == second


BAD = [
    ("no day", {"on": ""}),
    ("yesterday", {"on": "2026-09-13"}),
    ("in half a year", {"on": "2027-03-14"}),
    ("an hour that is past", {"at": "18:30"}),
    ("no hour", {"at": "late"}),
    ("no length", {"minutes": ""}),
    ("a length there is not", {"minutes": "60"}),
]


@pytest.mark.parametrize(("sentence", "wrong"), BAD, ids=[b[0] for b in BAD])
def test_bad_times_are_not_offered(cast: Cast, client_of: ClientOf, sentence: str, wrong: dict[str, str]) -> None:
    answer = offering(client_of(cast.ana), brought_up(cast), **wrong)
    assert answer.status_code == 422
    assert "err-sum" in answer.content.decode()
    assert not Talk.objects.exists(), sentence


def test_a_check_in_on_that_evening_is_said_to_oneself_first(cast: Cast, client_of: ClientOf) -> None:
    make_schedule(cast.couples["ana"].pk, now=START)
    ana, topic = client_of(cast.ana), brought_up(cast)
    answer = offering(ana, topic)
    assert answer.status_code == 200
    assert "You have a check-in on that day" in answer.content.decode()
    assert not Talk.objects.exists()
    assert offering(ana, topic, do="anyway").status_code == 302
    Seat.objects.filter(membership__person=cast.ben).delete()
    assert (
        "You have a check-in" not in client_of(cast.ben).get(f"/talks/{Talk.objects.get().pk}/").content.decode()
    )


def test_a_topic_kept_to_oneself_is_not_offered_a_time(cast: Cast, client_of: ClientOf) -> None:
    row = make_topic(cast.ana, "mine", now=START)
    assert offering(client_of(cast.ana), row)["Location"] == f"/talks/about/{row.pk}/"
    assert offering(client_of(cast.ben), row).status_code == 404
    assert not Talk.objects.exists()


# --- turns ---


def test_it_takes_both_to_begin(two: Two) -> None:
    two.press("ana", "here")
    two.press("ana", "here")
    assert two.state is State.AGREED
    assert "Ana is here" in two.page("ben")
    two.press("ben", "here")
    assert (two.state, two.stage) == (State.RUNNING, 0)
    assert two.talk.began_at == two.clock.at
    assert TimelineEvent.objects.filter(kind="talk.held", ref=two.talk.pk).count() == 1


def test_each_sees_their_part_of_each_stage(two: Two) -> None:
    two.begin()
    parts = [
        ("You speak", "Ana speaks"),
        ("Ben says back", "Say back what you heard"),
        ("Ben speaks", "You speak"),
        ("Say back what you heard", "Ana says back"),
    ]
    for stage, (hers, his) in enumerate(parts):
        assert hers in two.page("ana"), stage
        assert his in two.page("ben"), stage
        speaker = "ana" if stage < 2 else "ben"
        two.press("ben" if speaker == "ana" else "ana", "on", stage=stage)
        assert two.stage == stage, "the other does not cut it short"
        two.press(speaker, "on", stage=stage)
    assert two.state is State.OVER
    assert "That was the time" in two.page("ana")


def test_two_presses_of_one_page_pass_on_once(two: Two) -> None:
    two.begin()
    two.press("ana", "on", stage=0)
    two.press("ana", "on", stage=0)
    assert two.stage == 1
    two.passes(minutes=4)  # the stage ended by itself meanwhile
    two.press("ana", "on", stage=1)
    assert two.stage == 2


def test_three_questions_are_counted_by_the_listener_while_saying_back(two: Two) -> None:
    two.begin()
    two.press("ben", "asked", stage=0, asked=0)
    assert two.talk.asked == 0, "not while the other speaks"
    two.passes(minutes=5)
    for asked in (0, 0, 1, 2, 3):
        two.press("ben", "asked", stage=1, asked=asked)
        two.press("ana", "asked", stage=1, asked=two.talk.asked)
    assert two.talk.asked == QUESTIONS
    assert "3 of 3" in two.page("ben")
    left = clock_of(two.talk, now=two.clock.at).left
    assert left == SAYING_BACK, "counting does not touch the clock"
    two.passes(minutes=4 + 5)
    assert "0 of 3" in two.page("ana")


def test_reloads_and_two_phones_see_one_clock(two: Two) -> None:
    two.begin()
    two.passes(minutes=2)
    for who in ("ana", "ben", "ana"):
        assert "About 3 minutes left" in two.page(who)
    answers = {getattr(two, who).get(f"/talks/{two.talk.pk}/now/").content for who in ("ana", "ben")}
    assert answers == {b"running-0-0-000"}
    two.press("ana", "on", stage=0)
    assert two.ben.get(f"/talks/{two.talk.pk}/now/").content == b"running-1-0-000"


@pytest.mark.parametrize(("check_in", "warned"), [(True, True), (False, False)])
def test_to_whom_a_time_is_offered_it_is_said_that_they_have_a_check_in_then(
    cast: Cast, client_of: ClientOf, check_in: bool, warned: bool
) -> None:
    if check_in:
        make_schedule(cast.couples["ana"].pk, now=START)
    talk = make_talk(brought_up(cast), now=START)
    Talk.objects.filter(pk=talk.pk).update(yes_at=None, starts_at=START + timedelta(hours=1))
    page = client_of(cast.ben).get(f"/talks/{talk.pk}/").content.decode()
    assert ("You have a check-in on that day" in page) is warned
    assert "You have a check-in on that day" not in client_of(cast.ana).get(f"/talks/{talk.pk}/").content.decode()


# --- stopping ---


@pytest.mark.parametrize("minutes", TIME_OUTS)
@pytest.mark.parametrize("who", ["ana", "ben"])
def test_a_time_out_by_either_holds_the_clock_until_both_are_back(two: Two, who: str, minutes: int) -> None:
    two.begin()
    two.passes(minutes=2)
    two.press(who, "pause", minutes=minutes)
    assert two.state is State.PAUSED
    hers, his = two.page("ana"), two.page("ben")
    assert "Time-out" in hers
    assert ("You called" in hers, "called" in his) == (False, False), "nothing says who"
    two.press("ana", "here")
    assert not two.talk.a_here, "not before its time"
    two.passes(minutes=minutes)
    two.press("ana", "here")
    assert two.state is State.PAUSED
    two.press("ben", "here")
    assert two.state is State.RUNNING
    assert clock_of(two.talk, now=two.clock.at).left == timedelta(minutes=3)


RULE = {"say": "Pause", "lasts": "m20", "where": "The garden", "again": "caller"}


@pytest.mark.parametrize(("lasts", "ends"), [("m20", False), ("open", True)])
def test_the_rule_the_two_agreed_on_stands_beside_the_time_out_while_it_holds(
    two: Two, lasts: str, ends: bool
) -> None:
    line = agreed(two.cast.ana, two.cast.ben, now=START, kind="timeout", fields={**RULE, "lasts": lasts})
    assert "“Pause”: we stop" not in two.page("ana"), "not before it began"
    two.begin()
    for who in ("ana", "ben"):
        page = two.page(who)
        assert "“Pause”: we stop" in page
        assert "The garden" in page
        assert ("Your rule names no hour." in page) is ends
    withdraw(viewer=viewer_of(two.cast.ben, now=START), line=line.pk, now=START)
    assert "“Pause”: we stop" not in two.page("ana")


def test_a_rule_that_only_one_signed_stands_nowhere(two: Two) -> None:
    proposed(two.cast.ana, now=START, kind="timeout", fields=RULE)
    two.begin()
    assert "“Pause”: we stop" not in two.page("ana") + two.page("ben")


@pytest.mark.parametrize("wrong", ["", "5", "99999", "x"])
def test_other_lengths_of_a_time_out_do_nothing(two: Two, wrong: str) -> None:
    two.begin().press("ana", "pause", minutes=wrong)
    assert two.state is State.RUNNING


@pytest.mark.parametrize("who", ["ana", "ben"])
@pytest.mark.parametrize("when", ["agreed", "under way", "in a time-out"])
def test_either_ends_it_at_once_without_a_reason(two: Two, who: str, when: str) -> None:
    if when != "agreed":
        two.begin()
    if when == "in a time-out":
        two.press("ben", "pause", minutes=20)
    two.press(who, "end")
    assert two.state is (State.NOTHING if when == "agreed" else State.OVER)
    assert two.page("ana").count(who.title()) == 0 or when != "agreed"


def test_a_rest_stops_it_like_everything_else(two: Two) -> None:
    two.begin()
    two.cast.couples["ana"].memberships.filter(person=two.cast.ben).update(rested_at=START)
    assert "This plan is resting" in two.page("ana")
    pressed = two.ana.post(reverse("checkins:talk_do", args=[two.talk.pk]), {"do": "on", "stage": 0})
    assert "This plan is resting" in pressed.content.decode()
    assert Talk.objects.get(pk=two.talk.pk).stage == 0


def test_something_else_gets_a_day_of_its_own_and_both_see_it(two: Two) -> None:
    path = f"/talks/{two.talk.pk}/not-today/"
    assert two.ben.get(path)["Location"] == f"/talks/{two.talk.pk}/", "not before it began"
    two.begin()
    for wrong in ({"on": "2026-09-14"}, {"on": "2026-12-14"}, {"text": " "}, {"on": ""}):
        answer = two.ben.post(path, {"text": "The money", "on": "2026-09-20", **wrong})
        assert answer.status_code == 422
        assert "err-sum" in answer.content.decode()
    assert two.ben.post(path, {"text": "The money", "on": "2026-09-20"}).status_code == 302
    assert "Promised for Sunday 20 September" in two.ana.get("/talks/").content.decode()


@pytest.mark.parametrize("who", ["cleo", "theo", "sol"])
def test_nobody_else_enters(two: Two, client_of: ClientOf, who: str) -> None:
    two.begin()
    client = client_of(two.cast.people[who])
    for name in ("talk", "talk_now", "talk_after", "talk_not_today"):
        assert client.get(reverse(f"checkins:{name}", args=[two.talk.pk])).status_code == 404
    assert client.post(reverse("checkins:talk_do", args=[two.talk.pk]), {"do": "end"}).status_code == 404
    two.talk.refresh_from_db()
    assert two.talk.closed_at is None


def test_today_has_a_card_of_it(two: Two) -> None:
    assert "You have a talk" in two.ben.get("/today/").content.decode()
    two.begin()
    assert "Your talk is under way" in two.ana.get("/today/").content.decode()
    two.press("ana", "end")
    assert f"/talks/{two.talk.pk}/" not in two.ana.get("/today/").content.decode()


def test_one_open_talk_at_a_time_and_the_lengths_are_offered(cast: Cast, two: Two) -> None:
    assert talks.open_talk(viewer_of(cast.ana, now=START)) == two.talk
    page = two.ana.get(reverse("checkins:talk_offer", args=[two.topic.pk])).content.decode()
    assert all(f'value="{minutes}"' in page for minutes in LENGTHS)
