"""The verbs of a line, each with what it does, what it refuses, and what a second click does."""

import uuid
from datetime import timedelta

import pytest
from django.http import Http404

from accounts.access import viewer_of
from accounts.couples.models import Membership
from accounts.refusal import Refusal
from accounts.vault import crypto
from accounts.vault.models import DataKey
from repair.plan import services, wording
from repair.plan.dates import pass_dates
from repair.plan.locks import NotActive
from repair.plan.models import Agreement, Signature, Version
from repair.plan.queries import LineState, line_read
from repair.timeline.models import TimelineEvent
from tests.repair.plan.lines import COMMITMENT, agreed, open_version, proposed, signed, suggested, words

OTHER = {**COMMITMENT, "what": "We take turns with the coffee"}


def state(cast, clock, line):
    return line_read(viewer_of(cast.ana, now=clock.at), line.pk)[0].state


def events(line):
    versions = Version.objects.filter(agreement=line).values("pk")
    kinds = TimelineEvent.objects.filter(ref__in=versions).values_list("kind", flat=True)
    order = ["plan.agreed", "plan.changed", "plan.talk", "plan.ended"]  # several may share one instant
    return sorted(kinds, key=order.index)


def owner_of(version):
    return DataKey.objects.get(pk=crypto.key_of(Version.objects.get(pk=version.pk).body)).owner_id


def test_a_proposal_is_signed_by_its_author_and_not_in_force(cast, clock):
    line = proposed(cast.ana, now=clock.at)
    assert state(cast, clock, line) is LineState.PROPOSED
    assert Signature.objects.get(version__agreement=line).membership.person == cast.ana
    assert events(line) == []


def test_two_presses_of_send_make_one_line(cast, clock):
    viewer, line = viewer_of(cast.ana, now=clock.at), uuid.uuid4()
    for _ in range(2):
        services.propose(viewer=viewer, kind="commitment", words=words(clock.at), line=line, now=clock.at)
    assert Version.objects.filter(agreement=line).count() == 1


def test_the_id_of_another_couples_line_is_not_found(cast, clock):
    line = proposed(cast.cleo, now=clock.at)
    with pytest.raises(Http404):
        services.propose(
            viewer=viewer_of(cast.ana, now=clock.at),
            kind="commitment",
            words=words(clock.at),
            line=line.pk,
            now=clock.at,
        )


def test_lines_are_numbered_by_the_plan(cast, clock):
    numbers = [proposed(by, now=clock.at).number for by in (cast.ana, cast.ben, cast.cleo)]
    assert numbers == [1, 2, 1]


def test_the_second_signature_puts_it_in_force_under_the_couples_key(cast, clock):
    line = proposed(cast.ana, now=clock.at)
    version = open_version(line)
    assert owner_of(version) == cast.ana.pk, "a proposal is under its author's key"
    signed(cast.ben, line, now=clock.at)
    assert owner_of(version) == cast.couples["ana"].pk, "what both signed is the couple's"
    assert state(cast, clock, line) is LineState.AGREED
    assert events(line) == ["plan.agreed"]


def test_the_note_goes_with_the_proposal_and_is_gone_when_both_have_signed(cast, clock):
    line = proposed(cast.ana, now=clock.at, note="I would like that.")
    viewer = viewer_of(cast.ben, now=clock.at)
    assert wording.note_of(viewer, open_version(line)) == "I would like that."
    version = signed(cast.ben, line, now=clock.at)
    assert wording.note_of(viewer, Version.objects.get(pk=version.pk)) == ""


def test_the_author_signing_again_changes_nothing(cast, clock):
    line = proposed(cast.ana, now=clock.at)
    signed(cast.ana, line, now=clock.at)
    assert state(cast, clock, line) is LineState.PROPOSED


