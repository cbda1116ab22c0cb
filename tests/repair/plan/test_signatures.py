"""Two signatures as a state machine: whatever two people do to a line, in force is what the definition says.

The model beside the machine keeps its own record of every wording and works out “in force” in its own words.
"""

import uuid
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from accounts.access import viewer_of
from accounts.couples import services as couples
from accounts.refusal import Refusal
from repair.plan import kinds, services, wording
from repair.plan.dates import pass_dates
from repair.plan.holdings import closed_part, export_of
from repair.plan.models import Agreement, Signature, Version
from repair.plan.queries import line_read
from repair.timeline.models import TimelineEvent
from tests.cast import Cast
from tests.machines import RolledBack, run_all
from tests.repair.plan.lines import open_version, words

# What is held are verbs and answers; the races hold what the other database could do differently.
pytestmark = pytest.mark.pure

WHO = st.sampled_from(["ana", "ben"])


@dataclass
class Wording:
    """What the model remembers of one wording."""

    author: str
    look_again_on: date
    is_end: bool = False
    signed_by: set[str] = field(default_factory=set)  # whose yes stands now
    ever_both: bool = False
    closed: bool = False


@dataclass
class Model:
    """The line as its definition has it."""

    wordings: list[Wording] = field(default_factory=list)
    ended: bool = False

    @property
    def open(self) -> Wording | None:
        newest = self.wordings[-1]
        return None if newest.closed or newest.ever_both or self.ended else newest

    def in_force(self, today: date) -> int | None:
        """The number of the wording in force: the highest one that ever got both, if both stand and its day has
        not passed."""
        numbers = [n for n, w in enumerate(self.wordings, 1) if w.ever_both]
        if not numbers or self.ended:
            return None
        highest = self.wordings[numbers[-1] - 1]
        holds = highest.signed_by == {"ana", "ben"} and today <= highest.look_again_on
        return numbers[-1] if holds else None

    def drop_open(self) -> None:
        if self.open is not None:
            self.open.signed_by.clear()
            self.open.closed = True


class Probe:
    """A kind whose hooks remember whether it is in force."""

    def __init__(self) -> None:
        self.on: dict[uuid.UUID, bool] = {}

    def into(self, *, version: Version, body: kinds.Body, now: datetime, **_: object) -> None:
        assert body["n"] is not None
        self.on[version.agreement_id] = True

    def out_of(self, *, agreement: Agreement, now: datetime) -> None:
        assert self.on[agreement.pk], "out of force, and it was not in force"
        self.on[agreement.pk] = False


def probe_kind(probe: Probe) -> kinds.AgreementKind:
    return kinds.AgreementKind(
        name="probe",
        label="Probe",
        form=kinds.WordingForm,
        headline=lambda body: f"line {body['n']}",
        lines=lambda body: [("Line", f"line {body['n']}")],
        into_force=probe.into,
        out_of_force=probe.out_of,
    )


