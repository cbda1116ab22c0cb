"""Parallel clicks on PostgreSQL: one effect each."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection, connections

from accounts.access import viewer_of
from accounts.refusal import Refusal
from accounts.therapists import codes
from accounts.therapists.models import Code, CodePair, Grant, Session
from accounts.therapists.services import (
    Scope,
    book_session,
    end_grant,
    make_codes,
    say_yes,
    stamp_of,
    use_code,
)
from tests.cast import Cast, build_cast
from tests.conftest import START

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def on_postgres(transactional_db: None) -> Cast:
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")
    return build_cast(now=START)


def at_once(*acts: Callable[[], object]) -> list[BaseException]:
    """All acts from one barrier; what they raised."""
    barrier = threading.Barrier(len(acts))
    raised: list[BaseException] = []

    def run(act: Callable[[], object]) -> None:
        try:
            barrier.wait()
            act()
        except BaseException as error:  # noqa: BLE001
            raised.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


def _pair(cast: Cast) -> tuple[CodePair, str, str]:
    pair = make_codes(therapist=cast.rae, now=START)
    return pair, codes.code_of(pair.pk, 1), codes.code_of(pair.pk, 2)


def test_one_code_typed_by_two_people_is_used_once(on_postgres: Cast) -> None:
    cast = on_postgres
    for _ in range(5):
        pair, one, _other = _pair(cast)

        def enter(person: object, code: str = one) -> object:
            return use_code(viewer=viewer_of(person, now=START), entered=code, now=START)  # type: ignore[arg-type]

        raised = at_once(lambda e=enter: e(cast.ana), lambda e=enter: e(cast.ben), lambda e=enter: e(cast.cleo))
        assert [type(error) for error in raised] == [Refusal, Refusal]
        assert Code.objects.filter(pair=pair).exclude(used_by=None).count() == 1


def test_both_codes_typed_by_one_person_at_once(on_postgres: Cast) -> None:
    cast = on_postgres
    pair, one, other = _pair(cast)
    viewer = viewer_of(cast.ana, now=START)
    raised = at_once(*(lambda c=code: use_code(viewer=viewer, entered=c, now=START) for code in (one, other)))
    assert raised == []
    assert Code.objects.filter(pair=pair, used_by=viewer.mine).count() == 1


def test_four_yeses_at_once_are_one(on_postgres: Cast) -> None:
    cast = on_postgres
    pair, one, _ = _pair(cast)
    use_code(viewer=viewer_of(cast.cleo, now=START), entered=one, now=START)
    stamp = stamp_of(cast.rae.profile)
    scope = Scope(beginning=False, words=False, always=False)

    def yes() -> object:
        viewer = viewer_of(cast.cleo, now=START)
        return say_yes(viewer=viewer, pair=pair, scope=scope, profile=stamp, now=START)

    assert at_once(yes, yes, yes, yes) == []
    assert Grant.objects.filter(pair=pair).count() == 1


def test_a_yes_and_its_end_at_once(on_postgres: Cast) -> None:
    """Whichever comes first, nobody gets an error, and at most one yes stands."""
    cast = on_postgres
    grant = Grant.objects.get(therapist=cast.theo, membership__person=cast.ana)
    stamp = stamp_of(cast.theo.profile)
    scope = Scope(beginning=True, words=True, always=True)

    def yes() -> object:
        viewer = viewer_of(cast.ana, now=START)
        return say_yes(viewer=viewer, pair=grant.pair, scope=scope, profile=stamp, now=START)

    assert at_once(yes, lambda: end_grant(person=cast.ana, grant=grant.pk, now=START)) == []
    assert Grant.objects.get(pk=grant.pk).ended_at == START
    assert Grant.objects.filter(therapist=cast.theo, membership__person=cast.ana, ended_at=None).count() <= 1


def test_sessions_booked_at_once_keep_the_limit(on_postgres: Cast) -> None:
    cast = on_postgres
    couple = cast.couples["ana"].pk
    Session.objects.all().delete()

    def at(hours: int) -> Callable[[], object]:
        when = START + timedelta(hours=hours)
        return lambda: book_session(therapist=cast.theo, couple_id=couple, at=when, now=START)

    raised = at_once(*(at(hours) for hours in (24, 24, 48, 72, 96)))
    assert Session.objects.count() == 2
    assert all(isinstance(error, Refusal) for error in raised)
