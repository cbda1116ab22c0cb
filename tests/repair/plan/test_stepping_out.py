"""Stepping out of a line while the plan rests: by either, whatever the cause, and unseen until it goes on."""

import uuid
from datetime import timedelta

import pytest
from django.http import Http404

from accounts.access import viewer_of
from accounts.couples import services as couples
from accounts.couples.models import Membership
from accounts.mail.models import Mail
from accounts.privacy import services as privacy
from accounts.privacy.export import collect
from accounts.privacy.ports import registered
from accounts.users import services as users
from accounts.users.models import User
from repair.plan import services
from repair.plan.dates import pass_dates
from repair.plan.locks import NotActive
from repair.plan.models import Agreement, Signature, StepOut
from repair.plan.queries import LineState, line_read
from repair.plan.services import Stepped
from repair.timeline.models import TimelineEvent
from tests.cast import Cast
from tests.conftest import Moved
from tests.contract.visiting import visit
from tests.repair.plan.lines import COMMITMENT, agreed, proposed, signed, suggested

SECOND = {**COMMITMENT, "what": "The second line of ours"}

# Every cause, done by `who` with the site's own verbs; and what takes it back, where something does.
CAUSES = {
    "rests": lambda who, couple, now: couples.rest(person=who, now=now),
    "leaves": lambda who, couple, now: couples.leave(person=who, couple_id=couple, now=now),
    "asks to be deleted": lambda who, couple, now: privacy.ask_delete(person=who, now=now),
    "is suspended": lambda who, couple, now: users.suspend(email=who.email, now=now),
    "is erased": lambda who, couple, now: (
        privacy.ask_delete(person=who, now=now - timedelta(days=8)),
        privacy.erase_due(now=now),
    ),
}
BACK = {
    "rests": lambda who, now: couples.resume(person=who, now=now),
    "asks to be deleted": lambda who, now: privacy.undo_delete(person=who, now=now),
    "is suspended": lambda who, now: users.unsuspend(email=who.email, now=now),
}


def viewer(person: User, clock: Moved):
    return viewer_of(User.objects.get(pk=person.pk), now=clock.at)


def step_out(person: User, line: Agreement, clock: Moved) -> Stepped:
    return services.withdraw(viewer=viewer(person, clock), line=line.pk, now=clock.at)


def standing(person: User, line: Agreement, clock: Moved) -> LineState:
    return line_read(viewer(person, clock), line.pk)[0].state


def events(line: Agreement) -> list[tuple[str, object]]:
    refs = line.versions.values("pk")
    return list(TimelineEvent.objects.filter(ref__in=refs).order_by("at", "kind").values_list("kind", "at"))


@pytest.fixture
def line(cast: Cast, clock: Moved) -> Agreement:
    return agreed(cast.ana, cast.ben, now=clock.at)


@pytest.fixture
def closed_url(cast: Cast) -> str:
    return f"/you/closed/{cast.couples['ana'].pk}/"


# ---- who can, and when it counts


@pytest.mark.parametrize("cause", CAUSES)
def test_the_one_who_stays_can_step_out_whatever_the_cause(cast, clock, client_of, line, closed_url, cause):
    CAUSES[cause](cast.ben, cast.couples["ana"].pk, clock.move(days=1))
    client, url = client_of(cast.ana), f"/lines/{line.pk}/withdraw/"
    assert url in client.get(closed_url).content.decode(), "the page of the signed lines leads there"
    assert "nobody but you sees" in client.get(url).content.decode()
    answer = client.post(url, follow=True)
    assert answer.redirect_chain[-1][0] == closed_url
    page = answer.content.decode()
    assert "You have stepped out. The other sees it when the plan goes on." in page
    assert "You have stepped out of this line. It stays out of force" in page
    assert url not in page, "there is nothing more to press"


def test_the_one_who_rests_can_step_out(cast, clock, client_of, line, closed_url):
    couples.rest(person=cast.ana, now=clock.move(days=1))
    client = client_of(cast.ana)
    assert client.get("/you/closed/").status_code == 200
    assert client.post(f"/lines/{line.pk}/withdraw/").url == closed_url
    assert "You have stepped out of this line." in client.get(closed_url).content.decode()


