"""One site and one browser for all six couples, who were linked before it started."""

import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from tests import needs
from tests.journeys.couples.acts import Stage
from tests.journeys.couples.people import first_monday
from tests.journeys.sites import PYTHON, ROOT, Site, embedded
from tests.journeys.visitor import Looked, browsing


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The stories in the order of their weeks, wherever they stand among others: the clock only goes forward."""
    places = [number for number, item in enumerate(items) if item.path.name == "test_six_couples.py"]
    in_order = sorted((items[number] for number in places), key=lambda item: item.location[1] or 0)
    for number, item in zip(places, in_order, strict=True):
        items[number] = item


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The site with its six couples, on the Monday on which the first begin."""
    needs.browser()
    monday = first_monday(datetime.now(UTC))

    def linked(site: Site) -> None:
        words = (PYTHON, "-m", "tests.journeys.couples.linked", monday.isoformat())
        subprocess.run(words, cwd=ROOT, env=site.environment, check=True)

    folder = tmp_path_factory.mktemp("couples")
    with browsing() as browser, embedded(folder, at=monday, before=linked, DEMO="1") as site:
        yield Stage(site, browser, Looked(("light", 390)), monday)
