"""The fault harness itself: its short form breaks everything once and finds every seeded bug; and its parts say so
where a promise did not hold."""

import json
import os
import subprocess
import sys
from argparse import Namespace
from pathlib import Path
from typing import Any

import pytest

from benchmarks.faults import report
from benchmarks.faults.count import Row
from benchmarks.faults.scenarios.bugs import BUGS
from benchmarks.faults.stage import Stage

ROOT = Path(__file__).resolve().parent.parent.parent
FAMILIES = {"kill", "beat", "redis", "postgres", "relay", "clock", "race"}


@pytest.mark.services
@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_short_form_keeps_every_promise_and_finds_every_bug() -> None:
    hidden = ("DATABASE", "REDIS", "EMAIL", "PYTEST", "DJANGO")
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith(hidden)}
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.faults", "--short", "--json"],
        cwd=ROOT, env=surroundings, capture_output=True, text=True, timeout=880, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    nothing = ("lost", "after_withdrawal", "wrong_recipient", "seeded_bugs_missed", "unexplained_copies")
    assert {name: found[name] for name in nothing} == dict.fromkeys(nothing, 0)
    assert found["max_copies"] <= 3
    assert found["due"] > 300
    assert found["kills"] > 10
    assert found["trials"] > 20
    assert found["seeded_bugs"] == dict.fromkeys(BUGS, True)
    assert {row["family"] for row in found["faults"]} == FAMILIES


def good() -> Row:
    """A row that says all is well."""
    return Row("a fault", "race", due=10, copies={1: 9, 2: 1}, ambiguous=1, trials=5, kills=3)


BROKEN = [
    # what is wrong with a row, the word that says so
    ({"lost": 1}, "lost"),
    ({"after_withdrawal": 1}, "after withdrawal"),
    ({"wrong_recipient": 1}, "wrong recipient"),
    ({"copies": {1: 9, 4: 1}}, "4 copies"),
    ({"unexplained": 1}, "ambiguous"),
    ({"due": 0, "trials": 0}, "measured nothing"),
]


@pytest.mark.pure
@pytest.mark.parametrize(("wrong", "said"), BROKEN)
def test_each_broken_promise_is_named_and_ends_in_failure(wrong: dict[str, Any], said: str) -> None:
    row = good()
    assert row.check().broken == []
    for name, value in wrong.items():
        setattr(row, name, value)
    assert any(said in words for words in row.check().broken)
    assert told(row) == 1


@pytest.mark.pure
def test_all_is_well(capsys: pytest.CaptureFixture[str]) -> None:
    assert told(good().check(), bugs={"no_expiry": True}) == 0
    found = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (found["due"], found["max_copies"], found["seeded_bugs_missed"]) == (10, 2, 0)
    assert found["bounds_3_over_n"]["lost"] == {"n": 10, "bound": 0.3}
    assert found["bounds_3_over_n"]["after_withdrawal"] == {"n": 5, "bound": 0.6}


@pytest.mark.pure
def test_only_withdrawals_count_as_trials_of_withdrawing(capsys: pytest.CaptureFixture[str]) -> None:
    refused = Row("refused for good", "relay", trials=10)
    assert told(good().check(), refused.check()) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["trials"] == 5


@pytest.mark.pure
def test_a_missed_bug_ends_in_failure(capsys: pytest.CaptureFixture[str]) -> None:
    assert told(good().check(), bugs={"no_expiry": True, "no_recheck": False}) == 1
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["seeded_bugs_missed"] == 1


@pytest.mark.pure
def test_the_table_has_a_line_for_each_fault(capsys: pytest.CaptureFixture[str]) -> None:
    told(good().check(), good().check())
    lines = [
        line for line in capsys.readouterr().out.splitlines() if line.startswith("| a fault | 10 | 0 | 9 | 1 |")
    ]
    assert len(lines) == 2


def told(*rows: Row, bugs: dict[str, bool] | None = None) -> int:
    """What the command would end with."""
    stage = Stage(None, short=True, chance=None, rows=list(rows), bugs=bugs or {})  # type: ignore[arg-type]
    return report.tell(stage, Namespace(json=True, markdown=True, seed=1), seconds=1.0)
