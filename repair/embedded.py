"""The embedded run: site, Celery worker and beat in one process, on SQLite, for 127.0.0.1 only."""

import signal
import threading
from contextlib import suppress
from types import FrameType
from typing import Any

import waitress
from celery.beat import EmbeddedService
from celery.worker import WorkController

from repair.celery import app as celery_app
from repair.wsgi import application


class Background:
    """A Celery worker (a pool of threads) and the beat, in threads of this process."""

    def __init__(self) -> None:
        self.worker: Any = WorkController(
            app=celery_app,
            pool="threads",
            concurrency=4,
            loglevel="WARNING",
            without_gossip=True,
            without_mingle=True,
            without_heartbeat=True,
        )
        beat: Any = EmbeddedService(celery_app, thread=True, max_interval=1)
        self.beat = beat
        self.beat.daemon = True
        self._thread = threading.Thread(target=self._work, name="worker", daemon=True)

    def _work(self) -> None:
        with suppress(SystemExit):
            self.worker.start()

    def start(self) -> None:
        """Begin working. Returns at once."""
        self._thread.start()
        self.beat.start()

    def stop(self) -> None:
        """Let a running task finish, take no new one, and be gone within four seconds."""
        self.beat.service.stop(wait=False)
        self.worker.should_stop = True
        ender = threading.Thread(target=self._end_worker, name="end", daemon=True)
        ender.start()
        ender.join(timeout=4)

    def _end_worker(self) -> None:
        with suppress(Exception):
            self.worker.stop(exitcode=0)


def web(*, port: int) -> Any:
    """The web server, listening and not yet serving. Raises OSError when the port is taken."""
    return waitress.create_server(
        application, host="127.0.0.1", port=port, threads=8, ident="", clear_untrusted_proxy_headers=True
    )


def serve(*, port: int) -> None:
    """Serve until SIGINT or SIGTERM; then stop cleanly. Raises OSError when the port is taken."""
    server = web(port=port)
    background = Background()

    def end(_signal: int, _frame: FrameType | None) -> None:
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    background.start()
    try:
        server.run()
    finally:
        with suppress(Exception):
            server.close()
        background.stop()
