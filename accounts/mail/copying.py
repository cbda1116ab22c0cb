"""Values as text that PostgreSQL reads in bulk: rows for COPY, and arrays as one parameter. Pure functions.

A driver turns each value of each row into a parameter of its own; for thousands of rows that takes several times
as long as the statement. Formats: PostgreSQL's manual, COPY (text format), and Arrays (input syntax).
"""

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

_COPY_SPECIAL = re.compile(r"[\\\t\n\r]")
_ARRAY_SPECIAL = re.compile(r'["\\{},\s]|null', re.IGNORECASE)
_ESCAPES = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}


def plain(value: Any) -> str:
    """One value as text, before any quoting. Raises TypeError for a kind of value that no column here holds."""
    if isinstance(value, str):
        return value
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise TypeError("a naive time")
        return value.isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, bytes | bytearray | memoryview):
        return "\\x" + bytes(value).hex()
    message = f"no column takes a {type(value).__name__} in bulk"
    raise TypeError(message)


def lines(rows: Sequence[Sequence[Any]], *, tail: Sequence[Any] = ()) -> str:
    """`rows` as the lines COPY reads, each ending with the same values `tail`."""
    end = "".join("\t" + _copied([value])[0] for value in tail) + "\n"
    columns = [_copied(column) for column in zip(*rows, strict=True)]
    return "".join(["\t".join(row) + end for row in zip(*columns, strict=True)])


def array(values: Sequence[Any]) -> str:
    """`values` as the text of an array, to be cast to an array of the column's type."""
    return "{" + ",".join(_texts(values, none="NULL", special=_ARRAY_SPECIAL, escape=_quoted)) + "}"


def _copied(values: Sequence[Any]) -> list[str]:
    return _texts(values, none="\\N", special=_COPY_SPECIAL, escape=_escaped)


def _escaped(text: str) -> str:
    return _COPY_SPECIAL.sub(lambda found: _ESCAPES[found[0]], text)


def _quoted(text: str) -> str:
    if text and not _ARRAY_SPECIAL.search(text):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _texts(
    values: Sequence[Any], *, none: str, special: re.Pattern[str], escape: Callable[[str], str]
) -> list[str]:
    kinds = set(map(type, values))
    if kinds == {UUID}:
        return [value.hex for value in values]
    if kinds == {str} and "" not in values and not special.search("".join(values)):
        return list(values)
    # Times and words recur: each is worked out once.
    texts = {value: none if value is None else escape(plain(value)) for value in set(values)}
    return [texts[value] for value in values]
