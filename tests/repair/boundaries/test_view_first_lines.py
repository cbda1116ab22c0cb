"""Up to three first lines at once: written alone, sent together, each a line of its own."""

import re
import uuid

import pytest

from repair.plan.models import Agreement, Draft, Version
from tests.repair.plan.outsiders import assert_refuses

URL = "/lines/first/"


def typed(*lines, do="send", **more):
    """The form as a browser sends it; each line is (words, who)."""
    data = {f"l{number}-line": str(uuid.uuid4()) for number in (1, 2, 3)}
    for number, (what, who) in enumerate(lines, 1):
        data |= {f"l{number}-what": what, f"l{number}-who": who}
    return {**data, "do": do, **more}


def test_the_lines_are_sent_together_and_pressed_twice_they_are_the_same_lines(cast, client_of):
    data = typed(("I make the coffee", "me"), ("We walk", "both"), ("I ring my sister", "me"))
    for _ in range(2):
        assert client_of(cast.ana).post(URL, data).url == "/lines/"
    assert list(Agreement.objects.order_by("number").values_list("number", flat=True)) == [1, 2, 3]
    page = client_of(cast.ben).get("/lines/").content.decode()
    assert all(words in page for words in ("I make the coffee", "We walk", "I ring my sister"))


def test_places_left_empty_are_no_lines(cast, client_of):
    client_of(cast.ana).post(URL, typed(("I make the coffee", "me"), ("", "")))
    assert Version.objects.count() == 1


def test_one_that_is_not_finished_holds_back_all_and_nothing_is_lost(cast, client_of):
    data = typed(("I make the coffee", "me"), ("We walk", ""), **{"l2-why": "It helps us talk"})
    answer = client_of(cast.ana).post(URL, data)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert all(words in page for words in ("Say who does this.", "I make the coffee", "It helps us talk"))
    assert not Agreement.objects.exists()


@pytest.mark.parametrize(
    "data",
    [
        {"do": "send"},
        {"do": "send", "l1-line": "x", "l1-what": "y" * 401, "l1-who": "me"},
        {"do": "send", "l1-what": "a", "l1-who": "nobody"},
        {"do": "keep"},
        {"do": "keep", "l1-what": "z" * 7000},
    ],
)
def test_bad_input_gets_422(cast, client_of, data):
    assert client_of(cast.ana).post(URL, data).status_code == 422
    assert not Agreement.objects.exists()
    assert not Draft.objects.exists()


@pytest.mark.parametrize("name", ["sol", "ana", "cora", "rita"])
def test_they_can_be_kept_as_drafts_in_every_state(cast, client_of, name):
    client = client_of(getattr(cast, name))
    data = typed(("I make the coffee", "me"), ("half", ""), do="keep")
    for _ in range(2):
        assert client.post(URL, data).url == "/lines/"
    assert Draft.objects.count() == 2
    assert "I make the coffee" in client.get(f"/lines/draft/{data['l1-line']}/").content.decode()


@pytest.mark.parametrize("name", ["sol", "cora", "rita"])
def test_alone_cooling_or_resting_nothing_is_sent_and_nothing_lost(cast, client_of, name):
    answer = client_of(getattr(cast, name)).post(URL, typed(("I make the coffee", "me")))
    assert answer.status_code == 409
    assert "I make the coffee" in answer.content.decode()
    assert not Agreement.objects.exists()


def test_three_lines_that_ask_the_other_only_get_the_two_sentences_and_are_no_block(cast, client_of):
    data = typed(("Ben cooks", "you"), ("Ben walks", "you"), ("Ben reads", "you"))
    client = client_of(cast.ana)
    page = client.post(URL, data).content.decode()
    assert "Each of these asks something of the other. What will you do?" in page
    assert not Agreement.objects.exists()
    carried = dict(re.findall(r'<input type="hidden" name="(l\d-\w+)" value="([^"]*)"', page))
    assert client.post(URL, {**carried, "do": "change"}).status_code == 200
    assert client.post(URL, {**carried, "do": "anyway"}).status_code == 302
    assert Agreement.objects.count() == 3


def test_the_end_date_is_given_only_to_the_line_that_wants_one(cast, client_of):
    data = typed(("I tell you the same day if R. writes", "me"), ("I cook", "me"))
    client = client_of(cast.ana)
    assert "Send it with an end date" in client.post(URL, data).content.decode()
    client.post(URL, {**data, "do": "end30"})
    ends = Version.objects.order_by("agreement__number").values_list("ends_on", flat=True)
    assert [end is not None for end in ends] == [True, False]


def test_an_id_of_another_couples_line_is_not_found_and_nothing_is_sent(cast, client_of):
    theirs = typed(("Cleo cooks", "me"))
    client_of(cast.cleo).post(URL, theirs)
    data = typed(("first", "me"), ("second", "me"))
    answer = client_of(cast.ana).post(URL, {**data, "l2-line": theirs["l1-line"]})
    assert answer.status_code == 404
    assert not Agreement.objects.filter(plan__couple=cast.couples["ana"]).exists()


def test_who_gets_in(cast, client_of):
    assert client_of(cast.theo).get(URL).status_code == 404
    assert client_of(None).get(URL).status_code == 302
    assert client_of(cast.sol).get(URL).status_code == 200
    assert_refuses(client_of(cast.ana), URL, "put", "delete")


def test_other_words_from_one_page_are_not_lost_and_the_same_are_not_sent_twice(cast, client_of, clock):
    data, client = typed(("I make the coffee", "me"), ("We walk", "both"), do="anyway"), client_of(cast.ana)
    assert client.post(URL, data).status_code == 302
    other = {**data, "l2-what": "We swim"}
    answer = client.post(URL, other)
    page = answer.content.decode()
    assert (answer.status_code, Version.objects.count()) == (409, 2)
    assert "We swim" in page
    lines = {f"l{n}-line": re.search(rf'name="l{n}-line" value="([^"]+)"', page)[1] for n in (1, 2)}
    assert lines["l1-line"] == data["l1-line"]
    assert lines["l2-line"] != data["l2-line"]
    for _ in range(2):
        assert client.post(URL, {**other, **lines}).status_code == 302
    assert Version.objects.count() == 3


def test_pressed_twice_on_both_sides_of_midnight_they_are_the_same_lines(cast, client_of, clock):
    data = typed(("I make the coffee", "me"), do="anyway")
    for _ in range(2):
        assert client_of(cast.ana).post(URL, data).status_code == 302
        clock.move(days=1)
    assert Version.objects.count() == 1
