"""The intersection of two grants: the whole truth table, every part of the scope, every edge of the window."""

from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.couples.models import Membership
from accounts.therapists.models import Grant, Session
from accounts.therapists.queries import access_to_case, cases_of
from accounts.users.models import User
from accounts.vault import services as vault
from accounts.vault.models import Owner
from tests.cast import Cast, book, make_couple, make_grant, make_person
from tests.conftest import START

DAY = timedelta(days=1)
STATES: dict[str, dict[str, Any] | None] = {
    "none": None,
    "stands": {},
    "ended": {"ended_at": START - timedelta(minutes=1)},
    "run out": {"expires_at": START},
    "not begun": {"opens_at": START + timedelta(seconds=1)},
}


@pytest.fixture
def therapist(cast: Cast) -> User:
    return make_person("Tea", now=START, therapist=True)


@pytest.mark.parametrize(("hers", "his"), list(product(STATES, STATES)))
def test_access_takes_two_that_stand(cast: Cast, therapist: User, hers: str, his: str) -> None:
    """ASVS 2.3.5."""
    couple = cast.couples["ana"]
    for giver, state in ((cast.ana, STATES[hers]), (cast.ben, STATES[his])):
        if state is not None:
            make_grant(therapist, couple, giver, now=START, **state)
    access = access_to_case(therapist, couple.pk, now=START)
    assert (access is not None) == (hers == his == "stands")


def test_two_yeses_of_one_person_are_one(cast: Cast, therapist: User) -> None:
    make_grant(therapist, cast.couples["ana"], cast.ana, now=START, ended_at=START - DAY)
    make_grant(therapist, cast.couples["ana"], cast.ana, now=START)
    assert access_to_case(therapist, cast.couples["ana"].pk, now=START) is None


def test_yeses_of_two_couples_make_no_case(cast: Cast, therapist: User) -> None:
    make_grant(therapist, cast.couples["ana"], cast.ana, now=START)
    make_grant(therapist, cast.couples["cleo"], cast.kit, now=START)
    assert cases_of(therapist, now=START) == []


def test_a_yes_to_another_therapist_is_none_to_this_one(cast: Cast, therapist: User) -> None:
    make_grant(therapist, cast.couples["ana"], cast.ana, now=START)
    assert access_to_case(therapist, cast.couples["ana"].pk, now=START) is None


def _with_scopes(cast: Cast, therapist: User, hers: dict[str, Any], his: dict[str, Any]) -> None:
    for giver, scope, hours in ((cast.ana, hers, 30), (cast.ben, his, 20)):
        grant = make_grant(therapist, cast.couples["ana"], giver, now=START)
        vault.seal(grant, "scope", scope)
        grant.opens_at = START - timedelta(hours=hours)
        grant.save()


SCOPES = list(product(["start", "beginning"], [False, True], ["session", "always"]))


@pytest.mark.parametrize(("hers", "his"), list(product(SCOPES, SCOPES)))
def test_each_part_holds_only_where_both_chose_it(cast: Cast, therapist: User, hers: Any, his: Any) -> None:
    keys = ("since", "words", "window")
    _with_scopes(cast, therapist, dict(zip(keys, hers, strict=True)), dict(zip(keys, his, strict=True)))
    access = access_to_case(therapist, cast.couples["ana"].pk, now=START)
    assert access is not None
    both_from_the_beginning = hers[0] == his[0] == "beginning"
    assert access.since == (None if both_from_the_beginning else START - timedelta(hours=20))
    assert access.words == (hers[1] and his[1])
    assert access.window_open == (hers[2] == his[2] == "always")


ODD = [{}, {"since": None}, {"words": "yes", "window": "Always"}, {"since": "beginning"}]


@pytest.mark.parametrize("odd", ODD)
def test_a_scope_that_says_nothing_gives_the_least(cast: Cast, therapist: User, odd: dict[str, Any]) -> None:
    _with_scopes(cast, therapist, {"since": "start", "words": True, "window": "always"}, odd)
    access = access_to_case(therapist, cast.couples["ana"].pk, now=START)
    assert access is not None
    assert (access.words, access.window_open, access.since is None) == (False, False, False)


WINDOW = [
    ("a second before the day before", timedelta(hours=-24, seconds=-1), False),
    ("the day before, to the second", timedelta(hours=-24), True),
    ("in the session", timedelta(minutes=30), True),
    ("two hours after its start, to the second", timedelta(hours=2), True),
    ("a second later", timedelta(hours=2, seconds=1), False),
]


@pytest.mark.parametrize(("sentence", "from_session", "is_open"), WINDOW, ids=[w[0] for w in WINDOW])
def test_the_reading_window(
    cast: Cast, therapist: User, sentence: str, from_session: timedelta, is_open: bool
) -> None:
    couple = cast.couples["ana"]
    for giver in (cast.ana, cast.ben):
        make_grant(therapist, couple, giver, now=START)
    session = book(therapist, couple, at=START - from_session)
    access = access_to_case(therapist, couple.pk, now=START)
    assert access is not None
    assert access.open is is_open, sentence
    assert access.window_until == (session.starts_at + timedelta(hours=2) if is_open else None)
    session.cancelled_at = START
    session.save()
    again = access_to_case(therapist, couple.pk, now=START)
    assert again is not None
    assert not again.open


