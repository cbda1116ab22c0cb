"""One content file, and the checks every part of one goes through. Each raises ContentError with file and line."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from repair.programmes.shapes import ContentError

SLUG = re.compile(r"[a-z][a-z0-9_]{0,39}")
HEAD = {"kind", "slug", "version", "language", "source", "review_on"}
# The practices of the three founding articles: 000-1 … 000-28, 001-1 … 001-16, 002-1 … 002-12.
PRACTICE_IDS = tuple(
    f"{article}-{number}"
    for article, most in (("000", 28), ("001", 16), ("002", 12))
    for number in range(1, most + 1)
)


@dataclass(frozen=True)
class File:
    """One file as TOML reads it, with its text for finding lines again. `name` is its path inside the folder."""

    path: Path
    name: str
    text: str
    data: dict[str, Any]

    def wrong(self, reason: str, near: str = "") -> ContentError:
        """The error to raise; `near` is text to look for in the file, for the line."""
        at = self.text.find(near) + len(near) - len(near.lstrip()) if near and near in self.text else -1
        line = f", line {self.text.count(chr(10), 0, at) + 1}" if at >= 0 else ""
        return ContentError(f"{self.name}{line}: {reason}")


def read(path: Path, folder: Path) -> File:
    """The file, as TOML reads it."""
    name = path.relative_to(folder).as_posix()
    try:
        text = path.read_text(encoding="utf-8")
        return File(path, name, text, tomllib.loads(text))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        message = f"{name}: {error}"
        raise ContentError(message) from error


def head(file: File) -> str:
    """Check what every file has. Returns its slug."""
    found = slug(file, file.data)
    version = file.data.get("version")
    if type(version) is not int or version < 1:
        raise file.wrong("version must be a whole number from 1", "version")
    if file.data.get("language") != "en":
        raise file.wrong("language must be “en”", "language")
    words(file, file.data, "source", most=300)
    if type(file.data.get("review_on")) is not date:
        raise file.wrong("review_on must be a date like 2027-05-20, without quotes", "review_on")
    return found


def covers(file: File) -> tuple[str, ...]:
    """The ids of the founding practices that a file brings."""
    found = file.data.get("covers")
    if not isinstance(found, list):
        raise file.wrong("covers must be a list of practice ids, like [“000-1”]", "covers")
    for one in found:
        if one not in PRACTICE_IDS:
            raise file.wrong(
                f"there is no practice “{one}”: 000-1 to 000-28, 001-1 to 001-16, 002-1 to 002-12", "covers"
            )
    if len(set(found)) != len(found):
        raise file.wrong("covers names a practice twice", "covers")
    return tuple(found)


def keys(file: File, table: Mapping[str, Any], needed: Iterable[str], allowed: Iterable[str], where: str) -> None:
    """Every needed key is there, and no other than the allowed ones."""
    for key in needed:
        if key not in table:
            raise file.wrong(f"{where} needs “{key}”", near(table))
    for key in table:
        if key not in {*needed, *allowed}:
            raise file.wrong(f"{where} has an unknown key “{key}”", f"\n{key} =")


def near(table: Mapping[str, Any]) -> str:
    """Text by which a table is found again in its file."""
    for key in ("slug", "name", "title", "label"):
        if isinstance(table.get(key), str):
            return f'{key} = "{table[key]}"'
    return ""


def slug(file: File, table: Mapping[str, Any], key: str = "slug") -> str:
    """The slug under `key`."""
    found = table.get(key)
    if not isinstance(found, str) or not SLUG.fullmatch(found):
        where = near(table) if isinstance(found, str) else key
        raise file.wrong(f"{key} must be small letters, digits and _, beginning with a letter", where)
    return found


def words(file: File, table: Mapping[str, Any], key: str, *, most: int = 300, name: bool = False) -> str:
    """A text of the table: trimmed, not empty, no more than `most` characters, `{name}` only where allowed."""
    value = table.get(key)
    if not isinstance(value, str) or not value.strip() or value != value.strip():
        where = f"{key} =" if key in table else near(table)
        raise file.wrong(f"“{key}” must be text without spaces around it", where)
    return text(file, value, most=most, name=name)


def text(file: File, value: str, *, most: int, name: bool = False) -> str:
    """The text, if it may stand on a page."""
    if len(value) > most:
        raise file.wrong(f"text is longer than {most} characters", value)
    rest = value.replace("{name}", "") if name else value
    if "{" in rest or "}" in rest:
        raise file.wrong("only {name} may stand in braces, and only where a question is asked", value)
    if "!" in value or "'" in value or '"' in value:
        raise file.wrong("no exclamation marks; typographic ’ “ ” instead of straight quotes", value)
    return value


def paragraphs(file: File, table: Mapping[str, Any], key: str, *, most: int = 800) -> tuple[str, ...]:
    """A list of texts; empty where the key is missing."""
    found = table.get(key, [])
    if not isinstance(found, list) or not all(isinstance(p, str) and p.strip() == p and p for p in found):
        raise file.wrong(f"“{key}” must be a list of texts without spaces around them", f"{key} =")
    return tuple(text(file, paragraph, most=most) for paragraph in found)


def number(file: File, table: Mapping[str, Any], key: str, low: int, high: int, default: int | None = None) -> int:
    """A whole number from `low` to `high`."""
    found = table.get(key, default)
    if type(found) is not int or not low <= found <= high:
        raise file.wrong(f"“{key}” must be a whole number from {low} to {high}", near(table))
    return found


def flag(file: File, table: Mapping[str, Any], key: str) -> bool:
    """True or false; false where the key is missing."""
    found = table.get(key, False)
    if type(found) is not bool:
        raise file.wrong(f"“{key}” must be true or false", near(table))
    return found


def one_of(file: File, table: Mapping[str, Any], key: str, allowed: Iterable[str]) -> str:
    """One of the allowed words."""
    found, known = table.get(key), list(allowed)
    if found not in known:
        raise file.wrong(f"{key} must be one of {', '.join(known)}", f"{key} =" if key in table else near(table))
    return str(found)


def rows(file: File, table: Mapping[str, Any], key: str, low: int, high: int) -> list[dict[str, Any]]:
    """The tables written as [[key]], `low` to `high` of them."""
    found = table.get(key, [])
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        raise file.wrong(f"“{key}” must be a list of tables", key)
    if not low <= len(found) <= high:
        raise file.wrong(f"there must be {low} to {high} “{key}”", near(table))
    return found


def tables(file: File, key: str) -> list[dict[str, Any]]:
    """The tables written as [[key]] at the top of a file, each with a slug of its own."""
    found = file.data.get(key, [])
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        raise file.wrong(f"“{key}” must be written as [[{key}]]", key)
    unique(file, [slug(file, row) for row in found], key)
    return found


def unique(file: File, slugs: Iterable[str], where: str, *, key: str = "slug") -> None:
    """No two entries of one list have the same slug."""
    known = list(slugs)
    for one in known:
        if known.count(one) > 1:
            raise file.wrong(f"two entries of {where} have the {key} “{one}”", f'{key} = "{one}"')
