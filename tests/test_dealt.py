"""What takes minutes begins first, by turns in two halves, and nothing is lost."""

import pytest

from tests.conftest import dealt

pytestmark = pytest.mark.pure


@pytest.mark.parametrize("long", ["", "A", "AB", "ABC", "ABCDEFGH"])
@pytest.mark.parametrize("short", ["", "x", "uvwxyz"])
def test_each_half_begins_with_its_share(long: str, short: str) -> None:
    found = dealt(list(short + long), list(long))
    half = len(found) // 2
    assert sorted(found) == sorted(short + long)
    assert found[: len(long[::2])] == list(long[::2])
    if len(short) >= len(long):
        assert found[half : half + len(long[1::2])] == list(long[1::2])
