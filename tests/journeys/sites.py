"""The site as it really runs, for journeys: embedded in one process, or web, worker and beat apart on PostgreSQL
and Redis with a real SMTP server that receives the mails. The test clock only moves time; beat sends by itself.
"""

import email
import email.policy
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller

from deploy import services

ROOT = Path(__file__).resolve().parent.parent.parent
PYTHON = sys.executable


class Inbox:
    """An SMTP server's handler that keeps every mail."""

    def __init__(self) -> None:
        self.mails: list[tuple[str, EmailMessage]] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.mails.append((envelope.rcpt_tos[0], message))  # type: ignore[arg-type]
        return "250 OK"


class Site:
    """A running site: its address, its clock, its mails."""

    def __init__(self, folder: Path, *, port: int) -> None:
        self.folder = folder
        self.port = port
        self.url = f"http://localhost:{port}"
        self.clock_file = folder / "clock"
        self.clock_file.write_text("0")
        self.inbox: Inbox | None = None
        self.logs: list[Path] = []
        (folder / "tmp").mkdir()
        self.environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("DATABASE", "REDIS", "EMAIL", "PYTEST"))},
            "DATA_DIR": str(folder / "data"),
            "TEST_CLOCK_FILE": str(self.clock_file),
            "PORT": str(port),
            "SITE_URL": self.url,
            "COOLING_OFF_HOURS": "24",
            "GRANT_DELAY_HOURS": "0-1",
            "PYTHONUNBUFFERED": "1",
            "TMPDIR": str(folder / "tmp"),
        }

    def wait_until_it_answers(self, *, seconds: float = 120) -> None:
        """Until /healthz does. Raises TimeoutError."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            try:
                with urllib.request.urlopen(f"{self.url}/healthz", timeout=5) as answer:
                    if answer.status == 200:
                        return
            except (OSError, TimeoutError):
                time.sleep(0.1)
        raise TimeoutError("the site does not answer")

    # -- time
    @property
    def now(self) -> datetime:
        """What the site's clock says."""
        return datetime.now(UTC) + timedelta(seconds=float(self.clock_file.read_text()))

    def move_to(self, at: datetime) -> None:
        """Set the site's clock forward to an instant. Raises ValueError for one that is past."""
        ahead = (at - datetime.now(UTC)).total_seconds()
        if ahead < float(self.clock_file.read_text()):
            raise ValueError("the clock only goes forward")
        beside = self.clock_file.with_suffix(".new")
        beside.write_text(str(ahead))
        beside.replace(self.clock_file)

    # -- mail
    def mails_to(self, address: str) -> list[EmailMessage]:
        """All mails to an address so far, oldest first."""
        if self.inbox is not None:
            return [message for to, message in self.inbox.mails if to == address]
        found = []
        for path in sorted((self.folder / "data" / "mailbox").glob("*.eml")):
            message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            if message["To"] == address:
                found.append(message)
        return found  # type: ignore[return-value]

    def wait_for_mail(self, address: str, *, after: int, seconds: float = 60) -> EmailMessage:
        """The next mail to an address once more than `after` have come. Raises TimeoutError."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            mails = self.mails_to(address)
            if len(mails) > after:
                return mails[after]
            time.sleep(0.2)
        message = f"no mail came to {address} (had {after})"
        raise TimeoutError(message)

    # -- processes
    def manage(self, *words: str) -> str:
        """Run a manage.py command in the site's surroundings; returns what it printed."""
        done = subprocess.run(
            [PYTHON, "manage.py", *words],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    def start(self, stack: ExitStack, name: str, *words: str) -> subprocess.Popen[bytes]:
        """Start one process of the site; it is ended with the stack."""
        log = self.folder / f"{name}.log"
        self.logs.append(log)
        out = stack.enter_context(log.open("wb"))
        process = subprocess.Popen(words, cwd=ROOT, env=self.environment, stdout=out, stderr=subprocess.STDOUT)

        def end() -> None:
            process.terminate()
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

        stack.callback(end)
        return process


@contextmanager
def embedded(
    folder: Path,
    *,
    at: datetime | None = None,
    before: Callable[[Site], object] | None = None,
    words: Sequence[str] = ("manage.py", "up"),
    **settings: str,
) -> Iterator[Site]:
    """One process on SQLite, as `make run` starts it; its clock begins `at` an instant to come. `before` is done
    with the site's folder and surroundings before it starts; `words` start it."""
    site = Site(folder, port=services.free_port())
    if at is not None:
        site.move_to(at)
    site.environment |= settings
    if before is not None:
        before(site)
    with ExitStack() as stack:
        site.start(stack, "up", PYTHON, *words)
        site.wait_until_it_answers()
        yield site


@contextmanager
def distributed(folder: Path, *, postgres_url: str, redis_url: str, **settings: str) -> Iterator[Site]:
    """Two web workers, a Celery worker and a beat, on PostgreSQL and Redis, with an SMTP server."""
    site = Site(folder, port=services.free_port())
    site.inbox = Inbox()
    with ExitStack() as stack:
        relay = Controller(site.inbox, hostname="127.0.0.1", port=services.free_port())
        relay.start()
        stack.callback(relay.stop)
        site.environment |= {
            "DATABASE_URL": postgres_url,
            "REDIS_URL": redis_url,
            "EMAIL_URL": f"smtp://127.0.0.1:{relay.port}",
            "SECRET_KEY": "journey-" + "k" * 60,
            **settings,
        }
        (folder / "data").mkdir()
        site.manage("make_keys")
        site.manage("migrate", "--verbosity=0")
        site.manage("createcachetable")
        site.manage("collectstatic", "--noinput", "--verbosity=0")
        celery = (PYTHON, "-m", "celery", "-A", "repair")
        site.start(
            stack, "web",
            PYTHON, "-m", "gunicorn", "repair.wsgi", "--bind", f"127.0.0.1:{site.port}", "--workers", "2",
            "--threads", "4", "--worker-class", "gthread",
        )  # fmt: skip
        site.start(stack, "worker", *celery, "worker", "--concurrency", "2", "--loglevel", "INFO")
        site.start(stack, "beat", *celery, "beat", "--schedule", str(folder / "beat"), "--loglevel", "INFO")
        site.wait_until_it_answers()
        yield site
