"""Sending what is owed: every outcome, every cap, what a stop does, and what a dead worker leaves."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from accounts.mail import dispatch, failpoints, outcomes
from accounts.mail.models import Attempt, Mail, State
from accounts.mail.smtp import Relay as Address
from accounts.mail.smtp import SmtpTransport
from accounts.mail.transport import Envelope, Outcome, Result, Unreachable
from tests.accounts.mail.conftest import Plain
from tests.accounts.mail.relay import HANG_UP, Relay, running
from tests.cast import Cast
from tests.conftest import Moved

Owe = Callable[..., Mail]


class Scripted:
    """A transport that gives the results it was told, then accepts. It asks `go` as a real one does."""

    def __init__(self, *results: Result | Outcome, reachable: bool = True) -> None:
        self.results = [r if isinstance(r, Result) else Result(r, reached_data=True) for r in results]
        self.reachable = reachable
        self.sent: list[Envelope] = []
        self.open_transactions: list[int] = []

    def connect(self) -> None:
        if not self.reachable:
            raise Unreachable

    def send(self, envelope: Envelope, *, go: Callable[[], bool]) -> Result:
        self.open_transactions.append(len(connection.savepoint_ids))  # the test's own is none of them
        if not go():
            return Result(Outcome.LATER, called_off=True)
        self.sent.append(envelope)
        return self.results.pop(0) if self.results else Result(Outcome.ACCEPTED, 250, reached_data=True)

    def close(self) -> None:
        pass


def send(clock: Moved, line: Any) -> Any:
    return dispatch.send_owed(now=clock.at, transport=line)


def test_a_mail_owed_is_sent_once_and_settled(cast: Cast, clock: Moved, owe: Owe) -> None:
    mail = owe(cast.ana)
    line = Scripted()
    assert send(clock, line)["accepted"] == 1
    assert send(clock, line) == {}
    mail.refresh_from_db()
    assert (mail.state, mail.next_try_at, mail.lease, mail.settled_at) == (State.SENT, None, None, clock.at)
    attempt = mail.attempts.get()
    assert (attempt.outcome, attempt.number, attempt.reached_data, attempt.code) == ("accepted", 1, True, 250)
    assert [envelope.recipient for envelope in line.sent] == ["ana@mail.example"]
    assert line.sent[0].sender == "notes@kept.example"


def test_no_transaction_is_open_while_the_relay_is_talked_to(cast: Cast, clock: Moved, owe: Owe) -> None:
    for _ in range(3):
        owe(cast.ana)
    line = Scripted()
    send(clock, line)
    assert line.open_transactions == [0, 0, 0]


def test_what_is_due_later_waits(cast: Cast, clock: Moved, owe: Owe) -> None:
    owe(cast.ana, due_at=clock.at + timedelta(minutes=5))
    line = Scripted()
    send(clock, line)
    assert not line.sent
    clock.move(minutes=5)
    send(clock, line)
    assert len(line.sent) == 1


def test_without_a_relay_it_goes_into_the_mailbox(cast: Cast, clock: Moved, owe: Owe, mailbox: Path) -> None:
    mail = owe(cast.ana)
    dispatch.send_owed(now=clock.at)
    (path,) = mailbox.iterdir()
    assert path.name.endswith(f"Z-{mail.pk}.eml")
    assert path.stat().st_mode & 0o777 == 0o600
    assert b"482 913" in path.read_bytes()


ENDS = [
    (Result(Outcome.REFUSED, 550), State.REFUSED, "a refusal is for good"),
    (Result(Outcome.ACCEPTED, 250, reached_data=True), State.SENT, "taken"),
]


@pytest.mark.parametrize(("result", "state", "because"), ENDS)
def test_one_try_that_settles(
    cast: Cast, clock: Moved, owe: Owe, result: Result, state: State, because: str
) -> None:
    mail = owe(cast.ana)
    send(clock, Scripted(result))
    mail.refresh_from_db()
    assert mail.state == state, because
    assert mail.next_try_at is None


def test_a_refused_address_is_told_to_its_owner_alone(cast: Cast, clock: Moved, owe: Owe) -> None:
    owe(cast.ana)
    send(clock, Scripted(Result(Outcome.REFUSED, 550)))
    cast.ana.refresh_from_db()
    cast.ben.refresh_from_db()
    assert cast.ana.mail_failed_at == clock.at
    assert cast.ben.mail_failed_at is None


def test_somebody_elses_refused_address_says_nothing_about_the_person(cast: Cast, clock: Moved, owe: Owe) -> None:
    owe(cast.ana, address="stranger@mail.example")
    send(clock, Scripted(Result(Outcome.REFUSED, 550)))
    cast.ana.refresh_from_db()
    assert cast.ana.mail_failed_at is None


@pytest.mark.usefixtures("no_spread")
def test_a_4xx_waits_1_3_5_then_every_10_minutes(cast: Cast, clock: Moved, owe: Owe) -> None:
    mail = owe(cast.ana)
    line = Scripted(*[Result(Outcome.LATER, 450)] * 6)
    waits = []
    while True:
        send(clock, line)
        mail.refresh_from_db()
        if mail.state != State.OWED:
            break
        waits.append((mail.next_try_at - clock.at) / timedelta(minutes=1))
        clock.set(mail.next_try_at)
    assert waits == [1, 3, 5, 10, 10, 10]
    assert mail.state == State.SENT, "attempts that never reached DATA have no cap"
    assert mail.attempts.count() == 7


def test_the_wait_is_spread_by_a_fifth() -> None:
    waits = {outcomes.backoff(3) for _ in range(400)}
    assert min(waits) >= timedelta(minutes=8)
    assert max(waits) <= timedelta(minutes=12)
    assert len(waits) > 10


@pytest.mark.usefixtures("no_spread")
def test_no_try_after_the_prompt_has_closed(cast: Cast, clock: Moved, owe: Owe) -> None:
    mail = owe(cast.ana, not_after=clock.at + timedelta(minutes=2))
    send(clock, Scripted(Result(Outcome.LATER, 450)))
    clock.move(minutes=1)
    send(clock, Scripted(Result(Outcome.LATER, 450)))
    mail.refresh_from_db()
    assert mail.state == State.UNWANTED


def test_a_mail_first_seen_too_late_is_not_sent(cast: Cast, clock: Moved, owe: Owe) -> None:
    mail = owe(cast.ana, not_after=clock.at + timedelta(minutes=2))
    clock.move(minutes=2)
    line = Scripted()
    send(clock, line)
    mail.refresh_from_db()
    assert (mail.state, line.sent) == (State.UNWANTED, [])


@pytest.mark.usefixtures("no_spread")
def test_three_unknown_outcomes_stop(cast: Cast, clock: Moved, owe: Owe) -> None:
    mail = owe(cast.ana)
    line = Scripted(*[Outcome.UNKNOWN] * 9)
    for _ in range(9):
        send(clock, line)
        clock.move(minutes=6)
    mail.refresh_from_db()
    assert (mail.state, mail.unknowns, len(line.sent)) == (State.UNKNOWN, 3, 3)


def test_asked_again_and_no_longer_wanted(cast: Cast, clock: Moved, owe: Owe, plain: Plain) -> None:
    mail = owe(cast.ana)
    plain.wanted = lambda mail: False
    line = Scripted()
    assert send(clock, line)["unwanted"] == 1
    mail.refresh_from_db()
    assert (mail.state, line.sent, mail.attempts.count()) == (State.UNWANTED, [], 0)


def test_cancelled_while_it_waited(cast: Cast, clock: Moved, owe: Owe) -> None:
    from accounts.mail import services as outbox

    ref = uuid.uuid4()
    owe(cast.ana, ref=ref)
    assert outbox.cancel(kind="plain", ref=ref, now=clock.at) == 1
    line = Scripted()
    send(clock, line)
    assert not line.sent


def test_data_later_than_five_seconds_asks_again(
    cast: Cast, clock: Moved, owe: Owe, plain: Plain, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatch, "FRESH_SECONDS", -1.0)
    mail = owe(cast.ana)
    line = Scripted()
    send(clock, line)
    assert len(plain.asked) == 2
    assert len(line.sent) == 1
    answers = iter([True, False])
    plain.wanted = lambda mail: next(answers)
    mail = owe(cast.ana)
    assert send(clock, line)["later"] == 1
    mail.refresh_from_db()
    assert (mail.state, len(line.sent)) == (State.UNWANTED, 1)


def test_within_five_seconds_it_is_not_asked_again(cast: Cast, clock: Moved, owe: Owe, plain: Plain) -> None:
    owe(cast.ana)
    send(clock, Scripted())
    assert len(plain.asked) == 1


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


def test_quiet_hours_hold_a_mail(cast: Cast, clock: Moved, owe: Owe, plain: Plain) -> None:
    mail = owe(cast.ana)
    plain.until = clock.at + timedelta(minutes=30)
    line = Scripted()
    send(clock, line)
    mail.refresh_from_db()
    assert (mail.state, mail.next_try_at, line.sent) == (State.OWED, plain.until, [])
    clock.set(plain.until)
    send(clock, line)
    assert len(line.sent) == 1


def test_held_past_its_end_is_not_sent(cast: Cast, clock: Moved, owe: Owe, plain: Plain) -> None:
    mail = owe(cast.ana)
    plain.until = clock.at + timedelta(hours=2)
    send(clock, Scripted())
    mail.refresh_from_db()
    assert mail.state == State.UNWANTED


@pytest.mark.usefixtures("no_spread")
def test_five_faults_set_a_mail_aside_and_the_rest_flow(
    cast: Cast, clock: Moved, owe: Owe, plain: Plain, monkeypatch: pytest.MonkeyPatch
) -> None:
    poisoned, sound = owe(cast.ana, due_at=clock.at - timedelta(minutes=1)), owe(cast.ben)
    whole = plain.render

    def render(mail: Mail, viewer: Any) -> Any:
        if mail.pk == poisoned.pk:
            raise KeyError("name")
        return whole(mail, viewer)

    monkeypatch.setattr(plain, "render", render)
    from accounts.mail import kinds

    kind = kinds._KINDS["plain"]
    monkeypatch.setitem(kinds._KINDS, "plain", type(kind)(kind.name, kind.stream, kind.lock_and_ask, plain.render))
    line = Scripted()
    for _ in range(6):
        send(clock, line)
        clock.move(minutes=11)
    poisoned.refresh_from_db()
    sound.refresh_from_db()
    assert (poisoned.state, poisoned.faults) == (State.ASIDE, 5)
    assert sound.state == State.SENT


def test_a_kind_nobody_registered_is_a_fault_of_that_mail_alone(cast: Cast, clock: Moved, owe: Owe) -> None:
    lost, sound = owe(cast.ana), owe(cast.ben)
    Mail.objects.filter(pk=lost.pk).update(kind="gone")
    assert send(clock, Scripted()) == {"faults": 1, "accepted": 1}
    sound.refresh_from_db()
    assert sound.state == State.SENT


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


@pytest.mark.usefixtures("no_spread")
def test_a_relay_out_of_reach_puts_the_whole_batch_off(cast: Cast, clock: Moved, owe: Owe) -> None:
    mails = [owe(cast.ana), owe(cast.ben), owe(cast.cleo, not_after=clock.at + timedelta(seconds=30))]
    assert send(clock, Scripted(reachable=False))["postponed"] == 3
    for mail in mails:
        mail.refresh_from_db()
    assert [mail.state for mail in mails] == [State.OWED, State.OWED, State.UNWANTED]
    assert mails[0].next_try_at == clock.at + timedelta(minutes=1)
    assert not Attempt.objects.exists()


def test_the_address_is_where_the_person_reads_now(cast: Cast, clock: Moved, owe: Owe, plain: Plain) -> None:
    owe(cast.ana)

    def ask(mail: Mail) -> bool:
        mail.address = "ana.new@mail.example"
        return True

    plain.wanted = ask
    line = Scripted()
    send(clock, line)
    assert line.sent[0].recipient == "ana.new@mail.example"
    assert b"To: ana.new@mail.example\r\n" in line.sent[0].content
    assert Mail.objects.get().address == "ana.new@mail.example"


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


@pytest.mark.parametrize("relay", ["takes it", "is away", "says later"])
def test_a_mail_found_too_late_that_was_made_longer_meanwhile_is_still_owed(
    cast: Cast, clock: Moved, owe: Owe, relay: str
) -> None:
    """A prompt may join a mail between its claim and its sending; what the worker read by then is old."""
    mail = owe(cast.ana)
    clock.move(minutes=59.5 if relay != "takes it" else 61)
    longer = clock.at + timedelta(hours=3)
    line = Scripted(*[Outcome.LATER] * (relay == "says later"), reachable=relay != "is away")
    with failpoints.at("after_claim", lambda: Mail.objects.filter(pk=mail.pk).update(not_after=longer) and None):
        send(clock, line)
    mail.refresh_from_db()
    assert (mail.state, mail.next_try_at, mail.lease) == (State.OWED, clock.at, None)
    assert mail.tries == (relay != "takes it")
    line = Scripted()
    send(clock, line)
    mail.refresh_from_db()
    assert (mail.state, len(line.sent)) == (State.SENT, 1)


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


def test_the_number_of_queries_per_mail_is_small_and_constant(cast: Cast, clock: Moved, owe: Owe) -> None:
    def count(mails: int) -> int:
        for _ in range(mails):
            owe(cast.ana)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            send(clock, Scripted())
        return len([q for q in queries if "SAVEPOINT" not in q["sql"]])

    ten, twenty = count(10), count(20)
    assert (twenty - ten) / 10 <= 4, "result of one and attempt of the next: two rows each"


def test_many_batches_over_one_connection(cast: Cast, clock: Moved, owe: Owe) -> None:
    for _ in range(7):
        owe(cast.ana)
    with running() as relay:
        line = SmtpTransport(Address.from_url(relay.url))
        assert dispatch.send_owed(now=clock.at, transport=line, limit=3)["accepted"] == 7
    assert (len(relay.got), relay.connections) == (7, 1)


@pytest.mark.usefixtures("no_spread")
def test_a_line_that_breaks_in_the_batch_costs_one_mail_a_wait(cast: Cast, clock: Moved, owe: Owe) -> None:
    mails = [owe(person) for person in (cast.ana, cast.ben, cast.cleo)]
    relay = Relay(rules={"dot": ["250 taken", HANG_UP]})
    with running(relay):
        send(clock, SmtpTransport(Address.from_url(relay.url)))
        states = [Mail.objects.get(pk=mail.pk).state for mail in mails]
        assert states == [State.SENT, State.OWED, State.SENT] or sorted(states) == ["owed", "sent", "sent"]
        clock.move(minutes=1)
        send(clock, SmtpTransport(Address.from_url(relay.url)))
    assert Mail.objects.filter(state=State.SENT).count() == 3
    copies = [len([g for g in relay.got if g.recipient == mail.address]) for mail in mails]
    assert sorted(copies) == [1, 1, 2], "one outcome was unknown, so one may have come twice"


def test_an_address_with_a_line_break_harms_nobody(cast: Cast, clock: Moved, owe: Owe) -> None:
    bad = owe(cast.ana)
    Mail.objects.filter(pk=bad.pk).update(address="ana@mail.example\r\nRCPT TO:<eve@mail.example>")
    line = Scripted()
    assert send(clock, line) == {"faults": 1}
    assert not line.sent


@pytest.mark.parametrize("slow_step", ["RCPT", "DATA"])
def test_a_stop_while_the_relay_dawdles_is_heard(
    cast: Cast, clock: Moved, owe: Owe, plain: Plain, monkeypatch: pytest.MonkeyPatch, slow_step: str
) -> None:
    """The relay takes longer than the attempt stays fresh; meanwhile the mail is no longer wanted."""
    monkeypatch.setattr(dispatch, "FRESH_SECONDS", 0.2)
    mail = owe(cast.ana)
    answers = iter([True, False])
    plain.wanted = lambda mail: next(answers)
    relay = Relay(delay={slow_step: 0.5})
    with running(relay):
        send(clock, SmtpTransport(Address.from_url(relay.url)))
    mail.refresh_from_db()
    assert (mail.state, relay.got) == (State.UNWANTED, [])
    assert len(plain.asked) == 2


def test_what_a_settled_mail_said_is_not_kept(cast: Cast, clock: Moved, owe: Owe) -> None:
    mail = owe(cast.ana, payload={"code": "482913"})
    assert Mail.objects.get().payload
    send(clock, Scripted(Result(Outcome.LATER, 450)))
    assert Mail.objects.get().payload, "it will be tried again"
    clock.move(minutes=2)
    send(clock, Scripted())
    assert Mail.objects.get(pk=mail.pk).payload == b""
