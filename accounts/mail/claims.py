"""Taking due rows so that no two workers have the same one, and writing many rows at once.

The only module with two forms of SQL. PostgreSQL: FOR UPDATE SKIP LOCKED, COPY, and UPDATE … FROM. SQLite, where a
transaction that writes is alone (BEGIN IMMEDIATE): conditional UPDATE, and one prepared statement for many rows.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.db.models import Expression, F, Lookup, QuerySet

from accounts.mail import copying

Key = UUID | str | None | tuple[UUID | str, ...]


def lease(
    model: type[models.Model],
    *,
    due: str,
    only: Mapping[str, Any],
    values: Mapping[str, Any],
    now: datetime,
    limit: int,
) -> list[UUID]:
    """Take up to `limit` rows whose column `due` is not after `now` and whose columns are as in `only`, the
    longest due first, by writing `values` to them. Returns their ids; no other worker gets the same ones.

    `values` must move `due` past `now` (to the end of the lease): an expired lease is then simply due again.
    """
    quote = connection.ops.quote_name
    table, key, when = quote(model._meta.db_table), quote(_pk(model)), quote(_column(model, due))
    where = " AND ".join([f"{when} <= %s", *(f"{quote(_column(model, name))} = %s" for name in only)])
    asked = [_prepared(model, due, now), *(_prepared(model, name, value) for name, value in only.items())]
    sets = ", ".join(f"{quote(_column(model, name))} = %s" for name in values)
    written = [_prepared(model, name, value) for name, value in values.items()]
    chosen = f"SELECT {key} FROM {table} WHERE {where} ORDER BY {when} LIMIT %s"  # noqa: S608 - names are our own
    if connection.features.has_select_for_update_skip_locked:
        # Not as a subquery: a nested loop would run that again for each row, and take others each time.
        sql = (
            f"WITH due AS MATERIALIZED ({chosen} FOR UPDATE SKIP LOCKED) "  # noqa: S608
            f"UPDATE {table} AS t SET {sets} FROM due WHERE t.{key} = due.{key} RETURNING t.{key}"
        )
        params = [*asked, limit, *written]
    else:
        sql = f"UPDATE {table} SET {sets} WHERE {key} IN ({chosen}) AND {where} RETURNING {key}"  # noqa: S608
        params = [*written, *asked, limit, *asked]
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return [_as_uuid(found) for (found,) in cursor.fetchall()]


def hold(rows: "QuerySet[Any]", *columns: str | Expression) -> list[tuple[Any, ...]]:
    """Lock the rows of a sliced and ordered query set until the transaction ends, and read `columns` of each (and
    of what its foreign keys name, which is not locked), in the same statement.

    Rows that another worker holds are passed over. On SQLite the whole transaction is alone already.
    """
    found = rows.values_list(*columns)
    if not connection.features.has_select_for_update_skip_locked:
        return list(found)
    sql, params = found.query.sql_with_params()
    table = connection.ops.quote_name(rows.model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} FOR NO KEY UPDATE OF {table} SKIP LOCKED", params)
        return list(cursor.fetchall())


def turn(work: int, part: int | None) -> bool:
    """Whether this transaction alone does `part` of some work (None: all of it) until it ends. Does not wait.

    `work` names it, a number for each kind; parts are numbered from 0. On SQLite the transaction is alone already.
    """
    if not connection.features.has_select_for_update_skip_locked:
        return True
    with connection.cursor() as cursor:
        if part is None:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s, 0)", [work])
        else:
            cursor.execute(
                "SELECT pg_try_advisory_xact_lock_shared(%s, 0) AND pg_try_advisory_xact_lock(%s, %s)",
                [work, work, part + 1],
            )
        return bool(cursor.fetchone()[0])


class _Among(Lookup):
    """Whether a column of ids is one of many, handed over as one parameter however many they are."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        column, params = self.process_lhs(compiler, connection)
        if connection.vendor == "postgresql":
            return f"{column} = ANY(%s::uuid[])", [*params, copying.array(self.rhs)]
        ids = [copying.plain(ident) for ident in self.rhs]
        return f"{column} IN (SELECT value FROM json_each(%s))", [*params, json.dumps(ids)]  # noqa: S608


def among(column: str, ids: Collection[UUID | str]) -> Any:
    """A condition for `filter`: the ids in `column` are among `ids`."""
    return _Among(F(column), tuple(ids))


