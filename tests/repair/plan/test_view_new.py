"""Writing a new line: the form, drafts, the mirror between, sending."""

import re
import uuid
from datetime import date, timedelta

import pytest

from accounts.access import viewer_of
from accounts.vault import services as vault
from repair.plan.models import Agreement, Draft, Version
from repair.plan.queries import line_read
from tests.repair.plan.lines import posted, proposed
from tests.repair.plan.outsiders import assert_refuses

NEW = "/lines/new/commitment/"
GOOD = {"what": "I make the morning coffee", "who": "me", "know": "The cups are on the table."}
PER_KIND = {
    "boundary": {
        "what": "Phones in the hall",
        "who": "both",
        "own_space": "Their content",
        "know": "They lie there",
    },
    "commitment": GOOD,
    "ritual": {"what": "A walk", "when": "Sundays"},
    "trigger": {"when": "I go quiet", "please": "sit with me"},
    "question": {"what": "Did we laugh?", "answer": "mark", "low": "No", "high": "A lot", "asked_with": "weekly"},
}


@pytest.mark.parametrize("kind", PER_KIND)
def test_every_kind_can_be_written_and_sent(cast, clock, client_of, kind):
    data = posted(PER_KIND[kind], now=clock.at)
    answer = client_of(cast.ana).post(f"/lines/new/{kind}/", data)
    assert answer.status_code == 302
    assert answer.url == f"/lines/{data['line']}/"
    read, _ = line_read(viewer_of(cast.ben, now=clock.at), uuid.UUID(data["line"]))
    assert read.waits_for_me
    assert read.open.version.look_again_on.isoformat() == data["look_again_on"]


@pytest.mark.parametrize("name", ["ana", "sol", "cora", "rita", "eve"])
def test_the_form_opens_in_every_state_and_draws_nothing_from_the_database_into_being(cast, client_of, name):
    assert client_of(getattr(cast, name)).get(NEW).status_code == 200
    assert not Draft.objects.exists()


@pytest.mark.parametrize("name", ["theo", None])
def test_who_is_no_partner_does_not_get_in(cast, client_of, name):
    answer = client_of(getattr(cast, name) if name else None).get(NEW)
    assert answer.status_code == (404 if name else 302)


def test_unknown_kinds_are_not_found_and_other_methods_refused(cast, client_of):
    client = client_of(cast.ana)
    assert client.get("/lines/new/nonsense/").status_code == 404
    assert client.post("/lines/new/nonsense/", {"do": "send"}).status_code == 404
    assert_refuses(client, NEW, "put", "delete", "patch")


@pytest.mark.parametrize(
    ("zone", "offset", "today"),
    [("Pacific/Auckland", -4, "2026-09-15"), ("Pacific/Honolulu", 8, "2026-09-14"), ("UTC", 0, "2026-09-14")],
)
def test_a_day_that_lies_ahead_is_one_where_the_person_lives(cast, clock, client_of, zone, offset, today):
    """Elsewhere it may be tomorrow already, or not yet today."""
    clock.move(hours=offset)  # 02:00 tomorrow, or 16:00 today; in UTC it is the other date
    cast.ana.time_zone = zone
    cast.ana.save(update_fields=["time_zone"])
    here = date.fromisoformat(today)
    client = client_of(cast.ana)
    assert f'value="{here + timedelta(days=28)}"' in client.get(NEW).content.decode()
    refused = client.post(NEW, posted(GOOD, now=clock.at, look_again_on=here.isoformat()))
    assert refused.status_code == 422
    assert "lies ahead" in refused.content.decode()
    tomorrow = (here + timedelta(days=1)).isoformat()
    sent = client.post(NEW, posted(GOOD, now=clock.at, look_again_on=tomorrow))
    assert sent.status_code == 302
    assert Version.objects.get().look_again_on.isoformat() == tomorrow


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"what": ""}, "Write the line."),
        ({"what": "x" * 401}, "at most 400"),
        ({"who": ""}, "Say who does this."),
        ({"who": "everybody"}, "Select a valid choice"),
        ({"look_again_on": ""}, "Choose a day"),
        ({"look_again_on": "2026-02-30"}, "a day that exists"),
        ({"look_again_on": "9" * 40}, "a day that exists"),
        ({"look_again_on": "2026-09-14"}, "lies ahead"),
        ({"look_again_on": "2029-01-01"}, "within a year"),
    ],
)
def test_bad_input_gets_422_and_loses_nothing(cast, clock, client_of, wrong, said):
    data = posted({**GOOD, "why": "So that you sleep."}, now=clock.at, **wrong)
    answer = client_of(cast.ana).post(NEW, data)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert "So that you sleep." in answer.content.decode()
    assert not Agreement.objects.exists()


