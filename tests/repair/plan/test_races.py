"""Two people at once, on PostgreSQL: one effect, no lost signature, never an error of ours."""

import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import connection, connections

from accounts.access import viewer_of
from accounts.couples import services as couples
from accounts.couples.models import Membership
from accounts.refusal import Refusal
from repair.plan import phases, services, wording
from repair.plan.locks import NotActive
from repair.plan.models import Agreement, PhaseProposal, RepairPlan, Signature, StepOut, Version
from repair.plan.queries import in_force_of, line_read
from repair.plan.standing import LineState
from repair.timeline.models import TimelineEvent
from tests.cast import Cast, build_cast
from tests.repair.plan.lines import COMMITMENT, agreed, open_version, proposed, words

ROUNDS = 25
OTHER = {**COMMITMENT, "what": "We take turns"}

pytestmark = [pytest.mark.services, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _postgres() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("a race needs PostgreSQL")


@pytest.fixture
def people(clock: Any) -> Cast:
    return build_cast(now=clock.at)


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Run all of them at the same moment. What each returned, or the refusal it got."""
    barrier, results = threading.Barrier(len(acts)), [None] * len(acts)

    def run(index: int, act: Callable[[], Any]) -> None:
        try:
            barrier.wait()
            results[index] = act()
        except (Refusal, NotActive) as refusal:
            results[index] = refusal
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(i, act)) for i, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


class Table:
    """The acts of two people on one line, each with a viewer resolved before."""

    def __init__(self, people: Cast, line: Agreement, now: Any) -> None:
        self.line, self.now = line, now
        self.ana, self.ben = viewer_of(people.ana, now=now), viewer_of(people.ben, now=now)
        self.version = open_version(line)
        fields = wording.fields_of(self.ben, self.version)
        assert fields is not None
        self.mac = wording.mac_of(self.version, fields)
        self.seen = self.version.number

    def sign(self) -> Version:
        return services.sign(
            viewer=self.ben, line=self.line.pk, version=self.version.pk, mac=self.mac, now=self.now
        )

    def suggest(self) -> Version:
        return services.suggest(
            viewer=self.ana, line=self.line.pk, seen=self.seen, words=words(self.now, OTHER), now=self.now
        )

    def take_back(self) -> None:
        services.take_back(viewer=self.ana, line=self.line.pk, version=self.version.pk, now=self.now)

    def withdraw(self) -> None:
        services.withdraw(viewer=self.ana, line=self.line.pk, now=self.now)

    def read(self) -> Any:
        return line_read(viewer_of(self.ana.person, now=self.now), self.line.pk)[0]


def reviewed(people: Cast, now: Any) -> Table:
    """A line in force for which Ana has proposed other words."""
    line = agreed(people.ana, people.ben, now=now)
    services.suggest(
        viewer=viewer_of(people.ana, now=now),
        line=line.pk,
        seen=1,
        words=words(now, {**COMMITMENT, "what": "v2"}),
        now=now,
    )
    return Table(people, line, now)


def test_sign_against_suggest(people: Cast, clock: Any) -> None:
    """Either the signature came first and the wording was in force, or it was refused; never both signed a
    wording that had been overtaken."""
    for _ in range(ROUNDS):
        table = Table(people, proposed(people.ana, now=clock.at), clock.at)
        signed, suggested = at_once(table.sign, table.suggest)
        assert not isinstance(suggested, Refusal)
        read = table.read()
        if isinstance(signed, Refusal):
            assert (read.state, read.last) == (LineState.PROPOSED, None)
        else:
            assert (read.state, read.in_force.version.number, read.open.version.number) == (LineState.REVIEW, 1, 2)


def test_signing_twice_at_once_is_one_signature_and_one_event(people: Cast, clock: Any) -> None:
    for _ in range(ROUNDS):
        table = Table(people, proposed(people.ana, now=clock.at), clock.at)
        results = at_once(table.sign, table.sign, table.sign)
        assert not any(isinstance(result, Exception) for result in results)
        assert Signature.objects.filter(version=table.version).count() == 2
        assert TimelineEvent.objects.filter(ref=table.version.pk).count() == 1


def test_of_two_questions_signed_at_once_one_comes_into_force(people: Cast, clock: Any) -> None:
    """Each signs the other's; the second finds the first."""
    asked = {"what": "How warm was it?", "answer": "line", "asked_with": "daily"}
    for _ in range(ROUNDS):
        acts = []
        for author, signer in ((people.ana, people.ben), (people.ben, people.ana)):
            line = proposed(author, now=clock.at, kind="question", fields=asked)
            version = open_version(line)
            mac, viewer = bytes(version.signatures.get().mac), viewer_of(signer, now=clock.at)
            acts.append(
                partial(services.sign, viewer=viewer, line=line.pk, version=version.pk, mac=mac, now=clock.at)
            )
        results = at_once(*acts)
        assert sorted(isinstance(result, Refusal) for result in results) == [False, True]
        (holds,) = in_force_of(viewer_of(people.ana, now=clock.at), "question")
        services.withdraw(viewer=viewer_of(people.ana, now=clock.at), line=holds.pk, now=clock.at)


def test_sign_against_withdraw(people: Cast, clock: Any) -> None:
    """Whoever came first: after Ana stepped out nothing that needs her yes is in force."""
    for _ in range(ROUNDS):
        table = reviewed(people, clock.at)
        at_once(table.sign, table.withdraw)
        read = table.read()
        assert read.state is LineState.TALK
        standing = Signature.objects.filter(version__agreement=table.line, withdrawn_at=None)
        assert not standing.filter(membership__person=people.ana).exists()


def test_sign_against_take_back(people: Cast, clock: Any) -> None:
    for _ in range(ROUNDS):
        table = Table(people, proposed(people.ana, now=clock.at), clock.at)
        signed, taken = at_once(table.sign, table.take_back)
        assert isinstance(signed, Refusal) != isinstance(taken, Refusal), "exactly one of the two holds"
        assert table.read().state is (LineState.DROPPED if isinstance(signed, Refusal) else LineState.AGREED)


def test_sign_against_rest(people: Cast, clock: Any) -> None:
    """A rest locks the same row: after it commits no signature follows."""
    for _ in range(ROUNDS):
        table = Table(people, proposed(people.ana, now=clock.at), clock.at)

        def rest() -> None:
            from django.db import transaction

            with transaction.atomic():
                Membership.objects.select_for_update().get(pk=table.ana.mine.pk)  # noqa: B023
                Membership.objects.filter(pk=table.ana.mine.pk).update(rested_at=clock.at)  # noqa: B023

        signed, _rested = at_once(table.sign, rest)
        Membership.objects.filter(pk=table.ana.mine.pk).update(rested_at=None)
        in_force = table.read().in_force is not None
        assert in_force != isinstance(signed, NotActive)


@pytest.mark.parametrize("by", ["rest", "resume"])
def test_stepping_out_against_the_beginning_and_the_end_of_a_rest(people: Cast, clock: Any, by: str) -> None:
    """Whoever came first: once the plan goes on the line is out of force, and was so by one event."""
    for _ in range(ROUNDS):
        line = agreed(people.ana, people.ben, now=clock.at)
        if by == "resume":
            couples.rest(person=people.ben, now=clock.at)
        viewer = viewer_of(people.ana, now=clock.at)
        verb = {"rest": couples.rest, "resume": couples.resume}[by]
        done, did = at_once(
            partial(services.withdraw, viewer=viewer, line=line.pk, now=clock.at),
            partial(verb, person=people.ben, now=clock.at),
        )
        assert did is True
        assert done in {services.Stepped.NOW, services.Stepped.LATER}
        couples.resume(person=people.ben, now=clock.at)
        assert line_read(viewer_of(people.ben, now=clock.at), line.pk)[0].state is LineState.TALK
        assert not StepOut.objects.exists()
        refs = line.versions.values("pk")
        assert TimelineEvent.objects.filter(ref__in=refs, kind="plan.talk").count() == 1


def test_stepping_out_twice_at_once_while_resting_is_one(people: Cast, clock: Any) -> None:
    for _ in range(ROUNDS):
        line = agreed(people.ana, people.ben, now=clock.at)
        couples.rest(person=people.ben, now=clock.at)
        step = partial(services.withdraw, viewer=viewer_of(people.ana, now=clock.at), line=line.pk, now=clock.at)
        assert at_once(step, step, step) == [services.Stepped.LATER] * 3
        assert StepOut.objects.filter(agreement=line).count() == 1
        couples.resume(person=people.ben, now=clock.at)


def test_proposing_at_once_gives_every_line_a_number(people: Cast, clock: Any) -> None:
    acts = [lambda person=person: proposed(person, now=clock.at) for person in [people.ana, people.ben] * 5]
    at_once(*acts)
    numbers = sorted(Agreement.objects.values_list("number", flat=True))
    assert numbers == list(range(1, 11))


def test_two_suggestions_at_once_leave_one_open(people: Cast, clock: Any) -> None:
    for _ in range(ROUNDS):
        table = Table(people, proposed(people.ana, now=clock.at), clock.at)

        def bens() -> Version:
            return services.suggest(
                viewer=table.ben,  # noqa: B023
                line=table.line.pk,  # noqa: B023
                seen=1,
                words=words(clock.at, {**COMMITMENT, "what": "Ben’s"}),
                now=clock.at,
            )

        results = at_once(table.suggest, bens)
        assert sum(isinstance(result, services.Stale) for result in results) == 1
        assert Version.objects.filter(agreement=table.line, closed_at=None).count() == 1


def test_two_yeses_to_a_phase_at_once_move_it_once(people: Cast, clock: Any) -> None:
    def yes(person: Any) -> Callable[[], Any]:
        return lambda: phases.propose_phase(viewer=viewer_of(person, now=clock.at), to=to, now=clock.at)

    for number in range(ROUNDS):
        to = ["understanding", "rebuilding"][number % 2]
        at_once(yes(people.ana), yes(people.ben))
        plan = RepairPlan.objects.get(couple=people.couples["ana"])
        assert plan.phase == to
        assert PhaseProposal.objects.filter(plan=plan).exclude(agreed_at=None).count() == number + 1
