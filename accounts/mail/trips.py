"""Statements that are planned once and go to the database together, in one round trip.

PostgreSQL: prepared for the session, then run by one EXECUTE after the other in one message, which also begins the
transaction or ends it, and goes straight through libpq: half of what a mail cost was the way there and back.
SQLite lives in this process; there they simply run. Their text is the same on both. Beside `claims` the only
module that knows which of the two it is.
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


_IDLE = 0  # libpq's PQTRANS_IDLE


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


Asked = tuple[Statement, Sequence[Any]]


def together(*asked: Asked, last: bool = False) -> list[Given]:
    """Run statements with their values (ids and instants as they are), in order; each sees what was committed when
    it begins. Belongs inside a transaction; `last` says that nothing else follows in it, so that the commit may go
    along. Raises what Django's own cursors raise."""
    if connection.vendor == "postgresql":
        return _in_one_message(asked, last=last) if not connection.queries_logged else _in_one_log_entry(asked)
    given = []
    with connection.cursor() as cursor:
        for statement, values in asked:
            cursor.execute(statement.sql, [_plain(value) for value in values])
            given.append(Given(cursor.fetchall(), cursor.rowcount))
    return given


def _in_one_message(asked: Sequence[Asked], *, last: bool) -> list[Given]:
    _prepared_for(asked)
    raw = connection.connection
    words = [f"EXECUTE {one.name} ({', '.join(map(_literal, values))})" for one, values in asked]
    begins = connection.in_atomic_block and raw.pgconn.transaction_status == _IDLE
    if begins:
        words.insert(0, "BEGIN")  # psycopg would send it by itself, and wait for the answer
    if last and connection.in_atomic_block and not connection.savepoint_ids:
        words.append("COMMIT")  # Django's own finds nothing left to do
    with connection.wrap_database_errors:
        results = _answers(raw, "; ".join(words).encode())
    return [_given(raw, result) for result in results[begins : begins + len(asked)]]


def _answers(raw: Any, message: bytes) -> list[Any]:
    """What libpq has for each statement of a message. Raises psycopg's error for the first that failed."""
    from psycopg import errors, generators, pq

    raw.pgconn.send_query(message)
    results = raw.wait(generators.execute(raw.pgconn))
    for result in results:
        if result.status not in {pq.ExecStatus.COMMAND_OK, pq.ExecStatus.TUPLES_OK}:
            raise errors.error_from_result(result)
    return list(results)


def _given(raw: Any, result: Any) -> Given:
    from psycopg.adapt import Transformer

    rows: list[tuple[Any, ...]] = []
    if result.ntuples:
        read = Transformer(raw)
        read.set_pgresult(result)
        rows = list(read.load_rows(0, result.ntuples, tuple))
    return Given(rows, result.command_tuples or 0)


def _literal(value: Any) -> str:
    """A value as SQL has it; only of kinds in which nothing can be hidden."""
    match value:
        case None:
            return "NULL"
        case bool() | int():
            return str(value)
        case UUID() | datetime():
            return f"'{value}'"
        case b"":
            return "''"
    message = f"no value of the kind {type(value).__name__} goes this way"
    raise TypeError(message)


def _in_one_log_entry(asked: Sequence[Asked]) -> list[Given]:
    """The same through Django's cursor, which writes down what it sends where a log of queries is kept."""
    _prepared_for(asked)
    words = "; ".join(f"EXECUTE {one.name} ({', '.join(['%s'] * len(values))})" for one, values in asked)
    given = []
    with connection.cursor() as cursor:
        cursor.execute(words, [value for _, values in asked for value in values])
        for _ in asked:
            given.append(Given(cursor.fetchall() if cursor.description else [], cursor.rowcount))
            cursor.nextset()
    return given


def _prepared_for(asked: Sequence[Asked]) -> None:
    connection.ensure_connection()
    session = _prepared.setdefault(connection.connection, set())
    for statement, _ in asked:
        if statement.name not in session:
            with connection.cursor() as cursor:
                cursor.execute(_prepare(statement))
            session.add(statement.name)


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
