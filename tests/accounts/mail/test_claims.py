"""Taking due rows and writing many back: the two forms of SQL, on whichever database the tests run."""

import threading
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.mail import claims, outcomes
from accounts.mail.models import Mail, State
from accounts.users.models import User
from tests.cast import Cast, make_person
from tests.conftest import START, Moved

Owe = Callable[..., Mail]


def lease(clock: Moved, limit: int = 10) -> list[uuid.UUID]:
    until = clock.at + timedelta(minutes=2)
    return claims.lease(
        Mail,
        due="next_try_at",
        only={"state": State.OWED},
        values={"lease": uuid.uuid4(), "lease_until": until, "next_try_at": until},
        now=clock.at,
        limit=limit,
    )


def test_the_longest_due_first_and_no_more_than_asked(cast: Cast, clock: Moved, owe: Owe) -> None:
    late, later = (owe(cast.ana, due_at=clock.at - timedelta(minutes=m)) for m in (9, 5))
    latest = owe(cast.ana)
    assert set(lease(clock, 2)) == {late.pk, later.pk}
    assert lease(clock, 2) == [latest.pk]
    assert lease(clock, 2) == []


@pytest.mark.services
def test_no_more_than_asked_however_the_database_plans_it(cast: Cast, clock: Moved, owe: Owe) -> None:
    """A plan that asks anew for each row of the table must not take other rows each time."""
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE accounts_mail")  # so that it believes in an empty table
    for _ in range(30):
        owe(cast.ana)
    assert [len(lease(clock, 4)) for _ in range(3)] == [4, 4, 4]


def test_an_expired_lease_is_due_again(cast: Cast, clock: Moved, owe: Owe) -> None:
    mail = owe(cast.ana)
    assert lease(clock) == [mail.pk]
    clock.move(seconds=119)
    assert lease(clock) == []
    clock.move(seconds=1)
    assert lease(clock) == [mail.pk]


def test_what_is_settled_or_not_due_is_left(cast: Cast, clock: Moved, owe: Owe) -> None:
    owe(cast.ana, due_at=clock.at + timedelta(seconds=1))
    Mail.objects.filter(pk=owe(cast.ana).pk).update(state=State.SENT)
    assert lease(clock) == []


def test_write_back_gives_each_row_its_own_values(cast: Cast, clock: Moved, owe: Owe) -> None:
    mails = [owe(cast.ana) for _ in range(3)]
    other = owe(cast.ana)
    Mail.objects.filter(pk=mails[2].pk).update(state=State.SENT)
    rows = [
        (mail.pk, {"tries": n + 1, "settled_at": None, "next_try_at": clock.at}) for n, mail in enumerate(mails)
    ]
    assert claims.write_back(Mail, rows, only={"state": State.OWED}) == 2
    assert [Mail.objects.get(pk=mail.pk).tries for mail in [*mails, other]] == [1, 2, 0, 0]
    assert claims.write_back(Mail, []) == 0


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_workers_side_by_side_never_get_the_same_row(clock: Moved, plain: object, owe: Owe) -> None:
    """A worker that has rows in hand makes nobody wait, and nobody gets its rows."""
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")
    ana = make_person("Ana", now=START)
    for _ in range(200):
        owe(ana)
    got: list[list[uuid.UUID]] = []
    barrier = threading.Barrier(4)

    def work() -> None:
        mine: list[uuid.UUID] = []
        barrier.wait()
        while True:
            with transaction.atomic():
                found = outcomes.claim(lease=uuid.uuid4(), now=clock.at, limit=7)
            if not found:
                break
            mine += [mail.pk for mail in found]
        got.append(mine)
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    every = [pk for mine in got for pk in mine]
    assert len(every) == len(set(every)) == 200


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_rows_in_another_workers_hands_are_passed_over(clock: Moved, plain: object, owe: Owe) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")
    ana = make_person("Ana", now=START)
    for _ in range(4):
        owe(ana)
    theirs: list[uuid.UUID] = []
    has, done = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            theirs.extend(lease(clock, 2))
            has.set()
            done.wait(10)
        connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    has.wait(10)
    mine = lease(clock, 10)
    done.set()
    thread.join()
    assert len(mine) == len(theirs) == 2
    assert not set(mine) & set(theirs)


NAMES = ("id", "kind", "stream", "person", "address", "due_at", "next_try_at", "not_after")


