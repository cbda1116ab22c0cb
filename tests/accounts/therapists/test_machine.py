"""Access of a therapist as a state machine: whatever two partners answer, and whatever time does, what is open is
what two standing yeses both hold.

The model beside it keeps what each answered and when, and works out what is open in its own words.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import product
from typing import Any, ClassVar

import hypothesis
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from accounts.access import viewer_of
from accounts.couples import services as couples
from accounts.couples.models import Couple
from accounts.therapists import queries, scopes, services
from accounts.therapists.models import CodePair, Grant
from accounts.therapists.services import Scope, stamp_of
from accounts.users.models import User
from tests.cast import make_couple, make_person
from tests.conftest import START
from tests.machines import RolledBack, run_all

# What is held are verbs and answers; the races hold what the other database could do differently.
pytestmark = pytest.mark.pure

NAMES = ("ann", "bob")
PARTS = ("beginning", "words", "always")
SCOPES = [Scope(*parts) for parts in product((False, True), repeat=3)]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
who = st.sampled_from(NAMES)


@dataclass
class Yes:
    """What one partner answered, as the model has it."""

    opens: datetime
    ends: datetime
    counts: dict[str, datetime]  # the wider parts they chose, each with the instant from which it counts
    over: bool = False

    def stands(self, now: datetime) -> bool:
        return not self.over and now < self.ends

    def holds(self, part: str, now: datetime) -> bool:
        return part in self.counts and now >= self.counts[part]


@dataclass
class Model:
    """Both answers, the sessions, and who rests or left."""

    yes: dict[str, Yes | None] = field(default_factory=lambda: dict.fromkeys(NAMES))
    sessions: list[datetime] = field(default_factory=list)
    rests: set[str] = field(default_factory=set)
    left: set[str] = field(default_factory=set)

    def answer(self, name: str, scope: Scope, now: datetime, wait: timedelta) -> None:
        old = self.yes[name]
        chosen = [part for part in PARTS if getattr(scope, part)]
        if old is None or not old.stands(now):
            self.yes[name] = Yes(now + wait, now + 90 * DAY, dict.fromkeys(chosen, now))
            return
        if set(chosen) == set(old.counts) and old.ends - now > 14 * DAY:
            return
        counts = {part: old.counts.get(part, now + wait) for part in chosen}
        self.yes[name] = Yes(old.opens, now + 90 * DAY, counts)

    def end(self, name: str) -> None:
        if (yes := self.yes[name]) is not None:
            yes.over = True

    def access(self, now: datetime) -> tuple[bool, bool, bool, datetime | None] | None:
        """(open, words, from the beginning, else since when); None where there is no access."""
        given = [yes for yes in self.yes.values() if yes is not None and yes.stands(now) and yes.opens <= now]
        if len(given) < 2:
            return None
        both = {part: all(yes.holds(part, now) for yes in given) for part in PARTS}
        near = any(at - DAY <= now <= at + 2 * HOUR for at in self.sessions)
        is_open = (near or both["always"]) and not self.rests and not self.left
        since = None if both["beginning"] else max(yes.opens for yes in given)
        return is_open, both["words"], both["beginning"], since


class Consent(RolledBack):
    """Two partners, their therapist, and time."""

    opened: ClassVar[int] = 0  # over all examples, so that a run in which nothing ever opened is seen
    wait: ClassVar[timedelta] = 2 * HOUR

    def __init__(self) -> None:
        super().__init__()
        self.now = START
        self.model = Model()

    @initialize()
    def people(self) -> None:
        self.person: dict[str, User] = {name: make_person(name.title(), now=START) for name in NAMES}
        self.tea = make_person("Tea", now=START, therapist=True)
        self.couple: Couple = make_couple(*self.person.values(), now=START)
        self.pair = CodePair.objects.create(therapist=self.tea, created_at=START, expires_at=START + 7 * DAY)
        self.both(scope=SCOPES[-1])

    @rule(by=who, scope=st.sampled_from(SCOPES), wait=st.sampled_from([2 * HOUR, 26 * HOUR]))
    def yes(self, by: str, scope: Scope, wait: timedelta) -> None:
        if by in self.model.left:
            return
        Consent.wait = wait
        services.say_yes(
            viewer=viewer_of(self.person[by], now=self.now), pair=self.pair, scope=scope,
            profile=stamp_of(self.tea.profile), now=self.now,
        )  # fmt: skip
        self.model.answer(by, scope, self.now, wait)

    @rule(scope=st.sampled_from(SCOPES))
    def both(self, scope: Scope) -> None:
        """Both go on, say the same, and the wait passes: what chance alone would seldom do."""
        for by in NAMES:
            self.rest_or_go_on(by=by, on=True)
            self.yes(by=by, scope=scope, wait=2 * HOUR)
        self.now += 2 * HOUR

    @rule(by=who)
    def no(self, by: str) -> None:
        if by not in self.model.left:
            services.say_no(viewer=viewer_of(self.person[by], now=self.now), pair=self.pair, now=self.now)
            self.model.end(by)

    @rule(by=who, data=st.data())
    def end(self, by: str, data: st.DataObject) -> None:
        """From any page that ever showed one of their yeses, however old."""
        known = list(Grant.objects.filter(membership__person=self.person[by]).order_by("granted_at", "pk"))
        if known:
            row = data.draw(st.sampled_from(known))
            services.end_grant(person=self.person[by], grant=row.pk, now=self.now)
            self.model.end(by)

    @rule(hours=st.sampled_from([1, 12, 24, 25, 100]))
    def book(self, hours: int) -> None:
        at = self.now + timedelta(hours=hours)
        if sum(abs(at - other) < 7 * DAY for other in self.model.sessions) == 0:
            services.book_session(therapist=self.tea, couple_id=self.couple.pk, at=at, now=self.now)
            self.model.sessions.append(at)

    @rule(by=who, on=st.sampled_from([True, True, False]))
    def rest_or_go_on(self, by: str, on: bool) -> None:
        (couples.resume if on else couples.rest)(person=self.person[by], now=self.now)
        (self.model.rests.discard if on or by in self.model.left else self.model.rests.add)(by)

    @rule(by=who, really=st.integers(0, 11))
    def leave(self, by: str, really: int) -> None:
        if really == 7 and couples.leave(person=self.person[by], couple_id=self.couple.pk, now=self.now):
            self.model.left.add(by)
            self.model.rests.discard(by)

    @rule(hours=st.sampled_from([1, 1, 2, 2, 11, 26, 24 * 20, 24 * 77]))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @invariant()
    def what_is_open_is_what_both_hold(self) -> None:
        if not hasattr(self, "person"):
            return
        found = queries.access_to_case(self.tea, self.couple.pk, now=self.now)
        got = found and (found.open, found.words, found.since is None, found.since)
        Consent.opened += bool(found and found.open)
        assert got == self.model.access(self.now)

    @invariant()
    def each_has_one_answer_at_most(self) -> None:
        for name, person in getattr(self, "person", {}).items():
            rows = list(Grant.objects.filter(membership__person=person, ended_at=None))
            wanted = self.model.yes[name]
            assert len(rows) <= 1
            assert any(row.expires_at > self.now for row in rows) == bool(wanted and wanted.stands(self.now))

    @invariant()
    def one_alone_reads_only_their_own(self) -> None:
        """Neither can open the other's scope."""
        for name, person in getattr(self, "person", {}).items():
            viewer = viewer_of(person, now=self.now)
            for row in Grant.objects.select_related("membership").exclude(membership__person=person):
                assert not row.may_open(viewer, "scope"), name


