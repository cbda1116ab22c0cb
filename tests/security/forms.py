"""Every form of the site, found on the rendered pages as each of the cast sees them, with what a browser would
send; and requests that leave nothing behind."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote_from_bytes

from django.conf import settings
from django.core.cache import cache as counts
from django.db import transaction
from django.http import HttpResponse
from django.http.cookie import SimpleCookie
from django.test import RequestFactory
from django.test.client import ClientHandler
from django.urls import Resolver404, resolve, reverse

from repair.management.commands.access_table import routes, rule_of
from tests.cast import Cast
from tests.contract.world import build_world
from tests.repair.plan.lines import agreed
from tests.security import browsers

Pairs = tuple[tuple[str, bytes], ...]
URLENCODED = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Form:
    """One form as found: its route, where it is sent, what a browser would send with one of its buttons."""

    route: str
    path: str
    finder: str
    kinds: tuple[tuple[str, str], ...]  # field → type of control; a button's name is a field too
    data: Pairs

    @property
    def fields(self) -> list[str]:
        return [name for name, _ in self.kinds]


@dataclass
class _Found:
    action: str
    kinds: dict[str, str] = field(default_factory=dict)
    values: dict[str, list[str]] = field(default_factory=dict)
    options: dict[str, list[str]] = field(default_factory=dict)
    buttons: list[tuple[str, str, str]] = field(default_factory=list)


class _Page(HTMLParser):
    """Collects the forms of a page that are sent by POST."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[_Found] = []
        self.form: _Found | None = None
        self.named = ""  # the textarea or select we are in

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.form = _Found(has.get("action", "")) if has.get("method", "get").lower() == "post" else None
            if self.form is not None:
                self.forms.append(self.form)
        if self.form is None:
            return
        name, kind = has.get("name", ""), has.get("type", "text")
        if tag == "button" and has.get("type", "submit") == "submit":
            self.form.buttons.append((name, has.get("value", ""), has.get("formaction", "")))
        elif tag == "option" and self.named:
            self.form.options.setdefault(self.named, []).append(has.get("value", ""))
            if "selected" in has:
                self.form.values[self.named] = [has.get("value", "")]
        elif name and tag in {"input", "textarea", "select"} and kind != "submit":
            self.form.kinds[name] = kind if tag == "input" else tag
            if kind in {"radio", "checkbox"}:
                self.form.options.setdefault(name, []).append(has.get("value", "on"))
            if tag == "input" and (kind not in {"radio", "checkbox"} or "checked" in has):
                self.form.values.setdefault(name, []).append(has.get("value", "on" if kind == "checkbox" else ""))
            self.named = name if tag in {"textarea", "select"} else ""

    def handle_data(self, data: str) -> None:
        if self.form is not None and self.named and self.form.kinds.get(self.named) == "textarea":
            self.form.values[self.named] = ["".join(self.form.values.get(self.named, [])) + data]

    def handle_endtag(self, tag: str) -> None:
        if tag in {"textarea", "select"}:
            self.named = ""
        if tag == "form":
            self.form = None


def _chosen(found: _Found, name: str, *, today: date) -> list[str]:
    """What somebody would send for one control."""
    kind, values = found.kinds[name], found.values.get(name, [])
    options = [option for option in found.options.get(name, []) if option]
    if kind in {"radio", "select", "checkbox"}:
        return values or options[:1]
    if kind == "hidden" or (values and values[-1].strip()):
        return values
    offered = {
        "date": (today + timedelta(days=3)).isoformat(),
        "time": "10:00",
        "number": "1",
        "password": PASSWORD,
    }
    return [{**offered, "email": "somebody@mail.example"}.get(kind, "Words typed here")]


PASSWORD = "correct horse battery"


def forms_on(path: str, body: bytes, *, finder: str, today: date) -> Iterator[Form]:
    """The forms of one page, each once per button."""
    page = _Page()
    page.feed(body.decode())
    for found in page.forms:
        for button, value, elsewhere in found.buttons or [("", "", "")]:
            to = (elsewhere or found.action or path).partition("#")[0]
            try:
                match = resolve(to.partition("?")[0])
            except Resolver404:
                continue
            kinds = {name: kind for name, kind in found.kinds.items() if name != "csrfmiddlewaretoken"}
            data = [(name, one.encode()) for name in kinds for one in _chosen(found, name, today=today)]
            if button:
                kinds.setdefault(button, "button")
                data = [pair for pair in data if pair[0] != button] + [(button, value.encode())]
            route = match.view_name
            yield Form(route, to, finder, tuple(sorted(kinds.items())), tuple(data))


