"""One's own words as a file: a zip with pages to read anywhere, the same as data, and one's own marks as a table.

What goes in is what each room's holding hands out for this viewer: their own, what both signed, and what the other
opened to them and still is open. The pages need nothing from elsewhere and hold no script.
"""

import io
import json
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.template.loader import render_to_string
from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.privacy import ports, table
from accounts.users.queries import me

if TYPE_CHECKING:
    from accounts.access import Viewer

_DATE = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d))?")


def collect(viewer: "Viewer") -> dict[str, Any]:
    """{title: content} of every holding that has something of the viewer's, JSON-ready, the account first."""
    holdings = sorted(ports.registered().values(), key=lambda h: (h.name != "account", str(h.title)))
    found = {str(holding.title): plain(holding.export_of(viewer)) for holding in holdings}
    return {title: content for title, content in found.items() if content not in (None, {}, [])}


def plain(value: Any) -> Any:
    """`value` with every instant, date and id as text, so that JSON and pages say the same. Sets are ordered.

    Raises TypeError for bytes and anything else that has no plain form.
    """
    if value is None or isinstance(value, str | int | float | bool):
        return value
    if isinstance(value, Promise):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    if isinstance(value, set | frozenset):
        return sorted((plain(part) for part in value), key=str)
    message = f"{type(value).__name__} has no place in an export"
    raise TypeError(message)


def file_name(now: datetime) -> str:
    """A neutral name with the day in it."""
    return f"export-{now:%Y-%m-%d}.zip"


def tables(viewer: "Viewer") -> dict[str, str]:
    """{file name: CSV} of every holding that has a table of the viewer's own, in the order of the names."""
    found = [part for holding in ports.registered().values() for part in holding.tables_of(viewer).items()]
    return {name: table.as_csv([plain(cell) for cell in row] for row in rows) for name, rows in sorted(found)}


def as_zip(viewer: "Viewer") -> bytes:
    """The file: index.html, data.json, and a CSV for each table."""
    found = collect(viewer)
    stamp = viewer.now.timetuple()[:6]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        page = as_page(found, now=viewer.now, zone=me(viewer).zone)
        for name, text in (("index.html", page), ("data.json", as_json(found)), *tables(viewer).items()):
            archive.writestr(zipfile.ZipInfo(name, stamp), text.encode(), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def as_json(found: Mapping[str, Any]) -> str:
    """The data, readable by people too."""
    return json.dumps(found, ensure_ascii=False, indent=2)


def as_page(found: Mapping[str, Any], *, now: datetime, zone: ZoneInfo) -> str:
    """One page without script, pictures or links, with every hour on the clock of `zone`. What is empty is left
    out; the data has it."""
    parts = enumerate(found.items(), 1)
    sections = [(title, f"part-{number}", _node(content, zone)) for number, (title, content) in parts]
    context = {"sections": sections, "made": _day(now.astimezone(zone)), "zone": zone.key}
    return render_to_string("accounts/privacy/export_file.html", context)


@dataclass(frozen=True)
class Node:
    """One value as the page shows it: named parts, a list, or text."""

    named: list[tuple[str, "Node"]] = field(default_factory=list)
    listed: list["Node"] = field(default_factory=list)
    text: str = ""


def _node(value: Any, zone: ZoneInfo) -> Node:
    if isinstance(value, dict):
        full = {key: part for key, part in value.items() if part not in (None, "", [], {})}
        return Node(named=[(_words(key), _node(part, zone)) for key, part in full.items()])
    if isinstance(value, list):
        return Node(listed=[_node(part, zone) for part in value])
    if isinstance(value, bool):
        return Node(text=_("yes") if value else _("no"))
    return Node(text=_readable(str(value), zone))


def _readable(text: str, zone: ZoneInfo) -> str:
    """Dates and instants as people write them; anything else as it is."""
    if not _DATE.fullmatch(text):
        return text
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return text
    if len(text) == len("2026-09-14"):
        return _day(at)
    return f"{_day(at.astimezone(zone))}, {at.astimezone(zone):%H:%M}" if at.tzinfo else text


def _day(day: date) -> str:
    return formats.date_format(day, "j F Y")


def _words(key: str) -> str:
    words = key.replace("_", " ")
    return words[:1].upper() + words[1:]