def test_signing_twice_is_one_signature_and_one_event(cast, clock):
    line = proposed(cast.ana, now=clock.at)
    version = signed(cast.ben, line, now=clock.at)
    viewer = viewer_of(cast.ben, now=clock.at)
    services.sign(viewer=viewer, line=line.pk, version=version.pk, mac=b"x" * 32, now=clock.at)
    assert Signature.objects.filter(version=version).count() == 2
    assert events(line) == ["plan.agreed"]


def test_a_signature_is_to_exactly_the_words_that_were_read(cast, clock):
    line = proposed(cast.ana, now=clock.at)
    version = open_version(line)
    with pytest.raises(services.Stale):
        services.sign(
            viewer=viewer_of(cast.ben, now=clock.at), line=line.pk, version=version.pk, mac=b"x" * 32, now=clock.at
        )
    assert state(cast, clock, line) is LineState.PROPOSED


def test_a_wording_that_was_overtaken_can_no_longer_be_signed(cast, clock):
    line = proposed(cast.ana, now=clock.at)
    old = open_version(line)
    suggested(cast.ana, line, OTHER, now=clock.at)
    with pytest.raises(services.Stale):
        services.sign(
            viewer=viewer_of(cast.ben, now=clock.at),
            line=line.pk,
            version=old.pk,
            mac=wording.mac_of(old, dict(COMMITMENT)),
            now=clock.at,
        )


def test_a_proposal_whose_day_has_passed_cannot_come_into_force(cast, clock):
    line = proposed(cast.ana, now=clock.at, days=3)
    clock.move(days=4)
    with pytest.raises(services.Stale):
        signed(cast.ben, line, now=clock.at)


def test_on_its_look_again_day_a_line_still_holds_and_after_it_no_longer(cast, clock):
    line = agreed(cast.ana, cast.ben, now=clock.at, days=3)
    clock.move(days=3)
    assert state(cast, clock, line) is LineState.AGREED
    clock.move(days=1)
    assert state(cast, clock, line) is LineState.TALK


def test_other_words_leave_the_wording_in_force_until_both_have_signed(cast, clock):
    line = agreed(cast.ana, cast.ben, now=clock.at)
    suggested(cast.ben, line, OTHER, now=clock.at)
    read, _ = line_read(viewer_of(cast.ana, now=clock.at), line.pk)
    assert (read.state, read.in_force.version.number, read.open.version.number) == (LineState.REVIEW, 1, 2)
    signed(cast.ana, line, now=clock.at)
    read, _ = line_read(viewer_of(cast.ana, now=clock.at), line.pk)
    assert (read.state, read.in_force.version.number, read.open) == (LineState.AGREED, 2, None)
    assert events(line) == ["plan.agreed", "plan.changed"]


def test_other_words_from_an_old_page_are_refused_and_the_same_words_sent_twice_are_one(cast, clock):
    line = proposed(cast.ana, now=clock.at)
    viewer = viewer_of(cast.ben, now=clock.at)
    send = {"viewer": viewer, "line": line.pk, "words": words(clock.at, OTHER), "now": clock.at}
    assert services.suggest(seen=1, **send).pk == services.suggest(seen=1, **send).pk
    with pytest.raises(services.Stale):
        services.suggest(seen=1, **{**send, "viewer": viewer_of(cast.ana, now=clock.at)})


def test_words_that_stand_already_are_refused(cast, clock):
    line = agreed(cast.ana, cast.ben, now=clock.at)
    with pytest.raises(Refusal):
        suggested(cast.ben, line, COMMITMENT, now=clock.at)


@pytest.mark.parametrize("job_ran", [False, True])
def test_the_same_words_with_a_new_day_are_signed_again(cast, clock, job_ran):
    line = agreed(cast.ana, cast.ben, now=clock.at, days=3)
    clock.move(days=5)
    if job_ran:
        assert pass_dates(now=clock.at) == 1
    suggested(cast.ben, line, COMMITMENT, now=clock.at)
    signed(cast.ana, line, now=clock.at)
    assert state(cast, clock, line) is LineState.AGREED


