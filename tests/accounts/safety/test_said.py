"""The card with numbers, after a save of words that sound like danger or like not wanting to live: shown to their
author in the answer to that save, and leaving nothing behind."""

import logging
import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.access import viewer_of
from accounts.mail.models import Mail
from accounts.safety import saved, wishes
from accounts.users import services as users
from accounts.users.models import User
from checkins.progress.models import MarkedEvening
from checkins.prompts.models import Addition
from repair.management.commands.access_table import routes, rule_of
from repair.plan.models import Agreement, Draft
from tests.cast import Cast
from tests.conftest import Moved
from tests.contract.test_dump_tells_nothing import snapshot
from tests.contract.world import build_world

Browsers = Callable[..., Client]
HARD = "I want to kill myself tonight"
PLAIN = "I want to bake bread tonight."
COMMITMENT = reverse("repair:new", args=["commitment"])
# Made anew for every answer: the token against forged requests, and the id of a line not written yet.
FRESH = re.compile(rb'name="(?:csrfmiddlewaretoken|(?:l\d-|_)?line|line-[^"]*)" value="[^"]*"')
CARD = "accounts/safety/said.html"
assert len(HARD) == len(PLAIN)


def shows_card(response: Any) -> bool:
    return CARD in {template.name for template in getattr(response, "templates", [])}


def posts(world: dict[str, Any], clock: Moved, text: str) -> dict[str, tuple[str, dict[str, Any], str]]:
    """Each way of saving words of one's own: (address, what is sent, where it goes on)."""
    at = world["arguments"]
    on = clock.at.date()
    look = (on + timedelta(days=14)).isoformat()
    line, suggested = uuid.uuid4(), at["line"]
    step = reverse("checkins:step", kwargs={"prompt": at["prompt"], "step": 1})
    boundary = {"what": text, "own_space": "Reading", "know": "We see it", "who": "both", "look_again_on": look}
    reading = reverse("checkins:reading", args=[at["check_in"]])
    entry = uuid.uuid4()
    return {
        "a step": (step, {"good": text}, step.replace("/1/", "/2/")),
        "a step and stop": (step, {"good": text, "stop": "1"}, "/today/"),
        "a line sent": (
            reverse("repair:new", args=["boundary"]),
            {**boundary, "line": str(line), "do": "anyway"},
            reverse("repair:line", args=[line]),
        ),
        "a line kept": (
            reverse("repair:new", args=["boundary"]),
            {"what": text, "line": str(uuid.uuid4()), "do": "keep"},
            reverse("repair:plan"),
        ),
        "a draft": (
            reverse("repair:draft", args=[at["draft"]]),
            {"what": text, "do": "keep"},
            reverse("repair:plan"),
        ),
        "first lines kept": (
            reverse("repair:first_lines"),
            {"l1-what": text, "l1-who": "me", "l1-line": str(uuid.uuid4()), "do": "keep"},
            reverse("repair:plan"),
        ),
        "first lines sent": (
            reverse("repair:first_lines"),
            {"l1-what": text, "l1-who": "me", "l1-line": str(uuid.uuid4()), "do": "anyway"},
            reverse("repair:plan"),
        ),
        "other words": (
            reverse("repair:suggest", args=[suggested]),
            {**boundary, "seen": "1", "do": "anyway"},
            reverse("repair:line", args=[suggested]),
        ),
        "an evening marked": (
            reverse("checkins:mark_evening"),
            {"on": on.isoformat(), "name": "An evening", "words": text, "see": "me"},
            reverse("checkins:timeline"),
        ),
        "a mark changed": (
            reverse("checkins:marked_evening", args=[at["mark"]]),
            {"on": on.isoformat(), "name": text, "words": "", "see": "me"},
            reverse("checkins:timeline"),
        ),
        "an entry of the journal": (
            reverse("checkins:journal_write"),
            {"text": text, "line": str(entry)},
            reverse("checkins:journal_entry", args=[entry]),
        ),
        "an entry changed": (
            reverse("checkins:journal_write"),
            {"text": text, "line": str(at["entry"]), "seen": clock.at.isoformat()},
            reverse("checkins:journal_entry", args=[at["entry"]]),
        ),
        "a topic": (reverse("checkins:topic_new"), {"text": text}, reverse("checkins:talks")),
        "a note for a talk": (
            reverse("checkins:topic", args=[at["topic"]]),
            {"note": text},
            reverse("checkins:topic", args=[at["topic"]]),
        ),
        "what was heard": (reverse("checkins:reply", args=[at["check_in"]]), {"heard": text}, "/today/"),
        "one thing back": (
            reverse("checkins:reply", args=[at["check_in"]]),
            {"heard": "", "back": "understood", "line": text},
            "/today/",
        ),
        "a line added": (reverse("checkins:add", args=[at["check_in"]]), {"later": text}, reading),
    }


