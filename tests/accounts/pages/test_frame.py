"""The frame around every page: who has which navigation, and how the page looks for them."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.template import Context
from django.template.engine import Engine
from django.test import Client, RequestFactory

from accounts.access import viewer_of
from accounts.couples.models import Membership
from accounts.pages.context import frame
from accounts.users.models import User
from accounts.vault import services as vault
from accounts.vault.models import Owner
from repair.env import BASE_DIR
from tests.cast import Cast

pytestmark = pytest.mark.django_db
TEMPLATES = BASE_DIR / "templates"
Browsers = Callable[..., Client]


def framed(person: User | None, *, at: Any, tab: str = "today") -> str:
    """A page with only its frame, as `person` sees it."""
    request = RequestFactory().get("/")
    request.viewer = viewer_of(person, now=at)  # type: ignore[attr-defined]
    source = '{% extends "base.html" %}{% block tab %}' + tab + "{% endblock %}{% block title %}T{% endblock %}"
    return Engine.get_default().from_string(source).render(Context(frame(request)))


def test_somebody_not_signed_in_has_exits_and_no_navigation(cast: Cast, clock: Any) -> None:
    html = framed(None, at=clock.at)
    assert html.startswith("<!doctype html>")
    assert html.count("data-exit ") == 2
    assert "<nav" not in html
    assert "data-theme" not in html


def test_partner_has_tabs_with_the_page_marked(cast: Cast, clock: Any) -> None:
    html = framed(cast.ana, at=clock.at, tab="plan")
    assert html.count('aria-current="page"') == 1
    assert html.split('aria-current="page"')[1].split("</a>")[0].count("Plan") == 1


def test_a_page_for_one_thing_has_no_tabs(cast: Cast, clock: Any) -> None:
    assert 'class="tabs"' not in framed(cast.ana, at=clock.at, tab="none")


def test_therapist_has_their_own_navigation(cast: Cast, clock: Any) -> None:
    html = framed(cast.theo, at=clock.at, tab="cases")
    assert 'class="tnav sub"' in html
    assert 'class="tabs"' not in html


@pytest.mark.parametrize("state", ["not arrived", "leaving for good"])
def test_no_navigation_before_arriving_or_while_leaving(cast: Cast, clock: Any, state: str) -> None:
    person = cast.una if state == "not arrived" else cast.ana
    if state == "leaving for good":
        person.delete_asked_at = clock.at
    assert "<nav" not in framed(person, at=clock.at)


@pytest.mark.parametrize(("theme", "shown"), [("dark", 'data-theme="dark"'), ("light", 'data-theme="light"')])
def test_theme_is_the_persons_own_and_nobody_elses(cast: Cast, clock: Any, theme: str, shown: str) -> None:
    vault.seal(cast.ana, "settings", {"theme": theme})
    cast.ana.save(update_fields=["settings"])
    assert shown in framed(cast.ana, at=clock.at)
    assert "data-theme" not in framed(cast.ben, at=clock.at)


def test_own_colour_is_that_of_the_own_place(cast: Cast, clock: Any) -> None:
    assert Membership.objects.get(person=cast.ana).slot == "a"
    assert 'data-me="b"' not in framed(cast.ana, at=clock.at)
    assert 'data-me="b"' in framed(cast.ben, at=clock.at)


def test_keys_switched_off_are_off(cast: Cast, clock: Any) -> None:
    assert "data-exit-keys" not in framed(cast.ana, at=clock.at)
    vault.seal(cast.ana, "settings", {"exit_keys": False})
    assert 'data-exit-keys="off"' in framed(cast.ana, at=clock.at)


def test_a_destroyed_key_leaves_the_frame_standing(cast: Cast, clock: Any) -> None:
    vault.destroy_key(Owner.person(cast.ana.pk), now=clock.at)
    assert "</html>" in framed(cast.ana, at=clock.at)


def test_frame_costs_one_query_and_none_once_the_key_is_there(
    cast: Cast, clock: Any, django_assert_num_queries: Any
) -> None:
    request = RequestFactory().get("/")
    request.viewer = viewer_of(cast.ana, now=clock.at)  # type: ignore[attr-defined]
    with django_assert_num_queries(1):
        frame(request)
    with django_assert_num_queries(0):
        frame(request)


def test_a_confirmation_stands_first_and_is_told_aloud(cast: Cast, clock: Any) -> None:
    source = '{% extends "base.html" %}{% block content %}<h1>T</h1>{% endblock %}'
    told = [Message(constants.SUCCESS, "Saved <b>"), Message(constants.INFO, "Also")]
    html = Engine.get_default().from_string(source).render(Context({"messages": told}))
    assert '<div class="note note--ok"><p>Saved &lt;b&gt;</p></div>' in html
    assert '<div class="note"><p>Also</p></div>' in html
    assert html.index('role="status"') < html.index("<h1>")


def test_title_says_when_something_needs_another_look() -> None:
    class Name(forms.Form):
        name = forms.CharField()

    source = '{% extends "base.html" %}{% block title %}Name{% endblock %}'

    def title(form: forms.Form) -> str:
        html = Engine.get_default().from_string(source).render(Context({"form": form, "site_name": "Kept"}))
        return html.split("<title>")[1].split("</title>")[0]

    assert title(Name()) == "Name – Kept"
    assert title(Name({"name": "Ana"})) == "Name – Kept"
    assert title(Name({})) == "Problem: Name – Kept"


# The three forms of a page stand under one name.
_NAMED_BY = {"checked.0": "checked", "checked.1": "checked", "checked.2": "checked"}


def _in_the_title(source: str) -> str:
    """What a page's title asks before it says “Problem:”: its own condition, or the frame's."""
    frame = (TEMPLATES / "base.html").read_text()
    own = re.search(r"{% block problem %}{% if ([^%]+) %}", source) or re.search(
        r"{% block problem %}{% if ([^%]+) %}", frame
    )
    assert own
    return own[1]


@pytest.mark.parametrize(
    "path",
    [p for p in sorted(TEMPLATES.rglob("*.html")) if "{% error_summary" in p.read_text()],
    ids=lambda p: p.name,
)
def test_every_page_with_a_summary_says_so_in_its_title(path: Path) -> None:
    source = path.read_text()
    asked = {word.removesuffix(".errors") for word in _in_the_title(source).split(" or ")}
    for words in re.findall(r"{% error_summary ([^%]+) %}", source):
        given = {word for word in words.split() if "=" not in word}
        assert {_NAMED_BY.get(word, word) for word in given} <= asked


def test_a_refusal_is_in_the_title_too() -> None:
    source = '{% extends "base.html" %}{% block title %}Code{% endblock %}'
    for name in ("refusal", "problem"):
        html = (
            Engine.get_default().from_string(source).render(Context({name: "No such code.", "site_name": "Kept"}))
        )
        assert "<title>Problem: Code – Kept</title>" in html
