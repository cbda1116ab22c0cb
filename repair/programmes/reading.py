"""Reading content files strictly: an unknown key, a missing one or a wrong type stops the start.

Pure functions over a folder; nothing is kept here. Raises ContentError with file, line (where known) and reason.
"""

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from repair.programmes.shapes import Breach, Content, ContentError, Feeling, Mark, QuestionSet, Starter, Stem

_SLUG = re.compile(r"[a-z][a-z0-9_]{0,39}")
_HEAD = {"kind", "slug", "version", "language", "source", "review_on"}
# The fields a starter may fill in, by kind of agreement; the forms of repair.boundaries have the same names.
STARTER_FIELDS: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    "boundary": (frozenset({"what", "who"}), frozenset({"why", "own_space", "know", "about"})),
    "commitment": (frozenset({"what", "who"}), frozenset({"why", "know", "about"})),
    "ritual": (frozenset({"what", "when"}), frozenset({"why", "missed"})),
    "trigger": (frozenset({"when", "please"}), frozenset({"rather_not", "why"})),
}
_WHO = {"me", "you", "both"}


@dataclass(frozen=True)
class _File:
    """One file as TOML reads it, with its text for finding lines again."""

    path: Path
    text: str
    data: dict[str, Any]

    def wrong(self, reason: str, near: str = "") -> ContentError:
        """The error to raise; `near` is text to look for in the file, for the line."""
        at = self.text.find(near) + len(near) - len(near.lstrip()) if near and near in self.text else -1
        line = f", line {self.text.count(chr(10), 0, at) + 1}" if at >= 0 else ""
        return ContentError(f"{self.path.name}{line}: {reason}")


def load(folder: Path) -> Content:
    """Read and check every *.toml of a folder. Raises ContentError for the first wrong file."""
    files = [_read(path) for path in sorted(folder.glob("*.toml"))]
    readers: dict[str, Callable[[_File], Any]] = {
        "questions": _questions,
        "feelings": _feelings,
        "starters": _starters,
    }
    found: dict[str, dict[str, Any]] = {kind: {} for kind in readers}
    for file in files:
        kind = file.data.get("kind")
        if kind not in readers:
            raise file.wrong(f"kind must be one of {', '.join(readers)}", "kind")
        slug = _head(file)
        if slug in found[kind]:
            raise file.wrong(f"another file of kind {kind} has the slug “{slug}”", "slug")
        found[kind][slug] = readers[kind](file)
    if list(found["feelings"]) != ["feelings"]:
        message = f"{folder.name}: there must be exactly one file of kind feelings, with the slug “feelings”"
        raise ContentError(message)
    return _put_together(found, files)


def _put_together(found: dict[str, dict[str, Any]], files: list[_File]) -> Content:
    groups: list[tuple[Breach, tuple[Starter, ...]]] = sorted(
        found["starters"].values(), key=lambda group: group[0].slug != "any"
    )
    every = [starter for _, group in groups for starter in group]
    for starter in every:
        if sum(other.slug == starter.slug for other in every) > 1:
            near = f'slug = "{starter.slug}"'
            file = next(f for f in reversed(files) if near in f.text)
            raise file.wrong(f"two starters have the slug “{starter.slug}”", near)
    return Content(
        question_sets=found["questions"],
        feelings=found["feelings"]["feelings"],
        breaches=tuple(breach for breach, _ in groups),
        starters=tuple(every),
    )


def _read(path: Path) -> _File:
    try:
        text = path.read_text(encoding="utf-8")
        return _File(path, text, tomllib.loads(text))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        message = f"{path.name}: {error}"
        raise ContentError(message) from error


def _head(file: _File) -> str:
    """Check what every file has. Returns its slug."""
    slug = _slug(file, file.data)
    version = file.data.get("version")
    if type(version) is not int or version < 1:
        raise file.wrong("version must be a whole number from 1", "version")
    if file.data.get("language") != "en":
        raise file.wrong("language must be “en”", "language")
    _words(file, file.data, "source", most=300)
    if type(file.data.get("review_on")) is not date:
        raise file.wrong("review_on must be a date like 2027-05-20, without quotes", "review_on")
    return slug


def _keys(
    file: _File, table: Mapping[str, Any], needed: Iterable[str], allowed: Iterable[str], where: str
) -> None:
    for key in needed:
        if key not in table:
            raise file.wrong(f"{where} needs “{key}”", _near(table))
    for key in table:
        if key not in {*needed, *allowed}:
            raise file.wrong(f"{where} has an unknown key “{key}”", f"\n{key} =")


def _near(table: Mapping[str, Any]) -> str:
    slug = table.get("slug")
    return f'slug = "{slug}"' if isinstance(slug, str) else ""


def _slug(file: _File, table: Mapping[str, Any]) -> str:
    slug = table.get("slug")
    if not isinstance(slug, str) or not _SLUG.fullmatch(slug):
        raise file.wrong("slug must be small letters, digits and _, beginning with a letter", "slug")
    return slug


def _words(file: _File, table: Mapping[str, Any], key: str, *, most: int = 300, name: bool = False) -> str:
    """A text of the table: trimmed, not empty, no more than `most` characters, `{name}` only where allowed."""
    value = table.get(key)
    if not isinstance(value, str) or not value.strip() or value != value.strip():
        raise file.wrong(
            f"“{key}” must be text without spaces around it", f"{key} =" if key in table else _near(table)
        )
    return _text(file, value, most=most, name=name)