def test_a_window_ends_with_the_first_grant(cast: Cast, therapist: User) -> None:
    couple = cast.couples["ana"]
    make_grant(therapist, couple, cast.ana, now=START, expires_at=START + timedelta(minutes=5))
    make_grant(therapist, couple, cast.ben, now=START)
    book(therapist, couple, at=START)
    access = access_to_case(therapist, couple.pk, now=START)
    assert access is not None
    assert access.window_until == START + timedelta(minutes=5)


def _rests(cast: Cast) -> None:
    Membership.objects.filter(person=cast.ana).update(rested_at=START)


def _leaves(cast: Cast) -> None:
    Membership.objects.filter(person=cast.ana).update(left_at=START)


def _deletes(cast: Cast) -> None:
    User.objects.filter(pk=cast.ana.pk).update(delete_asked_at=START)


def _is_erased(cast: Cast) -> None:
    from accounts.privacy.ports import registered

    registered()["therapists"].erase(cast.ana, START)
    User.objects.filter(pk=cast.ana.pk).update(delete_asked_at=START, erased_at=START)
    vault.destroy_key(Owner.person(cast.ana.pk), now=START)


def _is_suspended(cast: Cast) -> None:
    User.objects.filter(pk=cast.ana.pk).update(suspended_at=START)


@pytest.mark.parametrize("cause", [_rests, _leaves, _deletes, _is_erased, _is_suspended])
def test_every_cause_of_rest_looks_the_same(cast: Cast, cause: Any) -> None:
    """Theo, inside his window: the case stays, closed, the same for rest, leaving, deletion and suspension."""
    couple = cast.couples["ana"].pk
    before = access_to_case(cast.theo, couple, now=START)
    assert before is not None
    assert before.open
    cause(cast)
    access = access_to_case(cast.theo, couple, now=START)
    assert access is not None
    assert (access.window_open, access.resting, access.open) == (True, True, False)


@pytest.mark.parametrize("window", ["always", "session"])
def test_an_erased_partner_leaves_the_window_as_it_was(cast: Cast, therapist: User, window: str) -> None:
    """Outside sessions too the page must not tell a deletion from a rest, nor on the day the key goes."""
    scope = {"since": "beginning", "words": True, "window": window}
    _with_scopes(cast, therapist, scope, {**scope, "window": "always"})
    couple = cast.couples["ana"].pk
    _deletes(cast)
    before = access_to_case(therapist, couple, now=START)
    _is_erased(cast)
    after = access_to_case(therapist, couple, now=START)
    assert before is not None
    assert after is not None
    assert (before.window_open, before.resting) == (after.window_open, after.resting) == (window == "always", True)
    assert after.words is False, "of what was chosen, nothing else stays"


def test_two_erased_partners_are_no_case_any_more(cast: Cast, client_of: Any, clock: Any) -> None:
    """Not even their names open; the list of the others must still be shown."""
    from accounts.privacy import services as privacy

    for person in (cast.ana, cast.ben):
        privacy.ask_delete(person=person, now=clock.at)
    clock.move(days=7)
    assert privacy.erase_due(now=clock.at) == 2
    assert cases_of(cast.theo, now=clock.at) == []
    assert client_of(cast.theo).get("/cases/").status_code == 200


def test_the_list_takes_the_same_queries_for_any_number(cast: Cast) -> None:
    with CaptureQueriesContext(connection) as one:
        assert len(cases_of(cast.theo, now=START)) == 1
    for i in range(4):
        people = [make_person(f"p{i}{j}", now=START) for j in range(2)]
        couple = make_couple(*people, now=START)
        for person in people:
            make_grant(cast.theo, couple, person, now=START)
    with CaptureQueriesContext(connection) as many:
        assert len(cases_of(cast.theo, now=START)) == 5
    assert len(one) == len(many) == 3


def test_the_next_session_comes_first(cast: Cast) -> None:
    for name, hours in (("cleo", 3), ("cora", None)):
        couple = cast.couples[name]
        for member in Membership.objects.filter(couple=couple).select_related("person"):
            make_grant(cast.theo, couple, member.person, now=START)
        if hours:
            book(cast.theo, couple, at=START + timedelta(hours=hours))
    book(cast.theo, cast.couples["cora"], at=START - timedelta(days=9))
    found = [c.access.couple_id for c in cases_of(cast.theo, now=START)]
    assert found == [cast.couples[name].pk for name in ("cleo", "ana", "cora")]
    last = cases_of(cast.theo, now=START)[2].last_session
    assert last == Session.objects.get(couple=cast.couples["cora"])


def test_grants_of_the_cast(cast: Cast) -> None:
    couple = cast.couples["ana"].pk
    got = {n: access_to_case(cast.people[n], couple, now=START) for n in ("theo", "rae", "hal", "xan", "wim")}
    assert {name: access and access.open for name, access in got.items()} == {
        "theo": True, "rae": None, "hal": None, "xan": None, "wim": False,
    }  # fmt: skip
    assert Grant.objects.count() == 9
