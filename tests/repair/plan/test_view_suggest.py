"""Suggesting other words: laid out from what stands, compared word by word, sent and signed."""

import pytest

from accounts.access import viewer_of
from repair.plan.models import Version
from repair.plan.queries import LineState, line_read
from tests.repair.plan.lines import COMMITMENT, agreed, open_version, posted, proposed, suggested
from tests.repair.plan.outsiders import assert_only_partners, assert_refuses

TYPED = {"what": "We take turns with the morning coffee", "who": "both", "know": "The cups are on the table."}


def url(line):
    return f"/lines/{line.pk}/suggest/"


def test_the_form_starts_from_the_words_that_stand_seen_from_each_side(cast, clock, client_of):
    line = proposed(cast.ana, now=clock.at)  # slot a does it: Ana
    for person, who in ((cast.ana, "me"), (cast.ben, "you")):
        page = client_of(person).get(url(line)).content.decode()
        assert "I make the morning coffee" in page
        assert f'value="{who}" id="id_who_{0 if who == "me" else 2}" checked' in page


def test_what_changes_can_be_looked_at_without_sending(cast, clock, client_of):
    line = proposed(cast.ana, now=clock.at)
    answer = client_of(cast.ben).post(url(line), posted(TYPED, now=clock.at, seen=1, do="look"))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "<del>I make </del><ins>We take turns with </ins>" in page
    assert "<del>Ana</del><ins>Both</ins>" in page
    assert Version.objects.count() == 1


def test_sent_and_signed_with_a_sentence(cast, clock, client_of):
    line = proposed(cast.ana, now=clock.at)
    data = posted(TYPED, now=clock.at, seen=1, note="I’d like some mornings too.")
    for _ in range(2):
        assert client_of(cast.ben).post(url(line), data).url == f"/lines/{line.pk}/"
    assert Version.objects.count() == 2
    read, _ = line_read(viewer_of(cast.ana, now=clock.at), line.pk)
    assert read.waits_for_me
    assert read.open.note == "I’d like some mornings too."
    assert read.open.fields["who"] == "both"


def test_when_the_other_changed_it_meanwhile_nothing_is_lost_and_the_new_words_are_shown(cast, clock, client_of):
    line = proposed(cast.ana, now=clock.at)
    suggested(cast.ana, line, {**COMMITMENT, "what": "I make tea"}, now=clock.at)
    answer = client_of(cast.ben).post(url(line), posted(TYPED, now=clock.at, seen=1))
    page = answer.content.decode()
    assert answer.status_code == 409
    for words in ("I make tea", "We take turns with the morning coffee", 'name="seen" value="2"'):
        assert words in page
    assert Version.objects.count() == 2


def test_words_that_change_nothing_are_refused(cast, clock, client_of):
    line = agreed(cast.ana, cast.ben, now=clock.at)
    same = {"what": COMMITMENT["what"], "who": "me", "know": COMMITMENT["know"]}
    answer = client_of(cast.ana).post(url(line), posted(same, now=clock.at, seen=1))
    assert answer.status_code == 422
    assert "stand already" in answer.content.decode()


@pytest.mark.parametrize(
    "wrong",
    [{"what": ""}, {"note": "x" * 201}, {"look_again_on": "soon"}, {"who": "x"}, {"what": "z" * 401}],
)
def test_bad_input_gets_422_and_loses_nothing(cast, clock, client_of, wrong):
    line = proposed(cast.ana, now=clock.at)
    answer = client_of(cast.ben).post(
        url(line), posted({**TYPED, "why": "kept words"}, now=clock.at, seen=1, **wrong)
    )
    assert answer.status_code == 422
    assert "kept words" in answer.content.decode()
    assert Version.objects.count() == 1


@pytest.mark.parametrize("seen", ["", "x", "-1", "9" * 30])
def test_a_form_without_the_number_it_was_based_on_is_out_of_date(cast, clock, client_of, seen):
    line = proposed(cast.ana, now=clock.at)
    assert client_of(cast.ben).post(url(line), posted(TYPED, now=clock.at, seen=seen)).status_code == 409


def test_a_line_past_its_day_is_signed_again_with_one_button(cast, clock, client_of):
    line = agreed(cast.ana, cast.ben, now=clock.at, days=3)
    clock.move(days=5)
    for _ in range(2):
        assert client_of(cast.ben).post(url(line), {"do": "again", "seen": "1"}).status_code == 302
    version = open_version(line)
    assert (version.number, (version.look_again_on - clock.at.date()).days) == (2, 28)


def test_the_mirror_stands_before_other_words_too(cast, clock, client_of):
    line = proposed(cast.ana, now=clock.at)
    control = {**TYPED, "what": "You send me your location when you leave work"}
    client = client_of(cast.ben)
    answer = client.post(url(line), posted(control, now=clock.at, seen=1))
    assert "This line asks to know where someone is" in answer.content.decode()
    assert Version.objects.count() == 1
    assert client.post(url(line), posted(control, now=clock.at, seen=1, do="anyway")).status_code == 302
    back = client.post(url(line), posted(control, now=clock.at, seen=2, do="change"))
    assert back.status_code == 200


def test_a_trigger_card_stays_its_first_writers(cast, clock, client_of):
    card = {"when": "I go quiet", "please": "sit with me", "asks": "a"}
    line = proposed(cast.ana, now=clock.at, kind="trigger", fields=card)
    typed = {"when": "I go quiet", "please": "sit with me, and say nothing"}
    client_of(cast.ben).post(url(line), posted(typed, now=clock.at, seen=1))
    read, _ = line_read(viewer_of(cast.ana, now=clock.at), line.pk)
    assert read.open.does.name == "Ben"


def test_an_ended_line_has_no_form(cast, clock, client_of):
    line = agreed(cast.ana, cast.ben, now=clock.at)
    for person in (cast.ana, cast.ben):
        client_of(person).post(f"/lines/{line.pk}/withdraw/")
    assert client_of(cast.ana).get(url(line)).url == f"/lines/{line.pk}/"


def test_who_gets_in(cast, clock, client_of):
    line = proposed(cast.ana, now=clock.at)
    assert_only_partners(client_of, cast, url(line))
    assert_only_partners(client_of, cast, url(line), method="post")
    assert_refuses(client_of(cast.ben), url(line), "put", "delete")
    assert line_read(viewer_of(cast.ana, now=clock.at), line.pk)[0].state is LineState.PROPOSED