def test_a_zero_byte_is_refused_and_stores_nothing(cast, clock, client_of):
    client = client_of(cast.ana)
    for do in ("send", "keep"):
        assert client.post(NEW, posted({**GOOD, "what": "a\x00b"}, now=clock.at, do=do)).status_code in {400, 422}
    assert not Agreement.objects.exists()


def test_missing_and_repeated_fields_are_no_error_of_ours(cast, client_of):
    client = client_of(cast.ana)
    assert client.post(NEW, {"do": "send"}).status_code == 422
    repeated = {"do": ["send", "send"], "what": ["a", "b"], "who": ["me", "you"], "line": ["x", "y"]}
    assert client.post(NEW, repeated).status_code == 422


def test_two_presses_make_one_line(cast, clock, client_of):
    data, client = posted(GOOD, now=clock.at), client_of(cast.ana)
    assert [client.post(NEW, data).url for _ in range(2)] == [f"/lines/{data['line']}/"] * 2
    assert Version.objects.count() == 1


def test_a_line_whose_id_is_another_couples_is_not_found(cast, clock, client_of):
    data = posted(GOOD, now=clock.at)
    client_of(cast.cleo).post(NEW, data)
    assert client_of(cast.ana).post(NEW, data).status_code == 404


@pytest.mark.parametrize("name", ["sol", "cora", "rita"])
def test_alone_cooling_or_resting_nothing_is_sent_and_nothing_lost(cast, clock, client_of, name):
    answer = client_of(getattr(cast, name)).post(NEW, posted(GOOD, now=clock.at))
    assert answer.status_code == 409
    assert "I make the morning coffee" in answer.content.decode()
    assert not Agreement.objects.exists()


@pytest.mark.parametrize("name", ["ana", "sol", "cora", "rita"])
def test_anything_typed_can_be_kept_as_a_draft_in_every_state(cast, clock, client_of, name):
    person = getattr(cast, name)
    data = {"line": str(uuid.uuid4()), "what": "half a thou", "do": "keep"}
    client = client_of(person)
    for _ in range(2):
        assert client.post(NEW, data).url == "/lines/"
    draft = Draft.objects.get()
    assert vault.open(viewer_of(person, now=clock.at), draft, "body") == {"what": "half a thou"}
    assert "half a thou" in client.get(f"/lines/draft/{draft.pk}/").content.decode()


def test_what_is_far_too_long_is_no_draft_and_stays_on_the_page(cast, client_of):
    answer = client_of(cast.ana).post(NEW, {"what": "y" * 7000, "do": "keep"})
    assert answer.status_code == 422
    assert "y" * 7000 in answer.content.decode()


def test_drafts_have_a_limit(cast, client_of):
    client = client_of(cast.sol)
    for _ in range(40):
        client.post(NEW, {"line": str(uuid.uuid4()), "what": "x", "do": "keep"})
    assert client.post(NEW, {"line": str(uuid.uuid4()), "what": "one more", "do": "keep"}).status_code == 422
    assert Draft.objects.count() == 40


def test_nobody_is_buried_in_proposals(cast, clock, client_of):
    client = client_of(cast.ana)
    for number in range(30):
        proposed(cast.ana, now=clock.at, fields={"what": f"line {number}", "who": "a"})
    for url, data in ((NEW, posted(GOOD, now=clock.at)), ("/lines/first/", {"l1-what": "x", "l1-who": "me"})):
        answer = client.post(url, {**data, "do": "send"})
        assert answer.status_code == 422
        assert "Many of your proposals are open." in answer.content.decode()
    assert client_of(cast.ben).post(NEW, posted(GOOD, now=clock.at)).status_code == 302, "the other still may"