def test_with_both_resting_each_can_step_out(cast, clock, line):
    for who in (cast.ana, cast.ben):
        couples.rest(person=who, now=clock.move(hours=1))
    assert [step_out(who, line, clock) for who in (cast.ana, cast.ben)] == [Stepped.LATER] * 2


def test_who_has_closed_their_side_is_told_that_nothing_can_come_back(cast, clock, client_of, line, closed_url):
    couples.leave(person=cast.ana, couple_id=cast.couples["ana"].pk, now=clock.move(days=1))
    client, url = client_of(cast.ana), f"/lines/{line.pk}/withdraw/"
    page = client.get(closed_url).content.decode()
    assert "None of these is in force, and none can come back." in page
    assert url not in page
    assert client.get(url).url == closed_url
    assert "You have closed your side already." in client.post(url, follow=True).content.decode()
    assert not StepOut.objects.exists()


def test_a_side_closed_while_the_button_was_pressed_is_told_the_same(cast, clock, line):
    stale = viewer(cast.ana, clock)
    couples.leave(person=cast.ana, couple_id=cast.couples["ana"].pk, now=clock.at)
    assert services.withdraw(viewer=stale, line=line.pk, now=clock.at) is Stepped.CLOSED


# ---- races with rest and resume: nobody is turned away


def test_a_rest_that_began_since_the_page_was_opened_turns_nobody_away(cast, clock, line):
    stale = viewer(cast.ana, clock)
    couples.rest(person=cast.ben, now=clock.at)
    assert services.withdraw(viewer=stale, line=line.pk, now=clock.at) is Stepped.LATER


def test_a_rest_that_ended_since_the_page_was_opened_makes_it_count_at_once(cast, clock, line):
    couples.rest(person=cast.ben, now=clock.at)
    stale = viewer(cast.ana, clock)
    couples.resume(person=cast.ben, now=clock.at)
    assert services.withdraw(viewer=stale, line=line.pk, now=clock.at) is Stepped.NOW
    assert standing(cast.ben, line, clock) is LineState.TALK


# ---- unseen until the plan goes on


@pytest.mark.parametrize("cause", BACK)
def test_it_takes_its_place_when_the_plan_goes_on_dated_then(cast, clock, line, cause):
    CAUSES[cause](cast.ben, cast.couples["ana"].pk, clock.move(days=1))
    clock.move(days=2)
    before = events(line)
    step_out(cast.ana, line, clock)
    assert events(line) == before, "while it rests the story has nothing new"
    assert not Signature.objects.exclude(withdrawn_at=None).exists()
    BACK[cause](User.objects.get(pk=cast.ben.pk), clock.move(days=3))
    for who in (cast.ana, cast.ben):
        assert standing(who, line, clock) is LineState.TALK
    assert events(line) == [*before, ("plan.talk", clock.at)]
    assert set(Signature.objects.filter(membership__person=cast.ana).values_list("withdrawn_at", flat=True)) == {
        clock.at
    }
    assert not StepOut.objects.exists(), "nothing is left that could tell it from any other"


def test_while_one_of_two_rests_lasts_it_stays_unseen(cast, clock, line):
    for who in (cast.ana, cast.ben):
        couples.rest(person=who, now=clock.at)
    step_out(cast.ana, line, clock)
    couples.resume(person=cast.ana, now=clock.move(days=1))
    assert StepOut.objects.exists()
    assert [kind for kind, _ in events(line)] == ["plan.agreed"]
    couples.resume(person=cast.ben, now=clock.move(days=1))
    assert events(line)[-1] == ("plan.talk", clock.at)


def test_when_in_the_rest_and_in_which_order_is_told_by_nothing(cast, clock):
    """Two lines, stepped out of in either order and on different days: the same story for the other."""
    first, second = (agreed(cast.ana, cast.ben, now=clock.at, fields=f) for f in (COMMITMENT, SECOND))
    start, couple = clock.at, cast.couples["ana"].pk
    stories = []
    for days, order in (((1, 1), (first, second)), ((3, 2), (second, first))):
        couples.rest(person=cast.ben, now=clock.set(start))
        for wait, line in zip(days, order, strict=True):
            clock.move(days=wait)
            step_out(cast.ana, line, clock)
        couples.resume(person=cast.ben, now=clock.set(start + timedelta(days=9)))
        rows = TimelineEvent.objects.filter(couple_id=couple, kind="plan.talk").order_by("ref")
        stories.append(list(rows.values_list("kind", "at", "ref")))
        rows.delete()
        Signature.objects.update(withdrawn_at=None)
    assert stories[0] == stories[1]
    assert len(stories[0]) == 2


