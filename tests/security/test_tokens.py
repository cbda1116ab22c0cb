"""Everything that opens something by being known: each opens its own door alone, as long as it may, and is long
enough."""

import base64
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.contrib.auth import SESSION_KEY
from django.db import transaction
from django.test import Client

from accounts.access import Purpose, system
from accounts.couples import linking
from accounts.couples.models import Invitation
from accounts.mail import stopping
from accounts.mail.models import Mail
from accounts.users import calendar
from accounts.users.models import User
from accounts.vault import services as vault
from repair import clock as site_clock
from tests.cast import Cast
from tests.conftest import Moved
from tests.security import tally

pytestmark = pytest.mark.pure

UUID_TEXT = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}")


@dataclass(frozen=True)
class Token:
    """One token that was given out, and its door: whether a text opens it, with nothing left behind."""

    text: str
    opens: Callable[[str], bool]
    lasts: timedelta | None = None  # None: until it is ended


def _trying(client: Client, ask: Callable[[], bool]) -> bool:
    cookies = client.cookies.copy()
    with transaction.atomic():
        opened = ask()
        transaction.set_rollback(True)
    client.cookies = cookies
    return opened


def _said(mail: Mail, clock: Moved) -> dict[str, Any]:
    found: dict[str, Any] = vault.open(system(Purpose.MAIL, now=clock.at), mail, "payload")
    return found


def _mailed_code(address: str, clock: Moved) -> str:
    mail = Mail.objects.filter(address=address, kind="account_code").last()
    assert mail is not None
    return str(_said(mail, clock)["code"])


def given_out(cast: Cast, clock: Moved, client_of: Callable[..., Client]) -> dict[str, Token]:
    """One of each."""
    asked = linking.invite(inviter=cast.sol, address="guest@mail.example", shown_name="Sol", now=clock.at)
    nobody, therapist, partner = Client(), client_of(cast.theo), client_of(cast.ana)
    therapist.post("/t/codes/")
    code = re.findall(r'<p class="code">([0-9A-Z ]{11})</p>', therapist.get("/t/codes/").content.decode())[0]
    signing_up, resetting = Client(), Client()
    signing_up.post("/sign-up/", {"email": "new@mail.example", "password1": "a long enough one"})
    resetting.post("/reset/", {"email": cast.ben.email})

    def stopped(text: str) -> bool:
        nobody.post(f"/m/{text}/", {"List-Unsubscribe": "One-Click"})
        return User.objects.exclude(mail_stopped_at=None).exists()

    def page(client: Client, path: str, status: int, **data: str) -> bool:
        answer = client.post(path, data) if data else client.get(path)
        return answer.status_code == status

    doors: dict[str, tuple[str, Callable[[str], bool], timedelta | None]] = {
        "invitation": (
            _said(Mail.objects.get(kind="invitation", ref=asked.pk), clock)["secret"],
            lambda text: page(nobody, f"/i/{text}/", 200),
            timedelta(days=7),
        ),
        "calendar": (
            calendar.switch_on(person=cast.ana),
            lambda text: page(nobody, f"/times/calendar/{text}.ics", 200),
            None,
        ),
        "stopping mail": (stopping.token_of(cast.ana), stopped, None),
        "a therapist’s code": (
            code,
            lambda text: page(partner, "/helper/code/", 302, code=text),
            timedelta(days=7),
        ),
        "code of signing up": (
            _mailed_code("new@mail.example", clock),
            lambda text: page(signing_up, "/verify/", 302, code=text) and SESSION_KEY in signing_up.session,
            timedelta(minutes=15),
        ),
        "code of a reset": (
            _mailed_code(cast.ben.email, clock),
            lambda text: resetting.post("/reset/code/", {"code": text}).get("Location") == "/reset/new/",
            timedelta(minutes=15),
        ),
    }
    clients = {"a therapist’s code": partner, "code of signing up": signing_up, "code of a reset": resetting}

    def door(name: str, opens: Callable[[str], bool]) -> Callable[[str], bool]:
        return lambda text: _trying(clients.get(name, nobody), lambda: opens(text))

    return {name: Token(text, door(name, opens), lasts) for name, (text, opens, lasts) in doors.items()}


