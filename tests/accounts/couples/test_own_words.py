"""In a rest, and after leaving, each reads their own words of every room (rule 5), and nobody else's."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.access import viewer_of
from accounts.couples.models import Membership
from accounts.vault import services as vault
from checkins.prompts.models import Back
from checkins.prompts.replies import add_later, keep_heard, say_back
from checkins.seasons.models import Given, SeasonLines
from repair.programmes.models import Piece, PieceReply
from tests.cast import Cast
from tests.checkins.make import make_evening, send
from tests.conftest import START
from tests.contract.talking import make_topic, note_topic
from tests.contract.world import give
from tests.repair.programmes.doing import done

Browser = Callable[..., Client]
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')  # drawn anew for each answer
WORDS = [
    ("what somebody noted on the other’s topic", "noted"),
    ("a line for a season, then", "thenline"),
    ("a line for a season, now", "nowline"),
    ("thanks given", "thankful"),
    ("what was heard", "heardit"),
    ("what was said back", "saidback"),
    ("a line added later", "lateron"),
    ("what was said back to a practice", "reached"),
]


def write(cast: Cast, who: str, about: str) -> Any:
    """All of these of one of the two, each with their name in it."""
    person, other, couple = cast.people[who], cast.people[about], cast.couples["ana"]
    topic = make_topic(other, f"{about}-topic", now=START, couple=couple)
    note_topic(person, topic, f"{who}-noted", now=START)
    lines = SeasonLines(author=person, couple=couple, ends_on=START.date(), made_at=START)
    vault.seal(lines, "words", {"then": f"{who}-thenline", "now": f"{who}-nowline"})
    lines.save()
    give(person, "thanks", f"{who}-thankful", opens=START, couple=couple)
    piece = Piece.objects.get(pk=done(other, "apology_builder", now=START))
    said = PieceReply(piece=piece, author=person, couple=couple, made_at=START)
    vault.seal(said, "body", {"reached": f"{who}-reached"})
    said.save()


def evening(cast: Cast) -> Any:
    """One that opened, of which both said everything one can."""
    found = make_evening(cast, now=START, opened=24 * 60, reads_in=0)
    for prompt in (found.ana, found.ben):
        send(prompt, at=START)
    for who in ("ana", "ben"):
        asked: dict[str, Any] = {
            "viewer": viewer_of(cast.people[who], now=START), "check_in": found.check_in, "now": START
        }  # fmt: skip
        keep_heard(**asked, text=f"{who}-heardit")
        say_back(**asked, back=Back.UNDERSTOOD, text=f"{who}-saidback", by=None)
        add_later(**asked, text=f"{who}-lateron")
    return found


def stop(cast: Cast, how: str) -> None:
    rows = Membership.objects.filter(couple=cast.couples["ana"])
    stopped = {"rested": {"rested_at": START}, "was left": {"left_at": START}, "left": {"left_at": START}}[how]
    rows.filter(person=cast.ana if how == "left" else cast.ben).update(**stopped)


def pages(client: Client, cast: Cast, found: Any, who: str) -> str:
    """What somebody finds on the pages that stand for their own words."""
    paths = [f"/you/closed/{cast.couples['ana'].pk}/", reverse("checkins:answer", args=[getattr(found, who).pk])]
    answers = [client.get(path) for path in paths]
    assert [answer.status_code for answer in answers] == [200, 200]
    return "".join(answer.content.decode() for answer in answers)


@pytest.mark.parametrize("how", ["rested", "was left", "left"])
@pytest.mark.parametrize("written", ["both wrote", "only Ana wrote"])
def test_each_reads_all_their_own_words_and_none_of_the_others(
    cast: Cast, client_of: Browser, how: str, written: str
) -> None:
    found = evening(cast)
    write(cast, "ana", "ben")
    if written == "both wrote":
        write(cast, "ben", "ana")
    stop(cast, how)
    ana = pages(client_of(cast.ana), cast, found, "ana")
    for sentence, word in WORDS:
        assert f"ana-{word}" in ana, sentence
        assert f"ben-{word}" not in ana, sentence
    assert "ben-topic" not in ana
    assert "What reached me" in ana, "what was asked stands with it"


def test_what_the_other_wrote_changes_no_byte_of_it(cast: Cast, client_of: Browser) -> None:
    """Two worlds: Ben wrote all of these, or none."""
    found = evening(cast)
    write(cast, "ana", "ben")
    stop(cast, "rested")
    client = client_of(cast.ana)
    before = TOKEN.sub("", pages(client, cast, found, "ana"))
    write(cast, "ben", "ana")
    assert TOKEN.sub("", pages(client, cast, found, "ana")) == before


@pytest.mark.parametrize("how", ["rested", "left"])
def test_what_was_given_is_taken_back_alone(cast: Cast, how: str) -> None:
    """The form on the page of a plan that rests works as it stands there, its token too."""
    give(cast.ana, "thanks", "ana-thankful", opens=START + timedelta(days=1), couple=cast.couples["ana"])
    stop(cast, how)
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.ana)
    page = client.get(f"/you/closed/{cast.couples['ana'].pk}/")
    token = page.content.decode().partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
    answer = client.post(
        reverse("checkins:ungive", args=[Given.objects.get().pk]), {"csrfmiddlewaretoken": token}, follow=True
    )
    assert answer.status_code == 200
    assert answer.request["PATH_INFO"] == "/you/closed/"
    assert not Given.objects.exists()


@pytest.mark.parametrize("who", ["ana", "rita", "rob", "eve", "drew", "sol"])
def test_the_list_leads_to_every_page_of_own_words(cast: Cast, client_of: Browser, who: str) -> None:
    client = client_of(cast.people[who])
    text = client.get("/you/closed/").content.decode()
    part = text.partition("More words of your own")[2].partition("</ul>")[0]
    links = [piece.partition('"')[0] for piece in part.split('href="')[1:]]
    assert links
    for link in links:
        assert client.get(link).status_code == 200
        assert b"This plan is resting" not in client.get(link).content
