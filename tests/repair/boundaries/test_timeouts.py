"""The time-out rule: what it says in any case, what it is read for before it is sent, where it can come from."""

import pytest

from accounts.access import viewer_of
from repair.boundaries import timeouts
from repair.plan.kinds import kind_named
from repair.plan.queries import in_force_of
from repair.plan.services import withdraw
from repair.programmes import content
from repair.programmes.comparing import FIRST_FIELD, goes_whole
from tests.repair.plan.lines import agreed, proposed
from tests.repair.programmes.doing import done, shared

RULE = {"say": "“Pause.”", "lasts": "m20", "where": "The kitchen, the garden", "again": "caller"}


@pytest.mark.parametrize(("lasts", "headline", "minutes"), [
    ("m20", "“Pause”: we stop and are apart for 20 minutes", 20),
    ("m60", "“Pause”: we stop and are apart for an hour", 60),
    ("m180", "“Pause”: we stop and are apart for three hours", 180),
    ("day", "“Pause”: we stop and are apart until the next day", 1440),
    ("open", "“Pause”: we stop and go apart, with no hour named", None),
])  # fmt: skip
def test_a_rule_in_one_line_and_how_long_it_is(lasts, headline, minutes):
    body = {**RULE, "lasts": lasts}
    assert timeouts.headline(body) == headline
    assert timeouts.minutes_of(body) == minutes


@pytest.mark.parametrize(("say", "said"), [
    ("Pause", "“Pause”"), ("“Pause.”", "“Pause”"), ('"Pause"', "“Pause”"),
    ("“Pause”, or a hand laid flat.", "“Pause”, or a hand laid flat"), ("A hand laid flat", "“A hand laid flat”"),
])  # fmt: skip
def test_the_word_stands_in_quotation_marks_once(say, said):
    assert timeouts.headline({**RULE, "say": say}) == f"{said}: we stop and are apart for 20 minutes"


def test_every_length_and_every_way_back_has_its_words():
    for lasts, label in timeouts.LASTS:
        for again, words in timeouts.AGAIN:
            read = dict(timeouts.lines({**RULE, "lasts": lasts, "again": again}))
            assert read["How long"] == str(label)
            assert read["Who says when it goes on"] == str(words)
            assert read["In any case"].startswith("No reason is owed.")


@pytest.mark.parametrize("missing", ["say", "lasts", "again"])
def test_what_a_rule_cannot_do_without(cast, clock, missing):
    form = timeouts.TimeOutForm({**RULE, missing: " "}, viewer=viewer_of(cast.ana, now=clock.at))
    assert missing in form.errors
    assert len(form.errors) == 1


@pytest.mark.parametrize(("where", "title"), [
    ("Nobody leaves the house", "This pause could be refused"),
    ("You stay in the room", "This pause could be refused"),
    ("Whoever goes says why", "This pause could be refused"),
    ("Only if the other agrees", "This pause could be refused"),
    ("Out, but you share your location", "This line asks to know where someone is"),
    ("One of us stays in the kitchen, the other goes for a walk", None),
    ("Two rooms, or round the block", None),
    ("", None),
])  # fmt: skip
def test_what_a_rule_is_read_for_before_it_is_sent(cast, clock, where, title):
    found = timeouts.reflect({**RULE, "where": where}, viewer_of(cast.ana, now=clock.at), None)
    assert [str(one.title) for one in found][:1] == ([title] if title else [])


def test_a_word_that_may_be_refused_is_shown_to_its_author_and_blocks_nothing(cast, clock, client_of):
    data = {**RULE, "say": "“Pause”, but only if it is urgent", "look_again_on": "2026-10-12", "do": "send"}
    line = {"line": "9b2b1f0a-7d5c-4f6e-9f39-0c2f5f3a1d11"}
    shown = client_of(cast.ana).post("/lines/new/timeout/", data | line)
    assert "This pause could be refused" in shown.content.decode()
    assert "could be refused" not in client_of(cast.ben).get("/lines/").content.decode()
    assert client_of(cast.ana).post("/lines/new/timeout/", data | line | {"do": "anyway"}).status_code == 302


