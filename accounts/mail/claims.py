"""Taking due rows so that no two workers have the same one, and writing many rows back at once.

The only module with two forms of SQL. PostgreSQL: FOR UPDATE SKIP LOCKED, and UPDATE … FROM. SQLite, where a
transaction that writes is alone (BEGIN IMMEDIATE): conditional UPDATE.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, models


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


def hold(model: type[models.Model], *, due: str, also: str, now: datetime, limit: int) -> list[UUID]:
    """Lock up to `limit` rows whose column `due` is not after `now`, the longest due first, together with the row
    that their foreign key `also` names, until the transaction ends. Returns their ids.

    Rows of which another worker holds either are passed over. On SQLite the whole transaction is alone already.
    """
    quote = connection.ops.quote_name
    table, key, when = quote(model._meta.db_table), quote(_pk(model)), quote(_column(model, due))
    other = _field(model, also).related_model
    if not (isinstance(other, type) and issubclass(other, models.Model)):
        message = f"{also} is no foreign key"
        raise TypeError(message)
    sql = (
        f"SELECT t.{key} FROM {table} AS t JOIN {quote(other._meta.db_table)} AS o "  # noqa: S608
        f"ON o.{quote(_pk(other))} = t.{quote(_column(model, also))} "
        f"WHERE t.{when} <= %s ORDER BY t.{when} LIMIT %s"
    )
    if connection.features.has_select_for_update_skip_locked:
        sql += " FOR NO KEY UPDATE OF t, o SKIP LOCKED"
    with connection.cursor() as cursor:
        cursor.execute(sql, [_prepared(model, due, now), limit])
        return [_as_uuid(found) for (found,) in cursor.fetchall()]


def insert(
    model: type[models.Model],
    names: Sequence[str],
    rows: Sequence[Sequence[Any]],
    *,
    or_leave: bool = False,
) -> None:
    """Insert many rows in one statement, without building a model for each. Columns that `names` leaves out get
    their field's default. `or_leave`: a row that breaks a unique constraint is left out."""
    if not rows:
        return
    quote = connection.ops.quote_name
    rest = [f for f in model._meta.local_concrete_fields if f.name not in names and not _is_made_by_database(f)]
    columns = ", ".join(quote(_column(model, name)) for name in [*names, *(f.name for f in rest)])
    constants = [f.get_db_prep_save(f.get_default(), connection) for f in rest]
    table = quote(model._meta.db_table)
    conflict = " ON CONFLICT DO NOTHING" if or_leave else ""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            arrays = ", ".join(f"%s::{_type(model, name)}[]" for name in names)
            casts = "".join(f", %s::{f.db_type(connection)}" for f in rest)
            cursor.execute(
                f"INSERT INTO {table} ({columns}) SELECT v.*{casts} FROM unnest({arrays}) AS v{conflict}",  # noqa: S608
                [*constants, *(list(column) for column in zip(*rows, strict=True))],
            )
        else:
            fields = [_field(model, name) for name in names]
            marks = ", ".join(["%s"] * (len(names) + len(rest)))
            cursor.executemany(
                f"INSERT INTO {table} ({columns}) VALUES ({marks}){conflict}",  # noqa: S608
                [
                    [*(f.get_db_prep_save(v, connection) for f, v in zip(fields, row, strict=True)), *constants]
                    for row in rows
                ],
            )


def write_back(
    model: type[models.Model],
    rows: Sequence[tuple[UUID, Mapping[str, Any]]],
    *,
    only: Mapping[str, Any] | None = None,
) -> int:
    """Give each row (by id) its own values in one statement; all must name the same columns.

    Only rows whose columns are still as in `only` are written. Returns how many were.
    """
    if not rows:
        return 0
    quote = connection.ops.quote_name
    names = list(rows[0][1])
    table, key = quote(model._meta.db_table), quote(_pk(model))
    columns = [quote(_column(model, name)) for name in names]
    still = [(quote(_column(model, name)), _prepared(model, name, value)) for name, value in (only or {}).items()]
    ids = [_prepared(model, "pk", ident) for ident, _ in rows]
    by_column = [[_prepared(model, name, values[name]) for _, values in rows] for name in names]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            arrays = ", ".join(f"%s::{_type(model, name)}[]" for name in ["pk", *names])
            heads = ", ".join(["id", *(f"c{n}" for n in range(len(names)))])
            sets = ", ".join(f"{column} = v.c{n}" for n, column in enumerate(columns))
            where = "".join(f" AND t.{column} = %s" for column, _ in still)
            cursor.execute(
                f"UPDATE {table} AS t SET {sets} FROM unnest({arrays}) AS v({heads}) "  # noqa: S608
                f"WHERE t.{key} = v.id{where}",
                [ids, *by_column, *(value for _, value in still)],
            )
        else:
            sets = ", ".join(f"{column} = %s" for column in columns)
            where = "".join(f" AND {column} = %s" for column, _ in still)
            tail = [value for _, value in still]
            cursor.executemany(
                f"UPDATE {table} SET {sets} WHERE {key} = %s{where}",  # noqa: S608
                [[*values, ident, *tail] for ident, *values in zip(ids, *by_column, strict=True)],
            )
        return int(cursor.rowcount)


def _is_made_by_database(field: "models.Field[Any, Any]") -> bool:
    return isinstance(field, models.AutoField)


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
