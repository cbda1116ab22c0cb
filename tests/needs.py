"""What a test needs beside Python: a browser, PostgreSQL, Redis.

Where it is missing the test is left out and named loudly at the end; where KEPT_REQUIRE asks for it ("all", or a
list such as "browser,postgres"), missing is failing.
"""

import os
import re
from collections import Counter
from collections.abc import Iterable

import pytest

from deploy import services

_MISSING = re.compile(r"(\w+) is missing: (.+)")
_CHROMIUM_WORDS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def required(what: str) -> bool:
    """Whether this run must not do without `what`."""
    asked = {word.strip() for word in os.environ.get("KEPT_REQUIRE", "").split(",")}
    return "all" in asked or what in asked


def missing(what: str, why: str) -> None:
    """Skip the running test for want of `what`, or fail it where that is required."""
    if required(what):
        pytest.fail(f"{what} is required and missing: {why}", pytrace=False)
    pytest.skip(f"{what} is missing: {why}")


def browser() -> str:
    """The path of Chromium. Skips (or fails) the test where there is none."""
    try:
        return services.find_chromium()
    except services.Missing as error:
        missing("browser", str(error))
        raise


def browser_words() -> list[str]:
    """The words Chromium is started with in tests."""
    return list(_CHROMIUM_WORDS)


def postgres() -> str:
    """The address of a PostgreSQL server of this run's own. Skips (or fails) the test where there is none."""
    return _served("postgres", "TEST_POSTGRES", "DATABASE_URL")


def redis() -> str:
    """The address of a Redis server of this run's own. Skips (or fails) the test where there is none."""
    return _served("redis", "TEST_REDIS_URL")


def _served(what: str, *names: str) -> str:
    for name in names:
        if os.environ.get(name):
            return os.environ[name]
    missing(what, f"{names[0]} is not set (`make test` starts one)")
    raise AssertionError


def summary(reasons: Iterable[str]) -> list[str]:
    """One loud line for each thing that was missing, with the number of tests left out, from the reasons of all
    skipped tests; nothing when all was there."""
    found = (_MISSING.search(reason) for reason in reasons)
    counted = Counter((match[1], match[2]) for match in found if match)
    return [f"*** NOT RUN: {count} for want of {what} ({why})" for (what, why), count in sorted(counted.items())]
