"""What a dead or slow worker leaves to the next, and a database that goes away."""

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import OperationalError

from accounts.mail import dispatch, failpoints, outcomes
from accounts.mail.models import Attempt, Mail, State
from accounts.mail.transport import Envelope, Result
from tests.accounts.mail.conftest import Plain
from tests.accounts.mail.scripted import Scripted, send
from tests.cast import Cast
from tests.conftest import Moved

Owe = Callable[..., Mail]


class _Died(BaseException):
    """A worker that is gone: nothing of it runs after this."""


def _die() -> None:
    raise _Died


DEATHS = [
    # where, attempts begun, unknown outcomes after the lease ended, copies the relay has, because
    ("after_claim", 0, 0, 0, "nothing had begun"),
    ("after_begin", 1, 1, 0, "it had begun, and nobody can say how far it got"),
    ("before_commit", 1, 1, 1, "the relay has it, the row does not say so"),
]


@pytest.mark.parametrize(("where", "begun", "unknowns", "copies", "because"), DEATHS)
def test_another_worker_takes_over_from_a_dead_one(
    cast: Cast, clock: Moved, owe: Owe, where: str, begun: int, unknowns: int, copies: int, because: str
) -> None:
    mail = owe(cast.ana)
    dead, living = Scripted(), Scripted()
    with failpoints.at(where, _die), pytest.raises(_Died):
        send(clock, dead)
    assert Attempt.objects.filter(outcome="begun").count() == begun
    clock.move(seconds=119)
    send(clock, living)
    assert not living.sent, "the lease still holds"
    clock.move(seconds=1)
    send(clock, living)
    mail.refresh_from_db()
    assert (mail.state, mail.unknowns) == (State.SENT, unknowns), because
    assert (len(dead.sent), len(living.sent)) == (copies, 1)
    assert [a.outcome for a in mail.attempts.order_by("number")] == ["unknown"] * unknowns + ["accepted"]


def test_a_mail_whose_workers_die_three_times_stops(cast: Cast, clock: Moved, owe: Owe) -> None:
    mail = owe(cast.ana)
    for _ in range(3):
        with failpoints.at("before_commit", _die), pytest.raises(_Died):
            send(clock, Scripted())
        clock.move(minutes=2)
    line = Scripted()
    send(clock, line)
    mail.refresh_from_db()
    assert (mail.state, mail.unknowns, line.sent) == (State.UNKNOWN, 3, [])


@pytest.mark.parametrize("where", ["after_begin", "before_data"])
def test_deaths_before_data_do_not_stop_a_mail(cast: Cast, clock: Moved, owe: Owe, where: str) -> None:
    """Of the first nobody can say how far it came. From then on the row says so before DATA, and a death ahead of
    it is a try that never reached the relay."""
    mail = owe(cast.ana)

    class Asking(Scripted):
        def send(self, envelope: Envelope, *, go: Callable[[], bool]) -> Result:
            failpoints.reach("before_data")
            return super().send(envelope, go=go)

    for _ in range(6):
        with failpoints.at(where, _die), pytest.raises(_Died):
            send(clock, Asking())
        clock.move(minutes=2)
    line = Asking()
    send(clock, line)
    mail.refresh_from_db()
    assert (mail.state, mail.unknowns, mail.tries, len(line.sent)) == (State.SENT, 1, 5, 1)
    assert [a.outcome for a in mail.attempts.order_by("number")] == ["unknown", *["later"] * 5, "accepted"]


def test_a_slow_worker_that_lost_its_lease_still_says_that_it_was_taken(
    cast: Cast, clock: Moved, owe: Owe
) -> None:
    mail = owe(cast.ana)
    other = Scripted()

    class Slow(Scripted):
        def send(self, envelope: Envelope, *, go: Callable[[], bool]) -> Result:
            clock.move(minutes=3)
            outcomes.claim(lease=uuid.uuid4(), now=clock.at, limit=10)  # another has it now
            return super().send(envelope, go=go)

    send(clock, Slow())
    mail.refresh_from_db()
    assert mail.state == State.SENT
    clock.move(minutes=3)
    send(clock, other)
    assert not other.sent


def test_the_begun_attempt_of_a_lost_lease_is_not_begun_twice(
    cast: Cast, clock: Moved, owe: Owe, plain: Plain
) -> None:
    """The lease is gone by the time of asking: this worker sends nothing."""
    owe(cast.ana)

    def ask(mail: Mail) -> bool:
        Mail.objects.filter(pk=mail.pk).update(lease=uuid.uuid4())
        return True

    plain.wanted = ask
    line = Scripted()
    send(clock, line)
    assert not line.sent
    assert not Attempt.objects.exists()


def test_what_is_left_when_time_is_over_goes_back(
    cast: Cast, clock: Moved, owe: Owe, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        owe(cast.ana)
    monkeypatch.setattr(dispatch, "BATCH_SECONDS", -1.0)
    line = Scripted()
    send(clock, line)
    assert not line.sent
    assert Mail.objects.filter(lease=None, next_try_at=clock.at).count() == 3


def test_a_database_that_fails_to_answer_does_not_drop_the_mail(
    cast: Cast, clock: Moved, owe: Owe, plain: Plain, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatch, "FRESH_SECONDS", -1.0)
    mail = owe(cast.ana)
    answers = iter([True])

    def ask(mail: Mail) -> bool:
        try:
            return next(answers)
        except StopIteration:
            raise OperationalError from None

    plain.wanted = ask
    send(clock, Scripted())
    mail.refresh_from_db()
    assert (mail.state, mail.tries) == (State.OWED, 1)


def test_asking_that_breaks_keeps_the_result_of_the_mail_before(
    cast: Cast, clock: Moved, owe: Owe, plain: Plain
) -> None:
    first = owe(cast.ana, due_at=clock.at - timedelta(minutes=2))
    second = owe(cast.ben, due_at=clock.at - timedelta(minutes=1))

    def ask(mail: Mail) -> bool:
        if mail.pk == second.pk:
            raise RuntimeError
        return True

    plain.wanted = ask
    send(clock, Scripted())
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state, second.faults) == (State.SENT, State.OWED, 1)


def test_a_database_that_goes_away_mid_batch_loses_no_result(
    cast: Cast, clock: Moved, owe: Owe, plain: Plain
) -> None:
    first = owe(cast.ana, due_at=clock.at - timedelta(minutes=2))
    second = owe(cast.ben, due_at=clock.at - timedelta(minutes=1))

    def ask(mail: Mail) -> bool:
        if mail.pk == second.pk:
            raise OperationalError
        return True

    plain.wanted = ask
    send(clock, Scripted())
    first.refresh_from_db()
    second.refresh_from_db()
    assert first.state == State.SENT
    assert (second.state, second.lease, second.next_try_at) == (State.OWED, None, clock.at), "given back at once"
