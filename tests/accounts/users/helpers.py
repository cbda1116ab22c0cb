"""What the tests of accounts do again and again: sign in like a browser, read a code from the outbox."""

import time
from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.test import Client

from accounts.access import Purpose, system
from accounts.mail.models import Mail
from accounts.users.models import User
from accounts.vault import services as vault

PASSWORD = "correct horse battery"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def sign_in(person: User, *, password: str = PASSWORD, client: Client | None = None, **headers: str) -> Client:
    """A browser in which `person` signed in by the form (and stands at the second step if they have one)."""
    client = client or Client(HTTP_USER_AGENT=FIREFOX)
    client.post("/sign-in/", {"login": person.email, "password": password}, **headers)
    return client


def proved(person: User, *, client: Client | None = None) -> Client:
    """A browser in which `person` signed in and proved themself again within the last minutes."""
    client = client or sign_in(person)
    answer = client.post("/again/", {"password": PASSWORD})
    assert answer.status_code == 302, answer.content.decode()[-800:]
    return client


def last_mail(**filters: Any) -> Mail:
    """The newest row of the outbox."""
    return Mail.objects.filter(**filters).order_by("-due_at", "-pk").first() or _none()


def _none() -> Mail:
    raise AssertionError("no such mail is owed")


def payload(mail: Mail, *, now: datetime) -> dict[str, Any]:
    """What is sealed in a mail."""
    found: dict[str, Any] = vault.open(system(Purpose.MAIL, now=now), mail, "payload")
    return found


def code_for(address: str, *, now: datetime) -> str:
    """The newest code owed to an address."""
    mail = Mail.objects.filter(address=address, kind="account_code").last()
    assert mail is not None
    return str(payload(mail, now=now)["code"])


def give_app(person: User) -> str:
    """Let `person` have an authenticator app; its secret."""
    secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    TOTP.activate(person, secret)
    return secret


def app_code(secret: str) -> str:
    """What an authenticator app with this secret shows now."""
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def has_second_step(person: User) -> bool:
    return Authenticator.objects.filter(user=person).exists()


def seconds() -> float:
    return time.perf_counter()
