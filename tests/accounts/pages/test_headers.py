"""The same headers on every kind of answer."""

import re
from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.test import Client

from tests.cast import Cast

pytestmark = pytest.mark.django_db
Browsers = Callable[..., Client]

ANSWERS = {
    "a page": ("GET", "/terms/", 200),
    "the start page": ("GET", "/", 200),
    "a redirect to sign in": ("GET", "/before/", 302),
    "a redirect to the slash": ("GET", "/terms", 301),
    "nothing there": ("GET", "/nothing/", 404),
    "a missing static file": ("GET", "/static/nothing.css", 404),
    "a method that is none": ("DELETE", "/terms/", 405),
    "not understood": ("GET", "/support/?country=%00", 400),
    "the exit": ("GET", "/exit", 303),
    "a static file": ("GET", "/static/blank.svg", 200),
}
EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow",
}
STRICT = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "font-src": "'self'",
    "img-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}


def policy(response: HttpResponse) -> dict[str, str]:
    parts = (part.strip().split(" ", 1) for part in response["Content-Security-Policy"].split(";"))
    return {name: rest[0] if rest else "" for name, *rest in parts}


@pytest.mark.parametrize("kind", ANSWERS)
def test_every_kind_of_answer(client: Client, kind: str) -> None:
    method, path, status = ANSWERS[kind]
    response = client.generic(method, path)
    assert response.status_code == status
    for name, value in EVERYWHERE.items():
        if name == "X-Frame-Options" and path.startswith("/static/") and status == 200:
            continue  # files are no pages; their policy forbids framing anyway
        assert response.get(name) == value, name
    assert policy(response).items() >= STRICT.items()
    assert "unsafe" not in response["Content-Security-Policy"]
    assert response["Permissions-Policy"]
    assert (response["Cache-Control"] == "no-store") is (kind != "a static file")


def test_signed_in_pages_are_never_kept(cast: Cast, client_of: Browsers) -> None:
    response = client_of(cast.ana).get("/before/")
    assert response["Cache-Control"] == "no-store"
    assert "ETag" not in response
    assert "Last-Modified" not in response


@pytest.mark.parametrize("path", ["/", "/terms/", "/privacy/", "/support/", "/think/", "/nothing/"])
def test_no_script_style_or_address_of_others_in_the_page(client: Client, path: str) -> None:
    """ASVS 3.6.1."""
    html = client.get(path).content.decode()
    assert not re.search(r"<script(?![^>]*\bsrc=\"/static/)", html)
    assert "<style" not in html
    assert not re.search(r"\sstyle=", html)
    assert not re.search(r"\son[a-z]+=", html)
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", html)


def test_public_pages_set_no_cookie(client: Client) -> None:
    for path in ["/", "/not-for/", "/terms/", "/privacy/", "/how-it-works/", "/support/", "/think/", "/limits/"]:
        assert not client.get(path).cookies, path
