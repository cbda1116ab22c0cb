"""Attempts of docs/security/attempts.md that no other test makes as they would be made: by the screens."""

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.couples import services as couples
from accounts.users.models import User
from checkins.progress.models import MarkedEvening
from checkins.prompts.models import Prompt
from repair.management.commands.access_table import routes, rule_of
from tests.cast import Cast
from tests.conftest import Moved
from tests.contract.world import build_world
from tests.security import tally
from tests.security.forms import World

pytestmark = pytest.mark.pure
Answers = dict[tuple[str, str], HttpResponse]


def every_way_in(client: Client, arguments: dict[str, Any], wanted: set[str]) -> Answers:
    """The answer of each route that takes one of the arguments, by each of its methods."""
    found: Answers = {}
    for name, path, view in routes():
        named = {part.partition(">")[0].rpartition(":")[2] for part in path.split("<")[1:]}
        rule = rule_of(view)
        if rule is None or not named & wanted:
            continue
        for method in sorted({"GET", "POST"} & set(rule.methods)):
            address = reverse(name, kwargs={each: arguments[each] for each in named})
            found[name, method] = client.generic(method, address)
    assert found
    return found


def test_the_others_own_things_are_found_by_nobody_else(cast: Cast, clock: Moved, client_of: Any) -> None:
    """Ben puts the ids of Ana’s evening, draft and private evening into every address that takes one."""
    arguments = build_world(cast, now=clock.at)["arguments"]
    answers = every_way_in(client_of(cast.ben), arguments, {"prompt", "draft", "mark"})
    # Taking away is the same answer whatever there is; the row is still there.
    assert answers.pop(("checkins:remove_marked_evening", "POST")).status_code == 302
    assert MarkedEvening.objects.filter(pk=arguments["mark"], author=cast.ana).exists()
    assert {key: a.status_code for key, a in answers.items() if a.status_code != 404} == {}
    assert {a.status_code for a in every_way_in(client_of(cast.ana), arguments, {"draft"}).values()} != {404}


def test_after_leaving_nothing_of_the_couple_opens(cast: Cast, clock: Moved, client_of: Any) -> None:
    """Ana leaves; Ben goes through every address he knew, and Ana through hers: neither reads the other."""
    world = build_world(cast, now=clock.at)
    arguments = world["arguments"]
    before = client_of(cast.ben).get(reverse("checkins:reading", kwargs={"check_in": arguments["check_in"]}))
    assert before.status_code == 200
    couples.leave(person=cast.ana, couple_id=cast.couples["ana"].pk, now=clock.at)
    prompt = Prompt.objects.get(check_in=world["yesterday"], membership__person=cast.ben)
    for person in (cast.ana, cast.ben):
        client = client_of(person)
        for path in (
            "/lines/",
            "/story/",
            "/today/",
            f"/lines/{arguments['line']}/",
            f"/reading/{arguments['check_in']}/",
        ):
            answer = client.get(path)
            assert b"The walk." not in answer.content, path
            assert b"Half an hour after supper" not in answer.content, path
    assert b"The walk." in client_of(cast.ben).get(f"/answers/{prompt.pk}/").content  # one's own stays


@pytest.mark.parametrize("who", ["rae", "xan", "hal"])
def test_after_access_has_ended_no_page_of_the_case_opens(
    cast: Cast, clock: Moved, client_of: Any, who: str
) -> None:
    """One partner ended it, it ran out, or only one ever said yes: every page of the case by its kept address."""
    arguments = build_world(cast, now=clock.at)["arguments"]
    answers = every_way_in(client_of(getattr(cast, who)), arguments, {"case"})
    assert {answer.status_code for answer in answers.values()} == {404}
    assert {a.status_code for a in every_way_in(client_of(cast.theo), arguments, {"case"}).values()} != {404}


def test_a_stolen_session_row_ends_with_signing_out_everywhere(cast: Cast, client_of: Any) -> None:
    """What the table of sessions holds opens the account until its owner signs out elsewhere."""
    own, stolen = Client(), Client()
    for client in (own, stolen):
        client.post("/sign-in/", {"login": cast.ana.email, "password": "correct horse battery"})
    assert stolen.get("/today/").status_code == 200
    own.post("/you/devices/")
    assert stolen.get("/today/").status_code == 302
    assert own.get("/today/").status_code == 200


