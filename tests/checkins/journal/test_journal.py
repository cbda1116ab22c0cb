"""The journal: written alone, found again, thrown away and brought back; seen by its author and by nobody else."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.http import Http404
from django.test import Client
from django.urls import reverse

from accounts.access import Viewer, viewer_of
from accounts.privacy import retention
from accounts.privacy.ports import registered
from accounts.refusal import Refusal
from accounts.therapists.queries import access_to_case
from accounts.vault import services as vault
from checkins.conversations.models import Topic
from checkins.journal import queries, services
from checkins.journal.forms import LIMIT
from checkins.journal.models import JournalEntry
from checkins.journal.prompts import PROMPTS, words_of
from repair.timeline.models import TimelineEvent
from tests.cast import Cast
from tests.conftest import START, Moved
from tests.contract.visiting import visit
from tests.contract.world import write_entry

ClientOf = Callable[..., Client]
LIST, NEW, FIND = "/journal/", "/journal/new/", "/journal/find/"


def written(client: Client, text: str = "The lake was quiet.", **fields: Any) -> JournalEntry:
    """Write an entry through the page."""
    line = fields.pop("line", None) or uuid.uuid4()
    answer = client.post(NEW, {"text": text, "line": str(line), **fields})
    assert (answer.status_code, answer["Location"]) == (302, f"/journal/{line}/"), answer.content.decode()[-2000:]
    return JournalEntry.objects.get(pk=line)


def at(name: str, row: JournalEntry) -> str:
    return reverse(f"checkins:journal_{name}", args=[row.pk])


# --- who ---


@pytest.mark.parametrize("who", ["sol", "ana", "rita", "rob", "cora", "drew", "eve"])
def test_it_works_for_a_partner_in_every_state(cast: Cast, client_of: ClientOf, who: str) -> None:
    """Alone, linked, resting, left, cooling off: nothing of it needs the other."""
    client = client_of(cast.people[who])
    row = written(client)
    assert "The lake was quiet." in client.get(LIST).content.decode()
    assert "The lake was quiet." in client.get(at("entry", row)).content.decode()


@pytest.mark.parametrize("who", ["ben", "cleo", "theo", "sue"])
@pytest.mark.parametrize("name", ["entry", "change", "excerpt", "file", "throw", "back", "gone"])
def test_nobody_else_finds_it(cast: Cast, client_of: ClientOf, who: str, name: str) -> None:
    row = write_entry(cast.ana, "mine alone", now=START, thrown_at=START if name in {"back", "gone"} else None)
    client = client_of(cast.people[who])
    method = "POST" if name in {"throw", "back", "gone"} else "GET"
    assert visit(client, method, at(name, row)).status == 404
    assert JournalEntry.objects.get() == row


def test_nobody_else_writes_into_it(cast: Cast, client_of: ClientOf) -> None:
    row = write_entry(cast.ana, "mine alone", now=START)
    assert client_of(cast.ben).post(NEW, {"text": "his", "line": str(row.pk)}).status_code == 404
    assert queries.entry_of(viewer_of(cast.ana, now=START), row.pk).text == "mine alone"


def test_a_therapist_with_every_access_opens_nothing(cast: Cast, client_of: ClientOf) -> None:
    row = write_entry(cast.ana, "mine alone", now=START)
    case = access_to_case(cast.theo, cast.couples["ana"].pk, now=START)
    assert case is not None
    with pytest.raises(Http404):
        vault.open(Viewer(person=cast.theo, case=case, now=START), row, "body")
    assert client_of(cast.theo).get(LIST).status_code == 404
    assert not JournalEntry.objects.visible_to(viewer_of(cast.theo, now=START)).exists()


# --- writing ---


def test_it_is_sealed_at_one_size_under_its_authors_key(cast: Cast, client_of: ClientOf) -> None:
    short, long = written(client_of(cast.ana), "a"), written(client_of(cast.ana), "ü😀" * (LIMIT // 2))
    assert len(short.body) == len(long.body)
    assert short.seal_owner("body").id == cast.ana.pk


def test_writing_notes_nothing_on_the_timeline(cast: Cast, client_of: ClientOf) -> None:
    before = TimelineEvent.objects.count()
    written(client_of(cast.ana))
    assert TimelineEvent.objects.count() == before


def test_a_double_click_makes_one_entry(cast: Cast, client_of: ClientOf) -> None:
    client, line = client_of(cast.ana), uuid.uuid4()
    written(client, line=line)
    written(client, line=line)
    assert JournalEntry.objects.count() == 1


def test_every_question_begins_an_entry_and_stands_above_it(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.ana)
    for prompt in PROMPTS:
        page = client.get(f"{NEW}?on={prompt.slug}")
        assert str(prompt.words) in page.context["question"]
    row = written(client, prompt="letter")
    assert words_of("letter") in client.get(at("entry", row)).content.decode()
    assert client.get(f"{NEW}?on=nothing").context["question"] == ""


BAD = [
    ("nothing", ""),
    ("blanks alone", "  \n "),
    ("signs nobody sees", "\x01\x02"),
    ("too much", "x" * (LIMIT + 1)),
]


@pytest.mark.parametrize(("sentence", "text"), BAD, ids=[b[0] for b in BAD])
def test_bad_input_loses_nothing(cast: Cast, client_of: ClientOf, sentence: str, text: str) -> None:
    answer = client_of(cast.ana).post(NEW, {"text": text, "line": str(uuid.uuid4()), "prompt": "now"})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "err-sum" in html
    assert str(words_of("now")) in html, "its question stays"
    assert not text.startswith("x") or text in html
    assert not JournalEntry.objects.exists(), sentence


def test_a_change_made_in_another_window_is_noticed_and_both_stand_on_the_page(
    cast: Cast, client_of: ClientOf, clock: Moved
) -> None:
    client = client_of(cast.ana)
    row = written(client, "first")
    seen = client.get(at("change", row)).context["form"]["seen"].value()
    clock.move(minutes=1)
    written(client, "second", line=row.pk, seen=seen)
    answer = client.post(NEW, {"text": "third", "line": str(row.pk), "seen": seen})
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "second" in html
    assert "third</textarea>" in html
    seen = answer.context["form"]["seen"].value()
    written(client, "third", line=row.pk, seen=seen)
    assert queries.entry_of(viewer_of(cast.ana, now=START), row.pk).text == "third"


@pytest.mark.parametrize("gone", [False, True], ids=["thrown away", "gone for good"])
def test_what_is_written_while_it_is_thrown_away_elsewhere_is_not_lost(
    cast: Cast, client_of: ClientOf, *, gone: bool
) -> None:
    client = client_of(cast.ana)
    row = written(client)
    seen = client.get(at("change", row)).context["form"]["seen"].value()
    client.post(at("throw", row))
    if gone:
        client.post(at("gone", row))
    written(client, "still writing", line=row.pk, seen=seen)
    assert queries.entry_of(viewer_of(cast.ana, now=START), row.pk).text == "still writing"


def test_a_full_journal_says_so_and_keeps_the_words_on_the_page(
    cast: Cast, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "MOST_ENTRIES", 1)
    client = client_of(cast.ana)
    row = written(client)
    answer = client.post(NEW, {"text": "one too many", "line": str(uuid.uuid4())})
    assert answer.status_code == 422
    assert "one too many</textarea>" in answer.content.decode()
    assert JournalEntry.objects.get() == row
    with pytest.raises(Refusal):
        services.keep(
            viewer=viewer_of(cast.ana, now=START), entry=uuid.uuid4(), text="x", prompt="", seen="", now=START
        )


def test_text_stays_text(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.ana)
    row = written(client, "<script>1</script> {{ 1 }} <b>x</b>")
    for path in (LIST, at("entry", row), at("change", row), at("excerpt", row)):
        html = client.get(path).content.decode()
        assert "<script>1" not in html, path
        assert "<b>x</b>" not in html, path
    found = client.post(FIND, {"words": "script"}).content.decode()
    assert "<script>1" not in found


# --- finding ---

TEXTS = ["We walked by the Lake", "Café, late; ‘nothing’ said", "STRASSE und Straße", "the lake again, café too"]
FOUND = [
    ("a word, whatever its capitals", "LAKE", [3, 0]),
    ("a part of a word", "walk", [0]),
    ("accents make no difference", "cafe", [3, 1]),
    ("nor do they in what is looked for", "çafé", [3, 1]),
    ("all words, in any order", "café lake", [3]),
    ("letters that fold to two", "strasse", [2]),
    ("signs", "‘nothing’", [1]),
    ("no word of it", "nowhere", []),
    ("one of two", "lake nowhere", []),
]


@pytest.mark.parametrize(("sentence", "words", "numbers"), FOUND, ids=[f[0] for f in FOUND])
def test_words_are_found_in_ones_own_entries(
    cast: Cast, clock: Moved, sentence: str, words: str, numbers: list[int]
) -> None:
    for text in TEXTS:
        write_entry(cast.ana, text, now=clock.move(hours=1))
    write_entry(cast.ben, "Ben’s lake café strasse", now=clock.at)
    search = queries.find(viewer_of(cast.ana, now=clock.at), words)
    assert [hit.read.text for hit in search.hits] == [TEXTS[number] for number in numbers], sentence
    for hit in search.hits:
        assert queries.folded(hit.found).startswith(queries.folded(words.split(maxsplit=1)[0]))
        assert hit.found in hit.read.text
        assert hit.before.removeprefix("… ") + hit.found in hit.read.text


def test_what_was_thrown_away_is_not_found(cast: Cast) -> None:
    write_entry(cast.ana, "the lake", now=START, thrown_at=START)
    assert queries.find(viewer_of(cast.ana, now=START), "lake").hits == []


def test_a_search_is_bounded_and_goes_on_where_it_stopped(
    cast: Cast, client_of: ClientOf, clock: Moved, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "LOOKED_THROUGH", 2)
    write_entry(cast.ana, "the lake", now=clock.at)
    for _ in range(2):
        write_entry(cast.ana, "nothing of it", now=clock.move(hours=1))
    client = client_of(cast.ana)
    page = client.post(FIND, {"words": "lake"})
    assert (page.context["search"].hits, page.context["search"].older) == ([], 2)
    page = client.post(FIND, {"words": "lake", "start": "2"})
    assert [hit.read.text for hit in page.context["search"].hits] == ["the lake"]
    assert page.context["search"].older is None


def test_the_words_looked_for_stand_in_no_address(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.ana)
    written(client)
    assert client.get(FIND, {"words": "lake"}).status_code == 405
    html = client.post(FIND, {"words": "lake"}).content.decode()
    assert "?words" not in html
    assert "<mark>lake</mark>" in html
    assert client.post(FIND, {"words": ""}).status_code == 422
    assert client.post(FIND, {"words": "x" * 101}).status_code == 422


@pytest.mark.parametrize("start", ["30", "x", "-1", "99999999999999", "²"])
def test_older_entries_are_a_page_away(cast: Cast, client_of: ClientOf, start: str) -> None:
    for number in range(32):
        write_entry(cast.ana, f"entry {number}.", now=START + timedelta(minutes=number))
    client = client_of(cast.ana)
    assert "?from=30" in client.get(LIST).content.decode()
    html = client.get(f"{LIST}?from={start}").content.decode()
    assert ("entry 1." in html) == (start == "30")


# --- throwing away ---


def test_it_is_thrown_away_and_brought_back(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.ana)
    row = written(client)
    client.post(at("throw", row))
    assert client.get(at("entry", row)).status_code == 404
    page = client.get(LIST)
    assert page.context["page"].entries == []
    assert [read.row for read in page.context["thrown"]] == [row]
    assert client.post(at("back", row))["Location"] == at("entry", row)
    assert client.get(at("entry", row)).status_code == 200
    client.post(at("gone", row))
    assert JournalEntry.objects.exists(), "only what was thrown away goes for good"
    client.post(at("throw", row))
    client.post(at("gone", row))
    assert not JournalEntry.objects.exists()
    assert client.post(at("back", row)).status_code == 404


def test_after_a_day_it_is_gone(cast: Cast, client_of: ClientOf, clock: Moved) -> None:
    stays, goes = written(client_of(cast.ana)), written(client_of(cast.ana))
    client_of(cast.ana).post(at("throw", goes))
    retention.sweep_all(now=clock.at + timedelta(hours=23, minutes=59))
    assert JournalEntry.objects.count() == 2
    retention.sweep_all(now=clock.at + timedelta(days=1, minutes=1))
    assert JournalEntry.objects.get() == stays


# --- taking along ---


def test_the_excerpt_is_copied_by_hand_and_laid_out_as_a_topic_only_when_asked(
    cast: Cast, client_of: ClientOf
) -> None:
    client = client_of(cast.ana)
    html = client.get(at("excerpt", written(client))).content.decode()
    assert "The lake was quiet.</textarea>" in html
    assert html.count("<form") == 1
    laid_out = client.post(reverse("checkins:topic_new"), {"text": "The lake.", "do": "begin"})
    assert (laid_out.status_code, Topic.objects.count()) == (200, 0)
    assert "The lake.</textarea>" in laid_out.content.decode()


def test_one_entry_is_a_file(cast: Cast, client_of: ClientOf, clock: Moved) -> None:
    clock.set(START.replace(hour=23, minute=30))  # the 15th in Lisbon
    client = client_of(cast.ana)
    answer = client.get(at("file", written(client, "Zwei\nZeilen 😀", prompt="now")))
    assert answer["Content-Disposition"] == 'attachment; filename="entry-2026-09-15.txt"'
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.content.decode() == f"2026-09-15 00:30\n\n{words_of('now')}\n\nZwei\nZeilen 😀\n"


def test_export_and_erasure_hold_ones_own(cast: Cast) -> None:
    write_entry(cast.ana, "hers", now=START)
    write_entry(cast.ana, "thrown", now=START, thrown_at=START)
    write_entry(cast.ben, "his", now=START)
    holding = registered()["journal"]
    assert [entry["text"] for entry in holding.export_of(viewer_of(cast.ana, now=START))] == ["hers"]
    assert [entry["text"] for entry in holding.export_of(viewer_of(cast.ben, now=START))] == ["his"]
    holding.erase(cast.ana, START)
    assert {row.author for row in JournalEntry.objects.all()} == {cast.ben}