def test_insert_writes_many_rows_and_gives_the_rest_its_defaults(cast: Cast, clock: Moved) -> None:
    late = clock.at + timedelta(hours=1)
    rows = [
        (uuid.uuid4(), "plain", "notes", person.pk, person.email, clock.at, clock.at, late)
        for person in (cast.ana, cast.ben)
    ]
    assert claims.insert(Mail, NAMES, rows) == 2
    assert claims.insert(Mail, NAMES, []) == 0
    mails = {mail.pk: mail for mail in Mail.objects.all()}
    assert set(mails) == {row[0] for row in rows}
    mail = mails[rows[0][0]]
    assert (mail.person, mail.address, mail.due_at, mail.not_after) == (cast.ana, cast.ana.email, clock.at, late)
    assert (mail.state, mail.tries, mail.lease, mail.payload, mail.ref) == (State.OWED, 0, None, b"", None)


def test_insert_may_leave_what_is_there(cast: Cast, clock: Moved) -> None:
    row = (uuid.uuid4(), "plain", "notes", cast.ana.pk, "a@b.example", clock.at, clock.at, None)
    claims.insert(Mail, NAMES, [row])
    assert claims.insert(Mail, NAMES, [row, (uuid.uuid4(), *row[1:])], or_leave=True) == 1
    assert Mail.objects.count() == 2
    with pytest.raises(IntegrityError), transaction.atomic():
        claims.insert(Mail, NAMES, [row])


def held(clock: Moved, limit: int) -> list[tuple[object, ...]]:
    due = Mail.objects.filter(next_try_at__lte=clock.at).order_by("next_try_at")
    return claims.hold(due[:limit], "pk", "kind", "person__email")


def test_hold_gives_the_longest_due_first_with_what_they_refer_to(cast: Cast, clock: Moved, owe: Owe) -> None:
    late, later = (owe(cast.ana, due_at=clock.at - timedelta(minutes=m)) for m in (9, 5))
    owe(cast.ana, due_at=clock.at + timedelta(minutes=1))
    with transaction.atomic():
        assert held(clock, 5) == [(mail.pk, "plain", cast.ana.email) for mail in (late, later)]
        assert held(clock, 1) == [(late.pk, "plain", cast.ana.email)]


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_held_rows_are_passed_over_and_what_they_refer_to_is_free(clock: Moved, plain: object, owe: Owe) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")
    ana = make_person("Ana", now=START)
    for _ in range(4):
        owe(ana)
    theirs: list[tuple[object, ...]] = []
    has, done = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            theirs.extend(held(clock, 3))
            has.set()
            done.wait(10)
        connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    has.wait(10)
    with transaction.atomic():
        mine = held(clock, 10)
        User.objects.select_for_update(nowait=True).get(pk=ana.pk)
    done.set()
    thread.join()
    assert (len(theirs), len(mine)) == (3, 1)
    assert not {row[0] for row in mine} & {row[0] for row in theirs}


def test_among_takes_ids_as_they_come(cast: Cast, clock: Moved, owe: Owe) -> None:
    mails = [owe(cast.ana), owe(cast.ben), owe(cast.cleo)]
    wanted = [mails[0].pk, mails[1].pk.hex, uuid.uuid4()]
    assert set(Mail.objects.filter(claims.among("pk", wanted))) == set(mails[:2])
    assert Mail.objects.filter(claims.among("person_id", {cast.ben.pk})).get() == mails[1]
    assert not Mail.objects.filter(claims.among("person_id", [])).exists()


CRUEL = ["plain", "tab\tand\\slash", "line\nbreak\r", "\\N", "NULL", '"quoted", {braced}', "ü·\u2028", ""]


@pytest.mark.parametrize("or_leave", [False, True])
def test_insert_keeps_every_letter(cast: Cast, clock: Moved, or_leave: bool) -> None:
    rows = [
        (uuid.uuid4(), text[:40], "notes", cast.ana.pk, text, clock.at, None, clock.at, uuid.uuid4().bytes)
        for text in CRUEL
    ]
    assert claims.insert(Mail, (*NAMES, "payload"), rows, or_leave=or_leave) == len(CRUEL)
    for row in rows:
        mail = Mail.objects.get(pk=row[0])
        assert (mail.kind, mail.address, mail.next_try_at, mail.payload) == (row[1], row[4], None, row[8])
    changed = [(row[0], {"address": row[4][::-1], "settled_at": None}) for row in rows]
    assert claims.write_back(Mail, changed) == len(CRUEL)
    for row in rows:
        assert Mail.objects.get(pk=row[0]).address == row[4][::-1]
