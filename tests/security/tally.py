"""What the harnesses counted: lines in the file KEPT_TALLY names, from which `make security` makes its tables."""

import json
import os
from pathlib import Path


def add(harness: str, **counted: int) -> None:
    """Write down what a harness did: cases, found, seeded, caught, and whatever else it counts (`requests` of a
    fuzz, `races`). Nothing without KEPT_TALLY."""
    _line({"harness": harness, **counted})


def mutant(name: str, by: str) -> None:
    """Write down that a mutant was noticed, and by what."""
    _line({"mutant": name, "by": by})


def _line(said: dict[str, str | int]) -> None:
    path = os.environ.get("KEPT_TALLY")
    if path:
        with Path(path).open("a") as out:
            out.write(json.dumps(said) + "\n")