def run_machine(
    monkeypatch: pytest.MonkeyPatch, phases: tuple[hypothesis.Phase, ...] = tuple(hypothesis.Phase)
) -> None:
    """All examples. Raises AssertionError at the first that breaks a rule."""
    monkeypatch.setattr(services, "random_wait", lambda: Consent.wait)
    Consent.opened = 0
    examples = 15 if hypothesis.Phase.shrink in phases else 150  # a fault is looked for until it shows
    run_all(Consent, examples=examples, steps=20, phases=phases)


@pytest.mark.slow
def test_whatever_both_answer_is_open_what_both_hold(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """ASVS 2.3.5."""
    run_machine(monkeypatch)
    assert Consent.opened > 15


def _end_one_row(*, person: Any, grant: Any, now: datetime) -> None:
    Grant.objects.filter(pk=grant, ended_at=None).update(ended_at=now)


def _ever_given(therapist: User, *, now: datetime, couple_id: Any = None) -> list[Grant]:
    rows = Grant.objects.filter(therapist=therapist, opens_at__lte=now, expires_at__gt=now)
    return list(rows.select_related("membership__couple", "membership__person"))


def _of_one(scope: Any, part: str, *, now: datetime) -> bool:
    return scopes.is_wide(scope, part)


FAULTS = {
    "an ended yes counts": (queries, "standing_grants", lambda real: _ever_given),
    "an end for one row": (services, "end_grant", lambda real: _end_one_row),
    "what is added counts at once": (scopes, "holds", lambda real: _of_one),
    "a rest is passed over": (queries, "state_of", lambda real: lambda *a, **w: queries.CoupleState.ACTIVE),
}


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS)
def test_the_machine_can_fail(db: None, monkeypatch: pytest.MonkeyPatch, fault: str) -> None:
    """Seeded faults are noticed."""
    owner, name, other = FAULTS[fault]
    monkeypatch.setattr(owner, name, other(getattr(owner, name)))
    with pytest.raises(BaseException):  # noqa: B017 - whichever assertion notices first
        run_machine(monkeypatch, (hypothesis.Phase.generate,))
