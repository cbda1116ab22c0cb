"""The command: which scenarios, how large, and how they are told."""

import argparse
import random
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.faults import house as houses

if TYPE_CHECKING:
    from benchmarks.faults.stage import Stage


def scenarios() -> "dict[str, Callable[[Stage], None]]":
    """All, by the name that `--only` takes. Only once Django is set up."""
    from benchmarks.faults.scenarios import bugs, clock_jumps, kills, races, relay_faults, servers

    return {
        "kill-places": kills.at_places,
        "kill-anywhere": kills.anywhere,
        "kill-workers": kills.whole_workers,
        "beat-killed": servers.beat_killed,
        "two-beats": servers.two_beats,
        "redis-flushed": servers.redis_flushed,
        "redis-restarted": servers.redis_restarted,
        "redis-away": servers.redis_away,
        "postgres-crashed": servers.postgres_crashed,
        "relay-recipients": relay_faults.to_recipients,
        "relay-for-good": relay_faults.for_good,
        "relay-connections": relay_faults.to_connections,
        "relay-silent": relay_faults.silences,
        "relay-slow": relay_faults.slow,
        "relay-tls": relay_faults.no_tls,
        "clock-ahead": clock_jumps.a_day_ahead,
        "clock-back": clock_jumps.two_hours_back,
        "races": races.withdrawals,
        "races-slow": races.withdrawals_slow,
        "seeded-bugs": bugs.seeded,
    }


LONG_ONLY = {"kill-places", "races-slow"}


def main() -> int:
    """Run; 0 where every promise held and every seeded bug was found."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--json", action="store_true", help="one JSON object as the last line")
    words.add_argument("--markdown", action="store_true", help="the table as it stands in docs/reliability.md")
    words.add_argument("--short", action="store_true", help="a form of every fault in under a minute")
    words.add_argument("--only", action="append", default=[], metavar="NAME", help="these scenarios alone")
    words.add_argument("--seed", type=int, default=1, help="of the harness's own chance")
    asked = words.parse_args()
    began = time.monotonic()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was started is ended
    with tempfile.TemporaryDirectory(prefix="kept-faults-") as folder, houses.running(Path(folder)) as house:
        from benchmarks.faults import report
        from benchmarks.faults.stage import Stage

        stage = Stage(house, short=asked.short, chance=random.Random(asked.seed))
        for name, run in scenarios().items():
            if name in asked.only or not (asked.only or (asked.short and name in LONG_ONLY)):
                run(stage)
    return report.tell(stage, asked, seconds=time.monotonic() - began)
