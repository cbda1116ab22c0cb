"""What a signature is a yes to: every part of the wording, and nothing that is not in it."""

import copy
import uuid
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.access import viewer_of
from repair.plan import wording
from tests.repair.plan.lines import COMMITMENT, open_version, proposed


@pytest.fixture
def version(cast, clock):
    """An open wording with everything it needs loaded."""
    proposed(cast.ana, now=clock.at)
    line = proposed(cast.ana, now=clock.at, fields={**COMMITMENT, "about": True})
    found = open_version(line)
    assert found.agreement.plan_id
    return found


CHANGES = {
    "a word": lambda v, f: (v, {**f, "what": "I make the morning tea"}),
    "who does it": lambda v, f: (v, {**f, "who": "b"}),
    "a field more": lambda v, f: (v, {**f, "why": ""}),
    "the version": lambda v, f: (_with(v, number=2), f),
    "the look-again date": lambda v, f: (_with(v, look_again_on=v.look_again_on + timedelta(days=1)), f),
    "the end date": lambda v, f: (_with(v, ends_on=None), f),
    "the kind": lambda v, f: (_with_line(v, kind="boundary"), f),
    "the line": lambda v, f: (_with_line(v, number=1), f),
    "the plan": lambda v, f: (_with_line(v, plan_id=uuid.uuid4()), f),
}


def _with(version, **changes):
    other = copy.copy(version)
    for name, value in changes.items():
        setattr(other, name, value)
    return other


def _with_line(version, **changes):
    line = copy.copy(version.agreement)
    for name, value in changes.items():
        setattr(line, name, value)
    other = copy.copy(version)
    other._state = copy.copy(version._state)
    other._state.fields_cache = {**version._state.fields_cache, "agreement": line}
    return other


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_differs_another_signature_is_needed(version, change):
    fields = {**COMMITMENT, "about": True}
    other, other_fields = CHANGES[change](version, fields)
    assert wording.mac_of(other, other_fields) != wording.mac_of(version, fields)


def test_the_order_of_fields_is_no_part_of_the_wording(version):
    fields = {**COMMITMENT, "about": True}
    assert wording.mac_of(version, dict(reversed(fields.items()))) == wording.mac_of(version, fields)


def test_the_sentence_that_goes_with_it_is_no_part_of_the_wording(cast, clock, version):
    viewer = viewer_of(cast.ana, now=clock.at)
    before = wording.mac_of(version, wording.fields_of(viewer, version))
    wording.seal(version, wording.fields_of(viewer, version), note="something else")
    assert wording.mac_of(version, wording.fields_of(viewer, version)) == before


TEXTS = st.dictionaries(st.text(max_size=8), st.text(max_size=20), max_size=4)


@given(one=TEXTS, other=TEXTS)
def test_two_wordings_share_a_text_only_if_they_are_the_same(one, other):
    class Line:
        plan_id, kind, number = uuid.UUID(int=1), "commitment", 1

    class Row:
        agreement, number, ends_on = Line, 1, None
        look_again_on = date(2026, 10, 1)

    assert (wording.canonical(Row, one) == wording.canonical(Row, other)) == (one == other)


def test_a_wording_is_the_same_whoever_computes_it(cast, clock, version):
    for person in (cast.ana, cast.ben):
        fields = wording.fields_of(viewer_of(person, now=clock.at), version)
        assert bytes(version.signatures.get().mac) == wording.mac_of(version, fields)
