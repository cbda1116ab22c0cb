"""What can be asked for on a page: its forms, filled in well and badly, each button pressed; and its links."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urldefrag, urljoin

from django.conf import settings

WORDS = "Words typed here"
NONSENSE = "no such thing"
PASSWORD = "correct horse battery"


@dataclass(frozen=True)
class Press:
    """One thing to ask for. `way` says which variant it is."""

    way: str
    method: str
    path: str
    data: tuple[tuple[str, tuple[str, ...]], ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    onward: bool = False

    @property
    def fields(self) -> dict[str, Any]:
        """The form's data as a browser would send it."""
        return {name: list(values) for name, values in self.data}

    @property
    def likeness(self) -> tuple[Any, ...]:
        """The same for presses that differ in nothing but words: the ready-made lines of a list, for one."""
        names = tuple(name for name, _ in self.data)
        return self.way, self.path, names, dict(self.data).get("do"), dict(self.data).get("choice")


@dataclass
class _Field:
    name: str
    kind: str
    values: list[str] = field(default_factory=list)  # chosen or typed already
    options: list[str] = field(default_factory=list)
    required: bool = False


@dataclass
class _Form:
    action: str
    method: str
    fields: dict[str, _Field] = field(default_factory=dict)
    buttons: list[tuple[str, str, str]] = field(default_factory=list)  # name, value, formaction

    def of(self, name: str, kind: str) -> _Field:
        return self.fields.setdefault(name, _Field(name, kind))


class _Reader(HTMLParser):
    """Collects forms and links."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[_Form] = []
        self.links: list[str] = []
        self.form: _Form | None = None
        self.area: _Field | None = None
        self.select: _Field | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in has:
            self.links.append(has["href"])
        if tag == "form":
            self.form = _Form(has.get("action", ""), has.get("method", "get").upper())
            self.forms.append(self.form)
        if self.form is not None:
            self._inside(self.form, tag, has)

    def _inside(self, form: _Form, tag: str, has: dict[str, str]) -> None:
        name = has.get("name", "")
        if tag == "button" or (tag == "input" and has.get("type") == "submit"):
            if has.get("type", "submit") == "submit":
                form.buttons.append((name, has.get("value", ""), has.get("formaction", "")))
        elif tag == "input" and name:
            self._input(form.of(name, has.get("type", "text")), has)
        elif tag == "textarea" and name:
            self.area = form.of(name, "textarea")
            self.area.values = [""]
        elif tag == "select" and name:
            self.select = form.of(name, "select")
        elif tag == "option" and self.select is not None:
            self.select.options.append(has.get("value", ""))
            if "selected" in has:
                self.select.values = [has.get("value", "")]

    @staticmethod
    def _input(found: _Field, has: dict[str, str]) -> None:
        found.required = found.required or "required" in has
        if found.kind in {"radio", "checkbox"}:
            found.options.append(has.get("value", "on"))
            if "checked" in has:
                found.values.append(has.get("value", "on"))
        else:
            found.values.append(has.get("value", ""))

    def handle_data(self, data: str) -> None:
        if self.area is not None:
            self.area.values = [self.area.values[0] + data]

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = None
        if tag == "textarea":
            self.area = None
        if tag == "select":
            self.select = None


def presses(path: str, body: bytes, *, today: date) -> Iterator[Press]:
    """Every press that the page at `path` offers: each button of each form, filled in as it asks and with
    nonsense; each link. The token against forged requests is left out."""
    page = _Reader()
    page.feed(body.decode())
    for form in page.forms:
        action = form.action or path
        if action.startswith("/"):
            for name, value, elsewhere in form.buttons or [("", "", "")]:
                yield from _pressed(form, elsewhere or action, name, value, today=today)
    for link in page.links:
        to = urldefrag(urljoin(path, link)).url.removeprefix(settings.SITE_URL)
        if to.startswith("/") and not to.startswith("/static/"):
            yield Press("link", "GET", to)


def _pressed(form: _Form, to: str, name: str, value: str, *, today: date) -> Iterator[Press]:
    for way in ("pressed", "pressed wrongly"):
        data = {f.name: tuple(_filled(f, way, today)) for f in form.fields.values()}
        data.pop("csrfmiddlewaretoken", None)
        if name:
            data[name] = (value,)
        kept = tuple((key, values) for key, values in data.items() if values)
        if form.method == "GET":
            query = "&".join(f"{key}={one}" for key, values in kept for one in values)
            yield Press("link", "GET", f"{to}?{query}" if way == "pressed" else to)
        elif way == "pressed" or any(f.kind != "hidden" for f in form.fields.values()):
            yield Press(way, "POST", to, kept, onward=way == "pressed")


def _filled(asked: _Field, way: str, today: date) -> list[str]:
    if asked.kind == "hidden":
        return asked.values[-1:]
    if way != "pressed":
        return [] if asked.kind == "checkbox" else [NONSENSE]
    if asked.kind in {"radio", "select"}:
        return asked.values or [option for option in asked.options if option][:1]
    if asked.kind == "checkbox":
        return asked.values or (asked.options if asked.required else [])
    return [asked.values[-1] or _typed(asked, today)]


def _typed(asked: _Field, today: date) -> str:
    days = {"on": 0, "last_on": 5}
    return {
        "date": (today + timedelta(days=days.get(asked.name, 3))).isoformat(),
        "time": "10:00",
        "email": "somebody@mail.example",
        "password": PASSWORD,
        "number": "1",
    }.get(asked.kind, WORDS)
