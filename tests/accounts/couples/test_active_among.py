"""`active_among` says the same of many couples as `state_of` says of one."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.couples.models import Membership
from accounts.couples.queries import active_among, memberships_of, state_of
from accounts.couples.states import CoupleState
from accounts.users.models import User
from tests.cast import Cast
from tests.conftest import Moved

STOPS = [
    (Membership, "left_at"),
    (Membership, "rested_at"),
    (User, "suspended_at"),
    (User, "erased_at"),
    (User, "delete_asked_at"),
]


def both_ways(cast: Cast, clock: Moved) -> set[str]:
    """The names of active couples, as both functions see them."""
    ids = {couple.pk: name for name, couple in cast.couples.items()}
    many = {ids[pk] for pk in active_among([*ids, uuid4()], now=clock.at)}
    one = {n for pk, n in ids.items() if state_of(memberships_of(pk), now=clock.at) is CoupleState.ACTIVE}
    assert many == one
    return many


def test_the_cast(cast: Cast, clock: Moved) -> None:
    assert both_ways(cast, clock) == {"ana", "cleo"}
    clock.move(days=2)
    assert both_ways(cast, clock) == {"ana", "cleo", "cora"}, "the cooling-off is over"


@pytest.mark.parametrize("who", ["ana", "ben"])
@pytest.mark.parametrize(("model", "column"), STOPS)
def test_one_stop_of_one_partner_is_enough(
    cast: Cast, clock: Moved, who: str, model: type[Membership | User], column: str
) -> None:
    person = getattr(cast, who)
    rows = User.objects.filter(pk=person.pk) if model is User else Membership.objects.filter(person=person)
    rows.update(**{column: clock.at - timedelta(minutes=1)})
    assert both_ways(cast, clock) == {"cleo"}


def test_both_zones_and_one_query(cast: Cast, clock: Moved) -> None:
    with CaptureQueriesContext(connection) as queries:
        found = active_among([cast.couples["ana"].pk, cast.couples["cleo"].pk], now=clock.at)
    assert len(queries) == 1
    assert sorted(found[cast.couples["ana"].pk]) == ["America/New_York", "Europe/Lisbon"]
