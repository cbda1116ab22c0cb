"""What a session holds is no use to whoever has the database alone."""

import re
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core import signing
from django.test import Client

from accounts.users.serializer import Sealed
from tests.accounts.users.helpers import code_for, proved
from tests.cast import Cast
from tests.conftest import Moved
from tests.journeys.dump import leaks


def _rows() -> bytes:
    return "\n".join(Session.objects.values_list("session_data", flat=True)).encode()


def _secrets_under_way(cast: Cast, clock: Moved) -> list[str | bytes]:
    """The secret of an app that is being set up, and the code of a reset."""
    browser = proved(cast.ana)
    secret = re.search(r'class="key">([A-Z2-7]+)<', browser.get("/you/second-factor/app/").content.decode())
    assert secret is not None
    Client().post("/reset/", {"email": cast.ben.email})
    return [secret[1], f'"{code_for(cast.ben.email, now=clock.at)}"']


def test_no_secret_under_way_stands_in_the_table(cast: Cast, clock: Moved) -> None:
    wanted = _secrets_under_way(cast, clock)
    assert leaks(_rows(), wanted) == []


def test_without_the_seal_both_would_be_found(cast: Cast, clock: Moved, settings: Any) -> None:
    """Seeded: Django's own serializer."""
    settings.SESSION_SERIALIZER = "django.core.signing.JSONSerializer"
    wanted = _secrets_under_way(cast, clock)
    found = leaks(_rows(), wanted)
    assert all(any(str(each) in where for where in found) for each in wanted)


def test_a_session_from_another_key_file_is_empty_and_breaks_nothing(cast: Cast) -> None:
    assert Sealed().loads(b"{}") == {}
    assert Sealed().loads(b"\x01" + bytes(80)) == {}
    held = {"a": [1, "ä", None]}
    assert Sealed().loads(Sealed().dumps(held)) == held


@pytest.mark.parametrize("form", ["empty", "no form at all", "as Django keeps it"])
def test_a_row_of_another_form_signs_nobody_in(cast: Cast, form: str) -> None:
    browser = proved(cast.ana)
    assert browser.get("/you/").status_code == 200
    readable = signing.dumps({"_auth_user_id": str(cast.ana.pk)}, salt="django.contrib.sessions.SessionStore")
    Session.objects.update(session_data={"empty": "", "no form at all": "x"}.get(form, readable))
    assert browser.get("/you/").status_code == 302
