"""The phase moves by two yeses, on or back, and both see a proposal from the start."""

import pytest

from repair.plan.models import PhaseProposal, RepairPlan
from repair.timeline.models import TimelineEvent
from tests.repair.plan.outsiders import assert_refuses

URL = "/lines/phase/"


def phase(cast):
    return RepairPlan.objects.get(couple=cast.couples["ana"]).phase


def test_one_yes_moves_nothing_and_two_do(cast, clock, client_of):
    ana, ben = client_of(cast.ana), client_of(cast.ben)
    for _ in range(2):
        assert ana.post(URL, {"to": "rebuilding"}).url == URL
    assert phase(cast) == "steadying"
    proposal = PhaseProposal.objects.get()
    for person in (ana, ben):
        assert "Ana proposes Rebuilding" in person.get(URL).content.decode()
    assert "Say yes" not in ana.get(URL).content.decode()
    for _ in range(2):
        assert ben.post(URL, {"do": "agree", "proposal": proposal.pk}).url == URL
    assert phase(cast) == "rebuilding"
    assert TimelineEvent.objects.filter(kind="plan.phase").count() == 1


def test_it_can_go_back(cast, clock, client_of):
    RepairPlan.objects.filter(couple=cast.couples["ana"]).update(phase="rebuilding")
    client_of(cast.ben).post(URL, {"to": "steadying"})
    client_of(cast.ana).post(URL, {"do": "agree", "proposal": PhaseProposal.objects.get().pk})
    assert phase(cast) == "steadying"


def test_nobody_says_yes_to_their_own(cast, client_of):
    client_of(cast.ana).post(URL, {"to": "rebuilding"})
    answer = client_of(cast.ana).post(URL, {"do": "agree", "proposal": PhaseProposal.objects.get().pk})
    assert answer.status_code == 404
    assert phase(cast) == "steadying"


@pytest.mark.parametrize("name", ["ana", "ben"])
def test_either_closes_a_proposal_and_a_late_yes_is_out_of_date(cast, client_of, name):
    client_of(cast.ana).post(URL, {"to": "rebuilding"})
    proposal = PhaseProposal.objects.get().pk
    for _ in range(2):
        assert client_of(getattr(cast, name)).post(URL, {"do": "close", "proposal": proposal}).url == URL
    assert client_of(cast.ben).post(URL, {"do": "agree", "proposal": proposal}).status_code == 409
    assert phase(cast) == "steadying"


def test_proposing_what_the_other_proposed_is_a_yes_and_another_phase_has_to_wait(cast, client_of):
    client_of(cast.ana).post(URL, {"to": "rebuilding"})
    assert client_of(cast.ben).post(URL, {"to": "understanding"}).status_code == 409
    assert client_of(cast.ben).post(URL, {"to": "rebuilding"}).status_code == 302
    assert phase(cast) == "rebuilding"


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({}, 422),
        ({"to": "steadying"}, 422),
        ({"to": "bliss"}, 422),
        ({"do": "agree"}, 422),
        ({"do": "agree", "proposal": "x"}, 422),
        ({"do": "close", "proposal": "9" * 30}, 422),
        ({"do": "agree", "proposal": 987654}, 404),
    ],
)
def test_bad_input(cast, client_of, data, status):
    assert client_of(cast.ana).post(URL, data).status_code == status
    assert phase(cast) == "steadying"


def test_another_couples_proposal_is_not_found(cast, client_of):
    client_of(cast.cleo).post(URL, {"to": "rebuilding"})
    answer = client_of(cast.ana).post(URL, {"do": "close", "proposal": PhaseProposal.objects.get().pk})
    assert answer.status_code == 404
    assert PhaseProposal.objects.get().closed_at is None


def test_who_gets_in(cast, client_of):
    for name in ("sol", "theo"):
        assert client_of(getattr(cast, name)).get(URL).status_code == 404
    for name in ("cora", "rita", "rob", "eve"):
        answer = client_of(getattr(cast, name)).post(URL, {"to": "rebuilding"})
        assert answer.status_code == 200
    assert client_of(None).get(URL).status_code == 302
    assert not PhaseProposal.objects.exists()
    assert_refuses(client_of(cast.ana), URL, "put", "delete")
