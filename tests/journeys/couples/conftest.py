"""One site and one browser for all six couples, who were linked before it started."""

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests import needs
from tests.journeys.couples.acts import Stage
from tests.journeys.couples.people import first_monday
from tests.journeys.sites import PYTHON, ROOT, Site, embedded
from tests.journeys.visitor import Looked, browsing

MONDAY = first_monday(datetime.now(UTC))
UP = ("manage.py", "up")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The stories in the order of their weeks, wherever they stand among others: the clock only goes forward."""
    places = [number for number, item in enumerate(items) if item.path.name == "test_six_couples.py"]
    in_order = sorted((items[number] for number in places), key=lambda item: item.location[1] or 0)
    for number, item in zip(places, in_order, strict=True):
        items[number] = item


@pytest.fixture(scope="session")
def linked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data of a site whose six couples are linked, each in their own week; to be copied."""
    needs.browser()
    folder = tmp_path_factory.mktemp("linked") / "data"
    folder.mkdir()
    apart = {
        name: value for name, value in os.environ.items() if not name.startswith(("DATABASE", "REDIS", "EMAIL"))
    }
    words = (PYTHON, "-m", "tests.journeys.couples.linked", MONDAY.isoformat())
    subprocess.run(words, cwd=ROOT, env={**apart, "DATA_DIR": str(folder), "DEMO": "1"}, check=True)
    return folder


def site_of(linked: Path, folder: Path, words: Sequence[str] = UP) -> AbstractContextManager[Site]:
    """A site of its own with the six couples, on the Monday on which the first of them begin."""

    def laid_in(site: Site) -> None:
        shutil.copytree(linked, site.folder / "data", dirs_exist_ok=True)

    return embedded(folder, at=MONDAY, before=laid_in, words=words, DEMO="1")


@pytest.fixture(scope="module")
def stage(linked: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Where the six stories are played."""
    with browsing() as browser, site_of(linked, tmp_path_factory.mktemp("couples")) as site:
        yield Stage(site, browser, Looked(("light", 390)), MONDAY)
