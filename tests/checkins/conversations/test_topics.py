"""Topics for a talk: one's own until brought up, taken back and put away by their author; notes are private."""

import uuid
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.http import Http404
from django.test import Client
from django.urls import reverse

from accounts.access import Viewer, viewer_of
from accounts.couples.models import Membership
from accounts.privacy import export
from accounts.privacy.ports import registered
from accounts.refusal import Refusal
from accounts.therapists.queries import access_to_case
from accounts.vault import services as vault
from checkins.conversations import talks, topics
from checkins.conversations.models import Talk, Topic, TopicNote
from repair.programmes import ports
from tests.cast import Cast
from tests.conftest import START, Moved
from tests.contract.talking import make_talk, make_topic, note_topic

ClientOf = Callable[..., Client]
LIST, NEW = "/talks/", "/talks/new/"


def kept(client: Client, text: str = "How we do Sundays", **fields: Any) -> Topic:
    line = uuid.uuid4()
    answer = client.post(NEW, {"text": text, "line": str(line), "do": "keep", **fields})
    assert (answer.status_code, answer["Location"]) == (302, LIST)
    return Topic.objects.get(pk=line)


def do(client: Client, row: Topic, what: str) -> Any:
    return client.post(reverse("checkins:topic_do", args=[row.pk]), {"do": what})


def sees(cast: Cast, name: str, row: Topic, *, now: Any = START) -> bool:
    """Whether somebody finds a topic and can read it."""
    viewer = viewer_of(cast.people[name], now=now)
    found = Topic.objects.visible_to(viewer).filter(pk=row.pk).first()
    assert (found is not None) == Topic.objects.get(pk=row.pk).may_open(viewer, "text")
    return found is not None


@pytest.mark.parametrize("who", ["sol", "ana", "rita", "rob", "cora", "drew", "eve"])
def test_one_keeps_topics_in_every_state(cast: Cast, client_of: ClientOf, who: str) -> None:
    client = client_of(cast.people[who])
    row = kept(client)
    assert "How we do Sundays" in client.get(LIST).content.decode()
    assert "How we do Sundays" in client.get(reverse("checkins:topic", args=[row.pk])).content.decode()


def test_only_its_author_brings_it_up_and_takes_it_back(cast: Cast, client_of: ClientOf) -> None:
    ana, ben = client_of(cast.ana), client_of(cast.ben)
    row = kept(ana)
    assert not sees(cast, "ben", row)
    assert do(ben, row, "bring").status_code == 404
    do(ana, row, "bring")
    row.refresh_from_db()
    assert sees(cast, "ben", row)
    assert "How we do Sundays" in ben.get(LIST).content.decode()
    for what in ("keep", "away"):
        assert do(ben, row, what).status_code == 404, "not his to take back"
    do(ana, row, "keep")
    assert not sees(cast, "ben", row)
    assert b"Sundays" not in ben.get(LIST).content


@pytest.mark.parametrize("who", ["cleo", "theo", "sol", "eve"])
def test_nobody_else_sees_what_is_brought_up(cast: Cast, who: str) -> None:
    assert not sees(cast, who, make_topic(cast.ana, "for both", now=START, couple=cast.couples["ana"]))


def test_a_therapist_with_every_access_sees_none(cast: Cast, client_of: ClientOf) -> None:
    row = make_topic(cast.ana, "for both", now=START, couple=cast.couples["ana"])
    talk = make_talk(row, now=START)
    case = access_to_case(cast.theo, cast.couples["ana"].pk, now=START)
    viewer = Viewer(person=cast.theo, case=case, now=START)
    assert case is not None
    assert not Topic.objects.visible_to(viewer).exists()
    assert not Talk.objects.visible_to(viewer).exists()
    with pytest.raises(Http404):
        vault.open(viewer, row, "text")
    assert client_of(cast.theo).get(f"/talks/{talk.pk}/").status_code == 404


def test_a_rest_hides_it_from_the_other_and_not_from_its_author(cast: Cast) -> None:
    row = make_topic(cast.ana, "for both", now=START, couple=cast.couples["ana"])
    Membership.objects.filter(person=cast.ben).update(rested_at=START)
    assert not sees(cast, "ben", row)
    mine = topics.topic_of(viewer_of(cast.ana, now=START), row.pk)
    assert (mine.text, mine.brought_up) == ("for both", False)


