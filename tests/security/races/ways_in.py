"""R12, R14, R15: keys rotated while things are written; one code in many tabs; limits at their boundary."""

import io
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.test import override_settings
from django.urls import reverse

from accounts.access import viewer_of
from accounts.couples import linking
from accounts.couples.models import Invitation
from accounts.therapists import codes
from accounts.users import backends
from accounts.users.models import User
from accounts.vault import ring, rotation
from accounts.vault import services as vault
from accounts.vault.models import DataKey
from tests.accounts.users.helpers import PASSWORD, app_code, code_for, give_app
from tests.security.races.harness import Browser, Race, Stage
from tests.security.races.pairs import couple
from tests.security.test_limits import PRODUCTION

GUESSES, TRIES_OF_A_RESET = 5, 3
CHECKED: list[str] = []
TOTP_SECONDS = 30


@contextmanager
def keys_of_its_own() -> Iterator[None]:
    """A key file that may be changed."""
    with tempfile.TemporaryDirectory() as folder, override_settings(KEYS_FILE=Path(folder) / "keys.json"):
        ring.create(settings.KEYS_FILE)
        yield


@contextmanager
def limited() -> Iterator[None]:
    """The cache and the limits of production; every password that is looked at is counted."""
    check = backends.ConfirmedOnly._check_password

    def counted(self: backends.ConfirmedOnly, user: Any, password: str) -> Any:
        CHECKED.append(password)
        return check(self, user, password)

    with (
        override_settings(CACHES=PRODUCTION, ACCOUNT_RATE_LIMITS=settings.RATE_LIMITS),
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(backends.ConfirmedOnly, "_check_password", counted)
        yield


@contextmanager
def unlimited() -> Iterator[None]:
    """The cache of production alone: what must work once has no limit to hide behind."""
    with override_settings(CACHES=PRODUCTION):
        yield


def rotate_or_write(stage: Stage) -> Iterator[str]:
    """The keys are rotated, the old ones forgotten, while people arrive, write and are read."""
    DataKey.objects.all().delete()  # those of earlier trials: rotating is to be quick
    old = [stage.person("Old") for _ in range(3)]

    def rewrite(person: User, name: str) -> None:
        vault.seal(person, "name", name)
        person.save(update_fields=["name"])

    def name_of(person: User) -> str:
        fresh = User.objects.get(pk=person.pk)
        return str(vault.open(viewer_of(fresh, now=stage.now), fresh, "name"))

    def arrive() -> User:
        with transaction.atomic():  # as signing up does
            person = stage.person("New")
            time.sleep(0.1)
        return person

    results = stage.at_once(
        partial(call_command, "rotate_keys", "--drop-old", "--batch=5", stdout=io.StringIO()),
        *(stage.lagging(arrive, 0.05) for _ in range(3)),
        *(stage.lagging(partial(rewrite, person, "Renamed"), 0.05) for person in old[:2]),
        *(stage.lagging(partial(name_of, person), 0.05) for person in old),
    )
    if DataKey.objects.exclude(kek__in=ring.load().keys).exists():
        yield "a data key is lost"
    for person in [*old, *(made for made in results[1:4] if isinstance(made, User))]:
        wanted = "Renamed" if person in old[:2] else person.email.partition("@")[0].title()
        try:
            if name_of(person) != wanted:
                yield "a name is not what was written"
        except vault.CannotOpen:
            yield "a name that nobody can read any more"
    if rotation.left_over():
        stage.sides["made meanwhile"] += 1


def once(stage: Stage) -> Iterator[str]:
    """In turn: an app's code and a recovery code in eight browsers, and a mailed code with its new password in
    eight tabs. Each works once."""
    person = stage.person("Ann")
    kinds = (app_used, recovery_used, reset_used, reset_guessed)
    yield from kinds[stage.trial % len(kinds)](stage, person)


def _at_second_step(stage: Stage, person: User, number: int) -> list[Browser]:
    tabs = stage.tabs(None, number)
    for tab in tabs:
        tab.post("/sign-in/", {"login": person.email, "password": PASSWORD})
    return tabs


def _let_in_once(stage: Stage, tabs: list[Browser], code: str) -> Iterator[str]:
    stage.at_once(*(partial(tab.post, "/sign-in/step/", {"code": code}) for tab in tabs))
    let_in = sum(tab.get(reverse("accounts:you")).status == 200 for tab in tabs)
    if let_in != 1:
        yield f"{let_in} signed in with one code"


def app_used(stage: Stage, person: User) -> Iterator[str]:
    secret = give_app(person)
    tabs = _at_second_step(stage, person, 8)
    left = TOTP_SECONDS - time.time() % TOTP_SECONDS
    time.sleep(left if left < 5 else 0)  # a code of a period that ends meanwhile would let nobody in
    yield from _let_in_once(stage, tabs, app_code(secret))


def recovery_used(stage: Stage, person: User) -> Iterator[str]:
    give_app(person)
    code = RecoveryCodes.activate(person).get_unused_codes()[0]
    yield from _let_in_once(stage, _at_second_step(stage, person, 8), code)
    left = Authenticator.objects.get(user=person, type="recovery_codes").wrap().get_unused_codes()
    if len(left) != 9:
        yield f"{len(left)} of ten codes are left"


def _asked_for_a_code(stage: Stage, person: User) -> tuple[list[Browser], str]:
    first = stage.tabs(None, 1)[0]
    first.post("/reset/", {"email": person.email})
    return [Browser(stage, first.client.cookies) for _ in range(8)], code_for(person.email, now=stage.now)


def reset_used(stage: Stage, person: User) -> Iterator[str]:
    tabs, code = _asked_for_a_code(stage, person)
    stage.at_once(*(partial(tab.post, "/reset/code/", {"code": code}) for tab in tabs))
    new = [f"another five quiet words {number}" for number in range(len(tabs))]
    acts = [partial(tab.post, "/reset/new/", {"password1": word}) for tab, word in zip(tabs, new, strict=True)]
    answers = stage.at_once(*acts)
    done = [word for word, answer in zip(new, answers, strict=True) if answer.to == "/reset/done/"]
    if len(done) != 1:
        yield f"one mailed code set {len(done)} passwords"
    elif not User.objects.get(pk=person.pk).check_password(done[0]):
        yield "the password is not the one that was answered with a yes"


def reset_guessed(stage: Stage, person: User) -> Iterator[str]:
    tabs, code = _asked_for_a_code(stage, person)
    wrong = "000000" if code != "000000" else "111111"
    answers = stage.at_once(*(partial(tab.post, "/reset/code/", {"code": wrong}) for tab in tabs))
    guessed = sum("doesn’t fit" in answer.text for answer in answers)
    if guessed >= TRIES_OF_A_RESET:
        yield f"{guessed} wrong guesses were answered, and more could follow"
    if tabs[0].post("/reset/code/", {"code": code}).to == "/reset/new/":
        yield "the right code still worked after eight wrong ones"


def boundary(stage: Stage) -> Iterator[str]:
    """In turn: wrong passwords, a therapist's codes, invitations; each at its limit, many at once."""
    yield from (passwords, helper_codes, invitations)[stage.trial % 3](stage)


def passwords(stage: Stage) -> Iterator[str]:
    person = stage.person("Ann")
    home = f"10.{stage.trial % 250}"
    tabs = [tab for number in range(14) for tab in stage.tabs(None, 1, REMOTE_ADDR=f"{home}.{number}.1")]
    guess = {"login": person.email, "password": "wrong"}
    checked = len(CHECKED)
    stage.at_once(*(partial(tab.post, "/sign-in/", guess) for tab in tabs[:12]))
    for _ in range(GUESSES):
        tabs[12].post("/sign-in/", guess)
    if len(CHECKED) - checked > GUESSES:
        yield f"{len(CHECKED) - checked} passwords were tried"
    right = tabs[13].post("/sign-in/", {"login": person.email, "password": PASSWORD})
    if right.status != 422:
        yield "after five wrong passwords another was tried"


def helper_codes(stage: Stage) -> Iterator[str]:
    pair = couple(stage)
    tabs = stage.tabs(pair.ana, 14)
    answers = stage.at_once(
        *(
            partial(tab.post, reverse("accounts:enter_code"), {"code": f"WRONG 0000{n}"})
            for n, tab in enumerate(tabs)
        )
    )
    tried = sum(answer.status != 429 for answer in answers)
    if tried != codes.TRIES_AN_HOUR:
        yield f"{tried} codes were tried"


def invitations(stage: Stage) -> Iterator[str]:
    person = stage.person("Ann")
    tabs = stage.tabs(person, 6)
    forms = [{"to": f"p{stage.trial}x{n}@mail.example", "name": "Ann"} for n in range(6)]
    for form in forms:
        form["seen"] = f"{form['name']} <{form['to']}>"
    stage.at_once(
        *(partial(tab.post, reverse("accounts:invite"), form) for tab, form in zip(tabs, forms, strict=True))
    )
    found = Invitation.objects.filter(inviter=person).count()
    if found != linking.MAX_OPEN:
        yield f"{found} invitations are open"


RACES = [
    Race("R12", "key rotation against write", rotate_or_write, around=keys_of_its_own),
    Race("R14", "one code, many at once", once, around=unlimited),
    Race("R15", "limits at the boundary", boundary, around=limited),
]
