"""The command behind `make security`: every harness with the faults it must catch, the table in
docs/security/results.md and the list of mutants beside it. All numbers come from what the harnesses counted and
from the tests' own reports. KEPT_FUZZ=<seed> takes a sample in the place of the whole fuzz."""

import csv
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from contextlib import ExitStack
from pathlib import Path
from xml.etree import ElementTree as ET

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from deploy import services  # noqa: E402
from deploy.tests import COMPILED, TWO  # noqa: E402

PAPERS = ROOT / "docs/security"
HERE = ("tests/contract", "tests/security", "tests/journeys/test_practices.py")
ON_POSTGRESQL = ("tests/security/races", "tests/accounts/couples/test_races.py", "tests/faults/test_rotation.py")
COLUMNS = ("harness", "cases (N)", "leaks found", "3/N", "seeded faults caught", "races", "fuzz requests")
Line = dict[str, int | str]


def requirements() -> list[dict[str, str]]:
    """The rows of asvs.csv."""
    with (PAPERS / "asvs.csv").open(newline="") as source:
        return list(csv.DictReader(source))


def named_elsewhere() -> list[str]:
    """The tests that the papers name outside the folders that are run whole."""
    named = {row[column] for row in requirements() for column in ("test", "seeded_fault")}
    named |= set(re.findall(r"`(tests/[^`]+)` \|$", (PAPERS / "attempts.md").read_text(), re.MULTILINE))
    return sorted(name for name in named if name and not name.startswith((*HERE, *ON_POSTGRESQL)))


def counted(lines: list[Line]) -> dict[str, Counter[str]]:
    """What each harness counted, by its name."""
    sums: dict[str, Counter[str]] = defaultdict(Counter)
    for line in lines:
        if "harness" in line:
            sums[str(line["harness"])].update({k: v for k, v in line.items() if isinstance(v, int)})
    return sums


def table(sums: dict[str, Counter[str]]) -> list[str]:
    """The table, with a row for each harness and one for all."""
    rows = ["| " + " | ".join(COLUMNS) + " |", "|---|" + "--:|" * (len(COLUMNS) - 1)]
    for name, got in [*sorted(sums.items()), ("**all**", sum(sums.values(), Counter()))]:
        cases = got["cases"]
        cells = (
            name, cases or "–", got["found"], f"{3 / cases:.5f}" if cases and not got["found"] else "–",
            f"{got['caught']} of {got['seeded']}", got["races"] or "–", got["requests"] or "–",
        )  # fmt: skip
        rows.append("| " + " | ".join(map(str, cells)) + " |")
    return rows


def verdicts(folder: Path) -> dict[str, bool]:
    """Whether each test that ran passed in all its cases, by `file::name`."""
    found: dict[str, bool] = {}
    for report in folder.glob("*.xml"):
        for case in ET.parse(report).iter("testcase"):
            if case.find("skipped") is None:
                node = (
                    f"{case.get('classname', '').replace('.', '/')}.py::{case.get('name', '').partition('[')[0]}"
                )
                well = case.find("failure") is None and case.find("error") is None
                found[node] = found.get(node, True) and well
    return found


def evidence(passed: dict[str, bool]) -> tuple[str, list[str]]:
    """What the table says of ASVS, and the ids of requirements answered yes whose test or seeded fault did not run
    here, or failed."""
    rows = requirements()
    answers = Counter(row["answer"] for row in rows)
    held = "tests/security/test_seeds.py::test_each_seeded_fault_turns_its_test_red"
    without = [
        row["id"]
        for row in rows
        if row["answer"] == "yes"
        and not all(
            passed.get(held if node.startswith("tests/security/seeds.py") else node)
            for node in (row["test"], row["seeded_fault"])
        )
    ]
    said = ", ".join(f"{number} {answer}" for answer, number in answers.most_common())
    proved = answers["yes"] - len(without)
    return f"ASVS 5.0, {len(rows)} requirements: {said}. Rows with evidence in this run: {proved}.", without


def write_mutants(lines: list[Line]) -> str:
    """Write the list of mutants; says how many."""
    rows = sorted({(str(line["mutant"]), str(line["by"])) for line in lines if "mutant" in line})
    said = f"{len(rows)} mutants of access rules and of `visible_to`, each noticed."
    head = ["# Mutants", "", f"{said} Written by `make security`.", "", "| mutant | noticed by |", "|---|---|"]
    body = [f"| {mutant.replace('|', '∣')} | {by.replace('|', '∣')} |" for mutant, by in rows]
    (PAPERS / "mutants.md").write_text("\n".join([*head, *body, ""]))
    return said


def run(stages: list[tuple[str, list[str], dict[str, str]]], surroundings: dict[str, str]) -> list[str]:
    """Run one stage after the other; the names of those that failed."""
    failed = []
    for number, (name, words, more) in enumerate(stages, 1):
        print(f"\n=== {number} of {len(stages)}: {name}", flush=True)
        began = time.monotonic()
        if subprocess.call([sys.executable, "-m", *words], cwd=ROOT, env={**surroundings, **more}):
            failed.append(name)
        print(f"({time.monotonic() - began:.0f} s)", flush=True)
    return failed


def main() -> int:
    began = time.monotonic()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        tally = folder / "tally.jsonl"
        surroundings = {
            **COMPILED,
            "KEPT_FUZZ": "all",
            "KEPT_RACES": "200",
            "KEPT_REQUIRE": "all",
            **os.environ,
            "KEPT_TALLY": str(tally),
        }
        surroundings.pop("PYTHONDONTWRITEBYTECODE", None)
        database = stack.enter_context(services.postgres())
        broker = stack.enter_context(services.redis())
        beside = {"TEST_POSTGRES": database.url, "TEST_REDIS_URL": broker.url}
        here = [*HERE, *named_elsewhere(), "-m", "not services", f"--junitxml={folder}/sqlite.xml"]
        there = [
            *(each for each in ON_POSTGRESQL if (ROOT / each).exists()),
            f"--junitxml={folder}/postgresql.xml",
        ]
        failed = run(
            [
                ("bandit", ["bandit", "-q", "-r", "accounts", "repair", "checkins", "-c", "pyproject.toml"], {}),
                ("races on PostgreSQL", ["pytest", *TWO, *there], {"DATABASE_URL": database.url}),
                ("harnesses", ["pytest", *TWO, *here], beside),
            ],
            surroundings,
        )
        lines: list[Line] = [json.loads(line) for line in tally.read_text().splitlines()] if tally.exists() else []
        said, without = evidence(verdicts(folder))
    sums = counted(lines)
    failed += [name for name, got in sums.items() if got["found"] or got["caught"] < got["seeded"]]
    failed += [f"ASVS {requirement}" for requirement in without]
    minutes = (time.monotonic() - began) / 60
    end = f"FAILED: {', '.join(failed)}" if failed else "Everything passed."
    text = "\n".join(
        [
            "# Results of make security",
            "",
            "Written by the command. 3/N bounds a failure’s rate from above at 95 %.",
            "",
            *table(sums),
            "",
            said,
            "",
            f"{write_mutants(lines)} See [mutants.md](mutants.md).",
            "",
            f"Form fuzz: {surroundings['KEPT_FUZZ']}. {minutes:.0f} minutes. {end}",
            "",
        ]
    )
    (PAPERS / "results.md").write_text(text)
    print(f"\n{text}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