@pytest.fixture
def tokens(cast: Cast, clock: Moved, client_of: Callable[..., Client]) -> dict[str, Token]:
    return given_out(cast, clock, client_of)


def crossed(tokens: dict[str, Token]) -> list[str]:
    """Doors that open to another’s token, or not to their own."""
    return [
        f"{name} at {door}"
        for name, token in tokens.items()
        for door, other in tokens.items()
        if other.opens(token.text) != (name == door)
    ]


def test_each_opens_its_own_door_alone(tokens: dict[str, Token]) -> None:
    """ASVS 9.2.2."""
    wrong = crossed(tokens)
    tally.add("tokens", cases=len(tokens) ** 2, found=len(wrong))
    assert wrong == []


def test_a_door_that_asks_too_little_is_found(tokens: dict[str, Token], monkeypatch: pytest.MonkeyPatch) -> None:
    """Seeded: any secret at all opens the calendar that there is."""
    monkeypatch.setattr(calendar, "by_secret", lambda secret: calendar.CalendarAddress.objects.first())
    wrong = crossed(tokens)
    tally.add("tokens", seeded=1, caught=int(bool(wrong)))
    assert "invitation at calendar" in wrong


def _later(real: Callable[[], float], by: float) -> float:
    return real() + by


def too_late(tokens: dict[str, Token], clock: Moved, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Tokens that end too soon, or not at all."""
    start, real = clock.at, time.time
    found = []
    for name, token in tokens.items():
        for seconds, opens in ((-2, True), (2, False)) if token.lasts else ():
            later = token.lasts + timedelta(seconds=seconds)  # type: ignore[operator]
            clock.set(start + later)
            monkeypatch.setattr(time, "time", partial(_later, real, later.total_seconds()))
            if token.opens(token.text) is not opens:
                found.append(f"{name}, {seconds} s")
        monkeypatch.setattr(time, "time", real)
        clock.set(start)
    return found


def test_each_ends_at_its_hour(tokens: dict[str, Token], clock: Moved, monkeypatch: pytest.MonkeyPatch) -> None:
    """ASVS 9.2.1: it opens just before, and not just after."""
    wrong = too_late(tokens, clock, monkeypatch)
    tally.add("tokens", cases=2 * sum(token.lasts is not None for token in tokens.values()), found=len(wrong))
    assert wrong == []


def test_one_that_never_ends_is_found(
    tokens: dict[str, Token], clock: Moved, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seeded: an invitation that stands for ever."""
    monkeypatch.setattr(Invitation, "stands", lambda self, *, now: True)
    wrong = too_late(tokens, clock, monkeypatch)
    tally.add("tokens", seeded=1, caught=int(bool(wrong)))
    assert wrong == ["invitation, 2 s"]


def too_short(tokens: dict[str, Token]) -> list[str]:
    """Secrets in addresses that are shorter than 128 bits, or an id."""
    found = []
    for name in ("invitation", "calendar", "stopping mail"):
        text = tokens[name].text
        size = len(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if size < 16 or UUID_TEXT.fullmatch(text):
            found.append(name)
    return found


def test_secrets_in_addresses_are_long_enough_and_no_ids(
    tokens: dict[str, Token], monkeypatch: pytest.MonkeyPatch
) -> None:
    """ASVS 11.5.1: 128 bits at least, from the system’s own source; a code typed by hand has its tries counted."""
    assert too_short(tokens) == []
    drawn: list[int] = []
    right = site_clock.secrets.token_urlsafe
    monkeypatch.setattr(site_clock.secrets, "token_urlsafe", lambda size: drawn.append(size) or right(size))
    assert len({site_clock.secret() for _ in range(1000)}) == 1000
    assert set(drawn) == {32}


def test_a_short_one_and_an_id_are_found(
    cast: Cast, clock: Moved, client_of: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seeded: eight letters; an id in the place of a secret."""
    for text in ("abcdefgh", "0b7d0c3e6f8a4d4e9a1b2c3d4e5f6a7b"):
        monkeypatch.setattr(site_clock, "secret", lambda text=text: text)
        with transaction.atomic():
            found = too_short(given_out(cast, clock, client_of))
            transaction.set_rollback(True)
        tally.add("tokens", seeded=1, caught=int(bool(found)))
        assert found == ["invitation", "calendar"]
