"""After a talk: two lines and whether it took place; each for themself, open to both only if both said so, and
never before its hour."""

from collections.abc import Callable
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.http import Http404
from django.test import Client

from accounts.access import Purpose, Viewer, system, viewer_of
from accounts.couples.models import Membership
from accounts.privacy.ports import registered
from accounts.therapists.queries import access_to_case
from accounts.vault import services as vault
from checkins.conversations import closing
from checkins.conversations.closing import Shown, Word, side_by_side
from checkins.conversations.models import Talk, TalkWord
from repair.plan.models import Draft
from repair.timeline.queries import story
from tests.cast import Cast
from tests.conftest import START, Moved
from tests.contract.talking import make_talk, make_topic, say_after, talked

ClientOf = Callable[..., Client]
HOUR = timedelta(hours=1)
SHARED = {"took": "on", "text": "Both of us tried.", "share": "both"}


@pytest.fixture
def talk(cast: Cast) -> Talk:
    """Over since now, read in a day."""
    topic = make_topic(cast.ana, "How we do Sundays", now=START, couple=cast.couples["ana"])
    return talked(topic, now=START, reads=START + timedelta(days=1))


def say(client: Client, talk: Talk, **fields: Any) -> Any:
    return client.post(f"/talks/{talk.pk}/after/", {name: value for name, value in fields.items() if value})


WORDS = [None, *(Word(took=t, text=x, share=s) for t, x, s in product((True, False), ("", "x"), (True, False)))]


def test_the_rule() -> None:
    for own, theirs in product(WORDS, WORDS):
        for reads_at in (None, START + HOUR):
            assert side_by_side(own, theirs, now=START, reads_at=reads_at).state is Shown.SEALED
        seen = side_by_side(own, theirs, now=START, reads_at=START)
        took = all(word is not None and word.took for word in (own, theirs))
        both = took and all(word is not None and word.share and word.text for word in (own, theirs))
        assert (seen.state is Shown.OPEN) == both
        assert bool(seen.text) == both
        assert seen.took == took


def test_it_is_constant_until_the_hour_and_then_side_by_side(
    cast: Cast, clock: Moved, client_of: ClientOf, talk: Talk
) -> None:
    ana, ben = client_of(cast.ana), client_of(cast.ben)
    path = f"/talks/{talk.pk}/after/"
    before = ben.get(path).content.decode()
    assert "If not, nothing tells why." in before
    assert say(ana, talk, **SHARED).status_code == 302
    assert say(ben, talk, **{**SHARED, "text": "I was heard."}).status_code == 302
    assert "I was heard." not in ana.get(path).content.decode()
    assert story(viewer_of(cast.ana, now=clock.at)) == []
    clock.move(days=1)
    ana, ben = client_of(cast.ana), client_of(cast.ben)
    assert "I was heard." in ana.get(path).content.decode()
    assert "Both of us tried." in ben.get(path).content.decode()
    told = story(viewer_of(cast.ana, now=clock.at))
    assert [(event.line, event.at) for event in told] == [("The two of you talked", talk.began_at)]


@pytest.mark.parametrize("his", [{}, {"text": "mine", "share": "me"}, {"took": "on"}], ids=str)
def test_where_one_kept_it_both_see_the_same_whatever_the_reason(
    cast: Cast, clock: Moved, client_of: ClientOf, talk: Talk, his: dict[str, str]
) -> None:
    ana, ben = client_of(cast.ana), client_of(cast.ben)
    say(ana, talk, text="Both of us tried.", share="both")
    if his:
        say(ben, talk, **his)
    clock.move(days=1)
    ana = client_of(cast.ana)
    assert "Nothing stands side by side here." in ana.get(f"/talks/{talk.pk}/after/").content.decode()
    assert bool(story(viewer_of(cast.ana, now=clock.at))) == ("took" in his)


def test_after_the_hour_one_shows_less_and_never_more(
    cast: Cast, clock: Moved, client_of: ClientOf, talk: Talk
) -> None:
    ana, ben = client_of(cast.ana), client_of(cast.ben)
    say(ana, talk, **SHARED)
    clock.move(days=1)
    ana, ben = client_of(cast.ana), client_of(cast.ben)
    say(ben, talk, **SHARED)
    viewer = viewer_of(cast.ben, now=clock.at)
    assert closing.own_word(viewer, talk.pk) == Word(took=False, text="Both of us tried.", share=False)
    say(ana, talk, text="Other words", share="both")
    viewer = viewer_of(cast.ana, now=clock.at)
    assert closing.own_word(viewer, talk.pk) == Word(took=True, text="Both of us tried.", share=True)
    say(ana, talk, text="Other words", share="me")
    say(ana, talk, text="Other words", share="both")
    assert closing.own_word(viewer, talk.pk) == Word(took=False, text="Other words", share=False)