def _text(file: _File, value: str, *, most: int, name: bool) -> str:
    if len(value) > most:
        raise file.wrong(f"text is longer than {most} characters", value)
    rest = value.replace("{name}", "") if name else value
    if "{" in rest or "}" in rest:
        raise file.wrong("only {name} may stand in braces, and only where a question is asked", value)
    if "!" in value or "'" in value or '"' in value:
        raise file.wrong("no exclamation marks; typographic ’ “ ” instead of straight quotes", value)
    return value


def _tables(file: _File, key: str) -> list[dict[str, Any]]:
    rows = file.data.get(key, [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise file.wrong(f"“{key}” must be written as [[{key}]]", key)
    slugs = [_slug(file, row) for row in rows]
    for slug in slugs:
        if slugs.count(slug) > 1:
            raise file.wrong(f"two entries of {key} have the slug “{slug}”", f'slug = "{slug}"')
    return rows


def _questions(file: _File) -> QuestionSet:
    data = file.data
    _keys(file, data, {*_HEAD, "title", "lede", "feelings", "reports"}, {"marks", "words", "good"}, "the file")
    most = data["feelings"]
    if type(most) is not int or not 0 <= most <= 3:
        raise file.wrong("feelings must be a number from 0 to 3", "feelings =")
    if type(data["reports"]) is not bool:
        raise file.wrong("reports must be true or false", "reports =")
    marks = tuple(_mark(file, row) for row in _tables(file, "marks"))
    if not 1 <= len(marks) <= 8:
        raise file.wrong("there must be 1 to 8 [[marks]]")
    good = data.get("good")
    if good is not None and not isinstance(good, dict):
        raise file.wrong("“good” must be written as [good]", "good")
    return QuestionSet(
        slug=data["slug"],
        version=data["version"],
        title=_words(file, data, "title", most=80),
        lede=_words(file, data, "lede"),
        marks=marks,
        words=tuple(_stem(file, row) for row in _tables(file, "words")),
        feelings=most,
        reports=data["reports"],
        good=None if good is None else _stem(file, good),
    )


def _mark(file: _File, row: dict[str, Any]) -> Mark:
    where = f"the mark “{row['slug']}”"
    _keys(file, row, {"slug", "topic", "wordings", "low", "middle", "high"}, {"hint"}, where)
    wordings = row["wordings"]
    if (
        not isinstance(wordings, list)
        or not wordings
        or not all(isinstance(w, str) and w.strip() for w in wordings)
    ):
        raise file.wrong(f"{where} needs at least one wording", _near(row))
    return Mark(
        slug=row["slug"],
        topic=_words(file, row, "topic", most=80),
        wordings=tuple(_text(file, wording, most=160, name=True) for wording in wordings),
        low=_words(file, row, "low", most=24),
        middle=_words(file, row, "middle", most=24),
        high=_words(file, row, "high", most=24),
        hint=_words(file, row, "hint", name=True) if "hint" in row else "",
    )


def _stem(file: _File, row: dict[str, Any]) -> Stem:
    slug = _slug(file, row)
    _keys(file, row, {"slug", "label", "hint", "limit"}, (), f"the stem “{slug}”")
    limit = row["limit"]
    if type(limit) is not int or not 1 <= limit <= 400:
        raise file.wrong(f"the stem “{slug}” needs a limit from 1 to 400", _near(row))
    return Stem(
        slug=slug,
        label=_words(file, row, "label", most=80),
        hint=_words(file, row, "hint", name=True),
        limit=limit,
    )


def _feelings(file: _File) -> tuple[Feeling, ...]:
    _keys(file, file.data, {*_HEAD, "words"}, (), "the file")
    words = file.data["words"]
    if not isinstance(words, dict) or len(words) < 2:
        raise file.wrong("[words] must hold at least two words", "[words]")
    for slug in words:
        if not _SLUG.fullmatch(slug):
            raise file.wrong(f"“{slug}” is no slug: small letters, digits and _", slug)
    return tuple(Feeling(slug, _words(file, words, slug, most=20)) for slug in words)


def _starters(file: _File) -> tuple[Breach, tuple[Starter, ...]]:
    data = file.data
    _keys(file, data, {*_HEAD, "title", "lede", "starters"}, (), "the file")
    breach = Breach(data["slug"], _words(file, data, "title", most=80), _words(file, data, "lede"))
    rows = _tables(file, "starters")
    if not rows:
        raise file.wrong("there must be at least one [[starters]]")
    return breach, tuple(_starter(file, row, breach.slug) for row in rows)


def _starter(file: _File, row: dict[str, Any], breach: str) -> Starter:
    where = f"the starter “{row['slug']}”"
    kind = row.get("kind")
    if not isinstance(kind, str) or kind not in STARTER_FIELDS:
        raise file.wrong(f"{where} needs a kind: {', '.join(STARTER_FIELDS)}", _near(row))
    needed, allowed = STARTER_FIELDS[kind]
    _keys(file, row, {"slug", "kind", *needed}, allowed, where)
    fields = {key: _words(file, row, key) for key in row if key not in {"slug", "kind"}}
    if "who" in fields and fields["who"] not in _WHO:
        raise file.wrong(f"{where}: who must be me, you or both", _near(row))
    if "about" in fields and fields["about"] != "transparency":
        raise file.wrong(f"{where}: about may only be “transparency”", _near(row))
    return Starter(slug=row["slug"], kind=kind, breach=breach, fields=fields)