def test_nothing_is_brought_up_while_it_rests_or_cools_off(cast: Cast, client_of: ClientOf) -> None:
    for person in (cast.rita, cast.cora, cast.sol):
        row = make_topic(person, "mine", now=START)
        answer = do(client_of(person), row, "bring")
        assert answer.status_code in {302, 404}
        row.refresh_from_db()
        assert row.offered_at is None


def test_a_note_is_its_authors_whosever_the_topic_is(cast: Cast, client_of: ClientOf) -> None:
    row = make_topic(cast.ana, "for both", now=START, couple=cast.couples["ana"])
    path = reverse("checkins:topic", args=[row.pk])
    client_of(cast.ben).post(path, {"note": "Breathe first."})
    assert "Breathe first." in client_of(cast.ben).get(path).content.decode()
    assert "Breathe first." not in client_of(cast.ana).get(path).content.decode()
    note = TopicNote.objects.get()
    assert not note.may_open(viewer_of(cast.ana, now=START), "text")
    client_of(cast.ben).post(path, {"note": ""})
    assert not TopicNote.objects.exists()


BAD = [("nothing", ""), ("blanks", "   "), ("too much", "x" * 301)]


@pytest.mark.parametrize(("sentence", "text"), BAD, ids=[b[0] for b in BAD])
def test_bad_input_loses_nothing(cast: Cast, client_of: ClientOf, sentence: str, text: str) -> None:
    answer = client_of(cast.ana).post(NEW, {"text": text, "line": str(uuid.uuid4())})
    assert answer.status_code == 422
    assert "err-sum" in answer.content.decode()
    assert text.strip() in answer.content.decode()
    assert not Topic.objects.exists(), sentence


def test_a_double_click_keeps_one_and_anothers_id_none(cast: Cast, client_of: ClientOf) -> None:
    row = kept(client_of(cast.ana))
    client_of(cast.ana).post(NEW, {"text": "How we do Sundays", "line": str(row.pk)})
    assert client_of(cast.ben).post(NEW, {"text": "his", "line": str(row.pk)}).status_code == 404
    assert Topic.objects.get() == row


