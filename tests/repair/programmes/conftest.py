"""The guided content of these tests: one of each type of item, so that no test depends on what writers change."""

from pathlib import Path

import pytest

from repair.programmes import content
from repair.programmes.reading import load
from tests.repair.programmes.guided_files import write_folder


@pytest.fixture
def sample(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The site with the practices and programmes of guided_files instead of the real ones."""
    read = load(write_folder(tmp_path / "content"))
    monkeypatch.setattr(content, "content", lambda: read)
