"""Topics out of a couple that was left, and forms that are sent once more: nothing is lost, and nobody is told."""

import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.http import Http404
from django.test import Client
from django.urls import reverse

from accounts.access import Viewer, viewer_of
from accounts.couples.models import Membership
from accounts.privacy import export
from checkins.conversations import topics
from checkins.conversations.models import Topic, TopicNote
from tests.cast import Cast, make_couple
from tests.conftest import START, Moved
from tests.contract.talking import make_topic, note_topic, talked

ClientOf = Callable[..., Client]
LIST, NEW = "/talks/", "/talks/new/"
WORDS = "How we do Sundays"


def do(client: Client, row: Topic, what: str) -> Any:
    return client.post(reverse("checkins:topic_do", args=[row.pk]), {"do": what})


def send(client: Client, line: uuid.UUID, text: str) -> None:
    answer = client.post(NEW, {"text": text, "line": str(line), "do": "keep"})
    assert (answer.status_code, answer["Location"]) == (302, LIST)


def texts(viewer: Viewer) -> list[str]:
    return sorted(read.text for read in topics.topics_of(viewer))


def linked_again(cast: Cast, now: Any) -> Topic:
    """What Drew brought up with Eve, with a talk and a note of each on it; he left, and is linked with Sol."""
    row = make_topic(cast.drew, WORDS, now=now, couple=cast.couples["drew"])
    talked(row, now=now, reads=now)
    note_topic(cast.eve, row, "Breathe first.", now=now)
    note_topic(cast.drew, row, "Ask about the car.", now=now)
    make_couple(cast.drew, cast.sol, now=now)
    return row


def seen_by_the_ex(cast: Cast, client: Client, row: Topic, now: Any) -> list[Any]:
    """All that Eve finds of talks and of what they had."""
    closed = reverse("accounts:closed_plan", args=[cast.couples["drew"].pk])
    paths = (LIST, closed, reverse("checkins:topic", args=[row.pk]), "/plan/", "/you/closed/")
    pages = [client.get(path) for path in paths]
    bare = [re.sub(rb'(csrfmiddlewaretoken" value|nonce)="[^"]*"', b"", page.content) for page in pages]
    exported = export.as_json(export.collect(viewer_of(cast.eve, now=now)))
    return [*[page.status_code for page in pages], *bare, exported]


@pytest.mark.parametrize("closed", [False, True], ids=["it rests for her", "she closed it too"])
def test_the_ex_does_not_learn_that_it_is_brought_up_again_in_another_couple(
    cast: Cast, clock: Moved, client_of: ClientOf, closed: bool
) -> None:
    """Rule 1: the same world before and after, for whoever was left; her own words stay where they were."""
    row = linked_again(cast, clock.at)
    if closed:
        Membership.objects.filter(person=cast.eve).update(left_at=clock.at)
    eve = client_of(cast.eve)
    before = seen_by_the_ex(cast, eve, row, clock.at)
    assert any(isinstance(part, bytes) and b"Breathe first." in part for part in before)
    assert do(client_of(cast.drew), row, "bring").status_code == 302
    assert WORDS in texts(viewer_of(cast.sol, now=clock.at))
    assert seen_by_the_ex(cast, eve, row, clock.at) == before
    own = topics.notes_left(viewer_of(cast.eve, now=clock.at), couple=cast.couples["drew"].pk)
    assert [note.text for note in own] == ["Breathe first."]


def test_brought_up_again_it_begins_anew_with_ones_note_and_twice_is_once(
    cast: Cast, clock: Moved, client_of: ClientOf
) -> None:
    row = linked_again(cast, clock.at - timedelta(days=9))
    drew = client_of(cast.drew)
    first, second = (do(drew, row, "bring") for _ in range(2))
    fresh = Topic.objects.exclude(pk=row.pk).get()
    assert first["Location"] == second["Location"] == reverse("checkins:topic", args=[fresh.pk])
    page = drew.get(first["Location"]).content.decode()
    assert WORDS in page
    assert "Ask about the car." in page
    row.refresh_from_db()
    assert (row.couple_id, fresh.made_at) == (cast.couples["drew"].pk, clock.at)
    assert row.put_away_at == clock.at, "its author still reads it, at the end of the list"
    viewer = viewer_of(cast.drew, now=clock.at)
    assert [read.text for read in topics.put_away_of(viewer)] == [WORDS]
    assert [read.made_at for read in Topic.objects.visible_to(viewer_of(cast.sol, now=clock.at))] == [clock.at]
    with pytest.raises(Http404):
        topics.topic_of(viewer_of(cast.sol, now=clock.at), row.pk)


def test_put_away_before_it_is_not_brought_up_in_another_couple(cast: Cast, clock: Moved) -> None:
    row = linked_again(cast, clock.at)
    viewer = viewer_of(cast.drew, now=clock.at)
    topics.put_away(viewer=viewer, topic=row.pk, now=clock.at)
    with pytest.raises(Http404):
        topics.bring_up(viewer=viewer, topic=row.pk, now=clock.at)
    assert Topic.objects.get() == row


@pytest.mark.parametrize("how", [("away",), ("away", "delete"), ("bring", "away", "delete")], ids="-".join)
def test_a_form_sent_again_after_its_topic_is_gone_keeps_its_words(
    cast: Cast, client_of: ClientOf, how: tuple[str, ...]
) -> None:
    ana, line = client_of(cast.ana), uuid.uuid4()
    send(ana, line, WORDS)
    for what in how:
        assert do(ana, Topic.objects.get(pk=line), what).status_code == 302
    viewer = viewer_of(cast.ana, now=START)
    assert texts(viewer) == []
    for _ in range(2):
        send(ana, line, WORDS)
        assert texts(viewer) == [WORDS], "there, and once"
    assert texts(viewer_of(cast.ben, now=START)) == []


@pytest.mark.parametrize("shown", [False, True], ids=["kept", "brought up meanwhile"])
def test_other_words_from_an_older_window_are_kept_too(cast: Cast, client_of: ClientOf, shown: bool) -> None:
    ana, line = client_of(cast.ana), uuid.uuid4()
    send(ana, line, WORDS)
    if shown:
        do(ana, Topic.objects.get(pk=line), "bring")
    for _ in range(2):
        send(ana, line, "How we do Mondays")
        send(ana, line, WORDS)
    assert texts(viewer_of(cast.ana, now=START)) == ["How we do Mondays", WORDS]
    assert texts(viewer_of(cast.ben, now=START)) == [WORDS] * shown


def test_a_note_from_another_window_on_a_topic_just_deleted_finds_none(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other window gets there first: while this one waits for its turn, the topic goes."""
    row = make_topic(cast.ana, WORDS, now=START, put_away_at=START)
    ana, held = viewer_of(cast.ana, now=START), topics._held

    def waits(viewer: Viewer) -> Any:
        monkeypatch.setattr(topics, "_held", held)
        topics.delete(viewer=viewer, topic=row.pk)
        return held(viewer)

    monkeypatch.setattr(topics, "_held", waits)
    with pytest.raises(Http404):
        topics.keep_note(viewer=ana, topic=row.pk, text="mine", now=START)
    assert not TopicNote.objects.exists()
