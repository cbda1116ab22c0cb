"""A kind of mail for tests: wanted unless a test says otherwise, and as plain as can be."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from accounts.mail import kinds, outcomes
from accounts.mail import services as outbox
from accounts.mail.kinds import MailKind, Rendered
from accounts.mail.models import Mail, Stream
from accounts.users.models import User
from tests.conftest import Moved


class Plain:
    """What the kind answers; a test changes it."""

    def __init__(self) -> None:
        self.wanted: Callable[[Mail], bool] = lambda mail: True
        self.asked: list[Mail] = []
        self.until: datetime | None = None

    def ask(self, mail: Mail, now: datetime) -> bool:
        self.asked.append(mail)
        return self.wanted(mail)

    def render(self, mail: Mail, viewer: Any) -> Rendered:
        return Rendered("account_code", {"code": "482 913"})


@pytest.fixture
def plain(monkeypatch: pytest.MonkeyPatch) -> Plain:
    """Registers the kind “plain” for the length of the test."""
    it = Plain()
    kind = MailKind("plain", Stream.ACCOUNT, it.ask, it.render, not_before=lambda mail, viewer: it.until)
    monkeypatch.setitem(kinds._KINDS, "plain", kind)
    return it


@pytest.fixture
def no_spread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Back-off without chance."""
    monkeypatch.setattr(outcomes.clock, "below", lambda limit: limit // 2)


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for a database in these tests."""
    monkeypatch.setattr(outcomes, "_RETRY_SECONDS", (0.01, 0.01))


@pytest.fixture(autouse=True)
def mailbox(tmp_path: Path, settings: Any) -> Path:
    """A mailbox folder of the test's own."""
    settings.MAILBOX_DIR = tmp_path / "mailbox"
    settings.EMAIL_URL = ""
    folder: Path = settings.MAILBOX_DIR
    return folder


@pytest.fixture
def owe(clock: Moved, plain: Plain, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Mail]:
    """`owe(person)`: a plain mail owed now, for an hour."""

    def make(person: User, **fields: Any) -> Mail:
        fields.setdefault("not_after", clock.at + timedelta(hours=1))
        return outbox.owe(kind="plain", now=clock.at, person=person, **fields)

    return make
