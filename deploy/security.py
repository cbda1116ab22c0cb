"""The command behind `make security`: static checks, the contract and security tests with the whole fuzz, and the
table in docs/security/results.md. KEPT_FUZZ=<seed> takes a sample in the place of the whole fuzz."""

import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COLUMNS = ("harness", "cases (N)", "found", "3/N", "seeded faults caught")


def table(tally: Path) -> list[str]:
    """The lines of the table, from what the harnesses counted."""
    sums: dict[str, Counter[str]] = defaultdict(Counter)
    for line in tally.read_text().splitlines() if tally.exists() else []:
        counted = json.loads(line)
        sums[counted.pop("harness")].update(counted)
    lines = ["| " + " | ".join(COLUMNS) + " |", "|---|--:|--:|--:|--:|"]
    for name, got in sorted(sums.items()):
        cases = got["cases"]
        bound = f"{3 / cases:.5f}" if cases and not got["found"] else "–"
        lines.append(
            f"| {name} | {cases or '–'} | {got['found']} | {bound} | {got['caught']} of {got['seeded']} |"
        )
    with (ROOT / "docs/security/asvs.csv").open(newline="") as source:
        answers = Counter(row["answer"] for row in csv.DictReader(source))
    said = ", ".join(f"{number} {answer}" for answer, number in answers.most_common())
    return [*lines, "", f"ASVS 5.0, {sum(answers.values())} requirements: {said}."]


def main() -> int:
    began = time.monotonic()
    results: list[tuple[str, int]] = []
    with tempfile.TemporaryDirectory() as folder:
        tally = Path(folder) / "tally.jsonl"
        surroundings = {"KEPT_FUZZ": "all", **os.environ, "KEPT_TALLY": str(tally)}
        for name, words in (
            ("bandit", ["bandit", "-q", "-r", "accounts", "repair", "checkins", "-c", "pyproject.toml"]),
            ("tests", ["pytest", "-n", "2", "tests/contract", "tests/security"]),
        ):
            print(f"\n=== {name}", flush=True)
            code = subprocess.call([sys.executable, "-m", *words], cwd=ROOT, env=surroundings)
            results.append((name, code))
        lines = table(tally)
    minutes = (time.monotonic() - began) / 60
    failed = [name for name, code in results if code]
    end = f"FAILED: {', '.join(failed)}" if failed else "Everything passed."
    how = f"Form fuzz: {surroundings['KEPT_FUZZ']}. {minutes:.0f} minutes. {end}"
    text = "\n".join(
        [
            "# Results of make security",
            "",
            "3/N bounds a failure’s rate from above at 95 %.",
            "",
            *lines,
            "",
            how,
            "",
        ]
    )
    (ROOT / "docs/security/results.md").write_text(text)
    print(f"\n{text}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