def insert(
    model: type[models.Model],
    names: Sequence[str],
    rows: Sequence[Sequence[Any]],
    *,
    or_leave: bool = False,
) -> int:
    """Insert many rows in one statement, without building a model for each. Columns that `names` leaves out get
    their field's default. `or_leave`: a row that breaks a unique constraint is left out. Returns how many were
    inserted. Ids may be text of 32 hexadecimal digits."""
    if not rows:
        return 0
    quote = connection.ops.quote_name
    rest = [f for f in model._meta.local_concrete_fields if f.name not in names and not _is_left_empty(f)]
    fields = [*(_field(model, name) for name in names), *rest]
    columns = ", ".join(quote(str(f.column)) for f in fields)
    table = quote(model._meta.db_table)
    defaults = [f.get_default() for f in rest]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql" and not or_leave:
            with connection.wrap_database_errors, cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                copy.write(copying.lines(rows, tail=defaults))
            return len(rows)
        constants = [f.get_db_prep_save(v, connection) for f, v in zip(rest, defaults, strict=True)]
        if connection.vendor == "postgresql":
            heads = ", ".join(f"%s::{f.db_type(connection)}[]" for f in fields[: len(names)])
            casts = "".join(f", %s::{f.db_type(connection)}" for f in rest)
            cursor.execute(
                f"INSERT INTO {table} ({columns}) SELECT v.*{casts} FROM unnest({heads}) AS v "  # noqa: S608
                "ON CONFLICT DO NOTHING",
                [*constants, *map(copying.array, zip(*rows, strict=True))],
            )
        else:
            marks = ", ".join(["%s"] * len(fields))
            conflict = " ON CONFLICT DO NOTHING" if or_leave else ""
            cursor.executemany(
                f"INSERT INTO {table} ({columns}) VALUES ({marks}){conflict}",  # noqa: S608
                [
                    [*(f.get_db_prep_save(v, connection) for f, v in zip(fields, row, strict=False)), *constants]
                    for row in rows
                ],
            )
        return int(cursor.rowcount)


def write_back(
    model: type[models.Model],
    rows: Sequence[tuple[Key, Mapping[str, Any]]],
    *,
    only: Mapping[str, Any] | None = None,
) -> int:
    """Give each row (by id, or by all parts of its key) its own values in one statement; all must name the same
    columns.

    Only rows whose columns are still as in `only` are written. Returns how many were.
    """
    if not rows:
        return 0
    quote = connection.ops.quote_name
    names = list(rows[0][1])
    table, keys = quote(model._meta.db_table), [quote(str(field.column)) for field in model._meta.pk_fields]
    columns = [quote(_column(model, name)) for name in names]
    still = [(quote(_column(model, name)), _prepared(model, name, value)) for name, value in (only or {}).items()]
    ids = list(zip(*(key if isinstance(key, tuple) else (key,) for key, _ in rows), strict=True))
    by_column = [[values[name] for _, values in rows] for name in names]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            types = [*(f.db_type(connection) for f in model._meta.pk_fields), *(_type(model, n) for n in names)]
            arrays = ", ".join(f"%s::{kind}[]" for kind in types)
            heads = ", ".join([*(f"k{n}" for n in range(len(keys))), *(f"c{n}" for n in range(len(names)))])
            these = " AND ".join(f"t.{key} = v.k{n}" for n, key in enumerate(keys))
            sets = ", ".join(f"{column} = v.c{n}" for n, column in enumerate(columns))
            where = "".join(f" AND t.{column} = %s" for column, _ in still)
            cursor.execute(
                f"UPDATE {table} AS t SET {sets} FROM unnest({arrays}) AS v({heads}) "  # noqa: S608
                f"WHERE {these}{where}",
                [*map(copying.array, (*ids, *by_column)), *(value for _, value in still)],
            )
        else:
            sets = ", ".join(f"{column} = %s" for column in columns)
            where = "".join(f" AND {column} = %s" for column, _ in still)
            tail = [value for _, value in still]
            these = " AND ".join(f"{key} = %s" for key in keys)
            fields = [*(_field(model, name) for name in names), *model._meta.pk_fields]
            cursor.executemany(
                f"UPDATE {table} SET {sets} WHERE {these}{where}",  # noqa: S608
                [
                    [*(f.get_db_prep_save(v, connection) for f, v in zip(fields, row, strict=True)), *tail]
                    for row in zip(*by_column, *ids, strict=True)
                ],
            )
        return int(cursor.rowcount)


def _is_left_empty(field: "models.Field[Any, Any]") -> bool:
    """Whether the database itself fills a column that no statement names as its model would."""
    return isinstance(field, models.AutoField) or field.get_default() is None


def _field(model: type[models.Model], name: str) -> "models.Field[Any, Any]":
    if name == "pk":
        pk: models.Field[Any, Any] = model._meta.pk
        return pk
    return model._meta.get_field(name)  # type: ignore[return-value]


def _column(model: type[models.Model], name: str) -> str:
    return str(_field(model, name).column)


def _pk(model: type[models.Model]) -> str:
    return _column(model, "pk")


def _type(model: type[models.Model], name: str) -> str:
    return str(_field(model, name).db_type(connection))


def _prepared(model: type[models.Model], name: str, value: Any) -> Any:
    """`value` as the database driver takes it for this column."""
    return _field(model, name).get_db_prep_save(value, connection)


def _as_uuid(found: Any) -> UUID:
    return found if isinstance(found, UUID) else UUID(str(found))
