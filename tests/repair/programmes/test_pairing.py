"""Sealed pieces shared more than once: which stands beside which, and what of it the other can tell."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.test import Client

from accounts.couples import services as couples
from accounts.couples.models import Couple, Membership
from accounts.refusal import Refusal
from accounts.vault import services as vault
from repair.programmes import pieces
from repair.programmes.models import Piece, PieceReply
from repair.programmes.pairing import Still, Stretch, beside
from tests.cast import Cast, make_couple
from tests.conftest import Moved
from tests.repair.programmes.doing import read_of, reading, shared, viewer

Browser = Callable[..., Client]
pytestmark = pytest.mark.usefixtures("sample")

DAY = timedelta(days=1)
HOUR = datetime(2026, 9, 15, 22, 30, tzinfo=UTC)  # the next day at 18:30 in New York, the later of the two


@pytest.mark.parametrize("times", [1, 2, 3])
def test_taken_back_while_alone_it_stands_beside_the_first_of_the_other_all_the_same(
    cast: Cast, clock: Moved, client_of: Browser, times: int
) -> None:
    """What he sees when his comes in is the same, however often she had shared and taken back before."""
    piece = shared(cast.ana, "everything", now=clock.at, happened="Hers")
    for _ in range(times):
        ana = viewer(cast.ana, now=clock.move(days=2))
        pieces.take_back(viewer=ana, piece=piece)
        pieces.share(viewer=ana, piece=piece, now=clock.at)
    shared(cast.ben, "everything", now=clock.at)
    clock.move(days=2)
    ben = client_of(cast.ben)
    assert read_of(ben, "everything") == reading("everything", piece)
    assert "Hers" in ben.get(reading("everything", piece)).content.decode()


def test_a_first_one_that_is_gone_leaves_no_empty_place(cast: Cast, clock: Moved, client_of: Browser) -> None:
    first = shared(cast.ana, "everything", now=clock.at, happened="First")
    second = shared(cast.ana, "everything", now=clock.move(minutes=1), happened="Second")
    ana = viewer(cast.ana, now=clock.move(days=2))
    pieces.take_back(viewer=ana, piece=first)
    pieces.throw_away(viewer=ana, piece=first)
    shared(cast.ben, "everything", now=clock.at)
    clock.move(days=2)
    ben = client_of(cast.ben)
    assert "Second" in ben.get(reading("everything", second)).content.decode()


@pytest.mark.parametrize(("how", "changed"), [("as it was", False), ("unchanged", False), ("changed", True)])
def test_what_was_read_comes_back_only_as_it_was(
    cast: Cast, clock: Moved, client_of: Browser, how: str, changed: bool
) -> None:
    """Taken back and shared again; gone through with “Change it” in between, without a change or with one."""
    hers = shared(cast.ana, "everything", now=clock.at)
    his = shared(cast.ben, "everything", now=clock.at)
    ben = viewer(cast.ben, now=clock.set(HOUR))
    pieces.take_back(viewer=ben, piece=his)
    if how != "as it was":
        ben = viewer(cast.ben, now=clock.move(minutes=1))
        own = pieces.reopen(viewer=ben, piece=his)
        values = pieces.answers_of(ben, own.row) | ({"happened": "Other words"} if changed else {})
        pieces.keep(viewer=ben, practice=own.practice, values=values, now=clock.at, piece=his)
        pieces.finish(viewer=ben, piece=his)
    pieces.share(viewer=ben, piece=his, now=clock.at)
    clock.move(days=2)
    browser = client_of(cast.ana)
    assert (read_of(browser, "everything") == reading("everything", his)) is not changed
    page = client_of(cast.ben).get(reading("everything", hers)).content.decode()
    assert ("Nothing is open here" in page) is changed


def test_a_pair_stays_a_pair_when_more_is_shared(cast: Cast, clock: Moved, client_of: Browser) -> None:
    hers, his = (shared(who, "everything", now=clock.at) for who in (cast.ana, cast.ben))
    clock.move(days=2)
    more = shared(cast.ana, "everything", now=clock.at)
    clock.move(days=2)
    ben = client_of(cast.ben)
    assert read_of(ben, "everything") == reading("everything", hers)
    assert "Nothing is open here" in ben.get(reading("everything", more)).content.decode()
    assert read_of(client_of(cast.ana), "everything") == reading("everything", his)


def test_what_was_answered_in_one_couple_can_be_thrown_away_in_the_next(cast: Cast, clock: Moved) -> None:
    first = make_couple(cast.drew, cast.ivy, now=clock.at)
    piece = shared(cast.drew, "own_hurt", now=clock.at)
    said = PieceReply(piece_id=piece, author=cast.ivy, couple=first, made_at=clock.move(days=2))
    vault.seal(said, "body", {})
    said.save()
    Membership.objects.filter(couple=first).update(left_at=clock.at)
    make_couple(cast.drew, cast.sol, now=clock.at)
    Couple.objects.update(cooling_until=clock.at)
    drew = viewer(cast.drew, now=clock.move(hours=1))
    pieces.share(viewer=drew, piece=piece, now=clock.at)
    pieces.take_back(viewer=drew, piece=piece)
    pieces.throw_away(viewer=drew, piece=piece)
    assert bytes(Piece.objects.get(pk=piece).body) == b""


def test_how_often_is_bounded_by_ones_own_alone(cast: Cast, clock: Moved) -> None:
    piece = shared(cast.ana, "everything", now=clock.at)
    for _ in range(pieces.MOST_STRETCHES - 1):
        ana = viewer(cast.ana, now=clock.move(days=2))
        pieces.take_back(viewer=ana, piece=piece)
        pieces.share(viewer=ana, piece=piece, now=clock.at)
    ana = viewer(cast.ana, now=clock.move(days=2))
    pieces.take_back(viewer=ana, piece=piece)
    with pytest.raises(Refusal):
        pieces.share(viewer=ana, piece=piece, now=clock.at)
    assert Piece.objects.get().pk == piece


@pytest.mark.parametrize("before", [False, True])
def test_what_stood_in_a_rest_alone_is_as_if_it_had_never_been_shared(
    cast: Cast, clock: Moved, client_of: Browser, before: bool
) -> None:
    """He shares before a rest, and takes it back in it, after its hour: neither could read. What she sees when he
    shares another one later is the same as if he had not."""
    hers = shared(cast.ana, "everything", now=clock.at, happened="Hers")
    his = shared(cast.ben, "everything", now=clock.at) if before else None
    couples.rest(person=cast.ben, now=clock.move(hours=1))
    clock.move(days=4)
    if his:
        pieces.take_back(viewer=viewer(cast.ben, now=clock.at), piece=his)
    couples.resume(person=cast.ben, now=clock.move(minutes=1))
    later = shared(cast.ben, "everything", now=clock.at, happened="His")
    clock.move(days=2)
    assert read_of(client_of(cast.ana), "everything") == reading("everything", later)
    assert read_of(client_of(cast.ben), "everything") == reading("everything", hers)


def _at(days: float) -> datetime:
    return HOUR + DAY * days


def _stretch(number: int, opens: float, ended: float | None = None) -> Stretch:
    gone = None if ended is None else _at(ended)
    return Stretch(UUID(int=number), _at(0), _at(opens), gone, _at(0))


@pytest.mark.parametrize(
    ("still", "pair"),
    [
        ([], 2),  # the one that was taken back was read
        ([(0.5, 3)], 3),
        ([(1.5, 3)], 2),  # its hour had passed before
        ([(0.5, 1.5)], 2),  # it stood when the plan went on
        ([(1.2, 3), (0.5, 1.4)], 3),  # both rested, one after the other
        ([(1.4, 3), (0.5, 1.4)], 3),  # without a moment between
        ([(0.5, 1.2), (1.4, 3)], 2),  # with one
        ([(0, 9)], 3),
    ],
)
def test_an_hour_in_a_rest_counts_from_when_the_plan_goes_on(still: list[tuple[float, float]], pair: int) -> None:
    mine, theirs = [_stretch(1, 1)], [_stretch(2, 1, 2), _stretch(3, 5)]
    rests: list[Still] = [(_at(began), _at(ended)) for began, ended in still]
    found = beside(mine, theirs, now=_at(10), still=rests)
    assert found == ({} if pair == 2 else {UUID(int=3): UUID(int=1)})
    assert beside(theirs, mine, now=_at(10), still=rests) == {own: other for other, own in found.items()}
