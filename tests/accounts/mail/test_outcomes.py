"""What becomes of a try that fails: back-off, caps, refusals, faults; the rest flow."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from accounts.mail import outcomes
from accounts.mail.models import Attempt, Mail, State
from accounts.mail.smtp import Relay as Address
from accounts.mail.smtp import SmtpTransport
from accounts.mail.transport import Outcome, Result
from tests.accounts.mail.conftest import Plain
from tests.accounts.mail.relay import HANG_UP, Relay, running
from tests.accounts.mail.scripted import Scripted, send
from tests.cast import Cast
from tests.conftest import Moved

Owe = Callable[..., Mail]


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


@pytest.mark.usefixtures("no_spread")
def test_three_unknown_outcomes_stop(cast: Cast, clock: Moved, owe: Owe) -> None:
    mail = owe(cast.ana)
    line = Scripted(*[Outcome.UNKNOWN] * 9)
    for _ in range(9):
        send(clock, line)
        clock.move(minutes=6)
    mail.refresh_from_db()
    assert (mail.state, mail.unknowns, len(line.sent)) == (State.UNKNOWN, 3, 3)


@pytest.mark.usefixtures("no_spread")
def test_a_relay_out_of_reach_puts_the_whole_batch_off(cast: Cast, clock: Moved, owe: Owe) -> None:
    mails = [owe(cast.ana), owe(cast.ben), owe(cast.cleo, not_after=clock.at + timedelta(seconds=30))]
    assert send(clock, Scripted(reachable=False))["postponed"] == 3
    for mail in mails:
        mail.refresh_from_db()
    assert [mail.state for mail in mails] == [State.OWED, State.OWED, State.UNWANTED]
    assert mails[0].next_try_at == clock.at + timedelta(minutes=1)
    assert not Attempt.objects.exists()


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


def test_an_address_with_a_line_break_harms_nobody(cast: Cast, clock: Moved, owe: Owe) -> None:
    bad = owe(cast.ana)
    Mail.objects.filter(pk=bad.pk).update(address="ana@mail.example\r\nRCPT TO:<eve@mail.example>")
    line = Scripted()
    assert send(clock, line) == {"faults": 1}
    assert not line.sent
