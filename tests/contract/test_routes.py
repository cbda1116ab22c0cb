"""Every address says who may enter it."""

from typing import Any

import pytest

from repair.management.commands.access_table import routes, rule_of

ROUTES = list(routes())


def silent(found: list[tuple[str, str, Any]]) -> list[str]:
    """Routes whose view carries no rule."""
    return [name for name, _, view in found if rule_of(view) is None]


def test_every_route_has_a_rule() -> None:
    """ASVS 8.1.1."""
    assert silent(ROUTES) == []


@pytest.mark.parametrize("index", range(len(ROUTES)), ids=[name for name, _, _ in ROUTES])
def test_a_rule_taken_away_is_noticed(index: int) -> None:
    name, path, view = ROUTES[index]
    without = [*ROUTES[:index], (name, path, view.__wrapped__), *ROUTES[index + 1 :]]
    assert silent(without) == [name]


def test_no_two_routes_share_a_name() -> None:
    names = [name for name, _, _ in ROUTES]
    assert sorted(set(names)) == sorted(names)
