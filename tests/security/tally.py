"""What the harnesses counted: lines in the file KEPT_TALLY names, from which `make security` makes its table."""

import json
import os
from pathlib import Path


def add(harness: str, **counted: int) -> None:
    """Write down what a harness did: cases, found, seeded, caught and whatever else it counts. Nothing without
    KEPT_TALLY."""
    path = os.environ.get("KEPT_TALLY")
    if path:
        with Path(path).open("a") as out:
            out.write(json.dumps({"harness": harness, **counted}) + "\n")
