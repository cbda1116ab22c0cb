"""The forms of the kinds: whose doing a line is, as slots; there and back again; what they read like."""

import pytest

from accounts.access import viewer_of
from repair.boundaries.kinds import KINDS
from repair.plan.kinds import kind_named

TYPED = {
    "boundary": {
        "what": "Phones lie in the hall",
        "who": "you",
        "why": "To sleep.",
        "own_space": "What is on them",
        "know": "They lie there",
        "both_see": "on",
        "about": "on",
    },
    "commitment": {
        "what": "I cook",
        "who": "me",
        "why": "For you.",
        "know": "It is hot",
        "both_see": "on",
        "warm": "on",
    },
    "ritual": {"what": "A walk", "when": "Sundays", "why": "To talk.", "missed": "We go on Monday.", "warm": "on"},
    "trigger": {"when": "I go quiet", "please": "sit with me", "rather_not": "leave", "why": "It calms me."},
    "words": {"word1": "Near", "word2": "Company", "word3": "Space", "near": "Tea", "far": "An hour"},
    "question": {"what": "Did we laugh?", "answer": "mark", "low": "No", "high": "A lot", "asked_with": "weekly"},
    "timeout": {"say": "Pause", "lasts": "m20", "where": "The kitchen, the garden", "again": "each"},
}


def viewer(cast, clock, name):
    return viewer_of(getattr(cast, name), now=clock.at)


def body(kind, typed, viewer, base=None):
    form = kind_named(kind).form(typed, viewer=viewer, base=base)
    assert form.is_valid(), form.errors
    return form.body()


@pytest.mark.parametrize(("name", "who", "slot"), [
    ("ana", "me", "a"), ("ana", "you", "b"), ("ana", "both", "both"), ("ben", "me", "b"), ("ben", "you", "a"),
])  # fmt: skip
def test_whose_doing_it_is_reads_the_same_for_both(cast, clock, name, who, slot):
    found = body("commitment", {**TYPED["commitment"], "who": who}, viewer(cast, clock, name))
    assert found["who"] == slot
    assert kind_named("commitment").does(found) == slot


@pytest.mark.parametrize("kind", TYPED)
@pytest.mark.parametrize("name", ["ana", "ben"])
def test_opened_again_by_its_author_a_wording_is_the_same_wording(cast, clock, kind, name):
    me = viewer(cast, clock, name)
    first = body(kind, TYPED[kind], me)
    initial = kind_named(kind).form.initial_from(first, me)
    typed = {key: "on" if value is True else value for key, value in initial.items()}
    assert body(kind, typed, me, base=first) == first


@pytest.mark.parametrize("kind", TYPED)
def test_opened_by_the_other_and_sent_unchanged_it_is_the_same_wording(cast, clock, kind):
    first = body(kind, TYPED[kind], viewer(cast, clock, "ana"))
    ben = viewer(cast, clock, "ben")
    initial = kind_named(kind).form.initial_from(first, ben)
    typed = {key: "on" if value is True else value for key, value in initial.items()}
    assert body(kind, typed, ben, base=first) == first


@pytest.mark.parametrize("kind", [kind.name for kind in KINDS])
def test_everything_that_was_typed_is_in_what_is_read_and_signed(cast, clock, kind):
    found = body(kind, TYPED[kind], viewer(cast, clock, "ana"))
    read = " ".join(text for _label, text in kind_named(kind).lines(found))
    for name, value in TYPED[kind].items():
        if name not in {"who", "both_see", "about", "lasts", "again", "warm", "answer", "asked_with"}:
            assert value in read, name


@pytest.mark.parametrize("missing", ["what", "who", "own_space", "know"])
def test_a_boundary_says_what_stays_each_ones_own_and_how_it_is_known(cast, clock, missing):
    typed = {**TYPED["boundary"], missing: "  "}
    form = kind_named("boundary").form(typed, viewer=viewer(cast, clock, "ana"))
    assert list(form.errors) == [missing]


def test_the_others_name_is_on_the_form_only_while_there_is_another_to_name(cast, clock):
    def label(name):
        form = kind_named("commitment").form(viewer=viewer(cast, clock, name))
        return dict(form.fields["who"].choices)["you"]

    assert label("ana") == "Ben does"
    assert label("cora") == "Cal does"
    assert {label(name) for name in ("sol", "rita", "rob", "eve")} == {"The other of us does"}


def test_line_breaks_are_signed_as_one_sign_whatever_the_browser_sends(cast, clock):
    found = body("commitment", {**TYPED["commitment"], "what": "one\r\ntwo"}, viewer(cast, clock, "ana"))
    assert found["what"] == "one\ntwo"
