"""Rule 1, non-interference: what others observe does not depend on what only Ana may know.

Two worlds differ in one secret of Ana. Every route is visited by every other viewer in both; status, headers,
bytes, the shape of the queries and the mails set off must be equal. Three seeded leaks show that it bites.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client

from checkins.prompts.models import AnswerSheet
from repair.plan import holdings
from repair.plan.models import StepOut
from repair.plan.ways_out import WaysOut
from tests.cast import Cast
from tests.conftest import Moved
from tests.contract.secrets_of_ana import SECRETS, Secret
from tests.contract.visiting import Seen, visit, visits
from tests.contract.world import build_world

VIEWERS = ("ben", "theo", "cleo")


def observe(client: Client, world: dict[str, Any]) -> dict[tuple[str, str], Seen]:
    """Every route once."""
    return {(name, method): visit(client, method, url) for name, method, url in visits(world["arguments"])}


def told_apart(
    cast: Cast, world: dict[str, Any], secret: Secret, client: Client, now: Any
) -> list[tuple[int, str, str, list[str]]]:
    """Where the secret's worlds differ for this viewer, its openings aside: (world, route, method, parts)."""
    found = []
    first: dict[tuple[str, str], Seen] = {}
    for number, apply in enumerate(secret.worlds):
        with transaction.atomic():
            apply(cast, world, now)
            seen = observe(client, world)
            transaction.set_rollback(True)
        first = first or seen
        found += [
            (number, *route, first[route].differs(seen[route]))
            for route in seen
            if first[route].differs(seen[route])
        ]
    return [entry for entry in found if entry[1:] not in secret.openings]


@pytest.mark.slow
@pytest.mark.parametrize("viewer", VIEWERS)
@pytest.mark.parametrize("secret", SECRETS, ids=lambda s: s.name)
def test_nobody_else_can_tell(
    cast: Cast, clock: Moved, client_of: Callable[..., Client], secret: Secret, viewer: str
) -> None:
    world = build_world(cast, now=clock.at)
    client = client_of(getattr(cast, viewer))
    assert told_apart(cast, world, secret, client, clock.at) == []


class Leak:
    """A middleware that leaks whether Ana has answered tonight. Which way is set by a test."""

    way = ""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        sheets = AnswerSheet.objects.filter(author__email="ana@mail.example").count() if self.way else 0
        if self.way == "a badge in the page" and response.get("Content-Type", "").startswith("text/html"):
            response.content += b"<!-- %d -->" % sheets
        if self.way == "an ETag":
            response["ETag"] = f'"{sheets}"'
        if self.way == "one more query" and sheets > 1:
            AnswerSheet.objects.exists()
        return response


@pytest.mark.slow
@pytest.mark.parametrize("way", ["a badge in the page", "an ETag", "one more query"])
def test_a_seeded_leak_is_caught(
    cast: Cast,
    clock: Moved,
    client_of: Callable[..., Client],
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    way: str,
) -> None:
    world = build_world(cast, now=clock.at)
    client = client_of(cast.ben)
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "tests.contract.test_two_worlds.Leak"]
    monkeypatch.setattr(Leak, "way", way)
    answered = next(s for s in SECRETS if s.name.startswith("whether she answered"))
    assert told_apart(cast, world, answered, client, clock.at) != []


@pytest.mark.slow
@pytest.mark.parametrize("secret", [s for s in SECRETS if "stepped out" in s.name], ids=lambda s: s.name)
def test_a_step_out_that_everybody_sees_is_caught(
    cast: Cast,
    clock: Moved,
    client_of: Callable[..., Client],
    monkeypatch: pytest.MonkeyPatch,
    secret: Secret,
) -> None:
    """Seeded: the page of the signed lines shows what anybody stepped out of, not the viewer’s own alone."""
    world = build_world(cast, now=clock.at)

    def everybodys(viewer: Any, couple_id: Any, signed: list[Any]) -> WaysOut:
        out = set(StepOut.objects.values_list("agreement_id", flat=True))
        return WaysOut(stepped_out=frozenset(w.version.pk for w in signed if w.version.agreement_id in out))

    monkeypatch.setattr(holdings, "ways_out", everybodys)
    found = told_apart(cast, world, secret, client_of(cast.ben), clock.at)
    assert ("accounts:closed_plan", "GET") in {(route, method) for _, route, method, _ in found}
