"""Visiting pages as somebody, inside a transaction that is rolled back, and keeping all that can be observed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.mail.models import Mail
from repair.management.commands.access_table import routes, rule_of
from tests.contract.actors import letter

# Made anew for every answer: the token against forged requests, and the id that a form for a new line carries.
_TOKEN = re.compile(rb'name="(?:csrfmiddlewaretoken|(?:l\d-)?line)" value="[^"]*"')
_LITERAL = re.compile(r"'(?:[^']|'')*'|X'[0-9A-F]*'|\b\d+(?:\.\d+)?\b|\\x[0-9a-f]+")
_SAVEPOINT = re.compile(r"SAVEPOINT \S+")


@dataclass(frozen=True)
class Seen:
    """All that a viewer can observe of one answer, and what it set off."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    queries: tuple[str, ...]
    mails: tuple[tuple[str, str], ...]
    letter: str  # the kind of answer, see tests.contract.actors

    def differs(self, other: "Seen") -> list[str]:
        """The parts in which two observations differ."""
        return [part for part in self.__dataclass_fields__ if getattr(self, part) != getattr(other, part)]


def visit(client: Client, method: str, path: str, **data: Any) -> Seen:
    """One request, rolled back afterwards; a cookie that the answer took away is given back."""
    cookies = {name: morsel.OutputString() for name, morsel in client.cookies.items()}
    cache.clear()  # rate limits count every visit, also those of the other world
    with transaction.atomic():
        before = set(Mail.objects.values_list("pk", flat=True))
        with CaptureQueriesContext(connection) as captured:
            response = client.generic(method, path) if not data else getattr(client, method.lower())(path, data)
        new = Mail.objects.exclude(pk__in=before).order_by("kind", "address")
        mails = tuple(new.values_list("kind", "address"))
        transaction.set_rollback(True)
    client.cookies.clear()
    for kept in cookies.values():
        client.cookies.load(kept)
    body = response.content if not response.streaming else b"".join(response.streaming_content)
    return Seen(
        status=response.status_code,
        headers=tuple(sorted((k, v) for k, v in response.items() if k != "Set-Cookie")),
        body=_TOKEN.sub(b"", body),
        queries=tuple(_fingerprint(q["sql"]) for q in captured.captured_queries),
        mails=mails,
        letter=letter(response),
    )


def _fingerprint(sql: str) -> str:
    """A query without its values: which table was asked, in which shape."""
    return _SAVEPOINT.sub("SAVEPOINT", _LITERAL.sub("?", sql))


def visits(arguments: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """(name, method, path) of every route of the site. Raises KeyError for an argument nobody gave."""
    for name, path, view in routes():
        rule = rule_of(view)
        assert rule is not None, name
        wanted = [part.partition(">")[0].rpartition(":")[2] for part in path.split("<")[1:]]
        url = reverse(name, kwargs={argument: arguments[argument] for argument in wanted})
        for method in sorted({"GET", "POST"} & set(rule.methods)):
            yield name, method, url
