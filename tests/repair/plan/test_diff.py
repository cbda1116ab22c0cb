"""Word by word: both wordings can be read off the pieces, and whole phrases stay together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repair.plan.diff import Change, lines, words

TEXT = st.text(alphabet="ab ’,.\n-é", max_size=40)


@given(TEXT, TEXT)
def test_both_wordings_can_be_read_off_the_pieces(before, after):
    pieces = words(before, after)
    assert solid("".join(p.text for p in pieces if p.change is not Change.NEW)) == solid(before)
    assert solid("".join(p.text for p in pieces if p.change is not Change.GONE)) == solid(after)


def solid(text):
    """A text without its spaces."""
    return "".join(text.split())


@given(TEXT)
def test_the_same_words_have_no_change(text):
    assert all(piece.change is Change.SAME for piece in words(text, text))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("without phones", "phones in the hall", "[-without ]phones [+in the hall]"),
        ("I make the coffee", "We take turns with the coffee", "[-I make ][+We take turns with ]the coffee"),
        ("by 22:00", "by 22:30", "by 22:[-00][+30]"),
        ("don’t ask", "do ask", "[-don’t ][+do ]ask"),
        ("we talk on Sundays", "we talk", "we talk[- on Sundays]"),
        ("", "new", "[+new]"),
        ("gone", "", "[-gone]"),
    ],
)
def test_what_is_marked(before, after, expected):
    marks = {Change.SAME: "{}", Change.GONE: "[-{}]", Change.NEW: "[+{}]"}
    assert "".join(marks[p.change].format(p.text) for p in words(before, after)) == expected


def test_parts_that_came_and_went_are_compared_with_nothing():
    found = lines([("Line", "x"), ("Why", "y")], [("Line", "x"), ("When", "z")])
    assert [(part.label, part.changed) for part in found] == [("Line", False), ("When", True), ("Why", True)]
