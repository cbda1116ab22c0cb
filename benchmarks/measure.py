"""Measuring two things side by side: rounds in pairs, medians, ratios pair by pair; and the last line of JSON."""

import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


def seconds(work: Callable[[], object]) -> float:
    """How long `work` takes, in seconds of wall clock."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


@dataclass(frozen=True)
class Spread:
    """The median of several values, the lowest and the highest."""

    median: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{figure(self.median)} ({figure(self.low)} to {figure(self.high)})"


def spread(values: Sequence[float]) -> Spread:
    """Median and range of `values`. Raises ValueError where there are none."""
    if not values:
        raise ValueError("nothing was measured")
    return Spread(statistics.median(values), min(values), max(values))


def figure(value: float) -> str:
    """A figure with as many digits as it deserves: 12,345 · 123 · 12.3 · 1.23 · 0.0123."""
    size = abs(value)
    if size >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


@dataclass
class Pairs:
    """Two things measured in turn; `ours` and `base` hold one value each per round."""

    ours: list[float] = field(default_factory=list)
    base: list[float] = field(default_factory=list)

    @property
    def ratios(self) -> list[float]:
        """Ours over the other, pair by pair."""
        return [ours / base for ours, base in zip(self.ours, self.base, strict=True)]

    @property
    def ratio(self) -> Spread:
        """Median and range of the ratios of the pairs."""
        return spread(self.ratios)


def pairwise(ours: Callable[[], float], base: Callable[[], float], *, rounds: int) -> Pairs:
    """Measure both in each round, the first to go changing from round to round, so that noise falls on both."""
    pairs = Pairs()
    for number in range(rounds):
        order = [(pairs.ours, ours), (pairs.base, base)]
        for values, measured in order if number % 2 == 0 else reversed(order):
            values.append(measured())
    return pairs


def machine() -> dict[str, Any]:
    """What it ran on: cores, processor, memory, Python, and the load of the last minute."""
    facts = {"cores": os.cpu_count(), "python": platform.python_version(), "load": round(os.getloadavg()[0], 1)}
    for path, word, name in (("cpuinfo", "model name", "processor"), ("meminfo", "MemTotal", "memory")):
        found = Path("/proc", path)
        lines = found.read_text().splitlines() if found.exists() else []
        facts[name] = next((line.partition(":")[2].strip() for line in lines if line.startswith(word)), "")
    return facts


def rss_mb(pid: int | str = "self") -> float:
    """Memory that a process holds now, in MB (10⁶ bytes), as the kernel counts it."""
    lines = Path("/proc", str(pid), "status").read_text().splitlines()
    line = next(line for line in lines if line.startswith("VmRSS"))
    return int(line.split()[1]) * 1024 / 1e6


def run_apart(*words: str, **surroundings: str) -> dict[str, Any]:
    """Run `python -m …` as a process of its own; what its last line of JSON says. Raises on failure."""
    done = subprocess.run(
        [sys.executable, "-m", *words],
        env={**os.environ, **surroundings},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def say(line: str) -> None:
    """One line of progress or of the table, for whoever watches."""
    print(line, flush=True)


def finish(report: Mapping[str, Any], *, as_json: bool) -> None:
    """End a run: with `as_json` the report as one JSON object in one line, the last of standard output."""
    if as_json:
        print(json.dumps(report), flush=True)
