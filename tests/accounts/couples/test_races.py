"""Two presses at the same moment, on real PostgreSQL: one effect, no error, exactly one couple.

Each race is run TRIALS times with both orders of starting; a race that breaks once in twenty trials is missed by
fifty of them with a chance of 8 %, one that breaks once in ten with 0.5 %.
"""

import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection, connections

from accounts.couples import linking, mails, services
from accounts.couples.models import Couple, Invitation, Membership, Rest
from accounts.mail.models import Mail
from accounts.refusal import Refusal
from accounts.users.models import User
from accounts.vault.models import DataKey
from tests.cast import make_couple, make_person
from tests.conftest import START

TRIALS = 50
pytestmark = [pytest.mark.services, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
Act = Callable[[], Any]


@pytest.fixture(autouse=True)
def _postgres(db: None) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")


def together(*acts: Act) -> list[Any]:
    """All acts at once, each on a connection of its own. Results in order; an exception stands for itself."""
    gate = threading.Barrier(len(acts))
    results: list[Any] = [None] * len(acts)

    def run(at: int, act: Act) -> None:
        try:
            connection.ensure_connection()
            gate.wait(timeout=20)
            results[at] = act()
        except BaseException as error:  # noqa: BLE001
            results[at] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=entry) for entry in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results


@pytest.fixture
def people() -> tuple[User, User]:
    """Two who are free."""
    return make_person("Ann", now=START), make_person("Bob", now=START)


def trials(people: tuple[User, User]) -> Iterator[datetime]:
    """TRIALS clean starts: what earlier trials linked is closed, what they asked is gone."""
    for number in range(TRIALS):
        now = START + timedelta(days=number)
        Membership.objects.filter(left_at=None).update(left_at=now)
        Mail.objects.all().delete()
        Invitation.objects.all().delete()
        yield now


def ask(inviter: User, to: User, now: datetime) -> Invitation:
    return linking.invite(inviter=inviter, address=to.email, shown_name="A", now=now)


def tidy(result: Any) -> bool:
    """Whether an act ended in one of the ways a page knows: done, closed, refused."""
    return not isinstance(result, BaseException) or isinstance(result, linking.Closed | Refusal)


def couples_open() -> int:
    return Membership.objects.filter(left_at=None).values("couple").distinct().count()


def test_double_accept(people: tuple[User, User]) -> None:
    """ASVS 2.3.4."""
    ann, bob = people
    for now in trials(people):
        row = ask(ann, bob, now)
        results = together(*[partial(linking.accept, person=bob, invitation_id=row.pk, now=now)] * 4)
        assert all(isinstance(result, Invitation) for result in results), results
        assert Invitation.objects.get(pk=row.pk).accepted_by == bob


def test_confirm_twice(people: tuple[User, User]) -> None:
    ann, bob = people
    for now in trials(people):
        row = ask(ann, bob, now)
        linking.accept(person=bob, invitation_id=row.pk, now=now)
        before = Couple.objects.count()
        results = together(*[partial(linking.confirm, inviter=ann, invitation_id=row.pk, now=now)] * 4)
        assert all(map(tidy, results)), results
        assert sum(isinstance(result, Couple) for result in results) == 1
        assert Couple.objects.count() == before + 1, "no half-made couple is left behind"
        assert DataKey.objects.filter(owner_kind="couple").count() == Couple.objects.count()


def test_crossing_invitations(people: tuple[User, User]) -> None:
    """Each asked the other; both accept at once, then both confirm at once. ASVS 15.4.2."""
    ann, bob = people
    for now in trials(people):
        there, back = ask(ann, bob, now), ask(bob, ann, now)
        results = together(
            partial(linking.accept, person=bob, invitation_id=there.pk, now=now),
            partial(linking.accept, person=ann, invitation_id=back.pk, now=now),
        )
        assert all(isinstance(result, Invitation) for result in results), results
        results = together(
            partial(linking.confirm, inviter=ann, invitation_id=there.pk, now=now),
            partial(linking.confirm, inviter=bob, invitation_id=back.pk, now=now),
        )
        assert all(map(tidy, results)), results
        assert couples_open() == 1
        assert Membership.objects.filter(left_at=None).count() == 2


def test_accept_against_confirm_of_the_crossing_one(people: tuple[User, User]) -> None:
    ann, bob = people
    for now in trials(people):
        there, back = ask(ann, bob, now), ask(bob, ann, now)
        linking.accept(person=bob, invitation_id=there.pk, now=now)
        results = together(
            partial(linking.confirm, inviter=ann, invitation_id=there.pk, now=now),
            partial(linking.accept, person=ann, invitation_id=back.pk, now=now),
            partial(linking.withdraw, person=bob, invitation_id=there.pk, now=now),
        )
        assert all(map(tidy, results)), results
        assert couples_open() == int(isinstance(results[0], Couple))


