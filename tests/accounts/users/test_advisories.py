"""The seven weaknesses that were once found in django-allauth, each tried on this configuration."""

from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client

from accounts.mail.models import Mail
from accounts.users.models import User
from repair import settings as ours
from tests.accounts.users.helpers import PASSWORD, app_code, code_for, give_app, proved, sign_in
from tests.cast import Cast
from tests.conftest import Moved
from tests.security import tally
from tests.security.test_limits import PRODUCTION

NEW = "ana.two@mail.example"


@pytest.fixture
def limited(settings: Any, cast: Cast) -> None:
    """Limits and counts as outside tests."""
    settings.CACHES = PRODUCTION
    settings.ACCOUNT_RATE_LIMITS = ours.RATE_LIMITS


def a_code_of_the_app_works_twice(cast: Cast, clock: Moved) -> bool:
    """A code seen over a shoulder, used again while it is still shown; at the door and for fresh proof."""
    code = app_code(give_app(cast.ana))
    first, second = sign_in(cast.ana), sign_in(cast.ana)
    assert first.post("/sign-in/step/", {"code": code}).status_code == 302
    again = second.post("/sign-in/step/", {"code": code}).status_code
    proof = first.post("/again/code/", {"code": code}).status_code
    return 302 in {again, proof}


def time_tells_who_has_an_account(cast: Cast, clock: Moved) -> bool:
    """How much is hashed, which is nearly all of an answer's time."""
    hashed: list[str] = []
    encode = MD5PasswordHasher.encode

    def counting(self: MD5PasswordHasher, password: str, salt: str) -> str:
        hashed.append(password)
        return encode(self, password, salt)

    logins = (cast.ana.email, "nobody@mail.example", "una@mail.example")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(MD5PasswordHasher, "encode", counting)
        for number, login in enumerate(logins):
            Client().post("/sign-in/", {"login": login, "password": f"wrong {number}"})
    return len({hashed.count(f"wrong {number}") for number in range(len(logins))}) > 1


def codes_can_be_tried_for_ever(cast: Cast, clock: Moved) -> bool:
    """The right code after three wrong ones, by mail; and after five, of the app."""
    browser = Client()
    browser.post("/reset/", {"email": cast.ben.email})
    right = code_for(cast.ben.email, now=clock.at)
    wrong = "000000" if right != "000000" else "111111"
    for _ in range(3):
        browser.post("/reset/code/", {"code": wrong})
    browser.post("/reset/code/", {"code": right})
    mailed = browser.get("/reset/new/").status_code == 200
    code = app_code(give_app(cast.cleo))
    step = sign_in(cast.cleo)
    for _ in range(5):
        step.post("/sign-in/step/", {"code": "000000"})
    step.post("/sign-in/step/", {"code": code})
    return mailed or step.get("/you/").status_code == 200


def a_forged_address_resets_the_limit(cast: Cast, clock: Moved) -> bool:
    """Each guess from an address of its own, as far as a header says; eleven accounts, so that the limit that is
    reached is the one of the network address."""
    names = [n for n, p in cast.people.items() if not p.is_therapist][:11]
    answers = [
        Client().post(
            "/sign-in/",
            {"login": cast.people[name].email, "password": PASSWORD if name == names[-1] else "wrong"},
            headers={"X-Forwarded-For": f"10.9.8.{number}", "X-Real-IP": f"10.9.8.{number}"},
        )
        for number, name in enumerate(names)
    ]
    return answers[-1].status_code == 302


def a_success_clears_the_count(cast: Cast, clock: Moved) -> bool:
    """Guesses at Ana's account between sign-ins to one's own, from the same browser and network address."""
    browser = Client()
    for number in range(6):
        browser.post("/sign-in/", {"login": cast.ana.email, "password": "wrong"})
        if number % 2:
            sign_in(cast.ben, client=Client())
    return browser.post("/sign-in/", {"login": cast.ana.email, "password": PASSWORD}).status_code == 302