def everything() -> list[str]:
    """Every row but the sessions’, as it is stored."""
    models = [model for model in apps.get_models() if model._meta.label != "sessions.Session"]
    return sorted(f"{model._meta.label} {row}" for model in models for row in model._default_manager.values_list())


WAYS = sorted(posts({"arguments": dict.fromkeys(
    ("line", "prompt", "check_in", "draft", "mark", "topic", "entry"), uuid.UUID(int=1))}, Moved(None), ""))  # type: ignore[arg-type]  # fmt: skip


def fields_of(browser: Client, way: str, address: str) -> dict[str, Any]:
    """What the page itself would send along: the marks of a step, which must all be answered or passed."""
    if not way.startswith("a step"):
        return {}
    form = browser.get(address).context["form"]
    feeling = form.fields["feelings"].choices[0][0]
    return {**{name: "4" for name in form.fields if name.startswith("mark-")}, "feelings": [feeling]}


@pytest.mark.parametrize("way", WAYS)
def test_every_save_of_words_may_bring_it_up_and_always_saves(
    cast: Cast, clock: Moved, client_of: Browsers, way: str
) -> None:
    world = build_world(cast, now=clock.at)
    browser = client_of(cast.ana)
    before = everything()
    for text, card in ((PLAIN, False), (HARD, True)):
        with transaction.atomic():
            address, data, onward = posts(world, clock, text)[way]
            response = browser.post(address, {**fields_of(browser, way, address), **data})
            assert shows_card(response) is card, response.content.decode()[-2000:]
            if card:
                assert response.status_code == 200
                assert f'class="btn btn--primary" href="{onward}"' in response.content.decode()
            else:
                assert response["Location"] == onward
            assert everything() != before, "it is saved all the same"
            assert HARD not in browser.get("/today/").content.decode()
            assert not shows_card(browser.get(onward)), "it belongs to the answer to the save alone"
            transaction.set_rollback(True)


@pytest.mark.parametrize("way", WAYS)
def test_it_leaves_nothing_behind(
    cast: Cast, clock: Moved, client_of: Browsers, caplog: pytest.LogCaptureFixture, way: str
) -> None:
    """Database, session, cookies, mail and log are the same as after ordinary words of the same length."""
    caplog.set_level(logging.DEBUG)
    world = build_world(cast, now=clock.at)
    browser = client_of(cast.ana)
    filled = fields_of(browser, way, posts(world, clock, "")[way][0])
    seen, set_cookies = [], []
    for text in (PLAIN, HARD):
        caplog.clear()
        with transaction.atomic():
            address, data, _onward = posts(world, clock, text)[way]
            response = browser.post(address, {**filled, **data})
            session = sorted(key for key in browser.session.keys() if key != "_messages")  # noqa: SIM118
            said = [record for record in caplog.records if record.name != "django.db.backends"]
            records = [(record.name, record.levelname) for record in said]
            seen.append((snapshot(), session, records, Mail.objects.count()))
            set_cookies.append(set(response.cookies))
            transaction.set_rollback(True)
    assert seen[0] == seen[1]
    assert set_cookies[1] <= set_cookies[0], "it sets no cookie that an ordinary answer would not"


def test_switched_off_it_does_not_come(cast: Cast, clock: Moved, client_of: Browsers) -> None:
    browser = client_of(cast.ana)
    browser.post("/you/support/", {"country": "GB"})
    data = {"what": HARD, "line": str(uuid.uuid4()), "do": "keep"}
    assert browser.post(COMMITMENT, data)["Location"] == reverse("repair:plan")
    assert Draft.objects.filter(author=cast.ana).exists()
    assert shows_card(client_of(cast.ben).post(COMMITMENT, {**data, "line": str(uuid.uuid4())}))


def test_it_shows_the_country_kept_and_otherwise_the_way_to_all(
    cast: Cast, clock: Moved, client_of: Browsers
) -> None:
    browser = client_of(cast.ana)

    def page() -> str:
        data = {"what": HARD, "line": str(uuid.uuid4()), "do": "keep"}
        return browser.post(COMMITMENT, data).content.decode()

    plain = page()
    assert "tel:" not in plain
    assert 'href="/support/"' in plain
    browser.post("/you/support/", {"country": "GB", "card": "on"})
    kept = page()
    assert kept.index("tel:999") < kept.index("tel:116123") < kept.index("tel:08082000247")
    for html in (plain, kept):
        assert "No person reads along, nobody is alerted, and nothing about this is stored." in html
        assert "kill" not in html, "the words themselves are not shown again"
        assert "<title>Saved – Kept</title>" in html


def test_alone_it_comes_too(cast: Cast, client_of: Browsers) -> None:
    data = {"what": HARD, "line": str(uuid.uuid4()), "do": "keep"}
    assert shows_card(client_of(cast.sol).post(COMMITMENT, data))