def test_the_port_for_the_practices_keeps_one(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    ana = viewer_of(cast.ana, now=START)
    assert ports.takes_topics()
    line = uuid.uuid4()
    for _ in range(2):
        ports.keep_topic(viewer=ana, text="From a practice", now=START, topic=line)
    assert [read.text for read in topics.topics_of(ana)] == ["From a practice"]
    monkeypatch.setattr(topics, "MOST_TOPICS", 1)
    with pytest.raises(Refusal):
        ports.keep_topic(viewer=ana, text="One too many", now=START, topic=uuid.uuid4())


def test_what_is_put_away_is_gone_for_both_and_takes_an_offer_with_it(cast: Cast, client_of: ClientOf) -> None:
    row = make_topic(cast.ana, "for both", now=START, couple=cast.couples["ana"])
    talk = make_talk(row, now=START + timedelta(hours=1), yes_at=None)
    note_topic(cast.ana, row, "mine", now=START)
    assert do(client_of(cast.ana), row, "away").status_code == 302
    talk.refresh_from_db()
    assert talk.closed_at is not None
    assert topics.topics_of(viewer_of(cast.ana, now=START)) == []
    assert topics.topics_of(viewer_of(cast.ben, now=START)) == []
    assert not sees(cast, "ben", row)


@pytest.mark.parametrize("state", ["active", "resting", "left", "alone"])
@pytest.mark.parametrize("shown", [True, False], ids=["brought up before", "never brought up"])
def test_what_is_put_away_its_author_reads_exports_and_brings_back(
    cast: Cast, client_of: ClientOf, state: str, shown: bool
) -> None:
    """Own words stay own words: put away they are read and exported, by their author alone."""
    row = make_topic(cast.ana, "How we do Sundays", now=START, couple=cast.couples["ana"] if shown else None)
    note_topic(cast.ana, row, "my note on it", now=START)
    ana, path = client_of(cast.ana), reverse("checkins:topic", args=[row.pk])
    if state == "resting":
        Membership.objects.filter(person=cast.ben).update(rested_at=START)
    elif state == "left":
        Membership.objects.filter(person=cast.ana).update(left_at=START)
    elif state == "alone":
        Membership.objects.filter(couple=cast.couples["ana"]).update(left_at=START)
    assert do(ana, row, "away").status_code == 302
    assert "How we do Sundays" in ana.get(LIST).content.decode()
    page = ana.get(path).content.decode()
    assert "How we do Sundays" in page
    assert "my note on it" in page
    viewer = viewer_of(cast.ana, now=START)
    found = export.collect(viewer)
    for text in (export.as_json(found), export.as_page(found, now=START, zone=cast.ana.zone)):
        assert "How we do Sundays" in text
        assert "my note on it" in text
    for other in ("ben", "cleo", "theo"):
        assert client_of(cast.people[other]).get(path).status_code == 404
        assert "Sundays" not in export.as_json(export.collect(viewer_of(cast.people[other], now=START)))
    for what in ("back", "delete"):
        assert do(client_of(cast.ben), row, what).status_code == 404, "not his"
    do(ana, row, "back")
    Membership.objects.filter(couple=cast.couples["ana"]).update(rested_at=None)
    assert [read.text for read in topics.topics_of(viewer)] == ["How we do Sundays"]
    assert not sees(cast, "ben", row), "it comes back to its author alone"
    assert topics.note_of(viewer, row.pk) == "my note on it"


@pytest.mark.parametrize("shown", [True, False], ids=["brought up before", "never brought up"])
def test_what_is_put_away_can_be_deleted_for_good(cast: Cast, client_of: ClientOf, shown: bool) -> None:
    row = make_topic(cast.ana, "How we do Sundays", now=START, couple=cast.couples["ana"] if shown else None)
    note_topic(cast.ana, row, "my note on it", now=START)
    if shown:
        note_topic(cast.ben, row, "his note", now=START)
    ana, path = client_of(cast.ana), reverse("checkins:topic", args=[row.pk])
    assert do(ana, row, "delete").status_code == 404, "put away first"
    do(ana, row, "away")
    assert do(ana, row, "delete").status_code == 302
    assert [bytes(kept.text) for kept in Topic.objects.all()] == ([b""] if shown else [])
    assert not TopicNote.objects.filter(author=cast.ana).exists()
    for what in ("back", "away", "delete"):
        assert do(ana, row, what).status_code == 404, "nothing calls it back"
    assert ana.get(path).status_code == 404
    assert b"Sundays" not in ana.get(LIST).content
    assert TopicNote.objects.filter(author=cast.ben).exists() == shown, "his words stay his"


def test_what_is_put_away_cannot_be_offered_or_brought_up(cast: Cast, client_of: ClientOf) -> None:
    row = make_topic(cast.ana, "for both", now=START, couple=cast.couples["ana"])
    ana = client_of(cast.ana)
    do(ana, row, "away")
    assert ana.get(reverse("checkins:talk_offer", args=[row.pk])).status_code == 302
    assert do(ana, row, "bring").status_code == 404
    with pytest.raises(Refusal):
        talks.offer(viewer=viewer_of(cast.ana, now=START), topic=row.pk, starts_at=START, minutes=5, now=START)


@pytest.mark.parametrize("how", ["keep", "away", "delete", "rest"])
def test_ones_note_outlives_the_others_topic(cast: Cast, client_of: ClientOf, how: str) -> None:
    """However the topic went, its note is read by whoever wrote it, in the same words, and can be deleted."""
    row = make_topic(cast.ana, "for both", now=START, couple=cast.couples["ana"])
    note_topic(cast.ben, row, "Breathe first.", now=START)
    ana, ben = client_of(cast.ana), client_of(cast.ben)
    assert b"without their topic" not in ben.get(LIST).content
    if how == "rest":
        Membership.objects.filter(person=cast.ana).update(rested_at=START)
    else:
        for what in ("away", "delete") if how == "delete" else (how,):
            do(ana, row, what)
    page = ben.get(LIST).content.decode()
    assert "Breathe first." in page
    assert "without their topic" in page
    assert "for both" not in page
    assert "Breathe first." not in ana.get(LIST).content.decode()
    assert do(ana, row, "forget").status_code == 404, "it is not hers"
    assert do(ben, row, "forget").status_code == 302
    assert do(ben, row, "forget").status_code == 404
    assert not TopicNote.objects.exists()


def test_what_both_agreed_to_talk_about_is_not_put_away_under_them(cast: Cast, client_of: ClientOf) -> None:
    row = make_topic(cast.ana, "for both", now=START, couple=cast.couples["ana"])
    make_talk(row, now=START)
    for what in ("keep", "away"):
        answer = do(client_of(cast.ana), row, what)
        assert answer.status_code == 422
        assert "err-sum" in answer.content.decode()
    assert sees(cast, "ben", row)


@pytest.mark.parametrize("what", ["keep", "away"])
@pytest.mark.parametrize("said_yes", [True, False], ids=["the other said yes", "the other did not"])
def test_in_a_rest_its_author_shows_less_whatever_was_agreed(
    cast: Cast, client_of: ClientOf, said_yes: bool, what: str
) -> None:
    row = make_topic(cast.ana, "for both", now=START, couple=cast.couples["ana"])
    make_talk(row, now=START + timedelta(hours=1), yes_at=START if said_yes else None)
    Membership.objects.filter(person=cast.ben).update(rested_at=START)
    assert do(client_of(cast.ana), row, what).status_code == 302
    Membership.objects.filter(person=cast.ben).update(rested_at=None)
    assert not sees(cast, "ben", row)
    assert Talk.objects.get().closed_at == START, "the offer went with it"


def test_parked_twice_in_a_row_is_parked_once(cast: Cast, clock: Moved) -> None:
    ben = viewer_of(cast.ben, now=START)
    for _ in range(2):
        topics.park(viewer=ben, text="The money", on=date(2026, 9, 20), now=START)
    row = Topic.objects.get()
    assert sees(cast, "ana", row)
    assert row.promised_on == date(2026, 9, 20)


def test_export_and_erasure_hold_ones_own(cast: Cast) -> None:
    shown = make_topic(cast.ana, "for both", now=START, couple=cast.couples["ana"])
    make_talk(shown, now=START)
    make_topic(cast.ana, "mine alone", now=START)
    note_topic(cast.ben, shown, "his note", now=START)
    holding = registered()["talks"]
    ana, ben = (holding.export_of(viewer_of(person, now=START)) for person in (cast.ana, cast.ben))
    assert {topic["text"] for topic in ana["topics"]} == {"for both", "mine alone"}
    assert (ana["notes"], ben["notes"]) == ([], ["his note"])
    assert [topic["text"] for topic in ben["brought_up_by_the_other"]] == ["for both"]
    holding.erase(cast.ana, START)
    assert Topic.objects.get() == shown, "a talk stands on it; its words are gone"
    assert bytes(Topic.objects.get().text) == b""
    assert topics.topics_of(viewer_of(cast.ben, now=START)) == []


@pytest.mark.parametrize("noted", [True, False], ids=["with a note of the other’s", "without"])
def test_a_note_of_the_others_changes_nothing_of_what_the_author_does(
    cast: Cast, client_of: ClientOf, noted: bool
) -> None:
    rows = [make_topic(cast.ana, text, now=START, couple=cast.couples["ana"]) for text in ("One", "Two")]
    for row in rows if noted else []:
        note_topic(cast.ben, row, "his note", now=START)
    ana = client_of(cast.ana)
    for row in rows:
        assert do(ana, row, "keep").status_code == 302
    for what in ("away", "delete"):
        answer = do(ana, rows[0], what)
        assert (answer.status_code, answer["Location"]) == (302, LIST)
    assert [read.row for read in topics.topics_of(viewer_of(cast.ana, now=START))] == rows[1:]
    registered()["talks"].erase(cast.ana, START)
    assert [bytes(row.text) for row in Topic.objects.all()] == [b"", b""], "the same rows with and without"
    assert registered()["talks"].export_of(viewer_of(cast.ben, now=START))["notes"] == ["his note"] * 2 * noted