def test_sharing_lines_says_that_it_took_place(cast: Cast, client_of: ClientOf, talk: Talk) -> None:
    say(client_of(cast.ana), talk, text="Both of us tried.", share="both")
    viewer = viewer_of(cast.ana, now=START)
    assert closing.own_word(viewer, talk.pk) == Word(took=True, text="Both of us tried.", share=True)


def test_who_reads_it_must_be_chosen_where_there_are_lines(cast: Cast, client_of: ClientOf, talk: Talk) -> None:
    answer = say(client_of(cast.ana), talk, text="Both of us tried.")
    assert answer.status_code == 422
    assert "Both of us tried." in answer.content.decode()
    assert not TalkWord.objects.exists()
    assert " checked" not in client_of(cast.ana).get(f"/talks/{talk.pk}/after/").content.decode()


def test_there_is_nothing_to_say_of_a_talk_that_is_not_over(cast: Cast, client_of: ClientOf, talk: Talk) -> None:
    row = make_talk(talk.topic, now=START)
    assert say(client_of(cast.ana), row, **SHARED)["Location"] == f"/talks/{row.pk}/"
    with pytest.raises(Http404):
        closing.keep_word(viewer=viewer_of(cast.ana, now=START), talk=row.pk, word=Word(), now=START)


def test_no_therapist_and_nobody_in_a_rest_reads_it(cast: Cast, talk: Talk) -> None:
    for person in (cast.ana, cast.ben):
        say_after(person, talk, now=START, took=True, text="x", share=True)
    later = START + timedelta(days=2)
    case = access_to_case(cast.theo, cast.couples["ana"].pk, now=START)
    theo = Viewer(person=cast.theo, case=case, now=later)
    assert case is not None
    assert [event.line for event in story(theo)] == []
    with pytest.raises(Http404):
        closing.after(theo, [talk])
    Membership.objects.filter(person=cast.ben).update(rested_at=START)
    ana = viewer_of(cast.ana, now=later)
    with pytest.raises(Http404):
        closing.after(ana, [talk])
    assert closing.own_word(ana, talk.pk) == Word(took=True, text="x", share=True)


def test_only_the_closing_reads_both_as_the_system(cast: Cast, talk: Talk) -> None:
    say_after(cast.ana, talk, now=START, text="x")
    row = TalkWord.objects.get()
    for purpose in set(Purpose) - {Purpose.TALKS}:
        with pytest.raises(Http404):
            vault.open(system(purpose, now=START), row, "body")


def test_what_follows_is_laid_out_in_the_plan_and_kept_nowhere(
    cast: Cast, client_of: ClientOf, talk: Talk
) -> None:
    client = client_of(cast.ana)
    assert 'action="/lines/new/commitment/"' in client.get(f"/talks/{talk.pk}/after/").content.decode()
    page = client.post("/lines/new/commitment/", {"what": "I cook on Sundays", "do": "start"})
    assert page.status_code == 200
    assert "I cook on Sundays" in page.content.decode()
    assert not Draft.objects.exists()


def test_export_and_erasure(cast: Cast, talk: Talk) -> None:
    for person, text in ((cast.ana, "hers"), (cast.ben, "his")):
        say_after(person, talk, now=START, took=True, text=text, share=True)
    holding = registered()["talks"]
    for at, shared in ((START, []), (START + timedelta(days=1), ["his"])):
        exported = holding.export_of(viewer_of(cast.ana, now=at))
        assert [word["text"] for word in exported["after_talks"]] == ["hers"]
        assert [word["text"] for word in exported["shared_with_me"]] == shared
    holding.erase(cast.ben, START)
    assert [row.author for row in TalkWord.objects.all()] == [cast.ana]


def test_ones_own_lines_stand_on_the_page_of_a_closed_plan(cast: Cast, client_of: ClientOf, talk: Talk) -> None:
    say_after(cast.ana, talk, now=START, text="hers")
    say_after(cast.ben, talk, now=START, text="his", share=True)
    Membership.objects.filter(person=cast.ana).update(left_at=START)
    html = client_of(cast.ana).get(f"/you/closed/{talk.couple_id}/").content.decode()
    assert "hers" in html
    assert "his</p>" not in html