def test_the_others_pages_export_and_mail_have_nothing_of_it(cast, clock, client_of, line, closed_url):
    couples.rest(person=cast.ben, now=clock.move(days=1))
    ben = client_of(cast.ben)

    def all_of_bens() -> list[object]:
        pages = [visit(ben, "GET", url) for url in ("/today/", closed_url, "/you/closed/", "/you/rest/page/")]
        return [*pages, collect(viewer(cast.ben, clock)), Mail.objects.count()]

    before = all_of_bens()
    step_out(cast.ana, line, clock)
    assert all_of_bens() == before
    mine = registered()["plan"].export_of(viewer(cast.ana, clock))
    assert mine["stepped_out"] == [{"line": line.number}]


@pytest.mark.parametrize("stepped", [False, True])
def test_a_date_that_passes_during_the_rest_is_noted_the_same(cast, clock, line, stepped):
    """The job that takes lines past their day out of force sees no difference, so its event tells nothing."""
    couples.rest(person=cast.ben, now=clock.move(days=1))
    if stepped:
        step_out(cast.ana, line, clock)
    pass_dates(now=clock.move(days=40))
    passed = clock.at
    couples.resume(person=cast.ben, now=clock.move(days=3))
    assert [event for event in events(line) if event[0] != "plan.agreed"] == [("plan.talk", passed)]
    assert standing(cast.ben, line, clock) is LineState.TALK


# ---- what it does to the line


def test_both_stepping_out_ends_the_line_when_the_plan_goes_on(cast, clock, line):
    couples.rest(person=cast.ben, now=clock.at)
    for who in (cast.ben, cast.ana):
        step_out(who, line, clock)
    couples.resume(person=cast.ben, now=clock.move(days=1))
    assert standing(cast.ana, line, clock) is LineState.ENDED
    assert [kind for kind, _ in events(line)] == ["plan.agreed", "plan.ended", "plan.talk"]


def test_ones_own_open_proposal_goes_along_when_the_plan_goes_on(cast, clock, line):
    suggested(cast.ana, line, SECOND, now=clock.at)
    couples.rest(person=cast.ben, now=clock.at)
    step_out(cast.ana, line, clock)
    assert line.versions.filter(both_signed_at=None, closed_at=None).exists()
    couples.resume(person=cast.ben, now=clock.move(days=1))
    assert not line.versions.filter(both_signed_at=None, closed_at=None).exists()


def test_it_comes_back_only_by_two_new_signatures(cast, clock, line):
    couples.rest(person=cast.ana, now=clock.at)
    step_out(cast.ana, line, clock)
    couples.resume(person=cast.ana, now=clock.move(days=1))
    suggested(cast.ana, line, SECOND, now=clock.at)
    assert standing(cast.ana, line, clock) is LineState.TALK
    signed(cast.ben, line, now=clock.at)
    assert standing(cast.ana, line, clock) is LineState.AGREED


def test_pressing_twice_is_one_effect_before_and_after_the_plan_goes_on(cast, clock, line):
    couples.rest(person=cast.ben, now=clock.at)
    for _ in range(2):
        assert step_out(cast.ana, line, clock) is Stepped.LATER
    assert StepOut.objects.count() == 1
    couples.resume(person=cast.ben, now=clock.move(days=1))
    assert step_out(cast.ana, line, clock) is Stepped.NOW
    assert [kind for kind, _ in events(line)] == ["plan.agreed", "plan.talk"]


def test_who_had_stepped_out_before_the_rest_reads_so_and_leaves_no_row(cast, clock, client_of, line, closed_url):
    step_out(cast.ana, line, clock)
    couples.rest(person=cast.ben, now=clock.at)
    assert "You have stepped out of this line." in client_of(cast.ana).get(closed_url).content.decode()
    assert "You have stepped out of this line." not in client_of(cast.ben).get(closed_url).content.decode()
    assert step_out(cast.ana, line, clock) is Stepped.LATER
    assert not StepOut.objects.exists()


