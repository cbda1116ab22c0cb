"""Linking as a state machine, the rest: a therapist among them, “never” and the limit of mails to an address,
the day to think, resting, and what is left of an earlier link."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID

import hypothesis
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from accounts.access import viewer_of
from accounts.couples import landing, linking, mails, queries, services
from accounts.couples.models import Couple
from accounts.couples.states import CoupleState
from accounts.mail.models import Mail
from accounts.vault.models import DataKey
from tests.accounts.couples.test_machine import Asked, Machine, who
from tests.cast import make_person
from tests.conftest import START
from tests.machines import run_all

# What is held are verbs and answers; the races hold what the other database could do differently.
pytestmark = pytest.mark.pure

DAY = timedelta(days=1)


@dataclass
class Link:
    """What the machine remembers of one link: whose, since when, who rests, who left."""

    members: tuple[str, str]
    since: datetime
    couple: UUID
    rests: set[str] = field(default_factory=set)
    left: set[str] = field(default_factory=set)

    def state(self, now: datetime) -> CoupleState:
        if self.rests or self.left:
            return CoupleState.RESTING
        return CoupleState.COOLING if now < self.since + DAY else CoupleState.ACTIVE


class Whole(Machine):
    """The same people and presses, and a therapist; more is remembered, and more must hold."""

    seen: ClassVar[set[object]] = set()  # states of couples, and whether mails were wanted, over all examples

    def __init__(self) -> None:
        super().__init__()
        self.all_links: list[Link] = []
        self.nevers: set[tuple[str, str]] = set()  # (whose address, which inviter)
        self.mailed: dict[UUID, datetime] = {}

    @initialize(linked=st.booleans())
    def people(self, linked: bool) -> None:
        super().people()
        self.tea = make_person("Tea", now=START, therapist=True)
        if linked:
            self.straight_on(inviter="ann", to="bob", confirmed=True, withdrawn=False)

    def mine(self, name: str) -> Link | None:
        """The link whose side this person has not closed."""
        return next((one for one in self.all_links if name in one.members and name not in one.left), None)

    @precondition(lambda self: self.asked)
    @rule(data=st.data(), signed_in=st.booleans())
    def look_or_say_never(self, data: st.DataObject, signed_in: bool) -> None:
        ident, asked = self.some(data)
        person = self.person.get(asked.to) if signed_in else None
        shown = landing.landing_of(landing.by_id(ident), viewer_of(person, now=self.now))
        assert (shown is not None) == asked.stands(self.now)
        if shown is not None:
            linking.never(invitation=shown.invitation, person=person, now=self.now)
            self.nevers.add((asked.to, asked.inviter))
        self.mail_of(ident, asked)

    @precondition(lambda self: self.asked)
    @rule(data=st.data())
    def a_therapist_tries(self, data: st.DataObject) -> None:
        """Whatever was written to whom, a therapist neither sees it nor accepts it."""
        ident, _ = self.some(data)
        assert landing.landing_of(landing.by_id(ident), viewer_of(self.tea, now=self.now)) is None
        with pytest.raises(linking.Closed):
            linking.accept(person=self.tea, invitation_id=ident, now=self.now)

    @precondition(lambda self: self.asked)
    @rule(data=st.data())
    def the_mail_is_asked(self, data: st.DataObject) -> None:
        self.mail_of(*self.some(data))

    def mail_of(self, ident: UUID, asked: Asked) -> None:
        """Whether the mail may go, asked as its sender does."""
        others = [i for i, a in self.asked.items() if a.to == asked.to and i in self.mailed]
        recent = sum(self.mailed[i] > self.now - timedelta(days=30) for i in others)
        wanted = (
            asked.stands(self.now)
            and (asked.to, asked.inviter) not in self.nevers
            and (ident in self.mailed or recent < mails.MAX_TO_AN_ADDRESS)
        )
        assert mails.lock_and_ask(Mail.objects.get(ref=ident), self.now) == wanted
        Whole.seen.add(wanted)
        if wanted:
            self.mailed.setdefault(ident, self.now)

    def accepts(self, ident: UUID, asked: Asked, *, by: str) -> None:
        before = asked.accepted_by
        super().accepts(ident, asked, by=by)
        if asked.accepted_by != before:
            self.nevers.discard((by, asked.inviter))

    def confirms(self, ident: UUID, asked: Asked, *, by: str) -> None:
        before = set(Couple.objects.values_list("pk", flat=True))
        super().confirms(ident, asked, by=by)
        made = set(Couple.objects.values_list("pk", flat=True)) - before
        assert len(made) <= 1
        self.all_links += [Link((asked.inviter, asked.accepted_by), self.now, couple) for couple in made]

    @rule(by=who)
    def leave_or_undo(self, by: str) -> None:
        link = self.mine(by)
        super().leave_or_undo(by)
        if link is not None:
            link.left.add(by)
            link.rests.discard(by)

    @precondition(lambda self: self.linked)
    @rule(data=st.data(), on=st.booleans())
    def rest_or_go_on(self, data: st.DataObject, on: bool) -> None:
        by = data.draw(st.sampled_from(sorted(self.linked)))
        super().rest_or_go_on(by, on)
        if (link := self.mine(by)) is not None:
            (link.rests.discard if on else link.rests.add)(by)

    @invariant()
    def where_each_stands_is_what_both_did(self) -> None:
        """Cooling for a day, resting while either rests or has left, active else; shared only while active."""
        for name, person in getattr(self, "person", {}).items():
            viewer, link = viewer_of(person, now=self.now), self.mine(name)
            state = link.state(self.now) if link else CoupleState.NONE
            assert viewer.state is state
            Whole.seen.add(state)
            for one in self.all_links:
                assert viewer.shares_with(one.couple) == (one is link and state is CoupleState.ACTIVE)

    @invariant()
    def every_link_is_new(self) -> None:
        """A couple and a key for each, and nothing of an earlier one is anybody’s present couple."""
        couples = [one.couple for one in self.all_links]
        assert len(couples) == len(set(couples)) == DataKey.objects.filter(owner_kind="couple").count()
        for name, person in getattr(self, "person", {}).items():
            left = {one.couple for one in self.all_links if name in one.left}
            assert viewer_of(person, now=self.now).past_couples == left


def run_machine(phases: tuple[hypothesis.Phase, ...] = tuple(hypothesis.Phase)) -> None:
    """All examples. Raises AssertionError at the first that breaks a rule."""
    Whole.seen = set()
    run_all(Whole, examples=15, steps=20, phases=phases)


@pytest.mark.slow
def test_the_whole_machine_of_linking(db: None) -> None:
    """ASVS 2.3.1."""
    run_machine()
    assert Whole.seen >= {True, False, *CoupleState}


def _hot(members: object, **_: object) -> CoupleState:
    return CoupleState.ACTIVE


FAULTS = {
    "no day to think": (queries, "state_of", _hot),
    "a never that stops no mail": (mails, "_never", lambda *_: False),
    "anybody may answer": (linking, "may_answer", lambda *_: True),
    "a rest that is none": (services, "rest", lambda **_: True),
}


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS)
def test_the_whole_machine_can_fail(db: None, monkeypatch: pytest.MonkeyPatch, fault: str) -> None:
    """Seeded faults are noticed."""
    owner, name, other = FAULTS[fault]
    monkeypatch.setattr(owner, name, other)
    with pytest.raises(BaseException):  # noqa: B017 - whichever assertion notices first
        run_machine((hypothesis.Phase.generate,))
