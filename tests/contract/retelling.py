"""Not asking again what could only be answered the same way.

What a request answers follows from what is asked, from the clock, from chance (seeded here), and from what the
database tells it, statement by statement. So before a request is made in another world, it is retold: the
statements it made in an earlier one are made again, its writes too. As long as the database tells the same to the
letter, the next statement can only be the one made then; if the last is told the same too, the answer stands as it
was. At the first other row the request is made. Statements and answers are kept as a tree, so that any earlier
world may be the one that is like this one.

State outside the database would escape this. So one request in `AGAIN` is made all the same, chosen by world and
press; and a request that is told the same but asks something else is an error (`Wayward`), not a difference.
"""

import hashlib
import pickle
import re
import sqlite3
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

from django.db import connection
from django.db.backends.sqlite3.base import SQLiteCursorWrapper

from tests.contract.visiting import Seen, fingerprint

AGAIN = 16
_PLACE = re.compile(r'(?<=SAVEPOINT )"\w+"')


class Wayward(AssertionError):
    """Told the same by the database, the site asked something else: it goes by something that is not there."""


@dataclass(slots=True)
class _Step:
    """One statement, and where each thing that the database may tell leads. At the end, the answers."""

    sql: str = ""
    params: Any = None
    many: bool = False
    then: dict[bytes, "_Step"] = field(default_factory=dict)
    answers: list[Seen] | None = None

    def make(self, on: sqlite3.Connection) -> bytes:
        """Make it again; what the database told, in short."""
        if self.many:
            return _told(on.executemany(self.sql, self.params))
        return _told(on.execute(self.sql, self.params))


def _told(cursor: sqlite3.Cursor, rows: list[Any] | None = None) -> bytes:
    rows = cursor.fetchall() if rows is None else rows
    said = pickle.dumps((rows, cursor.rowcount))  # not `lastrowid`, which nobody reads, see `Listening`
    return hashlib.blake2b(said, digest_size=16).digest()


class _Heard(list[tuple[_Step, bytes]]):
    """What one request asked and was told; `whole` unless the database refused something."""

    whole = True

    def __init__(self) -> None:
        super().__init__()
        self.places: dict[str, str] = {}

    def named(self, sql: str) -> str:
        """The statement as it is kept. Django counts its savepoints on from request to request."""
        return _PLACE.sub(lambda found: self.places.setdefault(found[0], f'"place {len(self.places)}"'), sql)


def _listening(heard: _Heard) -> type[SQLiteCursorWrapper]:
    class Listening(SQLiteCursorWrapper):
        """Takes all rows at once and keeps them with their statement."""

        rows: Iterator[Any] = iter(())

        def _heard(self, step: _Step, make: Callable[[], Any]) -> Any:
            heard.whole, before = False, heard.whole  # unless it comes back
            make()
            heard.whole = before
            rows = list(super().fetchall())
            self.rows = iter(rows)
            heard.append((step, _told(self, rows)))
            return self

        def execute(self, query: str, params: Any = None) -> Any:
            if params is None:
                return self._heard(_Step(heard.named(query), ()), lambda: super(Listening, self).execute(query))
            heard.whole = heard.whole and not isinstance(params, dict)
            step = _Step(self.convert_query(query), tuple(params))
            return self._heard(step, lambda: super(Listening, self).execute(query, params))

        def executemany(self, query: str, param_list: Any) -> Any:
            each = [tuple(params) for params in param_list]
            step = _Step(self.convert_query(query), each, many=True)
            return self._heard(step, lambda: super(Listening, self).executemany(query, each))

        @property
        def lastrowid(self) -> int:  # type: ignore[override]
            """Counts hidden rows as well, which differ where nothing that is seen does; Django asks RETURNING."""
            raise NotImplementedError

        def fetchone(self) -> Any:
            return next(self.rows, None)

        def fetchmany(self, size: int | None = 1) -> list[Any]:
            return [row for _, row in zip(range(size or 1), self.rows, strict=False)]

        def fetchall(self) -> list[Any]:
            return list(self.rows)

        def __iter__(self) -> Any:
            return self.rows

    return Listening


class Tale:
    """What requests were told in the worlds so far, by viewer, hour and press."""

    def __init__(self) -> None:
        self.first: dict[Any, _Step] = {}
        self.retold = self.asked = 0

    def clear(self) -> None:
        """Forget all: the site is no longer the same."""
        self.first.clear()

    def answers(self, key: Any, ask: Callable[[], list[Seen]], *, turn: str) -> list[Seen]:
        """What `ask` answers, without asking if it could only be what it was. `turn` chooses which are asked all
        the same. Raises Wayward."""
        if connection.vendor != "sqlite":
            return ask()
        known = None if zlib.crc32(turn.encode()) % AGAIN == 0 else self._retell(key)
        self.retold, self.asked = self.retold + (known is not None), self.asked + (known is None)
        if known is None:
            with _listened() as heard:
                known = ask()
            if heard.whole:
                self._keep(key, heard, known)
        return known

    def _retell(self, key: Any) -> list[Seen] | None:
        step, raw = self.first.get(key), connection.connection
        if step is None:
            return None
        raw.execute("SAVEPOINT retold")
        try:
            while step is not None and step.answers is None:
                step = step.then.get(step.make(raw))
        except sqlite3.Error:
            return None
        finally:
            raw.execute("ROLLBACK TO retold")
            raw.execute("RELEASE retold")
        return step.answers if step else None

    def _keep(self, key: Any, heard: _Heard, answers: list[Seen]) -> None:
        end = _Step(answers=answers)
        steps = [step for step, _ in heard]
        place = self.first.setdefault(key, steps[0] if steps else end)
        for (step, told), after in zip(heard, [*steps[1:], end], strict=True):
            if fingerprint(place.sql) != fingerprint(step.sql):
                raise Wayward(f"{key}: {step.sql!r} in the place of {place.sql!r}")
            place = place.then.setdefault(told, after)


@contextmanager
def _listened() -> Iterator[_Heard]:
    heard = _Heard()
    cursors = _listening(heard)
    real = connection._connections[connection._alias]  # type: ignore[attr-defined]

    def cursor(name: str | None = None) -> SQLiteCursorWrapper:
        return real.connection.cursor(factory=cursors)  # type: ignore[no-any-return]

    with mock.patch.object(real, "create_cursor", cursor):
        yield heard
