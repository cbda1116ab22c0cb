"""The site as it runs in production, on 127.0.0.1: PostgreSQL, Redis, workers, beat, web, and a relay to break."""

import io
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from deploy import services

ROOT = Path(__file__).resolve().parent.parent.parent
PYTHON = sys.executable


class Durable(services.Postgres):
    """A cluster that keeps what it committed through a crash, and knows when each transaction committed."""

    def start(self) -> None:
        """Start it and wait until it answers."""
        options = (
            f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1 -c max_connections=200 "
            "-c fsync=on -c synchronous_commit=on -c full_page_writes=on -c track_commit_timestamp=on "
            "-c recovery_init_sync_method=syncfs"
        )
        self._run("pg_ctl", "-D", str(self.data), "-w", "-l", str(self.folder / "log"), "-o", options, "start")


class RelayLine:
    """The relay's process, its control port and its record."""

    def __init__(self, folder: Path, clock_file: Path) -> None:
        self.port, control = services.free_port(), services.free_port()
        self.record = folder / "relay.jsonl"
        self.record.touch()
        self.certificate, key = folder / "relay.pem", folder / "relay.key"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", str(key), "-days", "2",
             "-out", str(self.certificate), "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"],
            check=True, capture_output=True,
        )  # fmt: skip
        words = [str(self.port), str(control), str(self.record), str(clock_file), str(self.certificate), str(key)]
        self.process = subprocess.Popen([PYTHON, str(Path(__file__).with_name("relay.py")), *words])
        services.wait_for(control)
        self._link = socket.create_connection(("127.0.0.1", control))
        self._lines = self._link.makefile("rb")
        self._read_to = 0

    def tell(self, **told: Any) -> dict[str, Any]:
        """Tell it something; returns its counts: open, connections, kept, heard, served."""
        self._link.sendall(json.dumps(told or {"ask": True}).encode() + b"\n")
        found: dict[str, Any] = json.loads(self._lines.readline())
        return found

    def mark(self) -> None:
        """From here on `heard` reads."""
        self._read_to = self.record.stat().st_size

    def heard(self, what: str) -> list[dict[str, Any]]:
        """The entries of one sort since the mark."""
        with self.record.open("rb") as record:
            record.seek(self._read_to)
            lines = record.read().split(b"\n")[:-1]
        found = [json.loads(line) for line in lines if line]
        return [entry for entry in found if entry["what"] == what]

    def end(self) -> None:
        """Stop it."""
        self._link.close()
        self.process.kill()
        self.process.wait()


