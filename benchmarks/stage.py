"""Where a benchmark runs: a PostgreSQL of its own that keeps its promises (fsync and synchronous commit on), or a
SQLite file; a key file; the real settings. Nothing that already runs on the machine is touched.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy import services


@contextmanager
def folder() -> Iterator[Path]:
    """A temporary folder for keys, SQLite files and mailboxes."""
    with tempfile.TemporaryDirectory(prefix="kept-bench-") as name:
        yield Path(name)


@contextmanager
def postgres() -> Iterator[services.Postgres]:
    """A durable cluster for as long as the block runs."""
    server = services.Postgres(durable=True)
    try:
        server.make()
        yield server
    finally:
        server.remove()


def surroundings(where: Path, *, database: str = "", redis: str = "", relay: str = "") -> dict[str, str]:
    """The environment of a site under measurement; without `database` an embedded one with SQLite in `where`."""
    return {
        "DATA_DIR": str(where),
        "KEYS_FILE": str(where / "keys.json"),
        "SECRET_KEY": "only-for-benchmarks-" + "x" * 40,
        "DATABASE_URL": database,
        "REDIS_URL": redis,
        "EMAIL_URL": relay,
        "DJANGO_SETTINGS_MODULE": "repair.settings",
        "LOG_LEVEL": "WARNING",
        "PYTHONHASHSEED": "0",
    }


def set_up(where: Path, *, database: str = "", redis: str = "", relay: str = "", migrate: bool = True) -> None:
    """Make this process the site: settings, keys, tables."""
    os.environ.update(surroundings(where, database=database, redis=redis, relay=relay))
    import django

    django.setup()
    keys = where / "keys.json"
    if not keys.exists():
        from accounts.vault import ring

        ring.create(keys)
    if migrate:
        from django.core.management import call_command

        call_command("migrate", verbosity=0, interactive=False)


def use(name: str) -> None:
    """From here on this process works in another database of the same PostgreSQL server."""
    from django.db import connection

    connection.close()
    connection.settings_dict["NAME"] = name


def new_database(name: str) -> None:
    """Another database on the same PostgreSQL server, with all tables; `use` is called for it."""
    from django.core.management import call_command
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {connection.ops.quote_name(name)}")
    use(name)
    call_command("migrate", verbosity=0, interactive=False)
