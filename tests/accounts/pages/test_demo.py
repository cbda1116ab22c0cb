"""The demo people: one click each, on a demo run on one's own machine and nowhere else."""

import pytest
from django.conf import settings
from django.test import Client

from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr(settings, "EMBEDDED", True)
    monkeypatch.setattr(settings, "DEMO", True)
    return Client(headers={"host": "localhost"})


def test_lists_everybody_with_where_they_stand(cast: Cast, here: Client) -> None:
    html = here.get("/demo/").content.decode()
    assert "<b>Ana</b><small>One of two</small>" in html
    assert "<b>Sol</b><small>On their own so far</small>" in html
    assert "<b>Rita</b><small>The plan is resting</small>" in html
    assert "<b>Theo</b><small>A therapist</small>" in html


def test_one_click_signs_in(cast: Cast, here: Client) -> None:
    response = here.post(f"/demo/{cast.ana.pk}/")
    assert response["Location"] == "/today/"
    assert here.session["_auth_user_id"] == str(cast.ana.pk)
    assert here.post(f"/demo/{cast.theo.pk}/")["Location"] == "/cases/"
    assert here.session["_auth_user_id"] == str(cast.theo.pk)


def test_a_link_signs_nobody_in(cast: Cast, here: Client) -> None:
    assert here.get(f"/demo/{cast.ana.pk}/").status_code == 405


def test_a_suspended_person_is_not_there(cast: Cast, here: Client) -> None:
    cast.ana.suspended_at = cast.ana.date_joined
    cast.ana.save(update_fields=["suspended_at"])
    assert "<b>Ana</b>" not in here.get("/demo/").content.decode()
    assert here.post(f"/demo/{cast.ana.pk}/").status_code == 404


@pytest.mark.parametrize("what", ["no demo", "not embedded", "another machine", "another name"])
def test_is_nowhere_else(cast: Cast, here: Client, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    extra: dict[str, str] = {}
    if what == "no demo":
        monkeypatch.setattr(settings, "DEMO", False)
    elif what == "not embedded":
        monkeypatch.setattr(settings, "EMBEDDED", False)
    elif what == "another machine":
        extra = {"REMOTE_ADDR": "10.0.0.4"}
    else:
        monkeypatch.setattr(settings, "ALLOWED_HOSTS", ["*"])
        extra = {"HTTP_HOST": "rebound.example"}
    assert here.get("/demo/", **extra).status_code == 404  # type: ignore[arg-type]
    assert here.post(f"/demo/{cast.ana.pk}/", **extra).status_code == 404  # type: ignore[arg-type]
    assert "_auth_user_id" not in here.session
