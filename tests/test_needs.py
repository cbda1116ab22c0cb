"""What is missing is left out loudly, and fails where it is required."""

import pytest

from deploy import services
from tests import needs


def none_found() -> str:
    raise services.Missing("Chromium (Debian: chromium)")


def test_missing_browser_skips(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "find_chromium", none_found)
    monkeypatch.delenv("KEPT_REQUIRE", raising=False)
    with pytest.raises(pytest.skip.Exception, match="browser is missing"):
        needs.browser()


@pytest.mark.parametrize("asked", ["all", "browser", "postgres, browser"])
def test_missing_browser_fails_where_required(monkeypatch: pytest.MonkeyPatch, asked: str) -> None:
    monkeypatch.setattr(services, "find_chromium", none_found)
    monkeypatch.setenv("KEPT_REQUIRE", asked)
    with pytest.raises(pytest.fail.Exception, match="required and missing"):
        needs.browser()


@pytest.mark.parametrize(("need", "name"), [(needs.postgres, "TEST_POSTGRES"), (needs.redis, "TEST_REDIS_URL")])
def test_services_are_known_by_their_address(monkeypatch: pytest.MonkeyPatch, need: object, name: str) -> None:
    monkeypatch.setenv(name, "address")
    assert need() == "address"  # type: ignore[operator]
    for each in ("TEST_POSTGRES", "TEST_REDIS_URL", "DATABASE_URL", "KEPT_REQUIRE"):
        monkeypatch.delenv(each, raising=False)
    with pytest.raises(pytest.skip.Exception):
        need()  # type: ignore[operator]


def test_summary_counts_what_was_left_out_and_nothing_else() -> None:
    reasons = ["('f', 1, 'Skipped: browser is missing: Chromium')"] * 2 + ["('f', 2, 'Skipped: another reason')"]
    (line,) = needs.summary(reasons)
    assert line.startswith("*** NOT RUN: 2 for want of browser")
    assert needs.summary([]) == []