CONTROL = {**GOOD, "what": "You send me your location when you leave work", "who": "you"}


def test_the_mirror_stands_before_sending_and_stores_nothing(cast, clock, client_of):
    answer = client_of(cast.ana).post(NEW, posted(CONTROL, now=clock.at))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "This line asks to know where someone is" in page
    assert "You send me your location when you leave work" in page
    assert not Agreement.objects.exists()
    assert not Draft.objects.exists()


def test_the_mirror_never_blocks(cast, clock, client_of):
    client, data = client_of(cast.ana), posted(CONTROL, now=clock.at)
    client.post(NEW, data)
    assert client.post(NEW, {**data, "do": "anyway"}).status_code == 302
    assert Version.objects.get().ends_on is None


def test_the_offer_of_an_end_date_can_be_taken(cast, clock, client_of):
    data = posted(CONTROL, now=clock.at, do="end30")
    assert client_of(cast.ana).post(NEW, data).status_code == 302
    assert (Version.objects.get().ends_on - clock.at.date()).days == 30


def test_from_the_mirror_one_can_go_back_to_the_words(cast, clock, client_of):
    answer = client_of(cast.ana).post(NEW, posted(CONTROL, now=clock.at, do="change"))
    assert answer.status_code == 200
    assert "You send me your location" in answer.content.decode()
    assert "err-sum" not in answer.content.decode()


def test_the_others_pages_are_the_same_whether_the_mirror_was_shown(cast, clock, client_of):
    def bens_page():
        return client_of(cast.ben).get("/lines/").content.decode().replace(" 1", "")

    before = bens_page()
    client_of(cast.ana).post(NEW, posted(CONTROL, now=clock.at))
    client_of(cast.ana).post(NEW, posted(CONTROL, now=clock.at, do="keep"))
    assert bens_page() == before


def test_the_third_line_that_asks_something_of_the_other_only_gets_the_two_sentences(cast, clock, client_of):
    client = client_of(cast.ana)
    ask = {**GOOD, "who": "you"}
    for what in ("You make the coffee", "You plan Sunday"):
        assert client.post(NEW, posted({**ask, "what": what}, now=clock.at)).status_code == 302
    answer = client.post(NEW, posted({**ask, "what": "You cook on Fridays"}, now=clock.at))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Each of these asks something of the other. What will you do?" in page
    assert "You plan Sunday" in page
    mine = client.post(NEW, posted({**ask, "what": "You cook on Fridays"}, now=clock.at, do="mine"))
    assert mine.url == "/lines/new/commitment/"
    assert Draft.objects.count() == 1, "what was written is kept"


def test_lines_of_ones_own_never_get_them(cast, clock, client_of):
    client = client_of(cast.ana)
    for number in range(4):
        data = posted({**GOOD, "what": f"I do thing {number}"}, now=clock.at)
        assert client.post(NEW, data).status_code == 302