def test_accept_against_take_back(people: tuple[User, User]) -> None:
    ann, bob = people
    for now in trials(people):
        row = ask(ann, bob, now)
        results = together(
            partial(linking.accept, person=bob, invitation_id=row.pk, now=now),
            partial(linking.take_back, inviter=ann, invitation_id=row.pk, now=now),
        )
        assert all(map(tidy, results)), results
        after = Invitation.objects.get(pk=row.pk)
        assert after.taken_back_at is not None, "taking back always holds"
        with pytest.raises(linking.Closed):
            linking.confirm(inviter=ann, invitation_id=row.pk, now=now)


def test_confirm_against_take_back_and_withdraw(people: tuple[User, User]) -> None:
    ann, bob = people
    for now in trials(people):
        row = ask(ann, bob, now)
        linking.accept(person=bob, invitation_id=row.pk, now=now)
        results = together(
            partial(linking.confirm, inviter=ann, invitation_id=row.pk, now=now),
            partial(linking.take_back, inviter=ann, invitation_id=row.pk, now=now),
            partial(linking.withdraw, person=bob, invitation_id=row.pk, now=now),
        )
        assert all(map(tidy, results)), results
        linked = isinstance(results[0], Couple)
        assert couples_open() == int(linked)
        assert not (linked and results[1] is True), "not both taken back and linked"


def test_one_person_confirmed_by_two_inviters(people: tuple[User, User]) -> None:
    ann, bob = people
    cam = make_person("Cam", now=START)
    for now in trials(people):
        one, two = ask(ann, bob, now), ask(cam, bob, now)
        for row in (one, two):
            linking.accept(person=bob, invitation_id=row.pk, now=now)
        results = together(
            partial(linking.confirm, inviter=ann, invitation_id=one.pk, now=now),
            partial(linking.confirm, inviter=cam, invitation_id=two.pk, now=now),
        )
        assert all(map(tidy, results)), results
        assert sum(isinstance(result, Couple) for result in results) == 1
        assert couples_open() == 1


def test_one_invitation_pressed_twice(people: tuple[User, User]) -> None:
    ann, bob = people
    for now in trials(people):
        results = together(*[partial(ask, ann, bob, now)] * 4)
        assert all(isinstance(result, Invitation) for result in results), results
        assert Invitation.objects.count() == 1
        assert Mail.objects.count() == 1


def test_rest_against_leave(people: tuple[User, User]) -> None:
    ann, bob = people
    for now in trials(people):
        couple = make_couple(ann, bob, now=now, plan=False)
        results = together(
            partial(services.rest, person=ann, now=now),
            partial(services.leave, person=ann, couple_id=couple.pk, now=now),
            partial(services.rest, person=bob, now=now),
            partial(services.leave, person=ann, couple_id=couple.pk, now=now),
        )
        assert all(map(tidy, results)), results
        assert sorted(results[1::2]) == [False, True], "left once"
        mine = Membership.objects.get(couple=couple, person=ann)
        assert mine.left_at == now
        assert not Rest.objects.filter(membership=mine, ended_at=None).exists()
        assert Membership.objects.get(couple=couple, person=bob).left_at is None


def test_rest_twice_and_resume(people: tuple[User, User]) -> None:
    ann, bob = people
    for now in trials(people):
        couple = make_couple(ann, bob, now=now, plan=False)
        results = together(
            partial(services.rest, person=ann, now=now),
            partial(services.rest, person=ann, now=now),
            partial(services.resume, person=ann, now=now),
        )
        assert all(map(tidy, results)), results
        mine = Membership.objects.get(couple=couple, person=ann)
        assert Rest.objects.filter(membership=mine, ended_at=None).exists() == (mine.rested_at is not None)


def test_undo_by_both(people: tuple[User, User]) -> None:
    ann, bob = people
    for now in trials(people):
        couple = make_couple(ann, bob, now=now, cooling=True, plan=False)
        results = together(
            partial(services.undo_link, person=ann, now=now), partial(services.undo_link, person=bob, now=now)
        )
        assert results == [True, True]
        assert not Membership.objects.filter(couple=couple, left_at=None).exists()


def test_the_limit_by_address_holds_for_mails_begun_at_once(people: tuple[User, User]) -> None:
    """Six inviters write to one address; six workers ask at the same moment; three mails go."""
    from django.db import transaction

    inviters = [*people, *(make_person(f"P{number}", now=START) for number in range(4))]

    def asks(row: Invitation, now: datetime) -> bool:
        with transaction.atomic():
            return mails.lock_and_ask(Mail.objects.get(ref=row.pk), now)

    for now in trials(people):
        rows = [linking.invite(inviter=i, address="jo@mail.example", shown_name="A", now=now) for i in inviters]
        results = together(*[partial(asks, row, now) for row in rows])
        assert all(map(tidy, results)), results
        assert results.count(True) == 3
