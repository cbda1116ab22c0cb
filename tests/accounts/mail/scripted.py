"""A transport for tests that gives the results it is told."""

from collections.abc import Callable
from typing import Any

from django.db import connection

from accounts.mail import dispatch
from accounts.mail.transport import Envelope, Outcome, Result, Unreachable
from tests.conftest import Moved


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
