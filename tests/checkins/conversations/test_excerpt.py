"""Some of a journal entry as one's own note for a talk: copied by hand, laid out first, kept for oneself alone."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from checkins.conversations.models import Topic, TopicNote
from checkins.journal.models import JournalEntry
from tests.cast import Cast
from tests.conftest import START
from tests.contract.talking import make_topic, note_topic
from tests.contract.world import write_entry

Browser = Callable[..., Client]
NEW = "/talks/new/"
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')  # drawn anew for each answer
WORDS = "What I could not say:\nI was afraid."


def laid_out(client: Client, row: Topic, words: str = WORDS) -> Any:
    """The topic's page with the words in its form, as the button beside that topic gives it."""
    return client.post(reverse("checkins:topic", args=[row.pk]), {"note": words, "do": "begin"})


@pytest.mark.parametrize("whose", ["ana", "ben"])
def test_an_excerpt_becomes_a_note_step_by_step(cast: Cast, client_of: Browser, whose: str) -> None:
    """Copied, laid out beside the topics, laid out on one, kept: nothing is written before the last."""
    entry = write_entry(cast.ana, WORDS, now=START)
    row = make_topic(cast.people[whose], "How we do Sundays", now=START, couple=cast.couples["ana"])
    ana = client_of(cast.ana)
    copied = ana.get(reverse("checkins:journal_excerpt", args=[entry.pk])).content.decode()
    assert 'name="do" value="note"' in copied
    chosen = ana.post(NEW, {"text": WORDS, "do": "note"}).content.decode()
    assert WORDS in chosen
    assert f'formaction="{reverse("checkins:topic", args=[row.pk])}"' in chosen
    begun = laid_out(ana, row)
    assert begun.status_code == 200
    assert WORDS in begun.content.decode()
    assert "not kept yet" in begun.content.decode()
    assert not TopicNote.objects.exists(), "laying out keeps nothing"
    ana.post(reverse("checkins:topic", args=[row.pk]), {"note": WORDS})
    assert TopicNote.objects.get().author_id == cast.ana.pk
    assert JournalEntry.objects.count() == 1, "the entry stays"
    assert WORDS in ana.get(reverse("checkins:topic", args=[row.pk])).content.decode()
    assert "afraid" not in client_of(cast.ben).get(reverse("checkins:topic", args=[row.pk])).content.decode()


def test_the_note_one_has_stands_first_and_is_not_lost(cast: Cast, client_of: Browser) -> None:
    row = make_topic(cast.ana, "How we do Sundays", now=START)
    note_topic(cast.ana, row, "Breathe first.", now=START)
    page = laid_out(client_of(cast.ana), row)
    assert page.context["form"]["note"].value() == f"Breathe first.\n\n{WORDS}"
    unchanged = client_of(cast.ana).get(reverse("checkins:topic", args=[row.pk]))
    assert unchanged.context["form"]["note"].value() == "Breathe first."


def test_too_long_a_note_is_told_when_it_is_kept_and_nothing_is_lost(cast: Cast, client_of: Browser) -> None:
    row = make_topic(cast.ana, "How we do Sundays", now=START)
    client, words = client_of(cast.ana), "x" * 2000
    assert words in laid_out(client, row, words).content.decode()
    refused = client.post(reverse("checkins:topic", args=[row.pk]), {"note": words})
    assert (refused.status_code, words in refused.content.decode()) == (422, True)


def test_without_a_topic_it_can_become_one(cast: Cast, client_of: Browser) -> None:
    page = client_of(cast.sol).post(NEW, {"text": WORDS, "do": "note"}).content.decode()
    assert "Use it as a topic for a talk" in page
    assert WORDS in page
    assert not Topic.objects.exists()


@pytest.mark.parametrize("who", ["ben", "cleo", "theo"])
def test_nobody_lays_anything_on_anothers_topic(cast: Cast, client_of: Browser, who: str) -> None:
    row = make_topic(cast.ana, "kept to herself", now=START)
    assert laid_out(client_of(cast.people[who]), row).status_code == 404
    found = client_of(cast.people[who]).post(NEW, {"text": WORDS, "do": "note"})
    assert b"kept to herself" not in found.content


def test_what_one_lays_out_changes_nothing_for_the_other(cast: Cast, client_of: Browser) -> None:
    """Two worlds: she copied something to a note for a topic of both, or not."""
    row = make_topic(cast.ben, "How we do Sundays", now=START, couple=cast.couples["ana"])
    ben = client_of(cast.ben)
    paths = ("/talks/", "/today/", reverse("checkins:topic", args=[row.pk]))

    def seen() -> list[str]:
        return [TOKEN.sub("", ben.get(path).content.decode()) for path in paths]

    before = seen()
    laid_out(client_of(cast.ana), row)
    client_of(cast.ana).post(reverse("checkins:topic", args=[row.pk]), {"note": WORDS})
    assert seen() == before
