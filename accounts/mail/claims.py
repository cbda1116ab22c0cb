"""Taking due rows so that no two workers have the same one, and writing many rows back at once.

The only module with two forms of SQL. PostgreSQL: FOR UPDATE SKIP LOCKED, and UPDATE … FROM. SQLite, where a
transaction that writes is alone (BEGIN IMMEDIATE): conditional UPDATE.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection, models

Row = TypeVar("Row", bound=models.Model)


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
        sql = (
            f"UPDATE {table} AS t SET {sets} FROM ({chosen} FOR UPDATE SKIP LOCKED) AS due "  # noqa: S608
            f"WHERE t.{key} = due.{key} RETURNING t.{key}"
        )
        params = [*written, *asked, limit]
    else:
        sql = f"UPDATE {table} SET {sets} WHERE {key} IN ({chosen}) AND {where} RETURNING {key}"  # noqa: S608
        params = [*written, *asked, limit, *asked]
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return [_as_uuid(found) for (found,) in cursor.fetchall()]


def hold(rows: models.QuerySet[Row], *, of: tuple[str, ...]) -> models.QuerySet[Row]:
    """`rows`, locked until the transaction ends, without those that another worker holds. On SQLite the whole
    transaction is alone already, and the database knows no lock on rows."""
    if not connection.features.has_select_for_update_skip_locked:
        return rows
    return rows.select_for_update(skip_locked=True, of=of, no_key=True)


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
