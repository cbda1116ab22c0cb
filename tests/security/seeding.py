"""Tests run with a fault seeded, to see them go red: `red` starts pytest with this file as its plugin."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from repair.env import BASE_DIR


def red(faults: Mapping[str, str]) -> set[str]:
    """Which faults, by name, turned a test red of those named for them (a file, a test, or one of its cases). A
    fault is one of tests/security/seeds.py or a mutant of tests/security/rules.py; a test that cannot begin is not
    red. Each test is run under one fault at a time."""
    found: set[str] = set()
    left = dict(faults)
    while left:
        now = {node: fault for fault, node in reversed(left.items())}  # the first fault of each test
        left = {fault: node for fault, node in left.items() if now[node] != fault}
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "red"
            told = {**os.environ, "KEPT_FAULTS": json.dumps(now), "KEPT_RED": str(out)}
            told.pop("KEPT_TALLY", None)
            words = ["-p", "tests.security.seeding", "-p", "no:randomly", "-q", "--tb=no", "--no-header"]
            subprocess.run(
                [sys.executable, "-m", "pytest", *words, *now],
                cwd=BASE_DIR,
                env=told,
                check=False,
                stdout=subprocess.DEVNULL,
            )
            found |= set(out.read_text().splitlines()) if out.exists() else set()
    return found


NO_FAULT = "nothing"
FAULTS: dict[str, str] = json.loads(os.environ.get("KEPT_FAULTS", "{}"))


def _fault_of(item: str) -> str:
    held = [node for node in FAULTS if item.startswith((f"{node}::", f"{node}["))]
    return FAULTS[item] if item in FAULTS else FAULTS[max(held, key=len)]


@pytest.fixture(autouse=True)
def _sown(request: pytest.FixtureRequest) -> Iterator[None]:
    from tests.security import rules, seeds

    fault = _fault_of(request.node.nodeid)
    if fault in seeds.SEEDS:
        patch: pytest.MonkeyPatch = request.getfixturevalue("monkeypatch")
        seeds.SEEDS[fault].sow(patch)
        yield
    elif fault == NO_FAULT:
        yield
    else:
        name, _, said = fault.partition(": ")
        with rules.changed(name, dict(rules.of(name))[said]):
            yield


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Write down each fault that was noticed."""
    if FAULTS and report.when == "call" and report.failed:
        with Path(os.environ["KEPT_RED"]).open("a") as out:
            out.write(_fault_of(report.nodeid) + "\n")
