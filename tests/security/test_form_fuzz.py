"""Every field of every form × hostile values × three roles: never a server error, never a word of it unescaped.

Forms and fields are read from the rendered pages. The suite sends a seeded sample; KEPT_FUZZ=all (`make security`)
sends everything, KEPT_FUZZ=<seed> another sample. Whoever found a form meets its view, so each field gets each
value by itself; who has no business there is turned away before that, and all fields of a form carry it at once.
"""

import gc
import os
import random
import zlib
from collections import Counter
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.http import HttpRequest, HttpResponse

from accounts.users import zones
from tests.cast import Cast
from tests.conftest import Moved
from tests.security import tally
from tests.security.forms import URLENCODED, Form, World, in_a_way, with_value
from tests.security.nasty import NASTY, WAYS

pytestmark = [pytest.mark.slow, pytest.mark.pure]

WHOLE = os.environ.get("KEPT_FUZZ") == "all"
SEED = os.environ.get("KEPT_FUZZ", "a sample") if not WHOLE else ""
SAMPLE = 2000  # requests in the suite
EACH = 300  # values for each field
SHARDS = range(8 if WHOLE else 1)
# Forms nobody finds on a page, and why.
NO_FORM = {
    "accounts:exit": "a plain link; its POST carries nothing",
    "accounts:demo_sign_in": "stands on a run of one's own machine alone; a button without fields",
    "checkins:hide_chart": "a button under a drawing, which begins with the third evening",
    "checkins:season_page": "stands when a season has ended; see tests/checkins/seasons",
    "mfa_reauthenticate_webauthn": "sent by the browser's own passkey dialogue; see the passkey journey",
}
Case = tuple[Form, tuple[str, ...], str, bytes | None, str]  # form, fields, what is sent, its bytes or None, who


@pytest.fixture
def world(cast: Cast, clock: Moved, monkeypatch: pytest.MonkeyPatch) -> World:
    few = tuple(map(ZoneInfo, ("Europe/Lisbon", "America/New_York", "Asia/Tokyo", "UTC")))
    monkeypatch.setattr(zones, "_each", lambda: few)  # five hundred cost more than the rest of their page
    return World(cast, now=clock.at)


def values_for(what: str) -> list[tuple[str, bytes | None]]:
    """Three hundred of the values, others for each field, and every way of sending one wrongly."""
    return [*random.Random(what).sample(NASTY, EACH), *((way, None) for way in WAYS)]


def everything(forms: list[Form]) -> Iterator[Case]:
    """Each field of a kind of form once, in the hands of who found it; each form once in those of two others."""
    seen: set[Any] = set()
    for form in forms:
        for name, kind in form.kinds:
            if (form.route, name, kind) not in seen:
                seen.add((form.route, name, kind))
                values = values_for(f"{form.route} {name}")
                yield from ((form, (name,), shown, value, form.finder) for shown, value in values)
        fields = tuple(form.fields)
        if fields and (form.route, fields) not in seen:
            seen.add((form.route, fields))
            others = [who for who in ("theo", "", "ana") if who != form.finder][:2]
            values = values_for(f"{form.route} {fields}")
            yield from ((form, fields, shown, value, who) for shown, value in values for who in others)


def sent(world: World, case: Case) -> HttpResponse:
    form, names, shown, value, who = case
    if value is None:
        body, kind = in_a_way(form, names[0], shown)
    else:
        body, kind = with_value(form, names, value), URLENCODED
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
@pytest.mark.minutes(2)
@pytest.mark.parametrize("shard", SHARDS)
def test_no_value_in_any_field_breaks_the_site(world: World, shard: int) -> None:
    """ASVS 1.2.1, 1.2.4, 1.3.7, 2.2.1."""
    forms = world.forms()
    posts = {name for name, _ in world.addresses(method="POST")}
    missed = posts - {form.route for form in forms}
    assert missed == set(NO_FORM), sorted(missed ^ set(NO_FORM))
    chosen = list(everything(forms))
    if WHOLE:
        chosen = [
            case for case in chosen if zlib.crc32(f"{case[0].route} {case[1:3]}".encode()) % len(SHARDS) == shard
        ]
    else:
        # Whoever found the form meets its view: four of five go there.
        drawn = random.Random(SEED)
        inside = [case for case in chosen if case[4] == case[0].finder]
        outside = [case for case in chosen if case[4] != case[0].finder]
        chosen = drawn.sample(inside, SAMPLE * 4 // 5) + drawn.sample(outside, SAMPLE // 5)
    statuses: Counter[int] = Counter()
    broken = []
    gc.freeze()  # the site stays as it is while thousands of requests come and go
    for case in chosen:
        response = sent(world, case)
        statuses[response.status_code] += 1
        if wrong := wrong_with(response, case[3]):
            broken.append(f"{case[0].route} {case[1]} {case[2]!r} as {case[4] or 'nobody'}: {wrong}")
    gc.unfreeze()
    values = sum(len(case[1]) for case in chosen)
    tally.add("form fuzz", cases=values, requests=len(chosen), found=len(broken))
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
        if wrong_with(sent(world, (form, ("name",), shown, value, "ana")), value)
    ]
    assert found
    tally.add("form fuzz", seeded=1, caught=1)
