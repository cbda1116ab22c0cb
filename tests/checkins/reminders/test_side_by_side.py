"""Several engines, several senders and people who stop, all at once, on real PostgreSQL and a real SMTP server."""

import threading
import time as clocks
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.db import connection, transaction

from accounts.couples.models import Membership
from accounts.mail import dispatch, outcomes, stopping
from accounts.mail.models import Attempt, Mail
from accounts.mail.smtp import Relay, SmtpTransport
from accounts.users.models import User
from checkins.prompts.models import CheckIn, Prompt
from checkins.reminders import engine
from repair.schedules.models import Seat
from tests.cast import make_couple, make_person
from tests.checkins.reminders.conftest import make_rhythm
from tests.conftest import Moved

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]
NOW = datetime(2026, 9, 14, 19, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _only_postgres(db: None, clock: Moved) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")
    clock.set(NOW)


class Box:
    """What an aiosmtpd server was handed: when DATA came, and for whom."""

    def __init__(self) -> None:
        self.got: list[tuple[float, str]] = []
        self.began: dict[str, float] = {}

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.got.append((clocks.time(), envelope.rcpt_tos[0]))
        return "250 taken"


@pytest.fixture
def box() -> Iterator[tuple[Box, str]]:
    """A running SMTP server and its address."""
    handler = Box()
    controller = Controller(handler, hostname="127.0.0.1", port=0)
    # Port 0: the server chooses; aiosmtpd's own check of readiness needs to know which.
    import socket

    with socket.create_server(("127.0.0.1", 0)) as free:
        controller.port = free.getsockname()[1]
    controller.start()
    yield handler, f"smtp://127.0.0.1:{controller.port}"
    controller.stop()


def couples(number: int, *, names: str = "") -> list[User]:
    """`number` couples in Lisbon with a daily rhythm at 20:30, by their first partners."""
    firsts = []
    for n in range(number):
        a = make_person(f"A{names}{n}", now=NOW - timedelta(days=300))
        b = make_person(f"B{names}{n}", now=NOW - timedelta(days=300))
        couple = make_couple(a, b, now=NOW - timedelta(days=10))
        make_rhythm(couple, now=NOW, opens=time(20, 30))
        firsts.append(a)
    return firsts


def together(*works: Callable[[], None]) -> None:
    """Run all at the same moment, each with a connection of its own; errors come out here."""
    barrier = threading.Barrier(len(works))
    errors: list[BaseException] = []

    def run(work: Callable[[], None]) -> None:
        barrier.wait()
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - handed on below
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not errors, errors


def test_two_engines_make_each_row_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "SEATS_AT_ONCE", 5)
    couples(20)

    def run() -> None:
        for _ in range(5):
            engine.run_due(now=NOW)

    together(run, run, run)
    assert not Seat.objects.filter(next_due_at__lte=NOW).exists()
    assert (CheckIn.objects.count(), Prompt.objects.count(), Mail.objects.count()) == (20, 40, 40)


def test_two_senders_send_each_note_once(box: tuple[Box, str]) -> None:
    handler, url = box
    couples(15)
    engine.run_due(now=NOW)

    def send() -> None:
        dispatch.send_owed(now=NOW, transport=SmtpTransport(Relay.from_url(url)), limit=4)

    together(send, send)
    copies = Counter(recipient for _, recipient in handler.got)
    assert len(copies) == 30
    assert set(copies.values()) == {1}
    assert Attempt.objects.filter(outcome="accepted").count() == 30


def rest(person: User) -> None:
    """As the verbs do: the membership is locked, then written."""
    with transaction.atomic():
        place = Membership.objects.select_for_update().get(person=person)
        place.rested_at = NOW
        place.save(update_fields=["rested_at"])


def unsubscribe(person: User) -> None:
    stopping.stop_by_token(token=stopping.token_of(person), now=NOW)


@pytest.mark.parametrize("stop", [rest, unsubscribe], ids=["rest", "unsubscribe"])
def test_nothing_begins_after_a_stop_has_committed(
    box: tuple[Box, str], stop: Callable[[User], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The stop is timed after its commit returned, the attempt after its own: no attempt may be the later one.

    A race that one side always wins proves nothing, so it is run until both have won some (five times at most).
    """
    handler, url = box
    began: dict[str, datetime] = {}
    real = outcomes.begin

    def begin(mail: Mail, **kwargs: Any) -> Attempt | None:
        attempt = real(mail, **kwargs)
        if attempt is not None:
            transaction.on_commit(lambda: began.__setitem__(mail.address, datetime.now(UTC)))
        return attempt

    monkeypatch.setattr(outcomes, "begin", begin)
    for round_ in range(5):
        people = couples(15, names=f"R{round_}")
        engine.run_due(now=NOW)
        stopped_at: dict[str, datetime] = {}
        before = len(handler.got)

        def stop_all(
            people: list[User] = people, stopped_at: dict[str, datetime] = stopped_at, before: int = before
        ) -> None:
            ends_at = clocks.monotonic() + 20
            while len(handler.got) == before and clocks.monotonic() < ends_at:
                clocks.sleep(0.002)  # into the midst of the sending
            for person in reversed(people):
                stop(person)
                stopped_at[person.email] = datetime.now(UTC)

        def send() -> None:
            dispatch.send_owed(now=NOW, transport=SmtpTransport(Relay.from_url(url)), limit=6)

        together(send, stop_all, send)
        sent = Counter(recipient for _, recipient in handler.got)
        assert not [p.email for p in people if p.email in sent and began[p.email] > stopped_at[p.email]]
        assert set(sent.values()) <= {1}
        assert not Mail.objects.filter(person__in=people).exclude(state__in=["sent", "unwanted"]).exists()
        if 0 < len(sent.keys() & {p.email for p in people}) < len(people):
            return
    pytest.fail("one side won every time")
