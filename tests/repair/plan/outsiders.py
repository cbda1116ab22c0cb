"""Who does not get in, for every page about a line of Ana and Ben."""

from collections.abc import Callable

from django.test import Client

from tests.cast import Cast

# Somebody else's line is a 404 for whoever has an active couple or none; who cools off or rests sees that page,
# the same for every address.
NOT_FOUND = ["cleo", "kit", "sol", "theo", "hal", "stan", "sue"]
STANDS_IN = ["cora", "cal", "rita", "rob", "eve"]


def assert_only_partners(
    client_of: Callable[..., Client], cast: Cast, url: str, *, method: str = "get", always: bool = False
) -> None:
    """Outsiders get 404, nobody signed in is sent to sign in, a resting or cooling couple gets its own page.
    `always`: a page that is there while a plan rests as well, so that somebody else's line is a 404 to all."""
    for name in [*NOT_FOUND, *(STANDS_IN if always else [])]:
        answer = getattr(client_of(getattr(cast, name)), method)(url)
        assert answer.status_code == 404, (name, answer.status_code)
    for name in [] if always else STANDS_IN:
        answer = getattr(client_of(getattr(cast, name)), method)(url)
        assert answer.status_code == 200, (name, answer.status_code)
        assert b"morning coffee" not in answer.content, name
    answer = getattr(client_of(None), method)(url)
    assert answer.status_code == 302, "nobody signed in is sent to sign in"


def assert_refuses(client: Client, url: str, *methods: str) -> None:
    """Methods a page does not know get 405."""
    for method in methods:
        assert getattr(client, method)(url).status_code == 405, method
