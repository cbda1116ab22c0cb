"""What is not asked again is what could only be answered the same way: another row, a row more, a write that meets
another row, all are asked; and state outside the database shows."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.pages.middleware import EveryAnswer
from accounts.users.models import User
from tests.cast import Cast
from tests.conftest import Moved
from tests.contract import retelling
from tests.contract.looking import ASKED, House
from tests.contract.retelling import Tale, Wayward
from tests.contract.secret import Secret, nothing

pytestmark = [
    pytest.mark.pure,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="the harness of two worlds runs on SQLite alone"),
]
NEVER = "1"  # not among those that are asked all the same
Ask = Callable[[], list[Any]]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was asked, in order; nothing is asked all the same."""
    monkeypatch.setattr(retelling, "AGAIN", 1 << 40)
    return []


def _zones(asked: list[str]) -> Ask:
    def ask() -> list[Any]:
        with transaction.atomic():
            asked.append("zones")
            found = User.objects.filter(email__startswith="b").values_list("email", "time_zone")
            return [sorted(found), User.objects.filter(email__startswith="a").count()]

    return ask


def test_the_same_rows_are_not_asked_again(cast: Cast, asked: list[str]) -> None:
    tale, ask = Tale(), _zones(asked)
    first = tale.answers("key", ask, turn=NEVER)
    User.objects.filter(pk=cast.cleo.pk).update(time_zone="Asia/Tokyo")  # nobody it asks for
    assert tale.answers("key", ask, turn=NEVER) == first
    assert tale.answers("another key", ask, turn=NEVER) == first
    assert asked == ["zones", "zones"]


@pytest.mark.parametrize(
    "change", [{"time_zone": "Asia/Tokyo"}, {"email": "bea@mail.example"}, {"email": "amy@x"}]
)
def test_another_row_is_asked_and_both_worlds_are_kept(
    cast: Cast, asked: list[str], change: dict[str, str]
) -> None:
    tale, ask = Tale(), _zones(asked)
    first = tale.answers("key", ask, turn=NEVER)
    User.objects.filter(pk=cast.ben.pk).update(**change)
    other = tale.answers("key", ask, turn=NEVER)
    assert other == ask() != first
    assert tale.answers("key", ask, turn=NEVER) == other
    User.objects.filter(pk=cast.ben.pk).update(time_zone=cast.ben.time_zone, email=cast.ben.email)
    assert tale.answers("key", ask, turn=NEVER) == first
    assert len(asked) == 3


def test_a_write_is_made_again_and_what_it_meets_decides(cast: Cast, asked: list[str]) -> None:
    tale = Tale()

    def ask() -> list[Any]:
        asked.append("write")
        with transaction.atomic():
            changed = User.objects.filter(time_zone="Europe/Lisbon").update(is_staff=True)
            found = [changed, User.objects.filter(is_staff=True).count()]
            transaction.set_rollback(True)
            return found

    first = tale.answers("key", ask, turn=NEVER)
    assert tale.answers("key", ask, turn=NEVER) == first
    User.objects.filter(pk=cast.ana.pk).update(time_zone="Asia/Tokyo")
    assert tale.answers("key", ask, turn=NEVER)[0] == first[0] - 1
    assert asked == ["write", "write"]
    assert not User.objects.get(pk=cast.cleo.pk).is_staff


def test_what_the_database_refuses_is_asked_each_time(cast: Cast, asked: list[str]) -> None:
    tale = Tale()

    def ask() -> list[Any]:
        asked.append("refused")
        with pytest.raises(IntegrityError), transaction.atomic():
            User.objects.filter(pk=cast.ana.pk).update(email=cast.ben.email)
        return ["refused"]

    assert tale.answers("key", ask, turn=NEVER) == tale.answers("key", ask, turn=NEVER) == ["refused"]
    assert asked == ["refused", "refused"]


def test_asking_something_else_though_told_the_same_is_an_error(
    cast: Cast, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    tale, hidden = Tale(), SimpleNamespace(which="time_zone")

    def ask() -> list[Any]:
        list(User.objects.filter(pk=cast.ana.pk).values_list("email"))
        return list(User.objects.filter(pk=cast.ben.pk).values_list(hidden.which))

    tale.answers("key", ask, turn=NEVER)
    hidden.which = "email"
    monkeypatch.setattr(retelling, "AGAIN", 1)  # asked all the same
    with pytest.raises(Wayward):
        tale.answers("key", ask, turn=NEVER)


def test_one_in_so_many_is_asked_all_the_same(cast: Cast) -> None:
    tale, asked = Tale(), list[str]()
    ask = _zones(asked)
    for turn in range(1000):
        tale.answers("key", ask, turn=f"a press {turn}")
    assert 1000 / retelling.AGAIN / 2 < len(asked) < 1000 / retelling.AGAIN * 2


def test_a_leak_through_the_memory_of_the_process_is_caught(
    cast: Cast, clock: Moved, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seeded: each answer tells what was last done in this process, and no table holds it."""
    last: list[str] = []
    plain = EveryAnswer.__call__

    def telling(self: Any, request: Any) -> Any:
        response = plain(self, request)
        response["X-Last"] = str(len(last))
        return response

    def she_writes(cast: Cast, world: dict[str, Any], now: Any) -> None:
        last.append("a line")

    monkeypatch.setattr(EveryAnswer, "__call__", telling)
    house = House.build(cast, clock, kept=False)
    found = house.told_apart(Secret("what she did last", (nothing, she_writes)), ["ben"], ways=ASKED)
    assert house.tale.retold > 0
    assert {channel for each in found for channel in each.channels} == {"headers"}
