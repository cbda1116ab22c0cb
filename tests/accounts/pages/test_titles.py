"""Titles and addresses stand in a browser's history, where anybody may read them."""

import re

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db

PUBLIC = [
    "/", "/not-for/", "/terms/", "/privacy/", "/how-it-works/", "/support/", "/support/?country=GB",
    "/support/own/", "/support/here/", "/think/", "/think/?on=leave", "/limits/", "/nothing/",
]  # fmt: skip
LEXICON = re.compile(
    r"affair|betray|cheat|infidel|trust|repair|couple|partner|marriage|therap|boundar|check-?in|secret|abuse|"
    r"violen|suicid|safety|divorce",
    re.IGNORECASE,
)


def title(client: Client, path: str) -> str:
    return re.search(r"<title>(.*?)</title>", client.get(path).content.decode(), re.DOTALL)[1]  # type: ignore[index]


@pytest.mark.parametrize("path", PUBLIC)
def test_title_and_address_say_nothing(client: Client, path: str) -> None:
    found = title(client, path)
    assert found.endswith(" – Kept")
    assert len(found) > len(" – Kept")
    assert not LEXICON.search(found)
    assert not LEXICON.search(path)


def test_titles_are_distinct(client: Client) -> None:
    found = [title(client, path) for path in PUBLIC if "?" not in path]
    assert len(set(found)) == len(found)
