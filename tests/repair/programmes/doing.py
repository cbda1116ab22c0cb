"""What tests do with practices: fill the pages in, finish, share."""

import re
from typing import Any
from uuid import UUID

from django.test import Client

from accounts.access import Viewer, viewer_of
from accounts.users.models import User
from repair.programmes import content, pieces
from repair.programmes.practice_shapes import Item

FIRST = {"happened": "It was a Tuesday.", "need": "An hour on Sundays", "acts-0": "Tea", "acts-1": "A walk"}
SECOND = {"kinds": ["one"], "sure": "5", "believe": "70", "by": "2026-12-24"}
THIRD = {"felt": ["calm"], "cards-late": "grey", "cards-loan": "unbearable", "slept": ["sleep"]}


def url(slug: str, number: int) -> str:
    """The address of one page of a practice."""
    return f"/practices/{slug}/{number}/"


def do_everything(browser: Client, **changes: str) -> UUID:
    """Fill in the practice with one of each; returns the piece."""
    for number, data in enumerate((FIRST, SECOND, THIRD), 1):
        answer = browser.post(url("everything", number), {**data, **changes, "_anyway": "1"})
        assert answer.status_code == 302, answer.content.decode()
    return UUID(answer.url.split("/")[-2])


def answer_to(item: Item) -> Any:
    """Some answer to an item, as it is kept."""
    first = item.options[0].slug if item.options else ""
    several = [first] if item.many or item.type == "ticks" else first
    return {
        "words": "Words.", "line": "A line", "list": ["One", "Two"][: item.most], "pick": several,
        "ticks": several, "mark": 4, "percent": 50, "date": "2026-12-24", "feelings": [content.feelings()[0].slug],
        "sort": {card.slug: item.piles[0].slug for card in item.cards},
    }[item.type]  # fmt: skip


def viewer(person: User, *, now: Any) -> Viewer:
    """A person as a request would resolve them."""
    return viewer_of(User.objects.get(pk=person.pk), now=now)


def done(person: User, slug: str, *, now: Any, **answers: Any) -> UUID:
    """A finished piece of a practice, made by the verbs."""
    practice, me = content.practice(slug), viewer(person, now=now)
    values = {item.name: answer_to(item) for item in practice.items} | answers
    own = pieces.keep(viewer=me, practice=practice, values=values, now=now)
    return pieces.finish(viewer=me, piece=own.row.pk).row.pk


def shared(person: User, slug: str, *, now: Any, **answers: Any) -> UUID:
    """The same, and shared."""
    piece = done(person, slug, now=now, **answers)
    pieces.share(viewer=viewer(person, now=now), piece=piece, now=now)
    return piece


def read_of(browser: Client, slug: str, number: int = 1) -> str:
    """The address of what is open of a practice, the first that opened being 1; where it is not, of nothing."""
    page = browser.get(f"/practices/{slug}/").content.decode()
    found = re.findall(rf"/practices/{slug}/read/[0-9a-f-]+/", page)
    return found[-number] if len(found) >= number else f"/practices/{slug}/read/{UUID(int=0)}/"


def reading(slug: str, piece: UUID) -> str:
    """The address at which the other reads a piece."""
    return f"/practices/{slug}/read/{piece}/"
