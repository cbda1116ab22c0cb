"""The small buttons: keep it as it was, take back, step out, propose to end."""

import uuid

import pytest

from accounts.access import viewer_of
from repair.plan.models import Version
from repair.plan.queries import LineState, line_read
from tests.repair.plan.lines import COMMITMENT, agreed, open_version, proposed, signed, suggested
from tests.repair.plan.outsiders import assert_only_partners, assert_refuses

OTHER = {**COMMITMENT, "what": "We take turns with the morning coffee"}
VERBS = ["keep", "take-back", "withdraw", "end"]


@pytest.fixture
def reviewed(cast, clock):
    """A line in force for which Ben proposed other words."""
    line = agreed(cast.ana, cast.ben, now=clock.at)
    suggested(cast.ben, line, OTHER, now=clock.at)
    return line


def state(cast, clock, line):
    return line_read(viewer_of(cast.ana, now=clock.at), line.pk)[0].state


def data_for(verb, line):
    if verb == "end":
        return {"seen": str(Version.objects.filter(agreement=line).count())}
    return {"version": str(open_version(line).pk)} if verb in {"keep", "take-back"} else {}


@pytest.mark.parametrize(
    ("verb", "by", "becomes"),
    [
        ("keep", "ana", LineState.AGREED),
        ("take-back", "ben", LineState.AGREED),
        ("withdraw", "ana", LineState.TALK),
        ("withdraw", "ben", LineState.TALK),
        ("end", "ana", LineState.REVIEW),
    ],
)
def test_it_works_once_and_pressing_twice_is_the_same(cast, clock, client_of, reviewed, verb, by, becomes):
    data = data_for(verb, reviewed)
    client = client_of(getattr(cast, by))
    for _ in range(2):
        answer = client.post(f"/lines/{reviewed.pk}/{verb}/", data)
        assert answer.status_code == 302, answer.content.decode()
        assert answer.url == f"/lines/{reviewed.pk}/"
        assert state(cast, clock, reviewed) is becomes


@pytest.mark.parametrize("verb", ["keep", "take-back", "end"])
@pytest.mark.parametrize("value", ["", "x", "9" * 400])
def test_bad_input_gets_422_and_changes_nothing(cast, clock, client_of, reviewed, verb, value):
    for person in (cast.ana, cast.ben):
        answer = client_of(person).post(f"/lines/{reviewed.pk}/{verb}/", {"version": value, "seen": value})
        assert answer.status_code == 422
    assert state(cast, clock, reviewed) is LineState.REVIEW


@pytest.mark.parametrize("verb", ["keep", "take-back"])
def test_an_unknown_version_is_not_found(cast, client_of, reviewed, verb):
    answer = client_of(cast.ana).post(f"/lines/{reviewed.pk}/{verb}/", {"version": str(uuid.uuid4())})
    assert answer.status_code == 404


def test_an_end_proposed_from_an_old_page_is_out_of_date(cast, clock, client_of, reviewed):
    answer = client_of(cast.ana).post(f"/lines/{reviewed.pk}/end/", {"seen": "1"})
    assert answer.status_code == 409
    assert "Another wording came" in answer.content.decode()


def test_an_end_for_a_line_never_in_force_is_refused_in_words(cast, clock, client_of):
    line = proposed(cast.ana, now=clock.at)
    answer = client_of(cast.ben).post(f"/lines/{line.pk}/end/", {"seen": "1"})
    assert answer.status_code == 422
    assert "never in force" in answer.content.decode()


def test_the_page_before_stepping_out_says_what_happens_and_changes_nothing(cast, clock, client_of, reviewed):
    page = client_of(cast.ana).get(f"/lines/{reviewed.pk}/withdraw/").content.decode()
    for words in ("It needs no reason and nobody’s yes.", "Your name isn’t put beside that.", "No mail goes out."):
        assert words in page
    assert state(cast, clock, reviewed) is LineState.REVIEW


def test_there_is_nothing_to_step_out_of_before_both_signed(cast, clock, client_of):
    line = proposed(cast.ana, now=clock.at)
    assert client_of(cast.ben).get(f"/lines/{line.pk}/withdraw/").status_code == 302
    client_of(cast.ben).post(f"/lines/{line.pk}/withdraw/")
    assert state(cast, clock, line) is LineState.PROPOSED


@pytest.mark.parametrize("verb", VERBS)
def test_who_gets_in(cast, clock, client_of, reviewed, verb):
    url = f"/lines/{reviewed.pk}/{verb}/"
    always = verb in {"withdraw", "take-back"}
    assert_only_partners(client_of, cast, url, method="post", always=always)
    if verb == "withdraw":
        assert_only_partners(client_of, cast, url, always=True)
    else:
        assert_refuses(client_of(cast.ana), url, "get")
    assert_refuses(client_of(cast.ana), url, "put", "delete")
    assert state(cast, clock, reviewed) is LineState.REVIEW


def test_keeping_it_from_a_page_before_both_had_signed_says_what_is_true(cast, clock, client_of, reviewed):
    data = data_for("keep", reviewed)
    signed(cast.ana, reviewed, now=clock.at)
    answer = client_of(cast.ana).post(f"/lines/{reviewed.pk}/keep/", data)
    assert answer.status_code == 409
    assert "You both have signed it meanwhile." in answer.content.decode()
    assert "stays as it was" not in answer.content.decode()
    assert OTHER["what"] in answer.content.decode()
