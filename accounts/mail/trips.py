"""Statements that go to the database together and are planned once: sending a mail costs two round trips.

Their text is the same on both databases. PostgreSQL: prepared on the server, sent in pipeline mode. SQLite lives
in this process; there they simply run. Beside `claims` the only module that knows which of the two it is.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection, models


@contextmanager
def together() -> Iterator[None]:
    """Within the block `run` waits for no answer: all goes over when rows are fetched, when the transaction
    commits, or when the block ends. Only for statements of `run`; Django's own need each answer at once."""
    if not _pipelined():
        yield
        return
    connection.ensure_connection()
    with connection.wrap_database_errors, connection.connection.pipeline():
        yield


def run(sql: str, *values: Any) -> Any:
    """A cursor over what a statement gives. Its marks are `%s`; ids and instants are given as they are. Django's
    errors, as from any of its cursors, but within `together` perhaps only at the end of the block."""
    if _pipelined():
        cursor = _prepared_cursor()
        cursor.execute(sql, values)
    else:
        cursor = connection.cursor()
        cursor.execute(sql, [_plain(value) for value in values])
    return cursor


def locked(*names: str) -> str:
    """The end of a SELECT that keeps its rows of the tables called `names` until the transaction ends."""
    return f" FOR NO KEY UPDATE OF {', '.join(names)}" if connection.features.has_select_for_update_of else ""


def update(model: type[models.Model], values: Mapping[str, Any], *, where: Mapping[str, Any]) -> None:
    """Give the rows whose columns are as in `where` (by field name) new `values`."""
    named = [*values.items(), *where.items()]
    prepared = [_field(model, name).get_db_prep_save(value, connection) for name, value in named]
    run(_update(model, tuple(values), tuple(where)), *prepared)


@cache
def _update(model: type[models.Model], names: tuple[str, ...], where: tuple[str, ...]) -> str:
    quote = connection.ops.quote_name
    sets = ", ".join(f"{quote(_field(model, name).column)} = %s" for name in names)
    rows = " AND ".join(f"{quote(_field(model, name).column)} = %s" for name in where)
    return f"UPDATE {quote(model._meta.db_table)} SET {sets} WHERE {rows}"  # noqa: S608 - names are our own


def _field(model: type[models.Model], name: str) -> Any:
    return model._meta.get_field(name)


def _pipelined() -> bool:
    return connection.vendor == "postgresql" and not connection.queries_logged  # a log shows one after the other


def _prepared_cursor() -> Any:
    """Django's cursor, with its errors, around one that has its statements prepared."""
    import psycopg

    connection.ensure_connection()
    raw = connection.connection
    if raw.prepare_threshold is None:  # Django's own cursors write values into the text and never prepare
        raw.prepare_threshold = 0
    return connection.make_cursor(psycopg.Cursor(raw))  # type: ignore[arg-type]


def _plain(value: Any) -> Any:
    """An id or instant as SQLite keeps it."""
    if isinstance(value, UUID):
        return value.hex
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value