class House:
    """All servers and processes of one run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.postgres = Durable()
        self.redis = services.Redis()
        self.clock_file = folder / "clock"
        self.clock_file.write_text("0")
        self.relay = RelayLine(folder, self.clock_file)
        self.email_url = f"smtp://kept:secret@localhost:{self.relay.port}"
        self.told_file = folder / "told.json"
        self.tell_workers()
        self.kills_file = folder / "kills"
        self.kills_file.touch()
        self.web_port = services.free_port()
        self.processes: list[Process] = []
        self.supervisor: Callable[[], None] = lambda: None  # starts again what ended by itself
        self.environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("DATABASE", "REDIS", "EMAIL", "PYTEST"))},
            "DJANGO_SETTINGS_MODULE": "repair.settings",
            "DATABASE_URL": self.postgres.url,
            "REDIS_URL": self.redis.url,
            "EMAIL_URL": self.email_url,
            "SECRET_KEY": "faults-" + "k" * 60,
            "FAULTS_TOLD": str(self.told_file),
            "FAULTS_KILLS": str(self.kills_file),
            "DATA_DIR": str(folder / "data"),
            "TEST_CLOCK_FILE": str(self.clock_file),
            "SITE_URL": f"http://localhost:{self.web_port}",
            "SSL_CERT_FILE": str(self.relay.certificate),
            "LOG_LEVEL": "WARNING",
            "PYTHONUNBUFFERED": "1",
        }

    # -- time
    def offset(self) -> float:
        """By how many seconds the site's clock is ahead."""
        return float(self.clock_file.read_text())

    def now(self) -> datetime:
        """What the site's clock says."""
        return datetime.now(UTC) + timedelta(seconds=self.offset())

    def move(self, seconds: float) -> None:
        """Move the site's clock, for all processes at once."""
        beside = self.clock_file.with_suffix(".new")
        beside.write_text(str(self.offset() + seconds))
        beside.replace(self.clock_file)

    # -- processes
    def killed(self) -> list[str]:
        """The places at which workers' children have killed themselves so far."""
        return self.kills_file.read_text().split()

    def tell_workers(self, *, bug: str = "", waits: dict[str, float] | None = None, **settings: str) -> None:
        """From their next task on the workers have these settings; see benchmarks.faults.app and broken."""
        beside = self.told_file.with_suffix(".new")
        told = {"FAILPOINT": "", "EMAIL_URL": self.email_url, **settings}
        beside.write_text(json.dumps({"settings": told, "waits": waits or {}, "bug": bug}))
        beside.replace(self.told_file)

    def start(self, name: str, *words: str, **settings: str) -> "Process":
        """Start one process of the site."""
        process = Process(self.folder / f"{name}-{len(self.processes)}.log", words, self.environment | settings)
        self.processes.append(process)
        return process

    def worker(self, *, concurrency: int = 2, broken: bool = False, wait: bool = True) -> "Process":
        """A Celery worker (prefork), ready to work; one that can be given bugs, where `broken`."""
        app = "benchmarks.faults.broken" if broken else "benchmarks.faults.app"
        process = self.start(
            "worker",
            *(PYTHON, "-m", "celery", "-A", app, "worker", "--concurrency", str(concurrency)),
            *("--loglevel", "INFO", "--without-gossip", "--without-mingle", "-n", f"w{len(self.processes)}@here"),
        )
        if wait:
            process.wait_for("ready.")
        return process

    def beat(self) -> "Process":
        """A beat."""
        words = (PYTHON, "-m", "celery", "-A", "benchmarks.faults.app", "beat", "--loglevel", "INFO")
        return self.start("beat", *words, "--schedule", str(self.folder / "beat"))

    def web(self) -> "Process":
        """Gunicorn, answering."""
        from django.core.management import call_command

        call_command("collectstatic", interactive=False, verbosity=0)
        process = self.start(
            "web",
            *(PYTHON, "-m", "gunicorn", "repair.wsgi", "--bind", f"127.0.0.1:{self.web_port}"),
            *("--workers", "1", "--threads", "8", "--worker-class", "gthread"),
        )
        services.wait_for(self.web_port)
        return process

    def rest(self) -> None:
        """End all processes of the site."""
        for process in self.processes:
            process.end()


class Process:
    """One process of the site and its children, in a group of their own."""

    def __init__(self, log: Path, words: tuple[str, ...], environment: dict[str, str]) -> None:
        self.log = log
        with log.open("wb") as out:
            self.popen = subprocess.Popen(
                words, cwd=ROOT, env=environment, stdout=out, stderr=subprocess.STDOUT, start_new_session=True
            )

    def wait_for(self, words: str, *, seconds: float = 60) -> None:
        """Until the log says so. Raises RuntimeError where the process ends before, TimeoutError."""
        until = time.monotonic() + seconds
        while words not in self.log.read_text(errors="replace"):
            if self.popen.poll() is not None:
                raise RuntimeError(self.log.read_text(errors="replace")[-2000:])
            if time.monotonic() > until:
                raise TimeoutError(words)
            time.sleep(0.05)

    @property
    def is_alive(self) -> bool:
        return self.popen.poll() is None

    def kill(self) -> None:
        """kill -9, parent and children at once."""
        with suppress(ProcessLookupError):
            os.killpg(self.popen.pid, signal.SIGKILL)
        self.popen.wait()

    def end(self) -> None:
        """Ask it to end; kill what does not."""
        if self.is_alive:
            self.popen.terminate()
            with suppress(subprocess.TimeoutExpired):
                self.popen.wait(timeout=8)
        self.kill()


@contextmanager
def running(folder: Path) -> Iterator[House]:
    """The servers, with an empty database that has its tables; this process's Django uses it too."""
    house = House(folder)
    try:
        house.postgres.make()
        house.redis.start()
        (folder / "data").mkdir()
        os.environ.update(house.environment)
        import django
        from django.core.management import call_command

        django.setup()
        call_command("make_keys", stdout=io.StringIO())
        call_command("migrate", verbosity=0)
        yield house
    finally:
        house.rest()
        house.relay.end()
        house.redis.stop()
        house.postgres.remove()
