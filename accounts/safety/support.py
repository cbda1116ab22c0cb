"""The numbers of the support page, read strictly from support.toml when the site starts.

A wrong number can cost more than none: a line without a source, a date or a callable number stops the start.
"""

import re
import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

DATA = Path(__file__).with_name("support.toml")
OLDEST = timedelta(days=180)
HOME, CRISIS, OWN = "home", "crisis", "own"

_NUMBER = re.compile(r"[0-9][0-9 -]{1,18}[0-9]")
_CODE = re.compile(r"[A-Z]{2}")
_LINE_KEYS = {"for", "name", "number", "whom", "hours", "cost", "text", "note", "source", "verified"}
_COUNTRY_KEYS = {
    "code", "name", "line", "emergency", "emergency_note", "emergency_source", "emergency_verified",
}  # fmt: skip


class WrongEntry(Exception):
    """An entry of the support file that may not be shown; says which and why."""


@dataclass(frozen=True)
class Line:
    """One number to call: for whom, when, at what cost as far as known; where and when it was checked."""

    purpose: str
    name: str
    number: str
    source: str
    verified: date
    whom: str = ""
    hours: str = ""
    cost: str = ""
    text: str = ""
    note: str = ""

    @property
    def dial(self) -> str:
        """The number as a telephone takes it."""
        return re.sub(r"[^0-9]", "", self.number)

    @property
    def site(self) -> str:
        """The name of the source, for the screen."""
        return urlsplit(self.source).netloc


@dataclass(frozen=True)
class Country:
    """One country's numbers, in the fixed order of the file."""

    code: str
    name: str
    emergency: Line | None
    lines: tuple[Line, ...]

    @property
    def home(self) -> list[Line]:
        return [line for line in self.lines if line.purpose == HOME]

    @property
    def crisis(self) -> list[Line]:
        return [line for line in self.lines if line.purpose == CRISIS]

    @property
    def own(self) -> list[Line]:
        return [line for line in self.lines if line.purpose == OWN]

    @property
    def all(self) -> list[Line]:
        """Every number, the emergency number first."""
        return [*([self.emergency] if self.emergency else []), *self.lines]


def load(path: Path) -> tuple[Country, ...]:
    """The countries of a support file, by name. Raises WrongEntry for anything that is not exactly as it should
    be: an unknown or missing key, a number that cannot be dialled, no source, no date."""
    try:
        raw = tomllib.loads(path.read_text())
    except (OSError, tomllib.TOMLDecodeError) as error:
        message = f"{path.name} cannot be read: {error}"
        raise WrongEntry(message) from error
    if set(raw) != {"country"}:
        raise WrongEntry("the file holds countries and nothing else")
    countries = [_country(entry) for entry in raw["country"]]
    codes = [country.code for country in countries]
    if len(set(codes)) != len(codes):
        raise WrongEntry("a country is there twice")
    return tuple(sorted(countries, key=lambda country: country.name))


def old(countries: tuple[Country, ...], *, today: date) -> list[tuple[Country, Line]]:
    """The numbers checked longer ago than 180 days."""
    return [(country, line) for country in countries for line in country.all if today - line.verified > OLDEST]


def _country(raw: dict[str, Any]) -> Country:
    where = str(raw.get("code", "a country"))
    _only(raw, _COUNTRY_KEYS, where)
    code, name = _text(raw, "code", where), _text(raw, "name", where)
    if not _CODE.fullmatch(code):
        _wrong(where, "its code is two capital letters")
    lines = tuple(_line(entry, code) for entry in raw.get("line", []))
    if not lines:
        _wrong(where, "it has no line")
    emergency = None
    if "emergency" in raw:
        emergency = _line(
            {
                "for": HOME,
                "name": "emergency",
                "number": raw["emergency"],
                "note": raw.get("emergency_note", ""),
                "source": raw.get("emergency_source", ""),
                "verified": raw.get("emergency_verified"),
            },
            code,
        )
    return Country(code=code, name=name, emergency=emergency, lines=lines)


def _line(raw: dict[str, Any], code: str) -> Line:
    where = f"{code} {raw.get('name', '')}".strip()
    _only(raw, _LINE_KEYS, where)
    number, source = _text(raw, "number", where), _text(raw, "source", where)
    if raw.get("for") not in {HOME, CRISIS, OWN}:
        _wrong(where, "`for` is home, crisis or own")
    if not _NUMBER.fullmatch(number):
        _wrong(where, "its number cannot be dialled")
    address = urlsplit(source)
    if address.scheme != "https" or "." not in address.netloc:
        _wrong(where, "its source is not an https address")
    # A datetime is a date too, in Python; a bare day is meant.
    if type(raw.get("verified")) is not date:
        _wrong(where, "it has no day of checking")
    extra = {key: str(raw.get(key, "")) for key in ("whom", "hours", "cost", "text", "note")}
    return Line(
        purpose=raw["for"],
        name=_text(raw, "name", where),
        number=number,
        source=source,
        verified=raw["verified"],
        **extra,
    )


def _only(raw: dict[str, Any], known: set[str], where: str) -> None:
    strange = set(raw) - known
    if strange:
        _wrong(where, f"unknown: {', '.join(sorted(strange))}")


def _text(raw: dict[str, Any], key: str, where: str) -> str:
    value = raw.get(key)
    if not isinstance(value, str) or not value.strip():
        _wrong(where, f"`{key}` is missing")
    return str(value)


def _wrong(where: str, why: str) -> None:
    message = f"{where}: {why}"
    raise WrongEntry(message)


COUNTRIES = load(DATA)
LINES_BY_COUNTRY = {country.code: country for country in COUNTRIES}
