"""The numbers of the support page, read strictly from support.toml when the site starts.

A wrong number can cost more than none: a line without a source, a date or a callable number stops the start, and
a line without an official source is never shown.
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
NOW, HOME, CRISIS, OWN, DRINK = PURPOSES = ("now", "home", "crisis", "own", "drink")
OFFICIAL = frozenset({"operator", "government"})
_SOURCES = OFFICIAL | {"second-hand"}

_NUMBER = re.compile(r"[0-9](?:[0-9 -]{0,18}[0-9])?")
_SHORTEST = 2  # digits of a number that can be called
_CODE = re.compile(r"[A-Z]{2}")
_WORDS = ("whom", "hours", "cost", "text", "note", "reason", "bill")
_LINE_KEYS = {"for", "name", "number", "source", "source_is", "seen", "verified", "ships", *_WORDS}
_COUNTRY_KEYS = {"code", "name", "line"}


class WrongEntry(Exception):
    """An entry of the support file that may not be shown; says which and why."""


@dataclass(frozen=True)
class Line:
    """One number to call: for whom, when, at what cost as far as known; where and when it was checked."""

    purpose: str
    name: str
    number: str
    source: str
    source_is: str  # "operator", "government", "second-hand"
    seen: str  # "live", or "copy": a stored copy of the source, of unknown age
    verified: date
    ships: bool
    reason: str = ""  # why it does not ship
    whom: str = ""
    hours: str = ""
    cost: str = ""
    bill: str = ""  # "yes", "no", or empty: not known
    text: str = ""
    note: str = ""

    @property
    def official(self) -> bool:
        """Whether the source is the operator's own or a government's."""
        return self.source_is in OFFICIAL

    @property
    def dial(self) -> str:
        """The number as a telephone takes it."""
        return re.sub(r"[^0-9]", "", self.number)

    @property
    def site(self) -> str:
        """The name of the source, for the screen."""
        return urlsplit(self.source).netloc.removeprefix("www.")


@dataclass(frozen=True)
class Country:
    """One country's numbers, in the fixed order of the file."""

    code: str
    name: str
    all: tuple[Line, ...]

    @property
    def shown(self) -> list[Line]:
        """The numbers that ship."""
        return [line for line in self.all if line.ships]

    @property
    def now(self) -> list[Line]:
        return self._for(NOW)

    @property
    def home(self) -> list[Line]:
        return self._for(HOME)

    @property
    def crisis(self) -> list[Line]:
        return self._for(CRISIS)

    @property
    def own(self) -> list[Line]:
        return self._for(OWN)

    @property
    def drink(self) -> list[Line]:
        return self._for(DRINK)

    def _for(self, purpose: str) -> list[Line]:
        return [line for line in self.shown if line.purpose == purpose]


def load(path: Path) -> tuple[Country, ...]:
    """The countries of a support file, by name. Raises WrongEntry for anything that is not exactly as it should
    be: an unknown or missing key, a number that cannot be dialled, no source, no date, no official source for a
    line that ships, no reason for one that does not."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
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
    """The numbers that ship and were checked longer ago than 180 days."""
    return [(country, line) for country in countries for line in country.shown if today - line.verified > OLDEST]


def _country(raw: dict[str, Any]) -> Country:
    where = str(raw.get("code", "a country"))
    _only(raw, _COUNTRY_KEYS, where)
    code, name = _text(raw, "code", where), _text(raw, "name", where)
    if not _CODE.fullmatch(code):
        _wrong(where, "its code is two capital letters")
    lines = tuple(_line(entry, code) for entry in raw.get("line", []))
    if not lines:
        _wrong(where, "it has no line")
    return Country(code=code, name=name, all=lines)


def _line(raw: dict[str, Any], code: str) -> Line:
    where = f"{code} {raw.get('name', '')}".strip()
    _only(raw, _LINE_KEYS, where)
    line = Line(
        purpose=_one_of(raw, "for", PURPOSES, where),
        name=_text(raw, "name", where),
        number=_number(raw, where),
        source=_source(raw, where),
        source_is=_one_of(raw, "source_is", _SOURCES, where),
        seen=_one_of(raw, "seen", ("live", "copy"), where),
        verified=_day(raw, where),
        ships=_ships(raw, where),
        **{key: _text(raw, key, where) for key in _WORDS if key in raw},
    )
    if line.bill and line.bill not in {"yes", "no"}:
        _wrong(where, "`bill` is yes or no, or left out")
    if line.ships and not line.official:
        _wrong(where, "it ships without an official source")
    if line.ships == bool(line.reason):
        _wrong(where, "a line that does not ship says why, and only that")
    return line


def _number(raw: dict[str, Any], where: str) -> str:
    number = _text(raw, "number", where)
    if not _NUMBER.fullmatch(number) or len(re.sub(r"[^0-9]", "", number)) < _SHORTEST:
        _wrong(where, "its number cannot be dialled")
    return number


def _source(raw: dict[str, Any], where: str) -> str:
    source = _text(raw, "source", where)
    address = urlsplit(source)
    if address.scheme != "https" or "." not in address.netloc:
        _wrong(where, "its source is not an https address")
    return source


def _day(raw: dict[str, Any], where: str) -> date:
    found = raw.get("verified")
    # A datetime is a date too, in Python; a bare day is meant.
    if type(found) is not date:
        _wrong(where, "it has no day of checking")
    assert isinstance(found, date)
    return found


def _ships(raw: dict[str, Any], where: str) -> bool:
    if not isinstance(raw.get("ships"), bool):
        _wrong(where, "`ships` is true or false")
    return bool(raw["ships"])


def _one_of(raw: dict[str, Any], key: str, known: Any, where: str) -> str:
    value = _text(raw, key, where)
    if value not in known:
        _wrong(where, f"`{key}` is none of {', '.join(sorted(known))}")
    return value


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
