"""ASVS 3.4: the same headers on every answer there is, of every route and every kind of error."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from accounts.pages import errors
from tests.cast import Cast
from tests.conftest import Moved
from tests.security import tally
from tests.security.forms import World

pytestmark = [pytest.mark.pure, pytest.mark.django_db]

EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow",
}
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "object-src": "'none'",
    "require-trusted-types-for": "'script'",
    "trusted-types": "read",
}


def wrong_with(response: HttpResponse, *, static: bool = False) -> list[str]:
    """What is missing from an answer, or too much."""
    found = [name for name, value in EVERYWHERE.items() if response.get(name) != value]
    parts = response.get("Content-Security-Policy", "").split(";")
    policy = {name: rest for name, _, rest in (part.strip().partition(" ") for part in parts)}
    if policy != POLICY:
        found.append(f"policy {policy}")
    if not response.get("Permissions-Policy") or "camera=()" not in response["Permissions-Policy"]:
        found.append("Permissions-Policy")
    if not static and (response.get("X-Frame-Options"), response.get("Cache-Control")) != ("DENY", "no-store"):
        found.append("X-Frame-Options or Cache-Control")
    found += [
        name
        for name in ("ETag", "Last-Modified", "Expires", "Server", "X-Powered-By")
        if name in response and not static
    ]
    found += [name for name in response.headers if name.startswith("Access-Control")]
    if response.get("Vary", "") == "*":
        found.append("Vary")
    return found


@pytest.mark.slow
def test_every_route_answers_with_every_header(cast: Cast, clock: Moved) -> None:
    """ASVS 3.4.3, 3.4.4, 3.4.5, 3.4.6, 3.4.8, 3.5.8, 14.3.2: every route × method × viewer, its refusals and
    redirects included. 3.4.5 asks for no-referrer; ours is same-origin, see repair/settings.py."""
    world = World(cast, now=clock.at)
    wrong, number = [], 0
    for who in ("", "ana", "theo", "rita"):
        for method in ("GET", "POST", "HEAD", "OPTIONS", "DELETE"):
            for name, path in world.addresses(method="GET" if method != "POST" else "POST"):
                response = world.send(who, method, path)
                number += 1
                if found := wrong_with(response):
                    wrong.append(f"{method} {name} as {who}: {response.status_code} {found}")
    tally.add("headers", cases=number, found=len(wrong))
    assert wrong == [], "\n".join(wrong)
    assert number > 800


class Refusing:
    """Answers with whatever error a test asks for, from inside."""

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        way = request.headers.get("X-Way", "")
        if way == "fault":
            raise RuntimeError(way)
        if way == "too many":
            return errors.too_many(request)
        return self.get_response(request)  # type: ignore[no-any-return]


ERRORS = [
    (400, {"path": "/support/?country=%00"}), (400, {"path": "/", "HTTP_HOST": "elsewhere.example"}),
    (404, {"path": "/nothing/"}),
    (404, {"path": "/static/nothing.js"}),
    (405, {"path": "/terms/", "method": "OPTIONS"}), (403, {"path": "/sign-in/", "method": "POST"}),
    (500, {"path": "/terms/", "HTTP_X_WAY": "fault"}),
    (429, {"path": "/terms/", "HTTP_X_WAY": "too many"}), (301, {"path": "/terms"}),
    (302, {"path": "/today/"}), (303, {"path": "/exit"}),
]  # fmt: skip


@pytest.mark.parametrize(("status", "asked"), ERRORS, ids=lambda v: str(v) if isinstance(v, int) else "")
def test_every_kind_of_error_has_them_too(settings: Any, status: int, asked: dict[str, str]) -> None:
    """ASVS 3.4.3, 3.4.4, 14.3.2, 16.5.1: 400, 403, 404, 405, 429, 500 and redirects."""
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "tests.security.test_headers.Refusing"]
    browser = Client(enforce_csrf_checks=True, raise_request_exception=False)
    words = dict(asked)
    response = browser.generic(words.pop("method", "GET"), words.pop("path"), **words)  # type: ignore[arg-type]
    assert response.status_code == status
    assert wrong_with(response) == []
    assert b"elsewhere.example" not in response.content


def test_files_have_them_too(client: Client) -> None:
    """ASVS 3.4.3, 3.4.4: a static file."""
    assert wrong_with(client.get("/static/kept.css"), static=True) == []


@pytest.mark.parametrize(
    "name", [*EVERYWHERE, "Content-Security-Policy", "Permissions-Policy", "X-Frame-Options", "Cache-Control"]
)
def test_a_header_taken_away_is_noticed(client: Client, name: str) -> None:
    """Seeded: each header, and an exception in the policy."""
    response = client.get("/terms/")
    assert wrong_with(response) == []
    del response[name]
    assert wrong_with(response)
    tally.add("headers", seeded=1, caught=1)


@pytest.mark.parametrize(
    "policy", ["script-src 'self' 'unsafe-inline'", "style-src 'self' 'sha256-x'", "img-src *"]
)
def test_an_exception_in_the_policy_is_noticed(client: Client, policy: str) -> None:
    response = client.get("/terms/")
    response["Content-Security-Policy"] = policy
    assert wrong_with(response)


def test_https_alone_and_for_long(settings: Any) -> None:
    """ASVS 3.4.1, 12.2.1: where the site has https, every answer, errors too, says so for a year with subdomains;
    plain http is sent on."""
    settings.SECURE_HSTS_SECONDS = 31_536_000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = settings.SECURE_SSL_REDIRECT = True
    browser = Client(raise_request_exception=False)
    for path in ("/terms/", "/nothing/", "/support/?country=%00", "/exit", "/today/", "/static/kept.css"):
        response = browser.get(path, secure=True)
        assert response["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload", path
        plain = browser.get(path)
        assert (plain.status_code, plain["Location"][:8]) == (301, "https://"), path


def test_there_is_no_admin() -> None:
    """ASVS 13.4.2, D5: Django's admin is not installed."""
    assert not apps.is_installed("django.contrib.admin")
    for path in (
        "/admin/",
        "/.git/HEAD",
        "/__debug__/",
        "/metrics",
        "/server-status",
        "/manage.py",
        "/static/../manage.py",
        "/kept.sqlite3",
    ):
        assert Client().get(path).status_code == 404, path


@pytest.mark.parametrize(
    "made", [errors.bad_request, errors.forbidden, errors.not_found, errors.too_many, errors.server_error]
)
def test_error_pages_are_fixed(made: Any) -> None:
    """ASVS 16.5.1: two requests that share nothing get the same bytes."""
    one = made(RequestFactory().get("/a/?q=canary"))
    other = made(RequestFactory().post("/b/", {"x": "y"}, headers={"accept-language": "de"}))
    assert one.content == other.content
    assert b"canary" not in one.content


def test_the_sites_own_scripts_have_no_way_to_make_markup() -> None:
    """ASVS 3.4.3, Trusted Types: one policy, in one file; no other sink in a script of ours."""
    sinks = re.compile(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|createPolicy|srcdoc"
    )
    found = {p.name: sinks.findall(p.read_text()) for p in Path("static").glob("*.js")}
    assert {name: hits for name, hits in found.items() if hits} == {"exit.js": ["createPolicy"]}
