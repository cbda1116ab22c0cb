"""The fixed error pages, and what no request may do to the site."""

from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.template import TemplateDoesNotExist
from django.test import Client, RequestFactory

from accounts.pages import errors, late
from tests.cast import Cast

pytestmark = pytest.mark.django_db
Browsers = Callable[..., Client]

HANDLERS: list[tuple[Any, int]] = [
    (errors.bad_request, 400),
    (errors.forbidden, 403),
    (errors.not_found, 404),
    (errors.too_many, 429),
    (errors.server_error, 500),
    (late.csrf_failure, 403),
]


@pytest.mark.parametrize(("handler", "status"), HANDLERS, ids=lambda value: getattr(value, "__name__", ""))
def test_shows_nothing_of_the_request_and_asks_no_database(
    handler: Callable[..., HttpResponse], status: int, django_assert_num_queries: Any
) -> None:
    request = RequestFactory().get("/canary-path-7731/?q=canary-query-7731", headers={"user-agent": "canary-7731"})
    with django_assert_num_queries(0):
        response = handler(request)
    assert response.status_code == status
    assert b"canary" not in response.content
    assert b"Leave this page" in response.content


def test_not_found_is_the_same_bytes_for_everybody(cast: Cast, client_of: Browsers) -> None:
    pages = {
        client_of(person).get("/i/was/never/here/").content for person in (None, cast.ana, cast.ben, cast.theo)
    }
    assert len(pages) == 1


def test_fault_page_stands_without_templates(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> str:
        raise TemplateDoesNotExist("500.html")

    monkeypatch.setattr(errors, "render_to_string", broken)
    response = errors.server_error(RequestFactory().get("/"))
    assert response.status_code == 500
    assert b"Nothing has been sent to anyone" in response.content


def test_fault_in_a_view_gives_the_fault_page_and_every_header(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> HttpResponse:
        raise RuntimeError("canary-words-7731")

    monkeypatch.setattr("accounts.pages.views.render", broken)
    response = Client(raise_request_exception=False).get("/terms/")
    assert response.status_code == 500
    assert b"canary" not in response.content
    assert response["Cache-Control"] == "no-store"
    assert "default-src 'none'" in response["Content-Security-Policy"]


def test_form_without_token_from_who_knows_where_says_nothing_of_it(cast: Cast) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast.ana)
    response = browser.post("/before/", {"next": "/canary-7731/"})
    assert response.status_code == 403
    assert "This page was open for too long" in response.content.decode()
    assert b"canary" not in response.content


def test_an_address_that_only_takes_forms_has_words_for_a_browser_that_comes_back(
    cast: Cast, client_of: Browsers
) -> None:
    browser = client_of(cast.ana)
    answer = browser.get("/you/resume/")
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert answer.content == browser.get("/nowhere/").content
    assert browser.put("/you/resume/").content == b""


MULTIPART = "multipart/form-data; boundary=b"
ONE_FIELD = b"--b\r\nContent-Disposition: form-data; name=next\r\n\r\nx\r\n--b--\r\n"
NUL: list[tuple[str, Callable[[Client], HttpResponse]]] = [
    ("in a path", lambda browser: browser.get("/support/%00/")),
    ("in a query", lambda browser: browser.get("/support/?country=%00")),
    ("in a query's name", lambda browser: browser.get("/support/?a%00b=1")),
    ("in a form", lambda browser: browser.post("/before/", {"next": "a\x00b"})),
    ("in a form's name", lambda browser: browser.post("/before/", {"a\x00b": "1"})),
    (
        "in an urlencoded form",
        lambda browser: browser.post("/before/", "next=%00", content_type="application/x-www-form-urlencoded"),
    ),
    (
        "a form in UTF-7, which can hold half a character",
        lambda browser: browser.generic("POST", "/before/", ONE_FIELD, f"{MULTIPART}; charset=utf-7"),
    ),
    (
        "a form in an encoding that is none for text",
        lambda browser: browser.generic("POST", "/before/", ONE_FIELD, f"{MULTIPART}; charset=rot13"),
    ),
    (
        "a form without end",
        lambda browser: browser.post("/before/", b"--b\r\nx", content_type="multipart/form-data"),
    ),
    ("too many fields", lambda browser: browser.post("/before/", {f"n{i}": "1" for i in range(500)})),
    ("too large", lambda browser: browser.post("/before/", {"next": "x" * 400_000})),
    ("a foreign host name", lambda browser: browser.get("/", headers={"host": "elsewhere.example"})),
]


@pytest.mark.parametrize(("what", "send"), NUL, ids=[what for what, _ in NUL])
def test_what_is_no_plain_text_is_refused_calmly(
    what: str, send: Callable[[Client], HttpResponse], cast: Cast, client_of: Browsers
) -> None:
    browser = client_of(cast.ana)
    browser.raise_request_exception = True
    response = send(browser)
    assert response.status_code == 400, what
    assert b"That could not be read" in response.content
    assert response["Cache-Control"] == "no-store"


def test_broken_cookie_is_dropped_and_locks_nobody_out(client: Client) -> None:
    client.cookies["s"] = '"\\000aaaaaaaaaaaaaaaa"'
    assert client.get("/terms/").status_code == 200
    response = client.get("/terms/", headers={"cookie": 's="\\000aaaaaaaaaaaaaaaa"'})
    assert response.status_code == 200


def test_a_file_is_passed_over_unread(cast: Cast, client_of: Browsers) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    response = client_of(cast.ana).post("/before/", {"file": SimpleUploadedFile("x.bin", b"\x00" * 2_000_000)})
    assert response.status_code == 302


ODD = [
    "/%ff/",
    "/%ed%a0%80/",
    "/support/?country=%ff",
    "/support/?country=%ed%a0%80",
    "/support/?country=" + "%C3%BC" * 3000,
    "/support/?" + "country=GB&" * 300,
    "/before/?next=%ed%a0%80",
    "/demo/00000000-0000-0000-0000-000000000000/",
    "/mailbox/%ff/",
    "/?" + "a&" * 3000,
    "/%2e%2e/%2e%2e/etc/passwd",
    "/static/%2e%2e/manage.py",
    "//",
    "/;",
    "/%0d%0aX: y/",
]


@pytest.mark.parametrize("method", ["GET", "POST", "HEAD", "OPTIONS", "TRACE", "PUT"])
def test_no_address_breaks_the_site(cast: Cast, client_of: Browsers, method: str) -> None:
    for browser in (client_of(None), client_of(cast.ana)):
        for path in ODD:
            assert browser.generic(method, path).status_code in {200, 301, 302, 400, 404, 405}, path
