"""The test command behind `make test`, `make quick` and `make faults`.

Stages: the suite on SQLite; the suite again on a PostgreSQL of its own; the journeys in a real browser. What this
machine cannot run is named at the end; with KEPT_REQUIRE=all (as in CI) a missing program is a failure.
"""

import os
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from deploy import services  # noqa: E402

# Tests compiled once are not compiled again by every process of every stage; the checkout stays clean.
COMPILED = {"PYTHONPYCACHEPREFIX": str(ROOT / ".venv/compiled")}
TWO = ("-n", "2", "--dist", "worksteal")
REQUIRE_ALL = os.environ.get("KEPT_REQUIRE") == "all"


def pytest(name: str, *words: str, **settings: str) -> tuple[str, int, float]:
    """Run one stage. Returns its name, pytest's exit code and the seconds it took."""
    print(f"\n=== {name}", flush=True)
    not_ours = {"DATABASE_URL", "REDIS_URL", "EMAIL_URL", "PYTHONDONTWRITEBYTECODE"}
    surroundings = {k: v for k, v in os.environ.items() if k not in not_ours} | COMPILED
    began = time.monotonic()
    code = subprocess.call([sys.executable, "-m", "pytest", *words], cwd=ROOT, env={**surroundings, **settings})
    return name, code, time.monotonic() - began


def main() -> int:
    if "--quick" in sys.argv:
        chosen = "not browser and not services and not slow"
        return pytest("quick suite (SQLite)", *TWO, "-m", chosen, KEPT_CASES="1")[1]
    if "--faults" in sys.argv:
        with services.postgres() as database, services.redis() as broker:
            running = {"DATABASE_URL": database.url, "TEST_REDIS_URL": broker.url}
            tests = pytest("faults (PostgreSQL)", "tests/faults", "-v", **running)[1]
        print("\n=== the long form: about three quarters of an hour", flush=True)
        return tests or subprocess.call(
            [sys.executable, "-m", "benchmarks.faults", "--json", "--markdown"], cwd=ROOT
        )
    whole = "not browser and not thorough and not thin"
    stages = [pytest("suite on SQLite", *TWO, "-m", f"{whole} and not services")]
    left_out: list[str] = []
    with ExitStack() as stack:
        try:
            database = stack.enter_context(services.postgres())
            broker = stack.enter_context(services.redis())
        except services.Missing as missing:
            left_out.append(f"{missing}: the suite on PostgreSQL, the races, the distributed journey")
            database = broker = None
        if database and broker:
            running = {"DATABASE_URL": database.url, "TEST_REDIS_URL": broker.url}
            stages.append(pytest("suite on PostgreSQL", *TWO, "-m", f"{whole} and not pure", **running))
        try:
            services.find_chromium()
        except services.Missing as missing:
            left_out.append(f"{missing}: the journeys in a browser, the accessibility checks")
        else:
            running = {"TEST_POSTGRES": database.url, "TEST_REDIS_URL": broker.url} if database and broker else {}
            stages.append(pytest("journeys in Chromium", *TWO, "-m", "browser and not thorough", **running))
    print()
    for name, code, seconds in stages:
        print(f"{'passed' if code == 0 else 'FAILED':7} {name} ({seconds:.0f} s)")
    for what in left_out:
        print(f"\n*** NOT RUN, missing on this machine: {what}")
    failed = any(code for _, code, _ in stages) or (REQUIRE_ALL and bool(left_out))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
