"""Mass assignment: every form sent again with the name of every column of every table beside its own fields writes
exactly the rows it writes without them."""

import random
import uuid
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.http import HttpRequest, HttpResponse

from accounts.couples.models import Membership
from accounts.users import adapter
from accounts.users.models import User
from accounts.vault import crypto
from repair import clock as site_clock
from tests.cast import Cast
from tests.conftest import Moved
from tests.security import tally
from tests.security.forms import Form, World, encoded

pytestmark = [pytest.mark.slow, pytest.mark.pure]

EXTRA = ("id", "pk", "user", "user_id", "author", "person", "person_id", "couple", "couple_id",
    "is_staff", "is_superuser", "is_active", "role",
         "kind", "groups", "revealed_at", "opened_at", "sent_at", "granted_at", "now", "viewer", "owner",
         "_state", "csrf_exempt", "next")  # fmt: skip
TABLES = [m for m in apps.get_models() if m._meta.app_label not in {"sessions", "contenttypes"}]
COLUMNS = sorted({field.attname for model in TABLES for field in model._meta.concrete_fields} | set(EXTRA))


def rows() -> dict[str, list[Any]]:
    """Every row of every table."""
    return {m._meta.label: sorted(map(repr, m._base_manager.values_list())) for m in TABLES}


class Fixed:
    """Chance made the same for two requests, so that what they write can be compared to the byte."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.patch = monkeypatch

    def start(self) -> None:
        drawn = random.Random(1)
        self.patch.setattr(uuid, "os", SimpleNamespace(urandom=drawn.randbytes))
        self.patch.setattr(crypto, "os", SimpleNamespace(urandom=drawn.randbytes))
        self.patch.setattr(adapter, "secrets", SimpleNamespace(randbelow=lambda n: n // 2))
        self.patch.setattr(site_clock, "os", SimpleNamespace(urandom=drawn.randbytes))
        self.patch.setattr(
            site_clock, "secrets", SimpleNamespace(token_urlsafe=lambda n: "s" * 43, randbelow=lambda n: n // 2)
        )


@pytest.fixture
def fixed(monkeypatch: pytest.MonkeyPatch) -> Fixed:
    return Fixed(monkeypatch)


@pytest.fixture
def world(cast: Cast, clock: Moved) -> World:
    return World(cast, now=clock.at)


def extras(world: World, form: Form, names: list[str]) -> tuple[tuple[str, bytes], ...]:
    """Names that are none of the form's, with the value somebody would try."""
    values = {
        "couple_id": str(world.cast.couples["cleo"].pk),
        "person_id": str(world.cast.cleo.pk),
        "author_id": str(world.cast.ben.pk),
    }
    given = []
    for name in names:
        value = values.get(name if name.endswith("_id") else f"{name}_id")
        if value is None:
            value = "2020-01-01T00:00:00Z" if name.endswith("_at") else "1"
        given.append((name, value.encode()))
    return tuple(given)


def changed_by(world: World, fixed: Fixed, form: Form, names: list[str]) -> tuple[int, dict[str, list[Any]]]:
    fixed.start()
    body = encoded((*form.data, *extras(world, form, names)))
    response = world.send(form.finder, "POST", form.path, body, keep=rows)
    return response.status_code, response.kept  # type: ignore[attr-defined]


# Fields that a form knows though its page does not show them just now; they stand in its own code.
DECLARED = {"next", "kind"}
BY_CHANCE = {
    "mfa_view_recovery_codes",
    "account_signup",
    "account_change_password",
    "account_reset_password",
    "account_complete_password_reset",
}


def test_no_form_takes_more_than_its_own_fields(world: World, fixed: Fixed) -> None:
    """ASVS 15.3.3."""
    wrong, number, wrote = [], 0, 0
    before = rows()
    for form in world.forms():
        prefixes = tuple(name.partition("-")[0] for name in form.fields if "-" in name)
        names = [
            n for n in COLUMNS if n not in form.fields and n not in DECLARED and not n.startswith(prefixes or "\n")
        ]
        alone = changed_by(world, fixed, form, [])
        together = changed_by(world, fixed, form, names)
        number += len(names)
        wrote += alone[1] != before
        if form.route in BY_CHANCE:  # a salt or a mailed code is drawn anew: count the rows, not their bytes
            alone, together = (
                (status, {k: len(v) for k, v in found.items()}) for status, found in (alone, together)
            )  # type: ignore[assignment,misc]
        if alone != together:
            differing = [table for table in before if alone[1][table] != together[1][table]]
            wrong.append(f"{form.route} as {form.finder}: {alone[0]} and {together[0]}, {differing}")
    tally.add("mass assignment", cases=number, found=len(wrong))
    assert wrong == [], "\n".join(wrong)
    assert wrote > 25  # most forms did write something


class Generous:
    """Seeded: a site that sets on the person whatever the form carries."""

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method == "POST" and "is_staff" in request.POST and isinstance(request.user, User):
            User.objects.filter(pk=request.user.pk).update(is_staff=True)
        if request.method == "POST" and "couple_id" in request.POST and isinstance(request.user, User):
            Membership.objects.filter(person=request.user).update(joined_at=site_clock.now())
        return response


@pytest.mark.parametrize("name", ["is_staff", "couple_id"])
def test_a_seeded_fault_is_found(world: World, fixed: Fixed, settings: Any, name: str) -> None:
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "tests.security.test_mass_assignment.Generous"]
    form = Form("accounts:you", "/you/", "ana", (("theme", "radio"),), (("theme", b"dark"),))
    assert changed_by(world, fixed, form, []) != changed_by(world, fixed, form, [name])
    tally.add("mass assignment", seeded=1, caught=1)
