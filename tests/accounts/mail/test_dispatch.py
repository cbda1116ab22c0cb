"""Sending what is owed: once, when it is wanted, where the person reads, and not after a stop."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.mail import dispatch, failpoints
from accounts.mail.models import Mail, State
from accounts.mail.smtp import Relay as Address
from accounts.mail.smtp import SmtpTransport
from accounts.mail.transport import Outcome, Result
from tests.accounts.mail.conftest import Plain
from tests.accounts.mail.relay import Relay, running
from tests.accounts.mail.scripted import Scripted, send
from tests.cast import Cast
from tests.conftest import Moved

Owe = Callable[..., Mail]


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


def test_a_mail_first_seen_too_late_is_not_sent(cast: Cast, clock: Moved, owe: Owe) -> None:
    mail = owe(cast.ana, not_after=clock.at + timedelta(minutes=2))
    clock.move(minutes=2)
    line = Scripted()
    send(clock, line)
    mail.refresh_from_db()
    assert (mail.state, line.sent) == (State.UNWANTED, [])


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
    plain.wanted = lambda mail: next(answers, False)
    mail = owe(cast.ana)
    assert send(clock, line)["later"] == 1
    assert send(clock, line)["unwanted"] == 1, "what may have joined it meanwhile is asked about first"
    mail.refresh_from_db()
    assert (mail.state, len(line.sent)) == (State.UNWANTED, 1)


def test_called_off_and_then_wanted_after_all(
    cast: Cast, clock: Moved, owe: Owe, plain: Plain, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when a new prompt joins the mail right after it was asked about."""
    monkeypatch.setattr(dispatch, "FRESH_SECONDS", -1.0)
    answers = iter([True, False])
    plain.wanted = lambda mail: next(answers, True)
    mail = owe(cast.ana)
    line = Scripted()
    send(clock, line)
    send(clock, line)
    mail.refresh_from_db()
    assert (mail.state, len(line.sent), mail.attempts.count()) == (State.SENT, 1, 2)


def test_within_five_seconds_it_is_not_asked_again(cast: Cast, clock: Moved, owe: Owe, plain: Plain) -> None:
    owe(cast.ana)
    send(clock, Scripted())
    assert len(plain.asked) == 1


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


@pytest.mark.parametrize("slow_step", ["RCPT", "DATA"])
def test_a_stop_while_the_relay_dawdles_is_heard(
    cast: Cast, clock: Moved, owe: Owe, plain: Plain, monkeypatch: pytest.MonkeyPatch, slow_step: str
) -> None:
    """The relay takes longer than the attempt stays fresh; meanwhile the mail is no longer wanted."""
    monkeypatch.setattr(dispatch, "FRESH_SECONDS", 0.2)
    mail = owe(cast.ana)
    answers = iter([True, False])
    plain.wanted = lambda mail: next(answers, False)
    relay = Relay(delay={slow_step: 0.5})
    with running(relay):
        send(clock, SmtpTransport(Address.from_url(relay.url)))
        assert len(plain.asked) == 2
        send(clock, SmtpTransport(Address.from_url(relay.url)))
    mail.refresh_from_db()
    assert (mail.state, relay.got) == (State.UNWANTED, [])


def test_what_a_settled_mail_said_is_not_kept(cast: Cast, clock: Moved, owe: Owe) -> None:
    mail = owe(cast.ana, payload={"code": "482913"})
    assert Mail.objects.get().payload
    send(clock, Scripted(Result(Outcome.LATER, 450)))
    assert Mail.objects.get().payload, "it will be tried again"
    clock.move(minutes=2)
    send(clock, Scripted())
    assert Mail.objects.get(pk=mail.pk).payload == b""
