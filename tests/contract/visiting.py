"""Visiting pages as somebody, inside a transaction that is rolled back, and keeping all that can be observed."""

import io
import logging
import random
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from types import SimpleNamespace
from typing import Any
from unittest import mock

from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client, RequestFactory
from django.test.client import ClientHandler
from django.test.signals import template_rendered
from django.urls import reverse

from accounts.access import Purpose, system
from accounts.audit.models import Entry
from accounts.mail import message
from accounts.mail.models import Mail
from repair import clock
from repair.management.commands.access_table import routes, rule_of
from tests.contract.actors import letter

# Made anew for every answer: the token against forged requests, and the id that a form for a new line carries.
_TOKEN = re.compile(
    rb'name="(?:csrfmiddlewaretoken|(?:l\d-)?line)" value="[^"]*"'
    rb"|/times/calendar/[\w-]{43}\.ics"  # the address of the viewer’s own calendar, shown once
)
_CODE = re.compile(rb"\b\d{6}\b")  # a mailed code, by chance
_LITERAL = re.compile(r"'(?:[^']|'')*'|X'[0-9A-F]*'|\b\d+(?:\.\d+)?\b|\\x[0-9a-f]+")
_SAVEPOINT = re.compile(r"SAVEPOINT \S+")
_TITLE = re.compile(rb"<title>(.*?)</title>", re.DOTALL)
_WRITES = re.compile(r'(?:INSERT INTO|UPDATE) "(accounts_mail|accounts_entry)"')


@dataclass(frozen=True)
class Seen:
    """All that a viewer can observe of one answer, and what it set off. Each field is a channel."""

    status: int
    headers: tuple[tuple[str, str], ...]
    cookies: tuple[str, ...]  # names and attributes, without values
    redirect: str
    title: bytes
    length: int
    body: bytes
    export: tuple[tuple[str, bytes], ...]  # the files of a zip
    calendar: bytes
    messages: tuple[str, ...]
    queries: tuple[str, ...]  # each in its shape, in order
    mails: tuple[tuple[str, str, bytes], ...]  # (kind, address, and to the viewer themself the whole message)
    audit: tuple[tuple[str, str], ...]  # rows written that partners may read
    logs: tuple[str, ...]  # at INFO and above
    letter: str  # the kind of answer, see tests.contract.actors

    def differs(self, other: "Seen") -> list[str]:
        """The channels in which two observations differ."""
        return [part for part in self.__dataclass_fields__ if getattr(self, part) != getattr(other, part)]


class _Environ(RequestFactory):
    """Makes requests and stops before sending them."""

    def request(self, **request: Any) -> Any:
        return self._base_environ(**request)


