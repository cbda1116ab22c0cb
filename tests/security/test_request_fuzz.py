"""Headers and ids that no browser sends: no server error, no redirect to elsewhere, no other rights."""

import random
from collections import Counter
from typing import Any
from urllib.parse import quote_from_bytes

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from repair.management.commands.access_table import routes, rule_of
from tests.cast import Cast
from tests.conftest import Moved
from tests.security import tally
from tests.security.forms import World
from tests.security.nasty import NASTY
from tests.security.test_form_fuzz import WHOLE

pytestmark = [pytest.mark.slow, pytest.mark.pure]

HEADERS = (
    "HTTP_HOST", "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_FORWARDED_PORT", "HTTP_FORWARDED",
    "HTTP_X_REAL_IP", "HTTP_X_ORIGINAL_URL", "HTTP_X_REWRITE_URL", "HTTP_X_HTTP_METHOD_OVERRIDE",
    "HTTP_ACCEPT_LANGUAGE", "HTTP_ACCEPT",
    "HTTP_ACCEPT_ENCODING", "HTTP_HX_REQUEST", "HTTP_HX_TARGET", "HTTP_HX_CURRENT_URL",
    "HTTP_HX_HISTORY_RESTORE_REQUEST", "HTTP_ORIGIN",
    "HTTP_REFERER", "HTTP_COOKIE", "HTTP_USER_AGENT", "HTTP_AUTHORIZATION", "HTTP_IF_MODIFIED_SINCE",
    "HTTP_IF_NONE_MATCH", "HTTP_RANGE",
    "HTTP_SEC_FETCH_SITE", "HTTP_X_REQUESTED_WITH", "HTTP_X_CSRFTOKEN", "REMOTE_ADDR", "QUERY_STRING",
)  # fmt: skip
PATHS = (
    ("", "/"),
    ("ana", "/today/"),
    ("ana", "/story/"),
    ("", "/sign-in/"),
    ("ana", "/exit"),
    ("ana", "/you/settings/"),
)
TELLING = {
    "HTTP_COOKIE": "s={0}; c={0}; l={0}",
    "HTTP_REFERER": "http://testserver/{0}",
    "HTTP_ORIGIN": "http://{0}",
}
GOOD = {200, 301, 302, 303, 304, 400, 403, 404, 405, 413, 422}


@pytest.fixture
def world(cast: Cast, clock: Moved) -> World:
    return World(cast, now=clock.at)


def latin(value: bytes) -> str:
    """A header as a server hands it on: one letter per byte, without line breaks, which end a header."""
    return value.decode("latin-1").replace("\r", "").replace("\n", "")[:8000]


def leads_elsewhere(response: HttpResponse) -> bool:
    to = response.get("Location", "")
    return (
        bool(to) and not (to.startswith("/") and not to.startswith("//")) and not to.startswith(settings.EXIT_URL)
    )


@pytest.mark.parametrize("header", HEADERS)
def test_no_header_breaks_a_page_or_leads_elsewhere(world: World, header: str) -> None:
    """ASVS 3.7.2."""
    drawn = random.Random(header)
    values = [
        *drawn.sample(NASTY, 200 if WHOLE else 10),
        ("elsewhere", b"elsewhere.example"),
        ("admin", b"127.0.0.1"),
        ("post", b"DELETE"),
    ]
    found, statuses = [], Counter[int]()
    for shown, value in values:
        who, path = drawn.choice(PATHS)
        method = drawn.choice(("GET", "GET", "POST"))
        text = TELLING.get(header, "{0}").replace("{0}", latin(value))
        body = b"x=1" if method == "POST" else b""
        response = world.send(who, method, path, body, **{header: text})
        statuses[response.status_code] += 1
        if (
            response.status_code not in GOOD
            or leads_elsewhere(response)
            or b"elsewhere.example" in response.content
        ):
            found.append(
                f"{header}: {shown!r} on {method} {path}: {response.status_code} {response.get('Location', '')}"
            )
    tally.add("header fuzz", cases=len(values), requests=len(values), found=len(found))
    assert found == []


def test_headers_give_nobody_more(world: World) -> None:
    """What other software takes for rights, addresses or methods changes no answer. ASVS 4.1.3."""
    claims = {"HTTP_X_ORIGINAL_URL": "/today/", "HTTP_X_REWRITE_URL": "/today/",
        "HTTP_X_HTTP_METHOD_OVERRIDE": "DELETE", "HTTP_X_FORWARDED_HOST": "elsewhere.example",
              "HTTP_X_FORWARDED_FOR": "127.0.0.1", "HTTP_HX_REQUEST": "true",
              "HTTP_AUTHORIZATION": "Basic YTph", "HTTP_X_REQUESTED_WITH": "XMLHttpRequest"}  # fmt: skip
    for who, path in (
        ("", "/today/"),
        ("cleo", f"/lines/{world.arguments['line']}/"),
        ("rae", f"/cases/{world.arguments['case']}/"),
        ("", "/"),
    ):
        plain = world.send(who, "GET", path)
        for header, value in claims.items():
            claimed = world.send(who, "GET", path, **{header: value})
            assert (claimed.status_code, claimed.content, claimed.get("Location")) == (
                plain.status_code,
                plain.content,
                plain.get("Location"),
            ), header


