"""Throwaway PostgreSQL and Redis servers for tests and benchmarks: 127.0.0.1, free ports, folders of their own.

Nothing that already runs on the machine is touched. Where the programs are missing, `Missing` says which.
"""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


class Missing(Exception):
    """A program that is not on this machine."""


def free_port() -> int:
    """A port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def find_postgres() -> Path:
    """The folder of PostgreSQL's server programs. Raises Missing."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    if found:
        return found[0].parent
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    raise Missing("PostgreSQL (Debian: postgresql)")


def find_redis() -> str:
    """Redis' server program. Raises Missing."""
    path = shutil.which("redis-server")
    if path is None:
        raise Missing("Redis (Debian: redis-server)")
    return path


def find_chromium() -> str:
    """The browser. Raises Missing."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        raise Missing("Chromium (Debian: chromium)")
    return path


def wait_for(port: int, *, seconds: float = 20) -> None:
    """Until something listens on the port. Raises TimeoutError."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with socket.socket() as probe:
            probe.settimeout(0.3)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    message = f"nothing listens on port {port}"
    raise TimeoutError(message)


FAST = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"
# As a server of its own is set up: a quarter of a machine's memory, whole pages compressed in the log.
DURABLE = (
    "-c fsync=on -c synchronous_commit=on -c shared_buffers=4GB -c max_wal_size=4GB -c wal_compression=lz4 "
    "-c random_page_cost=1.1"
)


class Postgres:
    """A PostgreSQL cluster in a temporary folder, trusting local connections: fast rather than durable, for tests,
    or `durable`, as one that is to be measured."""

    def __init__(self, *, durable: bool = False) -> None:
        self.programs = find_postgres()
        self.keeping = DURABLE if durable else FAST
        self.port = free_port()
        self.folder = Path(tempfile.mkdtemp(prefix="kept-pg-"))
        self.data = self.folder / "data"
        # The server refuses to run as root; Debian's package brings a person of its own.
        self.as_person: list[str] = []
        if os.geteuid() == 0:
            person = pwd.getpwnam("postgres")
            os.chown(self.folder, person.pw_uid, person.pw_gid)
            self.as_person = ["runuser", "-u", "postgres", "--"]

    @property
    def url(self) -> str:
        return self.url_of("kept")

    def url_of(self, database: str) -> str:
        """The address of one of its databases."""
        return f"postgres://kept@127.0.0.1:{self.port}/{database}"

    def _run(self, program: str, *words: str) -> None:
        subprocess.run(
            [*self.as_person, str(self.programs / program), *words],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self.folder,
        )

    def make(self) -> None:
        """Make and start the cluster, with a database `kept`."""
        self._run("initdb", "-D", str(self.data), "-U", "kept", "-A", "trust", "-E", "UTF8", "--no-sync")
        self.start()
        self._run("createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "kept", "kept")

    def start(self) -> None:
        """Start it and wait until it answers."""
        options = (
            f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1 -c max_connections=200 {self.keeping}"
        )
        self._run("pg_ctl", "-D", str(self.data), "-w", "-l", str(self.folder / "log"), "-o", options, "start")

    def stop(self) -> None:
        """Stop it at once."""
        self._run("pg_ctl", "-D", str(self.data), "-w", "-m", "immediate", "stop")

    def remove(self) -> None:
        """Stop it and delete its folder."""
        with suppress(subprocess.CalledProcessError):
            self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


class Redis:
    """A Redis server in memory alone."""

    def __init__(self) -> None:
        self.program = find_redis()
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it and wait until it answers."""
        self.process = subprocess.Popen(
            [
                self.program,
                *("--port", str(self.port), "--bind", "127.0.0.1"),
                *("--save", "", "--appendonly", "no"),
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_for(self.port)

    def stop(self) -> None:
        """Stop it."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(timeout=10)
            self.process = None


@contextmanager
def postgres() -> Iterator[Postgres]:
    """A cluster for as long as the block runs."""
    server = Postgres()
    try:
        server.make()
        yield server
    finally:
        server.remove()


@contextmanager
def redis() -> Iterator[Redis]:
    """A Redis for as long as the block runs."""
    server = Redis()
    try:
        server.start()
        yield server
    finally:
        server.stop()