def test_keeping_a_line_as_it_was_closes_the_proposal(cast, clock):
    line = agreed(cast.ana, cast.ben, now=clock.at)
    suggested(cast.ben, line, OTHER, now=clock.at)
    viewer, version = viewer_of(cast.ana, now=clock.at), open_version(line)
    for _ in range(2):
        services.keep(viewer=viewer, line=line.pk, version=version.pk, now=clock.at)
    assert state(cast, clock, line) is LineState.AGREED
    with pytest.raises(services.Stale):
        services.sign(viewer=viewer, line=line.pk, version=version.pk, mac=b"x" * 32, now=clock.at)


def test_a_line_never_in_force_has_nothing_to_keep(cast, clock):
    line = proposed(cast.ana, now=clock.at)
    with pytest.raises(services.Stale):
        services.keep(
            viewer=viewer_of(cast.ben, now=clock.at), line=line.pk, version=open_version(line).pk, now=clock.at
        )


@pytest.mark.parametrize("verb", [services.keep, services.take_back])
def test_nobody_keeps_their_own_or_takes_back_the_others(cast, clock, verb):
    line = agreed(cast.ana, cast.ben, now=clock.at)
    suggested(cast.ben, line, OTHER, now=clock.at)
    who = cast.ben if verb is services.keep else cast.ana
    with pytest.raises(Http404):
        verb(viewer=viewer_of(who, now=clock.at), line=line.pk, version=open_version(line).pk, now=clock.at)


def test_taking_back_leaves_what_stood_and_a_first_proposal_is_dropped(cast, clock):
    line = proposed(cast.ana, now=clock.at)
    viewer, version = viewer_of(cast.ana, now=clock.at), open_version(line)
    for _ in range(2):
        services.take_back(viewer=viewer, line=line.pk, version=version.pk, now=clock.at)
    assert state(cast, clock, line) is LineState.DROPPED


def test_taking_back_comes_too_late_once_both_have_signed(cast, clock):
    line = proposed(cast.ana, now=clock.at)
    version = signed(cast.ben, line, now=clock.at)
    with pytest.raises(services.Stale):
        services.take_back(
            viewer=viewer_of(cast.ana, now=clock.at), line=line.pk, version=version.pk, now=clock.at
        )


@pytest.mark.parametrize("who", ["ana", "ben"])
def test_either_steps_out_alone_at_once_and_the_earlier_wording_does_not_come_back(cast, clock, who):
    line = agreed(cast.ana, cast.ben, now=clock.at)
    suggested(cast.ben, line, OTHER, now=clock.at)
    signed(cast.ana, line, now=clock.at)
    for _ in range(2):
        services.withdraw(viewer=viewer_of(getattr(cast, who), now=clock.at), line=line.pk, now=clock.at)
    read, _ = line_read(viewer_of(cast.ana, now=clock.at), line.pk)
    assert (read.state, read.in_force) == (LineState.TALK, None)
    assert events(line) == ["plan.agreed", "plan.changed", "plan.talk"]


def test_a_line_both_have_stepped_out_of_is_history(cast, clock):
    line = agreed(cast.ana, cast.ben, now=clock.at)
    for who in (cast.ana, cast.ben):
        services.withdraw(viewer=viewer_of(who, now=clock.at), line=line.pk, now=clock.at)
    assert state(cast, clock, line) is LineState.ENDED
    with pytest.raises(services.Stale):
        suggested(cast.ana, line, OTHER, now=clock.at)


def test_stepping_out_takes_ones_own_proposal_along_and_leaves_the_others(cast, clock):
    mine = agreed(cast.ana, cast.ben, now=clock.at)
    suggested(cast.ana, mine, OTHER, now=clock.at)
    theirs = agreed(cast.ana, cast.ben, now=clock.at)
    suggested(cast.ben, theirs, OTHER, now=clock.at)
    for line in (mine, theirs):
        services.withdraw(viewer=viewer_of(cast.ana, now=clock.at), line=line.pk, now=clock.at)
    assert not Version.objects.filter(agreement=mine, closed_at=None, both_signed_at=None).exists()
    signed(cast.ana, theirs, now=clock.at)
    assert state(cast, clock, theirs) is LineState.AGREED, "after a talk, the other's words can be signed"


