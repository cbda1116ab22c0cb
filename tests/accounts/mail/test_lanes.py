"""Several lanes in one process: more where it waits, none too many, each mail once, each error its own."""

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, connections

from accounts.mail import dispatch, lanes
from accounts.mail.models import Attempt, Mail, State
from tests.accounts.mail.conftest import Plain
from tests.accounts.mail.relay import running
from tests.cast import make_person
from tests.conftest import START, Moved

Owe = Callable[..., Mail]


class Pretended:
    """In place of `dispatch.send_owed`: each lane has `batches` to send and takes `seconds` for each."""

    def __init__(self, *, batches: int, seconds: float, works: bool = False) -> None:
        self.batches, self.seconds, self.works = batches, seconds, works
        self.begun = 0

    def __call__(self, *, when_more: Callable[[], None], **_: Any) -> Any:
        self.begun += 1
        for _n in range(self.batches):
            ends_at = time.monotonic() + self.seconds
            while time.monotonic() < ends_at:
                if not self.works:
                    time.sleep(0.01)
            when_more()
        return dispatch.Counter(accepted=1)


@pytest.fixture
def pretended(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Callable[..., Pretended]:
    """Put a `Pretended` in place, with at most four lanes."""
    settings.MAIL_LANES = 4

    def put(**how: Any) -> Pretended:
        it = Pretended(**how)
        monkeypatch.setattr(lanes.dispatch, "send_owed", it)
        return it

    return put


@pytest.mark.pure
def test_a_process_that_waits_opens_lanes_up_to_the_limit(pretended: Callable[..., Pretended]) -> None:
    it = pretended(batches=6, seconds=0.05)
    assert lanes.send_owed() == {"accepted": 4}
    assert it.begun == 4


@pytest.mark.pure
def test_a_process_that_works_keeps_to_one(
    pretended: Callable[..., Pretended], monkeypatch: pytest.MonkeyPatch
) -> None:
    it = pretended(batches=3, seconds=0.05, works=True)
    monkeypatch.setattr(lanes.time, "process_time", time.monotonic)  # whatever else this machine is doing
    assert lanes.send_owed() == {"accepted": 1}
    assert it.begun == 1


@pytest.mark.pure
def test_with_a_limit_of_one_there_is_one(pretended: Callable[..., Pretended], settings: Any) -> None:
    settings.MAIL_LANES = 1
    it = pretended(batches=3, seconds=0.05)
    lanes.send_owed()
    assert it.begun == 1


@pytest.mark.pure
def test_a_lane_that_breaks_leaves_the_others(
    pretended: Callable[..., Pretended], monkeypatch: pytest.MonkeyPatch
) -> None:
    it = pretended(batches=4, seconds=0.05)

    def some(**how: Any) -> Any:
        if threading.current_thread() is not threading.main_thread():
            raise RuntimeError
        return it(**how)

    monkeypatch.setattr(lanes.dispatch, "send_owed", some)
    assert lanes.send_owed() == {"accepted": 1}


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_lanes_send_each_mail_once(
    clock: Moved, plain: Plain, owe: Owe, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")
    ana = make_person("Ana", now=START)
    mails = [owe(ana) for _ in range(60)]
    closed: list[str] = []
    close_all = connections.close_all
    monkeypatch.setattr(
        lanes.connections, "close_all", lambda: (closed.append(threading.current_thread().name), close_all())
    )
    monkeypatch.setattr(lanes, "AT_ONCE", 5)
    settings.MAIL_LANES = 4
    with running(delay={"dot": 0.02}) as relay:
        settings.EMAIL_URL = relay.url
        assert lanes.send_owed() == {"accepted": 60}
    assert relay.connections == 4
    assert len(relay.got) == len({got.content for got in relay.got}) == 60
    assert Mail.objects.filter(state=State.SENT).count() == len(mails)
    assert Attempt.objects.filter(outcome="accepted").count() == 60
    assert closed == ["mail lane"] * 3
