"""Every practice of the founding articles lives somewhere, and the page that lists them is not behind."""

import pytest

from repair.management.commands.content_coverage import PAGE
from repair.programmes import content, coverage


def test_every_practice_lives_somewhere() -> None:
    assert coverage.missing() == []
    assert len(coverage.covering()) == 28 + 16 + 12


def test_the_page_is_what_the_command_would_write() -> None:
    assert PAGE.read_text(encoding="utf-8") == coverage.page(), "run manage.py content_coverage"


@pytest.mark.usefixtures("sample")
def test_what_is_missing_is_named() -> None:
    assert [one.slug for one in content.practices() if "000-1" in one.covers] == ["everything"]
    assert set(coverage.missing()) == set(coverage.covering()) - {"000-1", "001-16"}
    assert "| 000-2 | **missing** |" in coverage.page()