def test_ending_by_agreement_takes_two(cast, clock):
    line = agreed(cast.ana, cast.ben, now=clock.at)
    services.propose_end(viewer=viewer_of(cast.ben, now=clock.at), line=line.pk, seen=1, now=clock.at)
    assert state(cast, clock, line) is LineState.REVIEW, "until then it stays in force"
    signed(cast.ana, line, now=clock.at)
    read, _ = line_read(viewer_of(cast.ana, now=clock.at), line.pk)
    assert read.state is LineState.ENDED
    assert read.words.headline == COMMITMENT["what"], "the words that were agreed stand for it, not its end"
    assert events(line) == ["plan.agreed", "plan.ended"]


def test_a_line_never_in_force_has_no_end_to_propose(cast, clock):
    line = proposed(cast.ana, now=clock.at)
    with pytest.raises(Refusal):
        services.propose_end(viewer=viewer_of(cast.ben, now=clock.at), line=line.pk, seen=1, now=clock.at)


def test_a_line_about_whereabouts_ends_after_thirty_days_at_most(cast, clock):
    line = agreed(cast.ana, cast.ben, now=clock.at, fields={**COMMITMENT, "about": True}, days=200)
    version = Version.objects.get(agreement=line)
    assert version.ends_on == clock.at.date() + timedelta(days=30)
    assert version.look_again_on == version.ends_on
    clock.move(days=31)
    assert state(cast, clock, line) is LineState.TALK


VERBS = {
    "propose": lambda viewer, line, now: services.propose(
        viewer=viewer, kind="commitment", words=words(now), line=uuid.uuid4(), now=now
    ),
    "suggest": lambda viewer, line, now: services.suggest(
        viewer=viewer, line=line.pk, seen=1, words=words(now, OTHER), now=now
    ),
    "sign": lambda viewer, line, now: services.sign(
        viewer=viewer, line=line.pk, version=open_version(line).pk, mac=b"x" * 32, now=now
    ),
    "keep": lambda viewer, line, now: services.keep(
        viewer=viewer, line=line.pk, version=open_version(line).pk, now=now
    ),
    "take_back": lambda viewer, line, now: services.take_back(
        viewer=viewer, line=line.pk, version=open_version(line).pk, now=now
    ),
    "withdraw": lambda viewer, line, now: services.withdraw(viewer=viewer, line=line.pk, now=now),
}


# Stepping out and taking back need no plan that goes on (test_stepping_out.py, test_taking_back_resting.py).
@pytest.mark.parametrize("verb", [v for v in VERBS if v not in {"withdraw", "take_back"}])
def test_nothing_happens_once_the_couple_rests_though_the_page_was_open(cast, clock, verb):
    line = proposed(cast.ana, now=clock.at)
    viewer = viewer_of(cast.ben, now=clock.at)  # the page was opened while active
    Membership.objects.filter(person=cast.ana).update(rested_at=clock.at)
    before = (Version.objects.count(), Signature.objects.filter(withdrawn_at=None).count())
    with pytest.raises(NotActive):
        VERBS[verb](viewer, line, clock.at)
    assert (Version.objects.count(), Signature.objects.filter(withdrawn_at=None).count()) == before


@pytest.mark.parametrize("verb", [v for v in VERBS if v != "propose"])
def test_another_couples_line_is_not_found(cast, clock, verb):
    line = proposed(cast.ana, now=clock.at)
    with pytest.raises(Http404):
        VERBS[verb](viewer_of(cast.cleo, now=clock.at), line, clock.at)
    assert Agreement.objects.get(pk=line.pk).ended_at is None
