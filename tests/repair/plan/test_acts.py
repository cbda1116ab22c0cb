"""Which of the three kinds of doing no line in force holds: one sentence, the same for both; where to begin."""

import re

import pytest

from accounts.access import viewer_of
from repair.plan.acts import ACTS
from repair.plan.kinds import kind_named, registered
from repair.plan.services import withdraw
from tests.repair.plan.lines import BOUNDARY, COMMITMENT, agreed, proposed
from tests.repair.schedules.conftest import BODY

RITUAL = {"what": "Two minutes of hello", "when": "Evenings"}
LINES = {
    "rhythm": ("rhythm", BODY),
    "boundary": ("boundary", BOUNDARY),
    "warm ritual": ("ritual", {**RITUAL, "warm": True}),
    "warm commitment": ("commitment", {**COMMITMENT, "warm": True}),
    "ritual": ("ritual", RITUAL),
    "commitment": ("commitment", COMMITMENT),
}


def said(client):
    page = client.get("/lines/").content.decode()
    section = re.search(r'id="s-acts".*?</section>', page, re.DOTALL).group()
    return re.search(r"<p>(.*?)</p>", section).group(1), section


IN, KEEP, WARM = "check-ins that can be counted on", "a boundary that is kept", "warmth without a purpose"


@pytest.mark.parametrize(("held", "expected"), [
    ((), f"None of the three is in force so far: {IN}, {KEEP} and {WARM}."),
    (("ritual", "commitment"), f"None of the three is in force so far: {IN}, {KEEP} and {WARM}."),
    (("rhythm",), f"Not in force so far: {KEEP} and {WARM}."),
    (("rhythm", "boundary"), f"Not in force so far: {WARM}."),
    (("warm commitment", "boundary"), f"Not in force so far: {IN}."),
    (("rhythm", "boundary", "warm ritual"), f"All three are in force: {IN}, {KEEP}, and {WARM}."),
])  # fmt: skip
def test_the_sentence_is_the_same_for_both(cast, clock, client_of, held, expected):
    for name in held:
        kind, fields = LINES[name]
        agreed(cast.ana, cast.ben, now=clock.at, kind=kind, fields=fields)
    assert said(client_of(cast.ana))[0] == expected
    assert said(client_of(cast.ben))[0] == expected


def test_only_what_holds_counts(cast, clock, client_of):
    proposed(cast.ana, now=clock.at, kind="boundary", fields=BOUNDARY)
    assert "a boundary that is kept" in said(client_of(cast.ana))[0]
    line = agreed(cast.ana, cast.ben, now=clock.at, kind="boundary", fields=BOUNDARY)
    assert "a boundary that is kept" not in said(client_of(cast.ana))[0]
    withdraw(viewer=viewer_of(cast.ben, now=clock.at), line=line.pk, now=clock.at)
    assert "a boundary that is kept" in said(client_of(cast.ana))[0]


def test_what_is_missing_is_begun_from_there(cast, clock, client_of):
    ana = client_of(cast.ana)
    addresses = re.findall(r'<li><a href="([^"]+)"', said(ana)[1])
    assert addresses == ["/lines/new/rhythm/", "/lines/new/boundary/", "/lines/new/ritual/?step=warm"]
    for address in addresses:
        assert ana.get(address).status_code == 200
    assert ana.get(addresses[-1]).context["desk"].form.initial["warm"]
    assert "warm" not in ana.get("/lines/new/ritual/?step=nonsense").context["desk"].form.initial


def test_every_act_is_one_that_some_kind_holds():
    bodies = {"warm": True, "who": "both"}
    assert {act.name for act in ACTS} <= {kind.act(bodies) for kind in registered().values()}
    for act in ACTS:
        assert kind_named(act.kind).act(bodies) == act.name


def test_that_a_line_is_about_warmth_is_read_with_it_before_it_is_signed(cast, clock, client_of):
    line = proposed(cast.ana, now=clock.at, kind="ritual", fields={**RITUAL, "warm": True})
    page = client_of(cast.ben).get(f"/lines/{line.pk}/sign/").content.decode()
    assert "It can be declined each time, and never means more." in page
