"""The table and the sums, as lines, as Markdown and as one JSON object."""

import argparse
import json
from typing import Any

from benchmarks.faults.count import Row
from benchmarks.faults.stage import Stage

SUMS = ("due", "lost", "after_withdrawal", "wrong_recipient", "ambiguous", "stopped", "kills", "trials")
HEADS = (
    "fault", "due", "lost", "1 copy", "2", "3", "> 3", "after withdrawal", "wrong recipient", "ambiguous failures",
    "stopped after three", "kills or trials", "drained in",
)  # fmt: skip


def bound(n: int) -> float:
    """The rule of three: with none in n, the true rate is below this with 95 % confidence."""
    return round(3 / n, 7) if n else 1.0


def sums(stage: Stage, *, seconds: float, seed: int) -> dict[str, Any]:
    """Over all faults."""
    found: dict[str, Any] = {name: sum(getattr(row, name) for row in stage.rows) for name in SUMS}
    found["trials"] = sum(row.trials for row in stage.rows if row.family == "race")
    found["max_copies"] = max((row.max_copies for row in stage.rows), default=0)
    found["unexplained_copies"] = sum(row.unexplained for row in stage.rows)
    found["seeded_bugs"] = stage.bugs
    found["seeded_bugs_missed"] = sum(not is_found for is_found in stage.bugs.values())
    found["bounds_3_over_n"] = {
        "lost": {"n": found["due"], "bound": bound(found["due"])},
        "lost_per_kill": {"n": found["kills"], "bound": bound(found["kills"])},
        "after_withdrawal": {"n": found["trials"], "bound": bound(found["trials"])},
    }
    found["broken"] = {row.name: row.broken for row in stage.rows if row.broken}
    return {**found, "short": stage.short, "seed": seed, "seconds": round(seconds, 1)}


def markdown(stage: Stage) -> str:
    """The table of docs/reliability.md."""
    lines = [f"| {' | '.join(HEADS)} |", f"|{'---|' * len(HEADS)}"]
    lines += [f"| {' | '.join(str(cell) for cell in _cells(row))} |" for row in stage.rows]
    return "\n".join(lines)


def _cells(row: Row) -> list[object]:
    many = sum(count for n, count in row.copies.items() if n > 3)
    drained = "–" if row.drain_s is None else f"{row.drain_s / 60:.1f} min"
    return [
        row.name, row.due, row.lost, *(row.copies.get(n, 0) for n in (1, 2, 3)), many, row.after_withdrawal,
        row.wrong_recipient, row.ambiguous, row.stopped, row.kills or row.trials or "–", drained,
    ]  # fmt: skip


def tell(stage: Stage, asked: argparse.Namespace, *, seconds: float) -> int:
    """Print what was asked for. Returns 0 where every promise held and every seeded bug was found."""
    found = sums(stage, seconds=seconds, seed=asked.seed)
    if asked.markdown:
        print(markdown(stage))
    for name, words in found["broken"].items():
        print(f"BROKEN {name}: {'; '.join(words)}")
    for bug, is_found in stage.bugs.items():
        print(f"seeded bug {bug}: {'found' if is_found else 'MISSED'}")
    if asked.json:
        print(json.dumps({**found, "faults": [row.as_dict() for row in stage.rows]}))
    else:
        print({name: found[name] for name in (*SUMS, "max_copies", "seeded_bugs_missed")})
    return 1 if found["broken"] or found["seeded_bugs_missed"] else 0
