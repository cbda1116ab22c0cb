"""What every test stands on: keys of its own, a clock that stands still unless moved, the cast."""

import os
import string
from collections import Counter
from collections.abc import Callable, Generator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from django.conf import settings
from django.core.cache import cache
from django.middleware import csrf
from django.test import Client

from tests import needs
from tests.cast import Cast, build_cast

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

# The tokens of forms are digits here: one of 64 letters says “Sol” now and then, and a test takes it for the name.
csrf.CSRF_ALLOWED_CHARS = string.digits

_T = TypeVar("_T")
START = datetime(2026, 9, 14, 18, 0, tzinfo=UTC)  # a Monday


@pytest.hookimpl(tryfirst=True, wrapper=True)  # before -m chooses, and after everybody
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> Generator[None]:
    """A test that asks for no database is given none, so it need not run on a second one. What takes minutes
    begins first. With KEPT_CASES (`make quick`), so many cases of each table."""
    for item in items:
        names = set(getattr(item, "fixturenames", ()))
        marked = any(item.get_closest_marker(name) for name in ("django_db", "services", "browser"))
        if not marked and not names & {"db", "transactional_db"}:
            item.add_marker("pure")
    yield
    if cases := int(os.environ.get("KEPT_CASES", "0")):
        items[:] = _few(config, items, cases)
    if os.environ.get("PYTEST_XDIST_WORKER_COUNT") == "2":
        items[:] = dealt(items, sorted((item for item in items if _minutes(item)), key=_minutes, reverse=True))


def _minutes(item: pytest.Item) -> float:
    marker = item.get_closest_marker("minutes")
    return float(marker.args[0]) if marker else 0


def _few(config: pytest.Config, items: list[pytest.Item], cases: int) -> list[pytest.Item]:
    seen: Counter[str] = Counter()
    kept = []
    for item in sorted(items, key=lambda each: each.nodeid):  # the same in both processes, and each time
        table = item.nodeid.partition("[")[0]
        seen[table] += 1
        kept += [item] if seen[table] <= cases else []
    chosen = set(kept)
    config.hook.pytest_deselected(items=[item for item in items if item not in chosen])
    return [item for item in items if item in chosen]


def dealt(items: list[_T], long: list[_T]) -> list[_T]:
    """The long ones first, by turns for two processes: each begins with one half of the list (`--dist worksteal`)
    and takes from the other's end when it has none left."""
    short = [item for item in items if item not in long]
    one, other = long[::2], long[1::2]
    cut = max(len(items) // 2 - len(one), 0)
    return [*one, *short[:cut], *other, *short[cut:]]


@pytest.fixture(autouse=True, scope="session")
def _keys(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A key file for the run."""
    from accounts.vault import ring

    path = tmp_path_factory.mktemp("keys") / "keys.json"
    ring.create(path)
    settings.KEYS_FILE = path


@pytest.fixture(autouse=True)
def _no_counts() -> None:
    """Rate limits and used codes of one test are not those of the next: the cast has the same ids in all."""
    if settings.CACHES["default"]["BACKEND"].endswith("LocMemCache"):
        cache.clear()


@pytest.fixture(autouse=True)
def _no_ledger() -> None:
    """Who was erased in one test lives in the next, under the same id."""
    Path(settings.KEYS_FILE).with_suffix(".erased").unlink(missing_ok=True)


class Moved:
    """The clock of a test. `clock.now()` gives `at`; `clock.move(...)` goes forward."""

    def __init__(self, path: Path) -> None:
        self.at = START
        self.path = path

    def move(self, **by: float) -> datetime:
        """Go forward by a timedelta's words: days=, hours=, minutes=."""
        self.at += timedelta(**by)
        return self.at

    def set(self, at: datetime) -> datetime:
        """Go to an instant."""
        self.at = at
        return self.at


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Moved:
    """A clock that stands still at START until moved; everything that asks repair.clock sees it."""
    moved = Moved(tmp_path)
    monkeypatch.setattr("repair.clock.now", lambda: moved.at)
    return moved


@pytest.fixture
def cast(db: None, clock: Moved) -> Cast:
    """The named cast; see tests/cast.py."""
    return build_cast(now=clock.at)


@pytest.fixture
def client_of() -> Callable[..., Client]:
    """`client_of(person)`: a browser signed in as that person (None: nobody)."""

    def make(person: object | None) -> Client:
        client = Client()
        if person is not None:
            client.force_login(person)  # type: ignore[arg-type]
        return client

    return make


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name at the end, loudly, what this machine could not run."""
    skipped = terminalreporter.stats.get("skipped", [])
    for line in needs.summary(str(report.longrepr) for report in skipped):
        terminalreporter.write_line(line, red=True, bold=True)
