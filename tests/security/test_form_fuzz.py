"""Every field of every form × hostile values × three roles: never a server error, never a word of it unescaped.

Forms and fields are read from the rendered pages. The suite sends a seeded sample; KEPT_FUZZ=all (`make security`)
sends everything, KEPT_FUZZ=<seed> another sample.
"""

import os
import random
import zlib
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse

from tests.cast import Cast
from tests.conftest import Moved
from tests.security import tally
from tests.security.forms import URLENCODED, Form, World, in_a_way, with_value
from tests.security.nasty import NASTY, WAYS

pytestmark = [pytest.mark.slow, pytest.mark.pure]

WHOLE = os.environ.get("KEPT_FUZZ") == "all"
SEED = os.environ.get("KEPT_FUZZ", "a sample") if not WHOLE else ""
SAMPLE = 2000  # requests in the suite
SHARDS = range(12 if WHOLE else 1)
# Forms nobody finds on a page, and why.
NO_FORM = {
    "accounts:exit": "a plain link; its POST carries nothing",
    "accounts:demo_sign_in": "stands on a run of one's own machine alone; a button without fields",
    "mfa_reauthenticate_webauthn": "sent by the browser's own passkey dialogue; see the passkey journey",
}
Case = tuple[Form, str, str, bytes, str]  # form, field, what is sent, body, content type


@pytest.fixture
def world(cast: Cast, clock: Moved) -> World:
    return World(cast, now=clock.at)


def cases(forms: list[Form]) -> Iterator[tuple[Form, str, str, Any]]:
    """(form, field, name of the value, value or None for a way); each field of a kind of form once."""
    seen = set()
    for form in forms:
        for name, kind in form.kinds:
            key = (form.route, name, kind, tuple(field for field, _ in form.kinds if field.startswith(name[:3])))
            if key in seen:
                continue
            seen.add(key)
            for shown, value in [*NASTY, *((way, None) for way in WAYS)]:
                yield form, name, shown, value


def roles(form: Form) -> tuple[str, str, str]:
    """Three who send it: whoever found it, and two who have no business there."""
    others = [who for who in ("theo", "", "ana") if who != form.finder]
    return form.finder, others[0], others[1]


def sent(world: World, form: Form, name: str, shown: str, value: bytes | None, who: str) -> HttpResponse:
    body, kind = (with_value(form, name, value), URLENCODED) if value is not None else in_a_way(form, name, shown)
    return world.send(who, "POST", form.path, body, kind)


def wrong_with(response: HttpResponse, value: bytes | None) -> str:
    """What must not be: a server error; markup that was typed, given back as markup."""
    if response.status_code >= 500:
        return f"status {response.status_code}"
    html = response.get("Content-Type", "").startswith("text/html")
    if (
        html
        and value is not None
        and b"<" in value
        and len(value) > 5
        and value in response.content.replace(b"<!--[", b"")
    ):
        return "given back as markup" if value not in {b"</textarea>", b"<!--"} else ""
    return ""


def test_there_are_more_than_three_hundred_values_and_all_differ() -> None:
    assert len({value for _, value in NASTY}) == len(NASTY) > 300


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("shard", SHARDS)
def test_no_value_in_any_field_breaks_the_site(world: World, shard: int) -> None:
    """ASVS 1.2.1, 1.2.4, 1.3.7, 2.2.1."""
    forms = world.forms()
    posts = {name for name, _ in world.addresses(method="POST")}
    missed = posts - {form.route for form in forms}
    assert missed == set(NO_FORM), sorted(missed ^ set(NO_FORM))
    everything = [(*case, who) for case in cases(forms) for who in roles(case[0])]
    if WHOLE:
        chosen = [
            case for case in everything if zlib.crc32(f"{case[0].route} {case[1]}".encode()) % len(SHARDS) == shard
        ]
    else:
        # Whoever found the form meets its view: four of five go there.
        drawn = random.Random(SEED)
        inside = [case for case in everything if case[4] == case[0].finder]
        outside = [case for case in everything if case[4] != case[0].finder]
        chosen = drawn.sample(inside, SAMPLE * 4 // 5) + drawn.sample(outside, SAMPLE // 5)
    statuses: Counter[int] = Counter()
    broken = []
    for form, name, shown, value, who in chosen:
        response = sent(world, form, name, shown, value, who)
        statuses[response.status_code] += 1
        if wrong := wrong_with(response, value):
            broken.append(f"{form.route} {name} {shown!r} as {who or 'nobody'}: {wrong}")
    tally.add("form fuzz", cases=len(chosen), found=len(broken), fields=len({(c[0].route, c[1]) for c in chosen}))
    assert broken == []
    assert set(statuses) <= {200, 302, 303, 400, 404, 405, 409, 422, 429}
    assert {200, 302, 400, 404, 422} <= set(statuses) or WHOLE


class Fragile:
    """Seeded: a site that breaks at one value, and one that gives markup back as it came."""

    way = ""

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        typed = request.POST.get("name", "")
        if self.way == "breaks" and typed.isdigit():
            int(typed).to_bytes(8)
        response = self.get_response(request)
        if self.way == "echoes" and typed:
            response.content += typed.encode()
        return response


@pytest.mark.parametrize("way", ["breaks", "echoes"])
def test_a_seeded_fault_is_found(world: World, settings: Any, monkeypatch: pytest.MonkeyPatch, way: str) -> None:
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "tests.security.test_form_fuzz.Fragile"]
    monkeypatch.setattr(Fragile, "way", way)
    form = Form("accounts:settings", "/you/settings/", "ana", (("name", "text"),), (("zone", b"Europe/Lisbon"),))
    found = [
        shown
        for shown, value in [pair for pair in NASTY if pair[1][:1] in b"<9"]
        if wrong_with(sent(world, form, "name", shown, value, "ana"), value)
    ]
    assert found
    tally.add("form fuzz", seeded=1, caught=1)