def test_a_starter_is_laid_out_in_the_form_without_storing_anything(cast, client_of):
    answer = client_of(cast.sol).post(NEW, {"do": "start", "what": "I ring you", "who": "me", "about": "on"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "I ring you" in page
    assert "checked" in page
    assert "err-sum" not in page
    assert not Draft.objects.exists()


class TestDraft:
    """A draft is its author's, in every state."""

    def make(self, cast, clock, client_of, person):
        line = str(uuid.uuid4())
        client_of(person).post(NEW, {**posted(GOOD, now=clock.at), "line": line, "do": "keep"})
        return f"/lines/draft/{line}/", line

    def test_nobody_else_finds_it(self, cast, clock, client_of):
        url, line = self.make(cast, clock, client_of, cast.ana)
        for name in ("ben", "cleo", "sol", "theo", "sue"):
            for method in ("get", "post"):
                assert getattr(client_of(getattr(cast, name)), method)(url).status_code == 404
        client_of(cast.ben).post(url, {"do": "drop"})
        client_of(cast.ben).post(NEW, {"line": line, "what": "mine now", "do": "keep"})
        assert Draft.objects.get().author == cast.ana

    def test_it_can_be_changed_sent_and_thrown_away(self, cast, clock, client_of):
        url, line = self.make(cast, clock, client_of, cast.ana)
        client = client_of(cast.ana)
        client.post(url, {**posted({**GOOD, "what": "New words"}, now=clock.at), "do": "keep"})
        assert "New words" in client.get(url).content.decode()
        data = posted(GOOD, now=clock.at)
        for _ in range(2):
            assert client.post(url, data).url == f"/lines/{line}/", "pressed twice, it is one line"
        assert Version.objects.count() == 1
        assert not Draft.objects.exists()
        url, _line = self.make(cast, clock, client_of, cast.ana)
        for _ in range(2):
            assert client.post(url, {"do": "drop"}).url == "/lines/"
        assert not Draft.objects.exists()

    def test_sent_before_there_is_a_partner_it_stays(self, cast, clock, client_of):
        url, _line = self.make(cast, clock, client_of, cast.sol)
        assert client_of(cast.sol).post(url, posted(GOOD, now=clock.at)).status_code == 409
        assert Draft.objects.count() == 1

    def test_other_methods_are_refused(self, cast, clock, client_of):
        url, _line = self.make(cast, clock, client_of, cast.ana)
        assert_refuses(client_of(cast.ana), url, "put", "delete")


@pytest.mark.parametrize("kind", PER_KIND)
def test_every_kind_pressed_twice_is_one_line(cast, clock, client_of, kind):
    data = posted(PER_KIND[kind], now=clock.at, do="anyway")
    for _ in range(2):
        assert client_of(cast.ana).post(f"/lines/new/{kind}/", data).url == f"/lines/{data['line']}/"
    assert Version.objects.count() == 1


@pytest.mark.parametrize("drafted", [False, True], ids=["a form", "a draft"])
def test_other_words_from_one_page_are_not_lost(cast, clock, client_of, drafted):
    data, client = posted(GOOD, now=clock.at, do="anyway"), client_of(cast.ana)
    path = NEW
    if drafted:
        client.post(NEW, {**data, "do": "keep"})
        path = f"/lines/draft/{data['line']}/"
        assert client.get(path).status_code == 200
    assert client.post(path, data).url == f"/lines/{data['line']}/"
    other = {**data, "what": "I make the evening tea"}
    answer = client.post(path, other)
    page = answer.content.decode()
    assert (answer.status_code, Version.objects.count()) == (409, 1)
    assert "I make the evening tea" in page
    assert f'action="{NEW}"' in page
    again = re.search(r'name="line" value="([^"]+)"', page)[1]
    assert again != data["line"]
    for _ in range(2):
        assert client.post(NEW, {**other, "line": again}).url == f"/lines/{again}/"
    assert client.post(path, data).url == f"/lines/{data['line']}/", "the same words twice are once"
    lines = [line_read(viewer_of(cast.ana, now=clock.at), uuid.UUID(line))[0] for line in (data["line"], again)]
    assert [line.open.fields["what"] for line in lines] == [GOOD["what"], "I make the evening tea"]


def test_another_day_from_one_page_is_not_lost(cast, clock, client_of):
    data = posted(GOOD, now=clock.at, do="anyway")
    later = {**data, "look_again_on": (clock.at.date() + timedelta(days=9)).isoformat()}
    assert [client_of(cast.ana).post(NEW, each).status_code for each in (data, later)] == [302, 409]


def test_the_id_of_the_others_line_takes_no_words(cast, clock, client_of):
    line = proposed(cast.ben, now=clock.at)
    answer = client_of(cast.ana).post(NEW, posted(GOOD, now=clock.at, do="anyway", line=str(line.pk)))
    assert (answer.status_code, Version.objects.count()) == (409, 1)
    assert GOOD["what"] in answer.content.decode()