def test_it_is_proposed_read_whole_and_signed_like_any_line(cast, clock, client_of):
    line = proposed(cast.ana, now=clock.at, kind="timeout", fields=RULE)
    page = client_of(cast.ben).get(f"/lines/{line.pk}/sign/").content.decode()
    for part in ("“Pause.”", "20 minutes", "The kitchen, the garden", "No reason is owed."):
        assert part in page


def test_it_is_found_by_kind_while_it_holds_and_by_nobody_outside(cast, clock):
    line = agreed(cast.ana, cast.ben, now=clock.at, kind="timeout", fields=RULE)
    agreed(cast.ana, cast.ben, now=clock.at)

    def found(name):
        return [one.pk for one in in_force_of(viewer_of(getattr(cast, name), now=clock.at), "timeout")]

    assert [found(name) for name in ("ana", "ben", "cleo", "sol", "theo")] == [[line.pk], [line.pk], [], [], []]
    withdraw(viewer=viewer_of(cast.ben, now=clock.at), line=line.pk, now=clock.at)
    assert found("ana") == []


def test_alone_it_is_kept_as_a_draft(cast, client_of):
    answer = client_of(cast.sol).post("/lines/new/timeout/", {"say": "Pause", "do": "keep"})
    assert answer.status_code == 302
    page = client_of(cast.sol).get("/lines/").content.decode()
    assert "Time-out rule" in page


def test_the_first_weeks_suggest_it_and_lead_to_its_form(cast, client_of):
    ana = client_of(cast.ana)
    assert "Time-out rule" in ana.get("/path/first_aid/").content.decode()
    form = ana.get("/lines/new/timeout/").content.decode()
    assert "no reason is owed" in form
    assert "This page is for you alone" in form


def test_the_practice_lays_it_out_with_everything_that_was_chosen(cast, clock, client_of):
    said = {"word": "“Pause.”", "lasts": "open", "where": "The garden, the attic", "again": "each"}
    piece = done(cast.ana, "time_out", now=clock.at, **said)
    ana = client_of(cast.ana)
    there = {ana.post(f"/practices/piece/{piece}/", {"do": "send-word-0"}).url for _ in range(2)}
    assert len(there) == 1, "pressed twice, it is one draft"
    form = ana.get(there.pop()).context["desk"].form
    found = {name: form.initial[name] for name in ("say", "lasts", "where", "again")}
    assert found == {"say": "“Pause.”", "lasts": "open", "where": "The garden, the attic", "again": "each"}


def test_whatever_a_practice_lays_on_the_desk_has_its_place_in_a_form(cast, clock):
    for practice in content.content().practices.values():
        sends = {item.send for item in practice.items if item.send and item.send != "talk"}
        forms = {kind: kind_named(kind).form(viewer=viewer_of(cast.ana, now=clock.at)) for kind in sends}
        for kind, form in forms.items():
            assert FIRST_FIELD[kind] in form.fields
            for item in practice.items:
                if item.into in form.fields and item.options:
                    chosen = {value for value, _ in form.fields[item.into].choices}
                    assert {o.slug for o in item.options} <= chosen
        for item in practice.items:
            place = f"{item.into}{item.most}" if goes_whole(item) else item.into
            assert not place or any(place in form.fields for form in forms.values()), practice.slug
            if item.tick:
                assert item.tick in kind_named(item.send).form.base_fields, practice.slug


def test_the_words_of_a_practice_go_on_together_once_both_have_opened_it(cast, clock, client_of):
    words = ["Near", "Company", "Some space"]
    piece = shared(cast.ana, "our_words", now=clock.at, words=words, near="Tea", far="An hour")
    shared(cast.ben, "our_words", now=clock.at)
    assert client_of(cast.ana).post(f"/practices/piece/{piece}/", {"do": "send-words-0"}).status_code == 422
    clock.move(days=2)
    ana = client_of(cast.ana)
    laid = ana.get(ana.post(f"/practices/piece/{piece}/", {"do": "send-words-0"}).url).context["desk"].form
    found = {name: laid.initial.get(name) for name in ("word1", "word2", "word3", "word4", "near", "far")}
    assert found == {"word1": "Near", "word2": "Company", "word3": "Some space", "word4": None, "near": "Tea",
                     "far": "An hour"}  # fmt: skip
