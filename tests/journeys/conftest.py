"""The two stories take minutes each; run by two processes, both begin at once."""

from itertools import chain, zip_longest

import pytest


@pytest.hookimpl(trylast=True)  # after what is not asked for was taken out
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The stories first, a short test behind each: two tests at a time are handed to a process, and neither may
    get both stories."""
    stories = [item for item in items if item.path.name == "test_story.py"]
    others = [item for item in items if item not in stories]
    begin = chain.from_iterable(zip_longest(stories, others[: len(stories)]))
    items[:] = [*(item for item in begin if item is not None), *others[len(stories) :]]