def test_only_the_last_wording_of_a_line_offers_it(cast, clock, client_of, line, closed_url):
    suggested(cast.ben, line, SECOND, now=clock.at)
    signed(cast.ana, line, now=clock.at)
    couples.rest(person=cast.ben, now=clock.at)
    page = client_of(cast.ana).get(closed_url).content.decode()
    assert page.count(f"/lines/{line.pk}/withdraw/") == 1


def test_a_rhythm_past_its_day_is_told_even_before_the_job_came_by(cast, clock, line, monkeypatch):
    """The kind's hook runs once, with stepping out or with the job, whichever is first."""
    ran = []
    monkeypatch.setattr(
        "repair.plan.stepping_out.kind_named",
        lambda kind: type("K", (), {"out_of_force": lambda **_: ran.append(kind)}),
    )
    clock.move(days=40)
    assert standing(cast.ana, line, clock) is LineState.TALK
    step_out(cast.ana, line, clock)
    assert ran == ["commitment"]
    assert pass_dates(now=clock.at) == 0


# ---- what is refused


def test_an_ended_line_says_that_it_has_ended(cast, clock, client_of, line, closed_url):
    for who in (cast.ana, cast.ben):
        step_out(who, line, clock)
    couples.rest(person=cast.ben, now=clock.at)
    client, url = client_of(cast.ana), f"/lines/{line.pk}/withdraw/"
    assert client.get(url).url == closed_url
    assert "This line has ended already." in client.post(url, follow=True).content.decode()
    assert not StepOut.objects.exists()


def test_a_proposal_both_never_signed_is_not_found_while_resting(cast, clock, client_of):
    line = proposed(cast.ben, now=clock.at)
    couples.rest(person=cast.ana, now=clock.at)
    for person in (cast.ana, cast.ben):
        for method in ("get", "post"):
            assert getattr(client_of(person), method)(f"/lines/{line.pk}/withdraw/").status_code == 404


def test_nothing_can_be_stepped_out_of_while_a_link_cools_off(cast, clock, line):
    cora = viewer(cast.cora, clock)
    Agreement.objects.filter(pk=line.pk).update(plan=_plan_of(cast, "cora", clock))
    with pytest.raises(NotActive):
        services.withdraw(viewer=cora, line=line.pk, now=clock.at)


def _plan_of(cast, name, clock):
    from repair.plan.models import RepairPlan

    couple = Membership.objects.get(person=getattr(cast, name), left_at=None).couple
    plan, _ = RepairPlan.objects.get_or_create(
        couple=couple, defaults={"phase_since": clock.at, "season_began_at": clock.at}
    )
    return plan


@pytest.mark.parametrize("name", ["cleo", "rita", "rob", "eve", "drew", "sol", "cora", "theo"])
def test_another_couples_line_is_not_found(cast, clock, client_of, line, name):
    for method in ("get", "post"):
        assert getattr(client_of(getattr(cast, name)), method)(f"/lines/{line.pk}/withdraw/").status_code == 404
        assert (
            getattr(client_of(getattr(cast, name)), method)(f"/lines/{uuid.uuid4()}/withdraw/").status_code == 404
        )
    with pytest.raises(Http404):
        services.withdraw(viewer=viewer(cast.rob, clock), line=line.pk, now=clock.at)


def test_the_erasure_takes_what_only_they_knew(cast, clock, line):
    couples.rest(person=cast.ben, now=clock.at)
    step_out(cast.ana, line, clock)
    step_out(cast.ben, line, clock)
    registered()["plan"].erase(cast.ana, clock.at)
    assert [row.membership.person_id for row in StepOut.objects.all()] == [cast.ben.pk]


def test_a_therapist_and_a_stranger_find_no_such_row(cast, clock, line):
    couples.rest(person=cast.ben, now=clock.at)
    step_out(cast.ana, line, clock)
    for person, count in ((cast.ana, 1), (cast.ben, 0), (cast.cleo, 0), (cast.theo, 0)):
        assert StepOut.objects.visible_to(viewer(person, clock)).count() == count
    assert str(StepOut.objects.get()) == f"out of {line.pk}"
