"""Linking as a state machine: two people who ask each other in, and a stranger. Whatever they press, in whichever
order, no one is ever in two couples, and each inviter sees only what follows from their own presses, the clock,
and a yes."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import hypothesis
import pytest
from django.db.models import Count
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from accounts.access import viewer_of
from accounts.couples import landing, linking, mails, services
from accounts.couples.models import Couple, Membership
from accounts.couples.pending import pending_of
from accounts.mail.models import Mail
from accounts.refusal import Refusal
from accounts.users.models import User
from tests.cast import make_person
from tests.conftest import START
from tests.machines import RolledBack, run_all
from tests.security import tally

# What is held are verbs and answers; the races hold what the other database could do differently.
pytestmark = pytest.mark.pure

EXAMPLES = 25
STEPS = 25
NAMES = ("ann", "bob", "cam")
who = st.sampled_from(NAMES)


@dataclass
class Asked:
    """What the machine remembers of one invitation: presses only, no rows."""

    inviter: str
    to: str
    at: datetime
    taken_back: bool = False
    accepted_by: str = ""
    withdrawn: bool = False
    confirmed: bool = False

    def stands(self, now: datetime) -> bool:
        return not (self.taken_back or self.accepted_by or self.confirmed) and now < self.at + timedelta(days=7)

    def to_confirm(self, now: datetime) -> bool:
        open_still = not (self.taken_back or self.confirmed) and now < self.at + timedelta(days=14)
        return bool(self.accepted_by) and open_still


class Machine(RolledBack):
    """The three, their presses, and what must hold after each."""

    links = 0  # over all examples, so that a run that never got that far is seen

    def __init__(self) -> None:
        super().__init__()
        self.now = START
        self.asked: dict[UUID, Asked] = {}
        self.linked: dict[str, str] = {}  # person -> who they are linked with, by their own open side
        self.since: datetime = START

    @initialize()
    def people(self) -> None:
        self.person: dict[str, User] = {name: make_person(name.title(), now=START) for name in NAMES}

    def some(self, data: st.DataObject) -> tuple[UUID, Asked]:
        """One invitation, more often than not the latest."""
        known = list(self.asked.items())
        latest = len(known) - 1
        return known[data.draw(st.sampled_from([latest, latest, *range(len(known))]))]

    @staticmethod
    def by(data: st.DataObject, right: str) -> str:
        """Who presses: mostly the one whose press it is."""
        return data.draw(st.sampled_from([*[right] * 6, *NAMES])) if right in NAMES else data.draw(who)

    @rule(inviter=who, to=st.sampled_from([*NAMES, "ann", "bob", "nobody"]))
    def invite(self, inviter: str, to: str) -> None:
        mine = [a for a in self.asked.values() if a.inviter == inviter]
        pending = [a for a in mine if not a.taken_back and not a.confirmed and self.now < a.at + timedelta(days=7)]
        week = [a for a in mine if a.at > self.now - timedelta(days=7)]
        known = next((i for i, a in self.asked.items() if a in pending and a.to == to), None)
        refused = to == inviter or inviter in self.linked or (not known and (len(pending) >= 3 or len(week) >= 10))
        try:
            row = linking.invite(
                inviter=self.person[inviter], address=f"{to}@mail.example", shown_name=inviter, now=self.now
            )
        except Refusal:
            assert refused
            return
        assert not refused
        if known is not None:
            assert row.pk == known
            return
        self.asked[row.pk] = Asked(inviter, to, self.now)

    @precondition(lambda self: self.asked)
    @rule(data=st.data())
    def take_back(self, data: st.DataObject) -> None:
        ident, asked = self.some(data)
        by = self.by(data, asked.inviter)
        done = linking.take_back(inviter=self.person[by], invitation_id=ident, now=self.now)
        assert done == (by == asked.inviter and not asked.taken_back and not asked.confirmed)
        asked.taken_back |= done

    @precondition(lambda self: self.asked)
    @rule(data=st.data(), by=st.sampled_from([*NAMES, None]))
    def look_or_say_never(self, data: st.DataObject, by: str | None) -> None:
        ident, asked = self.some(data)
        found = landing.by_id(ident)
        viewer = viewer_of(self.person[by] if by else None, now=self.now)
        shown = landing.landing_of(found, viewer)
        assert (shown is not None) == (asked.stands(self.now) and by in {None, asked.to})
        if shown is not None and data.draw(st.booleans()):
            linking.never(invitation=shown.invitation, person=viewer.person, now=self.now)

    @precondition(lambda self: self.asked)
    @rule(data=st.data())
    def the_mail_is_asked(self, data: st.DataObject) -> None:
        ident, _ = self.some(data)
        mails.lock_and_ask(Mail.objects.get(ref=ident), self.now)

    @rule(inviter=who, to=who, confirmed=st.booleans(), withdrawn=st.booleans())
    def straight_on(self, inviter: str, to: str, confirmed: bool, withdrawn: bool) -> None:
        """Asked, a yes, and mostly on to the link: what chance alone would seldom do."""
        self.invite(inviter, to)
        found = next(((i, a) for i, a in reversed(self.asked.items()) if (a.inviter, a.to) == (inviter, to)), None)
        if found is None:
            return
        self.accepts(*found, by=to)
        if withdrawn and not confirmed:
            self.withdraws(*found, by=to)
        self.confirms(*found, by=inviter)

    @precondition(lambda self: self.asked)
    @rule(data=st.data())
    def accept(self, data: st.DataObject) -> None:
        ident, asked = self.some(data)
        self.accepts(ident, asked, by=self.by(data, asked.to))

    def accepts(self, ident: UUID, asked: Asked, *, by: str) -> None:
        again = asked.accepted_by == by
        lets_in = asked.stands(self.now) and by == asked.to
        try:
            linking.accept(person=self.person[by], invitation_id=ident, now=self.now)
        except linking.Closed:
            assert not lets_in
            assert not again
        except Refusal:
            assert lets_in
            assert by in self.linked
        else:
            assert again or (lets_in and by not in self.linked)
            asked.accepted_by = by

    @precondition(lambda self: self.asked)
    @rule(data=st.data())
    def withdraw(self, data: st.DataObject) -> None:
        ident, asked = self.some(data)
        self.withdraws(ident, asked, by=self.by(data, asked.accepted_by))

    def withdraws(self, ident: UUID, asked: Asked, *, by: str) -> None:
        done = linking.withdraw(person=self.person[by], invitation_id=ident, now=self.now)
        assert not done or asked.accepted_by == by
        asked.withdrawn |= done

    @precondition(lambda self: self.asked)
    @rule(data=st.data())
    def confirm(self, data: st.DataObject) -> None:
        ident, asked = self.some(data)
        self.confirms(ident, asked, by=self.by(data, asked.inviter))

    def confirms(self, ident: UUID, asked: Asked, *, by: str) -> None:
        other = asked.accepted_by
        due = by == asked.inviter and asked.to_confirm(self.now)
        free = due and not asked.withdrawn and by not in self.linked and other not in self.linked
        try:
            couple = linking.confirm(inviter=self.person[by], invitation_id=ident, now=self.now)
        except linking.Closed:
            assert not due
            return
        assert due
        assert (couple is not None) == free
        asked.confirmed = True
        if free:
            Machine.links += 1
            self.linked[by], self.linked[other] = other, by
            for one in self.asked.values():
                one.taken_back |= one.inviter in {by, other} and not one.confirmed
                one.withdrawn |= one.accepted_by in {by, other}

    @rule(by=who)
    def leave_or_undo(self, by: str) -> None:
        place = Membership.objects.filter(person=self.person[by], left_at=None).first()
        assert (place is not None) == (by in self.linked)
        try:
            done = services.undo_link(person=self.person[by], now=self.now)
        except services.TooLate:
            assert place is not None
            done = services.leave(person=self.person[by], couple_id=place.couple_id, now=self.now)
        assert done == (by in self.linked)
        self.linked.pop(by, None)

    @rule(by=who, on=st.booleans())
    def rest_or_go_on(self, by: str, on: bool) -> None:
        (services.resume if on else services.rest)(person=self.person[by], now=self.now)

    @rule(hours=st.sampled_from([1, 23, 25, 24 * 6, 24 * 7]))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @invariant()
    def nobody_is_in_two_couples(self) -> None:
        open_sides = Membership.objects.filter(left_at=None).values("person").annotate(n=Count("pk"))
        assert all(row["n"] == 1 for row in open_sides)
        sizes = Couple.objects.annotate(n=Count("memberships__person", distinct=True)).values_list("n", flat=True)
        assert set(sizes) <= {2}

    @invariant()
    def an_inviter_sees_their_own_presses_the_clock_and_a_yes(self) -> None:
        for name, person in getattr(self, "person", {}).items():
            seen = pending_of(viewer_of(person, now=self.now))
            mine = {i: a for i, a in self.asked.items() if a.inviter == name}
            assert {one.id for one in seen.open} == {i for i, a in mine.items() if a.stands(self.now)}
            assert {one.id for one in seen.accepted} == {i for i, a in mine.items() if a.to_confirm(self.now)}

    @invariant()
    def links_are_those_the_presses_made(self) -> None:
        for name, person in getattr(self, "person", {}).items():
            standing = viewer_of(person, now=self.now).standing
            other = next(
                (n for n, p in self.person.items() if standing and p.pk == standing.other.person_id), None
            )
            assert other == self.linked.get(name)


def run_machine(phases: tuple[hypothesis.Phase, ...] = tuple(hypothesis.Phase)) -> None:
    """All examples. Raises AssertionError at the first that breaks a rule."""
    Machine.links = 0
    calm = [hypothesis.HealthCheck.too_slow, hypothesis.HealthCheck.data_too_large]
    run_all(Machine, examples=EXAMPLES, steps=STEPS, phases=phases, suppress_health_check=calm)


@pytest.mark.slow
def test_the_machine_of_linking(db: None) -> None:
    """ASVS 2.3.1."""
    run_machine()
    tally.add("machine of linking", cases=EXAMPLES * STEPS, found=0)
    assert Machine.links >= EXAMPLES / 8


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["a yes taken back still links", "leaving does not close one's side"])
def test_the_machine_can_fail(db: None, monkeypatch: pytest.MonkeyPatch, fault: str) -> None:
    """Seeded faults are noticed."""
    if fault.startswith("a yes"):
        monkeypatch.setattr(linking, "withdraw", lambda **_: True)
    else:
        monkeypatch.setattr(services, "undo_link", lambda **_: True)
    with pytest.raises(BaseException):  # noqa: B017 - whichever assertion notices first
        run_machine((hypothesis.Phase.generate,))
    tally.add("machine of linking", seeded=1, caught=1)