class TwoSignatures(RolledBack):
    """What two people and time can do to one line."""

    people: ClassVar[dict[str, Any]] = {}
    start: ClassVar[datetime]
    probe: ClassVar[Probe]

    def __init__(self) -> None:
        super().__init__()
        self.now = self.start
        self.count = 0
        self.model = Model()
        self.line = uuid.uuid4()
        self.new_wording("ana", 28)
        services.propose(
            viewer=self.viewer("ana"), kind="probe", words=self.words(28), line=self.line, now=self.now
        )

    def viewer(self, who: str) -> Any:
        return viewer_of(self.people[who], now=self.now)

    def words(self, days: int) -> services.Words:
        return words(self.now, {"n": self.count}, days=days)

    def new_wording(self, who: str, days: int, *, is_end: bool = False) -> None:
        if self.model.wordings:
            self.model.drop_open()
        self.count += 1
        until = self.now.date() + timedelta(days=days)
        self.model.wordings.append(Wording(who, until, is_end=is_end, signed_by={who}))

    @rule(who=WHO, days=st.integers(1, 40))
    def suggest(self, who: str, days: int) -> None:
        seen = len(self.model.wordings)
        if self.model.ended:
            with pytest.raises(Refusal):
                self.send(who, seen, days)
            return
        self.new_wording(who, days)
        self.send(who, seen, days)

    @rule(who=WHO)
    def suggest_from_an_old_page(self, who: str) -> None:
        with pytest.raises(Refusal):
            self.send(who, len(self.model.wordings) + 3, 28)

    def send(self, who: str, seen: int, days: int) -> None:
        services.suggest(viewer=self.viewer(who), line=self.line, seen=seen, words=self.words(days), now=self.now)

    @rule(who=WHO)
    def propose_end(self, who: str) -> None:
        seen = len(self.model.wordings)
        end_is_open = self.model.open is not None and self.model.open.is_end
        may = any(w.ever_both for w in self.model.wordings) and not self.model.ended and not end_is_open
        if may:
            self.new_wording(who, 3650, is_end=True)
            services.propose_end(viewer=self.viewer(who), line=self.line, seen=seen, now=self.now)
        else:
            with pytest.raises(Refusal):
                services.propose_end(viewer=self.viewer(who), line=self.line, seen=seen, now=self.now)

    @rule(who=WHO, times=st.integers(1, 2))
    def sign(self, who: str, times: int) -> None:
        wanted = self.model.open
        if wanted is None:
            return
        version = open_version(Agreement(pk=self.line))
        viewer = self.viewer(who)
        fields = wording.fields_of(viewer, version)
        assert fields is not None
        mac = wording.mac_of(version, fields)
        late = wanted.author != who and wanted.look_again_on < self.now.date()
        for _ in range(times):
            if late:
                with pytest.raises(services.Stale):
                    services.sign(viewer=viewer, line=self.line, version=version.pk, mac=mac, now=self.now)
            else:
                services.sign(viewer=viewer, line=self.line, version=version.pk, mac=mac, now=self.now)
        if wanted.author != who and not late:
            wanted.signed_by.add(who)
            wanted.ever_both = True
            self.model.ended = wanted.is_end

    @rule(who=WHO, times=st.integers(1, 2))
    def keep(self, who: str, times: int) -> None:
        wanted = self.model.open
        if wanted is None or wanted.author == who or not any(w.ever_both for w in self.model.wordings):
            return
        version = open_version(Agreement(pk=self.line))
        for _ in range(times):
            services.keep(viewer=self.viewer(who), line=self.line, version=version.pk, now=self.now)
        self.model.drop_open()

    @rule(who=WHO, times=st.integers(1, 2))
    def take_back(self, who: str, times: int) -> None:
        wanted = self.model.open
        if wanted is None or wanted.author != who:
            return
        version = open_version(Agreement(pk=self.line))
        for _ in range(times):
            services.take_back(viewer=self.viewer(who), line=self.line, version=version.pk, now=self.now)
        self.model.drop_open()

    @rule(who=WHO, times=st.integers(1, 2))
    def withdraw(self, who: str, times: int) -> None:
        for _ in range(times):
            services.withdraw(viewer=self.viewer(who), line=self.line, now=self.now)
        self.stepped_out(who)

    def stepped_out(self, who: str) -> None:
        if self.model.ended or not any(w.ever_both for w in self.model.wordings):
            return
        if self.model.open is not None and self.model.open.author == who:
            self.model.drop_open()
        for one in self.model.wordings:
            one.signed_by.discard(who)
        self.model.ended = not any(one.signed_by for one in self.model.wordings)

    @rule(who=WHO, outs=st.lists(WHO, max_size=3), days=st.integers(0, 3), job=st.booleans())
    def a_rest(self, who: str, outs: list[str], days: int, job: bool) -> None:
        """Somebody rests; whoever steps out meanwhile does so unseen by the other. It counts once they go on."""
        if not any(w.ever_both for w in self.model.wordings):
            outs = []
        couples.rest(person=self.people[who], now=self.now)
        for out in outs:
            other = "ben" if out == "ana" else "ana"
            before = self.seen_resting(other)
            services.withdraw(viewer=self.viewer(out), line=self.line, now=self.now)
            assert self.seen_resting(other) == before
        self.now += timedelta(days=days)
        if job:
            pass_dates(now=self.now)
        couples.resume(person=self.people[who], now=self.now)
        for out in set(outs):
            self.stepped_out(out)

    def seen_resting(self, who: str) -> Any:
        viewer = self.viewer(who)
        parts = closed_part(viewer=viewer, couple_id=viewer.mine.couple_id)
        lines = [(w.version.pk, w.signed, w.headline) for _, _, context in parts for w in context["wordings"]]
        rows = list(TimelineEvent.objects.values_list("kind", "at", "ref").order_by("pk"))
        return lines, [context.get("ways") for _, _, context in parts], rows, export_of(viewer)

    @rule(days=st.integers(1, 20), job=st.booleans())
    def time_passes(self, days: int, job: bool) -> None:
        self.now += timedelta(days=days)
        if job:
            pass_dates(now=self.now)

    @invariant()
    def in_force_is_what_the_definition_says(self) -> None:
        expected = self.model.in_force(self.now.date())
        for who in self.people:
            read, _ = line_read(self.viewer(who), self.line)
            found = read.in_force.version.number if read.in_force else None
            assert found == expected
            assert (read.agreement.ended_at is not None) == self.model.ended

    @invariant()
    def the_hooks_agree_once_the_job_has_run(self) -> None:
        pass_dates(now=self.now)
        assert self.probe.on.get(self.line, False) == (self.model.in_force(self.now.date()) is not None)

    @invariant()
    def every_signature_is_to_its_words(self) -> None:
        _read, wordings = line_read(self.viewer("ana"), self.line)
        assert all(found.intact for found in wordings)

    @invariant()
    def rows_say_what_the_model_says(self) -> None:
        rows = Signature.objects.filter(version__agreement=self.line, withdrawn_at=None).count()
        assert rows == sum(len(w.signed_by) for w in self.model.wordings)


def run_machine(cast: Cast, clock: Any, patch: pytest.MonkeyPatch, **more: Any) -> None:
    """All examples. Raises AssertionError at the first that breaks a rule."""
    probe = Probe()
    patch.setitem(kinds._KINDS, "probe", probe_kind(probe))
    TwoSignatures.people = {"ana": cast.ana, "ben": cast.ben}
    TwoSignatures.start, TwoSignatures.probe = clock.at, probe
    run_all(TwoSignatures, examples=60, steps=25, **more)


@pytest.mark.slow
def test_whatever_two_people_do_in_force_is_what_the_definition_says(
    cast: Cast, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_machine(cast, clock, monkeypatch)