def an_address_changes_before_it_is_confirmed(cast: Cast, clock: Moved) -> bool:
    """A new address that somebody else confirms for themself meanwhile; and one that is never confirmed."""
    browser = proved(cast.ana)
    browser.post("/you/address/", {"email": NEW, "action_add": "1"})
    unconfirmed = User.objects.get(pk=cast.ana.pk).email == NEW
    in_by_it = sign_in(cast.ana, client=Client()) and Client().post(
        "/sign-in/", {"login": NEW, "password": PASSWORD}
    )
    EmailAddress.objects.create(user=cast.ben, email=NEW, verified=True, primary=False)
    mail = Mail.objects.filter(address=NEW, kind="account_code").last()
    taken = False
    if mail is not None:
        browser.post("/verify/", {"code": code_for(NEW, now=clock.at)})
        taken = EmailAddress.objects.filter(user=cast.ana, email=NEW, verified=True).exists()
    return unconfirmed or in_by_it.status_code == 302 or taken


def a_name_in_the_log_is_a_secret(cast: Cast, clock: Moved) -> bool:
    """What a row calls itself, as it would stand in a log line."""
    sign_in(cast.ana)
    give_app(cast.ana)
    confirmation = EmailConfirmation(email_address=EmailAddress.objects.get(user=cast.ana), key="k3y" * 10)
    session, factor = UserSession.objects.get(), Authenticator.objects.get(user=cast.ana)
    said = {
        str(confirmation): [confirmation.key],
        f"{session} {session!r}": [session.session_key, "127.0.0.1"],
        f"{factor} {factor!r}": [str(factor.data["secret"])],
        f"{cast.ana} {cast.ana!r}": [cast.ana.email, str(cast.ana.mail_ref), cast.ana.password],
    }
    return any(secret in words for words, secrets in said.items() for secret in secrets)


Weakness = Callable[[Cast, Moved], bool]
SEVEN: list[Weakness] = [
    a_code_of_the_app_works_twice,
    time_tells_who_has_an_account,
    codes_can_be_tried_for_ever,
    a_forged_address_resets_the_limit,
    a_success_clears_the_count,
    an_address_changes_before_it_is_confirmed,
    a_name_in_the_log_is_a_secret,
]


@pytest.mark.parametrize("weakness", SEVEN, ids=lambda w: w.__name__)
def test_none_of_the_seven_is_here(cast: Cast, clock: Moved, limited: None, weakness: Weakness) -> None:
    """ASVS 4.1.3, 6.3.1, 6.3.8, 6.5.1."""
    found = weakness(cast, clock)
    tally.add("weaknesses once found in allauth", cases=1, found=int(found))
    assert not found


def _no_memory(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}


def _no_even_time(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def quick(self: Any, request: Any, **credentials: Any) -> User | None:
        person = User.objects.filter(email=credentials.get("email", "")).first()
        return person if person and person.check_password(credentials["password"]) else None

    monkeypatch.setattr("accounts.users.backends.ConfirmedOnly.authenticate", quick)


def _no_limits(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.ACCOUNT_RATE_LIMITS = False
    settings.ACCOUNT_PASSWORD_RESET_BY_CODE_MAX_ATTEMPTS = 99


def _believes_headers(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1


def _says_its_key(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(EmailConfirmation, "__str__", lambda self: f"confirmation {self.key}")


FAULTS: list[tuple[Weakness, Callable[[Any, pytest.MonkeyPatch], None]]] = [
    (a_code_of_the_app_works_twice, _no_memory),
    (time_tells_who_has_an_account, _no_even_time),
    (codes_can_be_tried_for_ever, _no_limits),
    (a_forged_address_resets_the_limit, _believes_headers),
    (a_success_clears_the_count, _no_limits),
    (a_name_in_the_log_is_a_secret, _says_its_key),
]


@pytest.mark.parametrize(("weakness", "fault"), FAULTS, ids=lambda f: f.__name__)
def test_on_a_weaker_site_it_would_be_noticed(
    cast: Cast, clock: Moved, limited: None, settings: Any, monkeypatch: pytest.MonkeyPatch,
    weakness: Weakness, fault: Callable[[Any, pytest.MonkeyPatch], None],
) -> None:  # fmt: skip
    """Seeded: the guard taken away."""
    fault(settings, monkeypatch)
    assert weakness(cast, clock)
    tally.add("weaknesses once found in allauth", seeded=1, caught=1)
