"""`manage.py up`: everything in one command, for one's own machine."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from accounts.vault import ring
from repair import env


class Command(BaseCommand):
    help = "Site, worker and beat in one process on SQLite (embedded runs only)."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.EMBEDDED:
            raise CommandError(
                "`up` is for an embedded run. With DATABASE_URL set, start web, worker and beat apart."
            )
        self._prepare()
        from repair.embedded import serve

        port = env.number("PORT")
        self.stdout.write(f"{settings.SITE_NAME} is at http://localhost:{port}  (Ctrl-C stops it)")
        self.stdout.write(f"Its mail is at http://localhost:{port}/mailbox/")
        if settings.DEMO:
            self.stdout.write(f"The made-up people are at http://localhost:{port}/demo/")
        self.stdout.flush()
        try:
            serve(port=port)
        except OSError as error:
            message = f"Port {port} is taken. Choose another: make run PORT=8001"
            raise CommandError(message) from error

    def _prepare(self) -> None:
        if not Path(settings.KEYS_FILE).exists():
            ring.create(Path(settings.KEYS_FILE))
        settings.MAILBOX_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
        settings.STATIC_ROOT.mkdir(mode=0o700, exist_ok=True)  # empty; files are served from static/ here
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            call_command("migrate", verbosity=0)
        Path(str(settings.DATABASES["default"]["NAME"])).chmod(0o600)
        if "accounts_cache" not in connection.introspection.table_names():
            call_command("createcachetable", verbosity=0)
        if settings.DEMO:
            call_command("demo", stdout=self.stdout)
