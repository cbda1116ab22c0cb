"""Laying many rows at once: COPY on PostgreSQL, one prepared statement on SQLite. For benchmarks only.

Values are text, bytes or None, as both databases read them: ids as 32 hexadecimal digits, instants and dates in
ISO 8601 without an offset (UTC), booleans as 0 and 1.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection, models

Value = str | bytes | None
Row = Sequence[Value]


class Ids:
    """Random ids (UUID version 4) as text, drawn from the system's randomness in blocks."""

    def __init__(self) -> None:
        self._block = ""
        self._at = 0

    def __call__(self) -> str:
        if self._at >= len(self._block):
            self._block, self._at = os.urandom(16 * 4096).hex(), 0
        drawn = self._block[self._at : self._at + 32]
        self._at += 32
        return f"{drawn[:12]}4{drawn[13:16]}{'89ab'[int(drawn[16], 16) & 3]}{drawn[17:]}"


def lay(model: type[models.Model], names: Sequence[str], rows: Iterable[Row]) -> None:
    """Insert `rows`; columns that `names` leaves out get their field's default."""
    meta = model._meta
    rest = [f for f in meta.local_concrete_fields if f.name not in names and not isinstance(f, models.AutoField)]
    fields = [*(meta.get_field(name) for name in names), *rest]
    quote = connection.ops.quote_name
    into = f"{quote(meta.db_table)} ({', '.join(quote(f.column) for f in fields)})"
    constants = [_text(f.get_db_prep_save(f.get_default(), connection)) for f in rest]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            tail = "".join(f"\t{_copied(value)}" for value in constants) + "\n"
            with cursor.copy(f"COPY {into} FROM STDIN") as copy:
                for block in _blocks(rows):
                    copy.write("".join(["\t".join(map(_copied, row)) + tail for row in block]))
        else:
            marks = ", ".join(["%s"] * len(fields))
            cursor.executemany(
                f"INSERT INTO {into} VALUES ({marks})",
                [[*row, *constants] for block in _blocks(rows) for row in block],
            )


def _blocks(rows: Iterable[Row], size: int = 2000) -> Iterator[list[Row]]:
    block: list[Row] = []
    for row in rows:
        block.append(row)
        if len(block) == size:
            yield block
            block = []
    if block:
        yield block


def _text(value: Any) -> Value:
    if value is None or isinstance(value, str | bytes):
        return value
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, memoryview | bytearray) or type(value).__name__ == "Binary":
        return bytes(getattr(value, "obj", value))
    return str(value)


def _copied(value: Value) -> str:
    if value is None:
        return "\\N"
    return value if isinstance(value, str) else "\\\\x" + value.hex()


@contextmanager
def quickly(tables: Sequence[type[models.Model]]) -> Iterator[None]:
    """Within the block neither foreign keys nor indexes are kept on PostgreSQL; afterwards all indexes are built
    anew and the statistics are fresh. Needs a superuser, so a server of one's own. The caller lays rows that refer
    to each other rightly (a test holds it). Within somebody's transaction nothing of the kind is done."""
    if connection.vendor != "postgresql" or connection.in_atomic_block:
        yield
        return
    names = [model._meta.db_table for model in tables]
    ready = "UPDATE pg_index SET indisready = %s, indisvalid = %s WHERE indrelid::regclass::text = ANY(%s)"
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(ready, [False, False, names])
        yield
        cursor.execute("SET maintenance_work_mem = '512MB'")
        for name in names:
            cursor.execute(f"REINDEX TABLE {connection.ops.quote_name(name)}")
        cursor.execute(ready, [True, True, names])
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("VACUUM ANALYZE")
