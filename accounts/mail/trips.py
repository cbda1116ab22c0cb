"""Statements that are planned once and go to the database together, in one round trip.

PostgreSQL: prepared for the session, then run by one EXECUTE after the other in one message. SQLite lives in this
process; there they simply run. Their text is the same on both. Beside `claims` the only module that knows which of
the two it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Any, NamedTuple
from uuid import UUID
from weakref import WeakKeyDictionary

from django.db import connection

_prepared: "WeakKeyDictionary[Any, set[str]]" = WeakKeyDictionary()  # names by session


@dataclass(frozen=True)
class Statement:
    """One statement under a name of its own. `types` are those of its `%s`, as PostgreSQL calls them; rows of the
    tables that `keeps` names are kept for the transaction, where other writers are possible at all."""

    name: str
    types: Sequence[str]
    sql: str
    keeps: Sequence[str] = ()


class Given(NamedTuple):
    """What one statement gave: rows, and how many it found or changed."""

    rows: list[tuple[Any, ...]]
    changed: int


def together(*asked: tuple[Statement, Sequence[Any]]) -> list[Given]:
    """Run statements with their values (ids and instants as they are), in order; each sees what was committed when
    it begins. Belongs inside a transaction. Raises what Django's own cursors raise."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            return _in_one_trip(cursor, asked)
        given = []
        for statement, values in asked:
            cursor.execute(statement.sql, [_plain(value) for value in values])
            given.append(Given(cursor.fetchall(), cursor.rowcount))
        return given


def _in_one_trip(cursor: Any, asked: Sequence[tuple[Statement, Sequence[Any]]]) -> list[Given]:
    session = _prepared.setdefault(connection.connection, set())
    for statement, _ in asked:
        if statement.name not in session:
            cursor.execute(_prepare(statement))
            session.add(statement.name)
    words = "; ".join(f"EXECUTE {one.name} ({', '.join(['%s'] * len(values))})" for one, values in asked)
    cursor.execute(words, [value for _, values in asked for value in values])
    given = []
    for _ in asked:
        given.append(Given(cursor.fetchall() if cursor.description else [], cursor.rowcount))
        cursor.nextset()
    return given


def _prepare(statement: Statement) -> str:
    numbers = count(1)
    first, *rest = statement.sql.split("%s")
    sql = first + "".join(f"${next(numbers)}{part}" for part in rest)
    keeps = f" FOR NO KEY UPDATE OF {', '.join(statement.keeps)}" if statement.keeps else ""
    return f"PREPARE {statement.name} ({', '.join(statement.types)}) AS {sql}{keeps}"


def _plain(value: Any) -> Any:
    """An id or instant as SQLite keeps it."""
    if isinstance(value, UUID):
        return value.hex
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value