IDS = {
    "uuid": [
        b"00000000-0000-0000-0000-000000000000",
        b"ffffffff-ffff-4fff-bfff-ffffffffffff",
        b"00000000-0000-0000-0000-00000000000",
        b"%00",
        b"..",
        b"1",
    ],
    "int": [b"0", b"-1", b"99999999999999999999", b"9" * 4400, b"1.0", b"%D9%A1", b"%00", b"999"],
    "str": [
        b"x",
        b"%00",
        b"%FF",
        b"%ED%A0%80",
        b"a" * 5000,
        b"%0d%0aX:y",
        b"..%2f..%2fetc",
        b"%F0%9F%98%80",
        b"{{7*7}}",
        b"%27%20OR%201=1",
    ],
}


# Here every id that opens nothing is answered with the one page that stands before anything is open.
CONSTANT = {"repair:practice_read": b"Nothing is open here"}


def hostile(kind: str, *, route: str) -> list[str]:
    """Ids for one argument, as they stand in an address: those above, and in the whole fuzz forty more."""
    more = random.Random(route).sample(NASTY, 40 if WHOLE else 3)
    own = [value.decode() for value in IDS.get(kind, IDS["str"])]
    return [*own, *(quote_from_bytes(value[:2000], safe="") for _, value in more)]


def wrong_ids(world: World, only: str = "") -> tuple[int, list[str]]:
    """(requests, what is wrong): every route with an argument, or one, × hostile ids × methods, as its owner, a
    therapist and nobody."""
    found, number = [], 0
    arguments = {name: str(value) for name, value in world.arguments.items()}
    for name, path, view in routes():
        rule = rule_of(view)
        assert rule is not None
        for part in path.split("<")[1:] if only in {"", name} else []:
            kind, _, argument = part.partition(">")[0].rpartition(":")
            for value in hostile(kind or "str", route=name):
                address = "/" + path
                for other in path.split("<")[1:]:
                    whole = other.partition(">")[0]
                    own = value if whole.endswith(":" + argument) else arguments[whole.rpartition(":")[2]]
                    address = address.replace(f"<{whole}>", own)
                for who in ("ana", "theo", ""):
                    for method in sorted({"GET", "POST"} & set(rule.methods)):
                        number += 1
                        response = world.send(who, method, address)
                        status = response.status_code
                        if name in CONSTANT and status == 200 and CONSTANT[name] in response.content:
                            continue
                        allowed = (
                            {200, 302, 303, 400, 404, 405, 422} if rule.who == "public" else {301, 302, 400, 404}
                        )
                        if status not in allowed:
                            found.append(f"{method} {name} {value[:30]!r} as {who}: {status}")
    return number, found


@pytest.mark.timeout(1800)
def test_no_id_breaks_an_address_or_is_found(world: World) -> None:
    number, found = wrong_ids(world)
    tally.add("id fuzz", cases=number, requests=number, found=len(found))
    assert found == []
    assert number > 400


class Trusting:
    """Seeded: a site that takes an id for a number of eight bytes, or for one of the viewer’s own."""

    way = ""

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        for part in request.path.split("/"):
            if self.way == "breaks" and part.isdigit():
                int(part[:4000]).to_bytes(8)
        response = self.get_response(request)
        finds = self.way == "finds" and response.status_code == 404 and request.path.startswith("/lines/")
        return HttpResponse("Here it is.") if finds else response


@pytest.mark.parametrize("way", ["breaks", "finds"])
def test_an_id_taken_on_trust_is_found(
    world: World, settings: Any, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "tests.security.test_request_fuzz.Trusting"]
    monkeypatch.setattr(Trusting, "way", way)
    _, found = wrong_ids(world, only="repair:line" if way == "finds" else "mfa_remove_webauthn")
    tally.add("id fuzz", seeded=1, caught=int(bool(found)))
    assert found


class Fragile:
    """Seeded: a site that builds addresses from the host a request claims, and trusts a header’s number."""

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if "x-forwarded-host" in request.headers and "Location" in response:
            response["Location"] = "http://" + "elsewhere.example/"
        if request.META.get("HTTP_RANGE"):
            return HttpResponse(status=500)
        return response


@pytest.mark.parametrize("header", ["HTTP_RANGE", "HTTP_X_FORWARDED_HOST"])
def test_a_seeded_fault_is_found(world: World, settings: Any, header: str) -> None:
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "tests.security.test_request_fuzz.Fragile"]
    response = world.send("", "GET", "/today/", **{header: "elsewhere.example"})
    assert response.status_code not in GOOD or leads_elsewhere(response)
    tally.add("header fuzz", seeded=1, caught=1)
