"""The public pages, and the page shown once before the first that matters."""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from tests.cast import Cast

pytestmark = pytest.mark.django_db
Browsers = Callable[..., Client]
PUBLIC = [
    "/", "/not-for/", "/terms/", "/privacy/", "/how-it-works/", "/support/", "/support/own/", "/support/here/",
    "/think/", "/think/?on=leave", "/limits/",
]  # fmt: skip


@pytest.mark.parametrize("path", PUBLIC)
def test_stands_for_everybody(cast: Cast, client_of: Browsers, path: str) -> None:
    for person in (None, cast.una, cast.sol, cast.ana, cast.rita, cast.theo):
        response = client_of(person).get(path)
        assert response.status_code == 200
        assert response.content.decode().count("<h1") == 1


@pytest.mark.parametrize("path", PUBLIC)
def test_only_reads(client: Client, path: str) -> None:
    assert client.post(path).status_code == 405


def test_privacy_page_holds_the_promises_of_the_house(client: Client) -> None:
    text = client.get("/privacy/").content.decode()
    for promise in ["30 days after closing", "30 days after it is settled", "2 years", "90 days", "7 days"]:
        assert promise in text
    for limit in ["database and the key file", "Backups"]:
        assert limit in text


def test_exit_page_says_what_it_cannot_do(client: Client) -> None:
    sentence = "does not delete your browser history, and it cannot stop someone who is monitoring this device"
    assert sentence in client.get("/how-it-works/").content.decode()


def test_start_offers_the_demo_only_on_a_local_run(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "EMBEDDED", True)
    monkeypatch.setattr(settings, "EMAIL_URL", "")
    local = client.get("/", headers={"host": "localhost"}).content.decode()
    assert "make run DEMO=1" in local
    assert "/mailbox/" in local
    monkeypatch.setattr(settings, "EMBEDDED", False)
    assert "make run DEMO=1" not in client.get("/", headers={"host": "localhost"}).content.decode()


@pytest.mark.parametrize(
    ("wanted", "leads"),
    [
        ("/you/", "/you/"),
        ("/lines/?a=1", "/lines/?a=1"),
        ("", "/today/"),
        ("https://elsewhere.example/", "/today/"),
        ("//elsewhere.example/", "/today/"),
        ("/\\elsewhere.example/", "/today/"),
        ("javascript:alert(1)", "/today/"),
        ("http:///elsewhere.example", "/today/"),
    ],
)
def test_ive_read_this_goes_on_within_the_site(cast: Cast, client_of: Browsers, wanted: str, leads: str) -> None:
    browser = client_of(cast.ana)
    assert browser.post("/before/", {"next": wanted})["Location"] == leads
    shown = browser.get("/before/", {"next": wanted}).content.decode()
    assert ('name="next"' in shown) is (leads != "/today/")


def test_safety_page_is_the_same_whoever_asks_and_however(
    cast: Cast, client_of: Browsers, django_assert_num_queries: Any
) -> None:
    nobody = client_of(None)
    with django_assert_num_queries(0):
        plain = nobody.get("/think/").content
    assert nobody.get("/think/?afraid=yes&no=1").content == plain
    html = plain.decode()
    assert "<input" not in html
    assert "<form" not in html
    doors = html.split('id="doors"')[1]
    assert doors.count("<li>") == 4


def test_who_this_is_not_for_stands_on_the_way_to_an_account(client: Client) -> None:
    assert 'href="/not-for/">Begin' in client.get("/").content.decode()
    assert 'href="/sign-up/">Go on' in client.get("/not-for/").content.decode()
    assert 'href="/not-for/"' in client.get("/sign-up/").content.decode()