class _Lines(logging.Handler):
    """What is logged at INFO and above."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.levelname} {record.name} {record.getMessage()}")


class _Watch:
    """What happens underneath one request: queries, templates, log lines, and which rows were there before it
    wrote mail or audit."""

    def __init__(self) -> None:
        self.queries: list[str] = []
        self.templates: list[str] = []
        self.logs = _Lines()
        self.before: dict[str, set[Any]] = {}

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if not self.queries or self.queries[-1] != "…":
            written = _WRITES.match(sql)
            if written and written[1] not in self.before:
                self.queries.append("…")  # our own question is none of the request's
                model = Mail if written[1] == "accounts_mail" else Entry
                self.before[written[1]] = set(model._default_manager.values_list("pk", flat=True))
                self.queries.pop()
            self.queries.append(fingerprint(sql) + (f" ×{len(params)}" if many else ""))
        return execute(sql, params, many, context)

    def rendered(self, template: Any = None, **_: Any) -> None:
        self.templates.append(template.name)

    def new_rows(self, table: str, model: Any) -> list[Any]:
        if table not in self.before:
            return []
        return list(model.objects.exclude(pk__in=self.before[table]))


@contextmanager
def _watched() -> Iterator[_Watch]:
    watch, root = _Watch(), logging.getLogger()
    level = root.level
    root.addHandler(watch.logs)
    root.setLevel(min(level, logging.INFO))
    template_rendered.connect(watch.rendered)
    try:
        with connection.execute_wrapper(watch):
            yield watch
    finally:
        template_rendered.disconnect(watch.rendered)
        root.removeHandler(watch.logs)
        root.setLevel(level)


@contextmanager
def seeded_ids(seed: str) -> Iterator[None]:
    """Every random id, secret and challenge drawn inside is the same for the same seed, so that two worlds can be
    laid over each other."""
    drawn = random.Random(seed)
    with mock.patch("os.urandom", drawn.randbytes), mock.patch("random._urandom", drawn.randbytes):
        yield


@lru_cache(maxsize=1)
def _handler(middleware: tuple[str, ...]) -> ClientHandler:
    handler = ClientHandler(enforce_csrf_checks=False)
    handler.load_middleware()
    return handler


def visit(
    client: Client, method: str, path: str, /, *, headers: dict[str, str] | None = None, **data: Any
) -> Seen:
    """One request with nothing of it left behind, in the database or the browser. See `visit_twice`."""
    return visit_twice(client, method, path, data, headers=headers)[0]


def visit_twice(
    client: Client,
    method: str,
    path: str,
    data: dict[str, Any] | None = None,
    *,
    headers: dict[str, str] | None = None,
    onward: bool = False,
) -> list[Seen]:
    """One request, and with `onward` the page it sends the browser to, as they stand after it; rolled back
    afterwards. Rate limits count from nothing, so that visits do not depend on their order."""
    cache.clear()
    with transaction.atomic(), seeded_ids("a visit"):
        seen, response = _request(client, client.cookies, method, path, data, headers)
        found = [seen]
        if onward and seen.redirect.startswith("/"):
            cookies = client.cookies.copy()
            cookies.update(response.cookies)
            found.append(_request(client, cookies, "GET", seen.redirect, None, headers)[0])
        transaction.set_rollback(True)
    return found


def _request(
    client: Client,
    cookies: Any,
    method: str,
    path: str,
    data: dict[str, Any] | None,
    headers: dict[str, str] | None,
) -> tuple[Seen, Any]:
    factory = _Environ(headers=headers)
    factory.cookies = cookies
    environ = factory.generic(method, path) if not data else getattr(factory, method.lower())(path, data)
    with _watched() as watch:
        response = _handler(tuple(settings.MIDDLEWARE))(environ)
        body = response.content if not response.streaming else b"".join(response.streaming_content)
    response.templates = [SimpleNamespace(name=name) for name in watch.templates]
    return _seen(response, body, watch), response


def _seen(response: Any, body: bytes, watch: _Watch) -> Seen:
    kind = response.get("Content-Type", "")
    request = response.wsgi_request
    queued = getattr(getattr(request, "_messages", None), "_queued_messages", [])
    entries = watch.new_rows("accounts_entry", Entry)
    shown = body if kind != "application/zip" else b""
    clean = _TOKEN.sub(b"", shown)
    title = _TITLE.search(shown)
    return Seen(
        status=response.status_code,
        headers=tuple(sorted((k, v) for k, v in response.items() if not _is_chance(k, kind))),
        cookies=tuple(sorted(_attributes(morsel) for morsel in response.cookies.values())),
        redirect=response.get("Location", ""),
        title=title[1].strip() if title else b"",
        length=len(clean),
        body=clean,
        export=_unzipped(body) if kind == "application/zip" else (),
        calendar=body if kind.startswith("text/calendar") else b"",
        messages=tuple(f"{m.level_tag}: {m}" for m in queued),
        queries=tuple(watch.queries),
        mails=_mails(watch, getattr(request, "user", None)),
        audit=tuple((entry.what, str(entry.only_for_id)) for entry in entries),
        logs=tuple(watch.logs.lines),
        letter=letter(response),
    )


def _is_chance(name: str, kind: str) -> bool:
    """Cookies are compared apart; the length of a zip is that of its files packed, which are compared too."""
    return name == "Set-Cookie" or (name == "Content-Length" and kind == "application/zip")


def _attributes(morsel: Any) -> str:
    kept = {k: v for k, v in morsel.items() if v and k != "expires"}
    return f"{morsel.key} {bool(morsel.value)} {sorted(kept.items())}"


def _unzipped(body: bytes) -> tuple[tuple[str, bytes], ...]:
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return tuple((name, archive.read(name)) for name in archive.namelist())


def _mails(watch: _Watch, viewer: Any) -> tuple[tuple[str, str, bytes], ...]:
    mails = watch.new_rows("accounts_mail", Mail)
    own = getattr(viewer, "email", "")
    return tuple(sorted((m.kind, m.address, written(m) if m.address == own else b"") for m in mails))


def written(mail: Mail) -> bytes:
    """A mail as it would go over the wire now, but for a code in it."""
    now = clock.now()
    return _CODE.sub(b"code", message.build(mail, system(Purpose.MAIL, now=now), now=now))


@lru_cache(maxsize=4096)
def fingerprint(sql: str) -> str:
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


__all__ = ["Seen", "fingerprint", "seeded_ids", "visit", "visit_twice", "visits", "written"]
