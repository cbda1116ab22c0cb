"""Who sees which rows and may open which words: querysets and `may_open`, person by person."""

import uuid

import pytest
from django.http import Http404

from accounts.access import Viewer, viewer_of
from accounts.therapists.queries import access_to_case
from accounts.vault import services as vault
from repair.plan import wording
from repair.plan.drafts import keep_draft
from repair.plan.models import Agreement, Draft, Version
from repair.plan.queries import LineState, plan_read, signed_words
from tests.repair.plan.lines import COMMITMENT, agreed, proposed, suggested

OTHER = {**COMMITMENT, "what": "We take turns with the coffee"}


@pytest.fixture
def lines(cast, clock):
    """One in force with other words proposed by Ben, one only proposed by Ben."""
    force = agreed(cast.ana, cast.ben, now=clock.at)
    suggested(cast.ben, force, OTHER, now=clock.at)
    return force, proposed(cast.ben, now=clock.at)


def reader(cast, name, now):
    """The viewer as a request would make it; therapists inside the case of Ana and Ben."""
    person = getattr(cast, name)
    if not person.is_therapist:
        return viewer_of(person, now=now)
    case = access_to_case(person, cast.couples["ana"].pk, now=now)
    return Viewer(person=person, case=case, now=now) if case else viewer_of(person, now=now)


@pytest.mark.parametrize(
    ("name", "agreements", "versions"),
    [
        ("ana", 2, 3),
        ("ben", 2, 3),
        ("theo", 1, 1),  # granted by both, inside the window: lines ever in force, words both signed
        ("rae", 0, 0),  # access ended
        ("hal", 0, 0),  # half-granted
        ("xan", 0, 0),  # run out
        ("wim", 0, 0),  # outside the window
        ("cleo", 0, 0),
        ("sol", 0, 0),
        ("stan", 0, 0),
        ("sue", 0, 0),
    ],
)
def test_rows(cast, clock, lines, name, agreements, versions):
    viewer = reader(cast, name, clock.at)
    assert Agreement.objects.visible_to(viewer).count() == agreements
    assert Version.objects.visible_to(viewer).count() == versions
    both_signed = Version.objects.get(agreement=lines[0], number=1)
    open_one = Version.objects.get(agreement=lines[0], number=2)
    assert both_signed.may_open(viewer, "body") is (versions > 0)
    assert open_one.may_open(viewer, "body") is (versions == 3)


def test_a_therapist_reads_neither_proposals_nor_that_there_are_any(cast, clock, lines):
    read = plan_read(reader(cast, "theo", clock.at))
    assert [line.state for line in read.lines] == [LineState.AGREED]
    assert read.lines[0].words.headline == COMMITMENT["what"]
    assert read.phase_proposal is None


@pytest.mark.parametrize("name", ["cleo", "sol", "wim", "hal", "sue"])
def test_the_plan_is_not_found_for_others(cast, clock, lines, name):
    viewer = reader(cast, name, clock.at)
    if viewer.couple_id is None:
        with pytest.raises(Http404):
            plan_read(viewer)
    else:
        assert plan_read(viewer).lines == []


def test_after_leaving_each_reads_what_both_signed_and_their_own_and_nothing_else(cast, clock, lines):
    from accounts.couples.models import Membership

    Membership.objects.filter(person=cast.ana).update(left_at=clock.at)
    open_one = Version.objects.get(agreement=lines[0], number=2)
    for person, own in ((cast.ana, False), (cast.ben, True)):
        viewer = viewer_of(person, now=clock.at)
        found = signed_words(viewer, cast.couples["ana"].pk)
        assert [words.headline for words in found] == [COMMITMENT["what"]]
        assert {signed.by.name for signed in found[0].signed} == {"Ana", "Ben"}
        if own:
            assert wording.fields_of(viewer, open_one) == OTHER
        else:
            with pytest.raises(Http404):
                wording.fields_of(viewer, open_one)
    assert signed_words(viewer_of(cast.cleo, now=clock.at), cast.couples["ana"].pk) == []


def test_while_resting_the_plan_is_shut_and_what_both_signed_stays_readable(cast, clock, lines):
    from accounts.couples.models import Membership

    Membership.objects.filter(person=cast.ana).update(rested_at=clock.at)
    for person in (cast.ana, cast.ben):
        viewer = viewer_of(person, now=clock.at)
        assert not Agreement.objects.visible_to(viewer).exists()
        assert len(signed_words(viewer, cast.couples["ana"].pk)) == 1


def test_an_erasure_leaves_what_both_signed(cast, clock, lines):
    from accounts.vault.models import Owner

    vault.destroy_key(Owner.person(cast.ana.pk), now=clock.at)
    found = signed_words(viewer_of(cast.ben, now=clock.at), cast.couples["ana"].pk)
    assert [words.headline for words in found] == [COMMITMENT["what"]]


@pytest.mark.parametrize("name", ["ben", "theo", "cleo", "sue"])
def test_a_draft_is_its_authors(cast, clock, name):
    keep_draft(
        viewer=viewer_of(cast.ana, now=clock.at),
        kind="ritual",
        typed={"what": "mine"},
        draft=uuid.uuid4(),
        now=clock.at,
    )
    viewer = reader(cast, name, clock.at)
    assert not Draft.objects.visible_to(viewer).exists()
    with pytest.raises(Http404):
        vault.open(viewer, Draft.objects.get(), "body")