def let_through(client: Client, forms: list[Any], **headers: str) -> list[str]:
    """Forms that another site could have sent."""
    sent = {form.route: client.post(form.path, {}, **headers).status_code for form in forms}
    return [route for route, status in sent.items() if status != 403]


@pytest.fixture
def guarded(cast: Cast) -> Callable[[], Client]:
    def make() -> Client:
        client = Client(enforce_csrf_checks=True)
        client.force_login(cast.ana)
        return client

    return make


# Open to a press from elsewhere on purpose: they only end something, and say so.
OPEN = {"accounts:exit", "accounts:stop_mail"}


@pytest.mark.slow
def test_no_form_goes_through_from_another_site(cast: Cast, clock: Moved, guarded: Any) -> None:
    """ASVS 3.5.1: every form, without its token, with another’s, and with an Origin of another site."""
    forms = [form for form in World(cast, now=clock.at).forms() if form.route not in OPEN]
    other = {"HTTP_ORIGIN": "https://elsewhere.example"}
    assert let_through(guarded(), forms) == []
    assert let_through(guarded(), forms, **other) == []
    assert let_through(guarded(), forms, HTTP_X_CSRFTOKEN="a" * 64, **other) == []
    tally.add("forged requests", cases=3 * len(forms), found=0)


def test_a_form_without_its_guard_would_be_noticed(cast: Cast, clock: Moved, guarded: Any, settings: Any) -> None:
    """Seeded: the site without the check."""
    settings.MIDDLEWARE = [each for each in settings.MIDDLEWARE if "csrf" not in each]
    form = type("F", (), {"route": "accounts:you", "path": "/you/"})
    assert let_through(guarded(), [form]) == ["accounts:you"]
    tally.add("forged requests", seeded=1, caught=1)


# A therapist's visit is written down; a session keeps its own time; what only counts tries is no row of anybody's.
MAY = {"accounts.Entry", "accounts.Head", "sessions.Session", "usersessions.UserSession", "accounts.CacheRow"}
TABLES = [m for m in apps.get_models() if m._meta.label not in MAY]


def rows() -> dict[str, list[str]]:
    return {m._meta.label: sorted(map(repr, m._base_manager.values_list())) for m in TABLES}


def written_by_looking(world: World) -> list[str]:
    """Addresses at which looking changed a row."""
    found = []
    for who in ("ana", "theo", ""):
        world.cookies(who)
        before = rows()
        for method in ("GET", "HEAD"):
            for name, path in world.addresses():
                after = world.send(who, method, path, keep=rows).kept  # type: ignore[attr-defined]
                if after != before:
                    found.append(f"{method} {name} as {who}")
    return found


@pytest.mark.slow
def test_looking_changes_no_row(cast: Cast, clock: Moved) -> None:
    """ASVS 3.5.3: GET and HEAD of every route leave every row as it was."""
    world = World(cast, now=clock.at)
    assert written_by_looking(world) == []
    tally.add("looking", cases=6 * len(list(world.addresses())), found=0)


class Writing:
    """Seeded: a page that notes who looked."""

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == "/story/" and isinstance(request.user, User):
            User.objects.filter(pk=request.user.pk).update(mail_stopped_at=request.user.date_joined)
        return self.get_response(request)  # type: ignore[no-any-return]


@pytest.mark.slow
def test_a_page_that_writes_would_be_noticed(cast: Cast, clock: Moved, settings: Any) -> None:
    """Seeded fault of the test above."""
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "tests.security.test_attempts.Writing"]
    world = World(cast, now=clock.at)
    world.addresses = lambda: [("checkins:timeline", "/story/"), ("checkins:today", "/today/")]  # type: ignore[method-assign,assignment]
    assert written_by_looking(world) == [
        f"{m} checkins:timeline as {w}" for w in ("ana", "theo") for m in ("GET", "HEAD")
    ]
