"""A dispatcher in a process of its own, as a worker is: it reads commands from standard input, one per line, and
answers each with one line of JSON.

`serve <instant> [lanes]`: one `run_due`; `empty <instant> <times>`: ticks with nothing due, without the write of
the heartbeat.
"""

import json
import statistics
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Any

from benchmarks import measure, stage


def serve(at: datetime, lanes: int | None = None) -> dict[str, Any]:
    """One real run, in `lanes` or as many as the site has by itself: seats served, when it began and ended by the
    machine's clock, and memory afterwards in MB."""
    from django.conf import settings

    from checkins.reminders import engine

    usual = settings.DISPATCH_LANES
    settings.DISPATCH_LANES = lanes or usual
    began = time.monotonic()
    ran = engine.run_due(now=at)
    ended = time.monotonic()
    settings.DISPATCH_LANES = usual
    return {"seats": ran.seats, "began": began, "ended": ended, "rss_mb": measure.rss_mb()}


def empty(at: datetime, times: int) -> dict[str, Any]:
    """The median of so many ticks, in milliseconds."""
    from checkins.reminders import engine, health

    beat, health.beat = health.beat, lambda *, now: None
    try:
        taken = []
        for _ in range(times):
            began = time.perf_counter()
            ran = engine.run_due(now=at)
            taken.append((time.perf_counter() - began) * 1000)
            assert ran.seats == 0, "something was due"
    finally:
        health.beat = beat
    return {"ms": statistics.median(taken)}


class Dispatcher:
    """The other end: starts such a process and talks to it."""

    def __init__(self, *words: object, database: str, redis: str, module: str = "benchmarks.dispatcher") -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", module, database, redis, *map(str, words)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._read()

    def tell(self, *words: object) -> None:
        """Give a command without waiting."""
        assert self.process.stdin is not None
        self.process.stdin.write(" ".join(map(str, words)) + "\n")
        self.process.stdin.flush()

    def heard(self) -> dict[str, Any]:
        """The answer to the last command."""
        return self._read()

    def ask(self, *words: object) -> dict[str, Any]:
        """A command and its answer."""
        self.tell(*words)
        return self.heard()

    def end(self) -> None:
        """Let the process go."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(timeout=30)

    def _read(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("the dispatcher has gone")
        found: dict[str, Any] = json.loads(line)
        return found


def main() -> None:
    database, redis, where = sys.argv[1:4]
    stage.set_up(Path(where), database=database, redis=redis, migrate=False)
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        command, *words = line.split()
        at = datetime.fromisoformat(words[0])
        found = serve(at, *map(int, words[1:])) if command == "serve" else empty(at, int(words[1]))
        print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main()
