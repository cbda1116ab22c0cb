"""Two couples beside each other: no page of one reads a row of the other, whether it shows it or not."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.db.models.sql import compiler

from repair.plan.models import Agreement, AgreementQuerySet
from tests.cast import Cast
from tests.conftest import Moved
from tests.contract.world import make_check_in, make_schedule, propose, send_sheet
from tests.security import tally
from tests.security.forms import World

pytestmark = [pytest.mark.slow, pytest.mark.pure]

TABLES = [m for m in apps.get_models() if m._meta.app_label in {"accounts", "repair", "checkins"}]


def rows_of(cast: Cast, name: str) -> set[str]:
    """The ids of one couple’s rows: the couple, its people, and whatever points to one of those."""
    found: set[Any] = {cast.couples[name].pk}
    while True:
        before = len(found)
        for model in TABLES:
            keys = [f.attname for f in model._meta.concrete_fields if f.is_relation and f.related_model in TABLES]
            for pk, *others in model._base_manager.values_list("pk", *keys):
                if isinstance(pk, UUID) and found & set(others):
                    found.add(pk)
        if model_people := _people(cast, found):
            found |= model_people
        if len(found) == before:
            return {each.hex for each in found if isinstance(each, UUID)}


def _people(cast: Cast, found: set[Any]) -> set[Any]:
    """The partners whose open place is among the rows."""
    memberships = apps.get_model("accounts", "Membership")._base_manager.filter(left_at=None)
    return {m.person_id for m in memberships if m.couple_id in found}


class Read:
    """Every row that the database hands over."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.cells: set[str] = set()
        right = compiler.cursor_iter

        def watched(cursor: Any, sentinel: Any, col_count: Any, itersize: int) -> Iterator[Any]:
            for chunk in right(cursor, sentinel, col_count, itersize):
                self.cells |= {cell for row in chunk for cell in row if isinstance(cell, str) and len(cell) == 32}
                yield chunk

        monkeypatch.setattr(compiler, "cursor_iter", watched)


@pytest.fixture
def world(cast: Cast, clock: Moved) -> World:
    world = World(cast, now=clock.at)
    schedule = make_schedule(cast.couples["cleo"].pk, now=clock.at)
    for days in (0, 1):
        at = clock.at - timedelta(days=days)
        check_in = make_check_in(schedule, at.date(), opens=at, reads=at + timedelta(hours=3))
        for person in (cast.cleo, cast.kit):
            send_sheet(
                check_in,
                person,
                marks={"marks": {"safe": 4}, "private": [], "share": "all"},
                words={"good": "Tea."},
            )
    propose(cast, cast.cleo, "Tea at six", now=clock.at)
    return world


def read_of_others(world: World, read: Read, who: str, other: str) -> list[str]:
    """Pages of somebody that read a row of the other couple."""
    theirs, found = rows_of(world.cast, other), []
    assert len(theirs) > 10
    for method in ("GET", "POST"):
        for name, path in world.addresses(method=method):
            read.cells.clear()
            world.send(who, method, path)
            if read.cells & theirs:
                found.append(f"{method} {name} as {who}")
    return found


@pytest.mark.parametrize(("who", "other"), [("cleo", "ana"), ("ben", "cleo")])
def test_no_page_reads_a_row_of_another_couple(
    world: World, monkeypatch: pytest.MonkeyPatch, who: str, other: str
) -> None:
    """ASVS 8.4.1."""
    found = read_of_others(world, Read(monkeypatch), who, other)
    tally.add("rows of another couple", cases=2 * len(list(world.addresses())), found=len(found))
    assert found == []


def test_a_page_that_reads_more_than_it_shows_is_found(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Seeded: the lines of everybody are read, and sorted out afterwards."""
    right = AgreementQuerySet.visible_to

    def wrong(self: AgreementQuerySet, viewer: Any) -> Any:
        list(Agreement.objects.all())
        return right(self, viewer)

    monkeypatch.setattr(AgreementQuerySet, "visible_to", wrong)
    assert "GET repair:plan as ben" in read_of_others(world, Read(monkeypatch), "ben", "cleo")
    tally.add("rows of another couple", seeded=1, caught=1)