def everything_seen(browser: Client, world: dict[str, Any]) -> dict[str, tuple[int, bytes, list[str]]]:
    """Every page of the site as one person sees it now: status, body without the form’s own token, headers."""
    seen = {}
    for name, path, view in routes():
        rule = rule_of(view)
        if rule is None or "GET" not in rule.methods or name == "accounts:exit":
            continue
        wanted = [part.partition(">")[0].rpartition(":")[2] for part in path.split("<")[1:]]
        answer = browser.get(reverse(name, kwargs={key: world["arguments"][key] for key in wanted}))
        headers = sorted(f"{key}: {value}" for key, value in answer.items() if key != "Set-Cookie")
        seen[name] = (answer.status_code, FRESH.sub(b"", answer.content), headers)
    return seen


@pytest.mark.slow
@pytest.mark.parametrize("viewer", ["ben", "theo"])
def test_neither_the_other_nor_the_therapist_can_tell(
    cast: Cast, clock: Moved, client_of: Browsers, viewer: str
) -> None:
    """She keeps ordinary words, or hard ones that bring up the card, or hard ones with the card switched off. A
    name that changes is seen, so the comparison sees something."""
    world = build_world(cast, now=clock.at)
    hers, theirs = client_of(cast.ana), client_of(getattr(cast, viewer))
    found = []
    for text, off in ((PLAIN, False), (HARD, False), (HARD, True)):
        with transaction.atomic():
            if off:
                hers.post("/you/support/", {"country": "GB"})
            data = {"what": text, "line": str(uuid.UUID(int=7)), "do": "keep", saved.TOLD: "1"}
            assert shows_card(hers.post(COMMITMENT, data)) is (text == HARD and not off)
            found.append(everything_seen(theirs, world))
            transaction.set_rollback(True)
    users.change_about(viewer=viewer_of(cast.ana, now=clock.at), name="Anna", time_zone=cast.ana.time_zone,
                       quiet=None, now=clock.at)  # fmt: skip
    assert everything_seen(theirs, world) != found[0]
    assert len(found[0]) > 60
    for other in found[1:]:
        assert [name for name in found[0] if found[0][name] != other[name]] == []


class TestToldOnce:
    """Before the first writing, once: what may become of shared words."""

    SAID = "What you share here the other can print, and a court may ask for it."

    def test_it_stands_on_the_pages_for_writing_until_something_was_saved_there(
        self, cast: Cast, client_of: Browsers
    ) -> None:
        browser = client_of(cast.ana)
        for page in self.pages():
            assert browser.get(page).content.decode().count(self.SAID) == 1, page
            assert browser.get(page).content.decode().count(self.SAID) == 1, "looking changes nothing"
        data = {"what": "Bread", "line": str(uuid.uuid4()), "do": "keep", saved.TOLD: "1"}
        browser.post(COMMITMENT, data)
        for page in self.pages():
            assert self.SAID not in browser.get(page).content.decode(), page
            assert self.SAID in client_of(cast.ben).get(page).content.decode(), "each is told for themself"

    def test_a_save_of_a_page_that_did_not_say_it_does_not_count(
        self, cast: Cast, clock: Moved, client_of: Browsers
    ) -> None:
        browser = client_of(cast.ana)
        browser.post(COMMITMENT, {"what": "Bread", "line": str(uuid.uuid4()), "do": "keep"})
        assert not wishes.wishes_of(viewer_of(User.objects.get(pk=cast.ana.pk), now=clock.at)).told_sharing

    def test_it_is_carried_through_the_mirror(self, cast: Cast, client_of: Browsers) -> None:
        data = {"what": "You give me your password", "who": "you", "line": str(uuid.uuid4()), saved.TOLD: "1"}
        look = {"look_again_on": "2026-10-01", "do": "send"}
        page = client_of(cast.ana).post(COMMITMENT, {**data, **look}).content.decode()
        assert '<input type="hidden" name="told" value="1">' in page
        assert not Agreement.objects.filter(pk=data["line"]).exists()

    def test_words_of_the_week_and_replies_say_it_too(self, cast: Cast, clock: Moved, client_of: Browsers) -> None:
        world = build_world(cast, now=clock.at)
        page = reverse("checkins:reading", args=[world["arguments"]["check_in"]])
        browser = client_of(cast.ana)
        browser.post(reverse("checkins:choose", args=[world["arguments"]["check_in"]]), {"choice": "now"})
        assert self.SAID in browser.get(page).content.decode()
        assert not MarkedEvening.objects.filter(author=cast.ben).exists()
        assert not Addition.objects.exists()

    def pages(self) -> list[str]:
        return [
            reverse("repair:new", args=["commitment"]),
            reverse("repair:first_lines"),
            reverse("checkins:mark_evening"),
        ]