class World:
    """The cast with one of everything, and a browser of each person who has just proved themself."""

    def __init__(self, cast: Cast, *, now: datetime) -> None:
        self.cast, self.now = cast, now
        world = build_world(cast, now=now)
        self.arguments = world["arguments"]
        agreed(cast.ana, cast.ben, now=now, kind="words", fields={"words": ["near", "company", "space"]})
        self.browsers, self.pages = browsers.furnish(cast, world, now=now)
        self.clients: dict[str, SimpleCookie] = {"": SimpleCookie()}

    def cookies(self, who: str) -> SimpleCookie:
        """The cookies of somebody's browser; none for ""."""
        if who not in self.clients:
            made = self.browsers.get(who)
            self.clients[who] = made() if made else browsers.signed_in(getattr(self.cast, who)).cookies
        return self.clients[who]

    def addresses(self, *, method: str = "GET") -> Iterator[tuple[str, str]]:
        """(route, path) of every route, with the arguments of the world, and of the line that waits for Ana."""
        for name, path, view in routes():
            rule = rule_of(view)
            assert rule is not None
            if method not in rule.methods:
                continue
            wanted = [part.partition(">")[0].rpartition(":")[2] for part in path.split("<")[1:]]
            for arguments in self._sets(wanted):
                yield name, reverse(name, kwargs={each: arguments[each] for each in wanted})

    def _sets(self, wanted: list[str]) -> list[dict[str, Any]]:
        if "kind" in wanted:
            return [
                {**self.arguments, "kind": kind}
                for kind in (
                    "boundary",
                    "commitment",
                    "ritual",
                    "trigger",
                    "timeout",
                    "words",
                    "rhythm",
                    "question",
                )
            ]
        return [{**self.arguments, "step": step} for step in (1, 2)] if "step" in wanted else [self.arguments]

    def forms(self) -> list[Form]:
        """Every form on every page, as the people below see it; a form that several find counts once."""
        found: dict[tuple[Any, ...], Form] = {}
        sights = [(who, path) for who in ("ana", "theo", "") for _, path in self.addresses()]
        sights += [("sol", "/together/"), ("sol", "/lines/new/rhythm/"), ("rita", "/you/rest/"), ("rita",
            "/today/"), ("cora", "/today/"),
                   ("cora", "/together/"), ("cleo", "/lines/phase/"), ("ivy", "/together/"), ("ben",
                   "/lines/phase/")]  # fmt: skip
        for who, path in [*sights, *self.pages]:
            response = self.send(who, "GET", path)
            if response.status_code == 200 and response.get("Content-Type", "").startswith("text/html"):
                for form in forms_on(path, response.content, finder=who, today=self.now.date()):
                    found.setdefault((form.route, form.kinds, _buttons(form)), form)
        return list(found.values())

    def send(
        self,
        who: str,
        method: str,
        path: str,
        body: bytes = b"",
        kind: str = URLENCODED,
        *,
        keep: Any = None,
        **headers: Any,
    ) -> HttpResponse:
        """One request as somebody, rolled back. What `keep()` gives before that stands on the answer."""
        factory = _Environ()
        factory.cookies = self.cookies(who)
        environ = factory.generic(method, path, body, content_type=kind, **headers)
        counts.clear()
        with transaction.atomic():
            response = handler(tuple(settings.MIDDLEWARE))(environ)
            if response.streaming:
                response.content = b"".join(response.streaming_content)
            response.kept = keep() if keep else None
            transaction.set_rollback(True)
        return response


def _buttons(form: Form) -> tuple[Any, ...]:
    kinds = dict(form.kinds)
    return tuple(pair for pair in form.data if kinds[pair[0]] == "button")


class _Environ(RequestFactory):
    """Makes requests and stops before sending them."""

    def request(self, **request: Any) -> Any:
        return self._base_environ(**request)


@cache
def handler(middleware: tuple[str, ...]) -> ClientHandler:
    """The site, as the server calls it."""
    made = ClientHandler(enforce_csrf_checks=False)
    made.load_middleware()
    return made


def encoded(pairs: Pairs) -> bytes:
    """The body of a form, any bytes kept as they are."""
    return "&".join(f"{quote_from_bytes(k.encode())}={quote_from_bytes(v)}" for k, v in pairs).encode()


def with_value(form: Form, names: tuple[str, ...], value: bytes) -> bytes:
    """The form with one value put in the place of these fields' own."""
    rest = tuple(pair for pair in form.data if pair[0] not in names)
    return encoded((*rest, *((name, value) for name in names)))


def in_a_way(form: Form, name: str, way: str) -> tuple[bytes, str]:
    """The form sent wrongly in one of `nasty.WAYS`: (body, content type)."""
    rest = tuple(pair for pair in form.data if pair[0] != name)
    mine = tuple(pair for pair in form.data if pair[0] == name) or ((name, b"x"),)
    if way == "missing":
        return encoded(rest), URLENCODED
    if way == "twice":
        return encoded((*rest, *mine, *mine, (name, b"other"))), URLENCODED
    if way in {"as a list", "nested"}:
        return encoded((*rest, (f"{name}[]" if way == "as a list" else f"{name}[a][b]", b"1"))), URLENCODED
    if way == "as JSON":
        return b'{"%s": {"a": [1]}}' % name.encode(), "application/json"
    if way == "as plain text":
        return encoded(form.data), "text/plain"
    if way == "charset":
        return encoded(form.data), f"{URLENCODED}; charset=utf-7"
    named = b'; filename="%s"' % (b"../../x\r\nX-A: b" if way == "as a file's name" else b"x.bin")
    parts = [(k, b"", v) for k, v in rest] + [(name, named, b"\x00\xff" * 40)]
    text = b"".join(
        b'--b\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n' % (k.encode(), extra, v)
        for k, extra, v in parts
    )
    return text + b"--b--\r\n", "multipart/form-data; boundary=b"
