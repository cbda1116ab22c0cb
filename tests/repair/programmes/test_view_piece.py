"""A finished piece and its reading: sharing, the hour, taking back, hiding, saying back, sending a line on."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.test import Client

from accounts.access import Viewer
from accounts.couples.models import Couple, Membership
from accounts.refusal import Refusal
from accounts.users.models import User
from repair.plan.models import Draft
from repair.programmes import opening, pieces, ports
from repair.programmes.holdings import export_of
from repair.programmes.models import Piece, PieceReply
from tests.cast import Cast, make_couple
from tests.conftest import Moved
from tests.repair.programmes.doing import do_everything, done, read_of, reading, shared, viewer

Browser = Callable[..., Client]
pytestmark = pytest.mark.usefixtures("sample")

HOUR = datetime(2026, 9, 15, 22, 30, tzinfo=UTC)  # the next day at 18:30 in New York, the later of the two
NOTHING = "Nothing is open here"


def own(piece: UUID) -> str:
    return f"/practices/piece/{piece}/"


def test_both_share_and_read_side_by_side_from_the_hour(cast: Cast, clock: Moved, client_of: Browser) -> None:
    ana, ben = client_of(cast.ana), client_of(cast.ben)
    hers, his = do_everything(ana), do_everything(ben, happened="It was in May.")
    read = reading("everything", his)
    sealed = ana.get(read).content
    for browser, piece in ((ana, hers), (ben, his)):
        page = browser.get(own(piece)).content.decode()
        assert "If you both share, it opens at a reading hour for both of you at once" in page, "said before"
        browser.post(own(piece), {"do": "share"}, follow=True)
        assert ana.get(read).content == sealed, "constant until the hour"
    clock.set(HOUR)
    ana, ben = client_of(cast.ana), client_of(cast.ben)
    assert read_of(ana, "everything") == read
    page = ana.get(read).content.decode()
    assert "It was in May." in page
    assert "It was a Tuesday." in page
    assert "Coming late" in page
    assert "A loan" not in page, "a private pile is never opened, not even to its author here"
    assert "It was a Tuesday." in ben.get(reading("everything", hers)).content.decode()


@pytest.mark.parametrize("does", ["nothing", "drafts", "finishes", "shares and takes back", "shares too late"])
def test_what_the_other_does_short_of_sharing_looks_the_same(
    cast: Cast, clock: Moved, client_of: Browser, does: str
) -> None:
    ana, ben = client_of(cast.ana), client_of(cast.ben)
    hers, his = do_everything(ana), UUID(int=0)
    ana.post(own(hers), {"do": "share"})
    if does == "drafts":
        ben.post("/practices/everything/1/", {"need": "x", "_stop": "1"})
    elif does != "nothing":
        his = do_everything(ben)
        clock.set(HOUR if does == "shares too late" else clock.at)
        ben = client_of(cast.ben)
        if does != "finishes":
            ben.post(own(his), {"do": "share"})
        if does == "shares and takes back":
            ben.post(own(his), {"do": "back"})
    clock.set(max(HOUR, clock.at))
    ana = client_of(cast.ana)
    assert NOTHING in ana.get(reading("everything", his)).content.decode()
    assert NOTHING in ana.get(reading("everything", hers)).content.decode()
    assert "Open to read" not in ana.get("/practices/everything/").content.decode()


def test_an_offered_piece_opens_without_the_other_and_can_be_hidden_again(
    cast: Cast, clock: Moved, client_of: Browser
) -> None:
    piece = done(cast.ana, "own_hurt", now=clock.at, said="What it took.")
    ana, ben = client_of(cast.ana), client_of(cast.ben)
    assert "Kept, nobody learns that you wrote it." in ana.get(own(piece)).content.decode()
    ana.post(own(piece), {"do": "share"})
    read = reading("own_hurt", piece)
    assert NOTHING in ben.get(read).content.decode()
    clock.set(HOUR)
    ana, ben = client_of(cast.ana), client_of(cast.ben)
    assert "What it took." in ben.get(read).content.decode()
    assert NOTHING in ana.get(read).content.decode(), "there is nothing of his"
    assert read_of(ben, "own_hurt") == read
    ana.post(own(piece), {"do": "back"})
    assert NOTHING in ben.get(read).content.decode()


def test_taking_back_after_the_hour_closes_it_for_both(cast: Cast, clock: Moved, client_of: Browser) -> None:
    hers = shared(cast.ana, "everything", now=clock.at)
    his = shared(cast.ben, "everything", now=clock.at)
    clock.set(HOUR)
    ana, ben = client_of(cast.ana), client_of(cast.ben)
    assert "It was a Tuesday." not in ana.get(reading("everything", hers)).content.decode()
    assert NOTHING not in ana.get(reading("everything", his)).content.decode()
    ana.post(own(hers), {"do": "back"})
    assert NOTHING in ana.get(reading("everything", his)).content.decode()
    assert NOTHING in ben.get(reading("everything", hers)).content.decode()


def test_the_first_of_one_stands_beside_the_first_of_the_other(
    cast: Cast, clock: Moved, client_of: Browser
) -> None:
    hers = []
    for words in ("First", "Second"):
        hers.append(shared(cast.ana, "everything", now=clock.at, happened=words))
        clock.move(minutes=1)
    shared(cast.ben, "everything", now=clock.at, happened="His")
    clock.set(HOUR)
    ben = client_of(cast.ben)
    assert "First" in ben.get(reading("everything", hers[0])).content.decode()
    assert NOTHING in ben.get(reading("everything", hers[1])).content.decode()


def _again(person: User, piece: UUID, *, now: datetime) -> None:
    me = viewer(person, now=now)
    own_row = pieces.reopen(viewer=me, piece=piece)
    pieces.keep(viewer=me, practice=own_row.practice, values={"happened": "Anew"}, now=now)
    pieces.finish(viewer=me, piece=piece)
    pieces.share(viewer=me, piece=piece, now=now)


def _anew(person: User, piece: UUID, *, now: datetime) -> None:
    pieces.throw_away(viewer=viewer(person, now=now), piece=piece)
    shared(person, "everything", now=now, happened="Anew")


@pytest.mark.parametrize("writes", [_again, _anew])
@pytest.mark.parametrize(("minutes", "opens"), [(-1, True), (0, False)], ids=["before the hour", "at the hour"])
def test_what_is_sealed_is_not_written_anew_once_it_could_be_read(
    cast: Cast, clock: Moved, client_of: Browser, writes: Callable[..., None], minutes: int, opens: bool
) -> None:
    """Ben’s hour is the later one, so it is the hour from which the two could be read."""
    his = shared(cast.ben, "everything", now=clock.at)
    hers = shared(cast.ana, "everything", now=clock.at, happened="Hers")
    clock.set(HOUR + timedelta(minutes=minutes))
    pieces.take_back(viewer=viewer(cast.ben, now=clock.at), piece=his)
    writes(cast.ben, his, now=clock.at)
    clock.move(days=2)
    ana, ben = client_of(cast.ana), client_of(cast.ben)
    assert ("Anew" in ana.get(read_of(ana, "everything")).content.decode()) is opens
    assert ("Hers" in ben.get(reading("everything", hers)).content.decode()) is opens
    second = shared(cast.ana, "everything", now=clock.at, happened="Her second")
    clock.move(days=2)
    page = client_of(cast.ben).get(reading("everything", second)).content.decode()
    assert ("Her second" in page) is not opens, "then it stands beside her next"


def test_what_is_offered_and_shared_again_stays_the_same_one(cast: Cast, clock: Moved, client_of: Browser) -> None:
    piece = shared(cast.ana, "own_hurt", now=clock.at)
    ana = viewer(cast.ana, now=clock.set(HOUR))
    pieces.take_back(viewer=ana, piece=piece)
    pieces.share(viewer=ana, piece=piece, now=clock.at)
    clock.move(days=2)
    assert read_of(client_of(cast.ben), "own_hurt") == reading("own_hurt", piece)


def test_nothing_said_privately_is_shared_without_a_yes(cast: Cast, clock: Moved, client_of: Browser) -> None:
    piece = done(cast.ana, "own_part", now=clock.at)
    answer = client_of(cast.ana).post(own(piece), {"do": "share"})
    assert answer.status_code == 422
    assert "Share it" not in answer.content.decode()


def test_saying_something_back_once(cast: Cast, clock: Moved, client_of: Browser) -> None:
    hers = shared(cast.ana, "everything", now=clock.at)
    shared(cast.ben, "everything", now=clock.at)
    clock.set(HOUR)
    ana, ben = client_of(cast.ana), client_of(cast.ben)
    read = reading("everything", hers)
    assert ben.post(read, {"understood": ""}).status_code == 422
    assert ben.post(read, {"understood": "x" * 401}).status_code == 422
    assert ben.post(read, {"understood": "That it hurt."}).url == read
    assert ben.post(read, {"understood": "That it hurt."}).url == read, "the same twice is once"
    assert ben.post(read, {"understood": "Something else."}).status_code == 409
    assert "That it hurt." in ana.get(own(hers)).content.decode()


@pytest.mark.parametrize("answered", [False, True])
@pytest.mark.parametrize("rests", [False, True])
def test_throwing_away_does_not_tell_whether_the_other_answered(
    cast: Cast, clock: Moved, client_of: Browser, answered: bool, rests: bool
) -> None:
    hers = shared(cast.ana, "everything", now=clock.at)
    shared(cast.ben, "everything", now=clock.at)
    clock.set(HOUR)
    if answered:
        client_of(cast.ben).post(reading("everything", hers), {"understood": "That it hurt."})
    if rests:
        cast.ben.memberships.update(rested_at=clock.at)
    ana = client_of(cast.ana)
    ana.post(own(hers), {"do": "back"})
    gone = ana.post(own(hers), {"do": "throw"}, follow=True)
    assert gone.redirect_chain == [("/practices/everything/", 302)]
    assert "It is gone." in gone.content.decode()
    for browser in (ana, client_of(cast.ben)):
        assert browser.get(own(hers)).status_code == 404
    assert export_of(viewer(cast.ana, now=clock.at))["practices"] == []
    assert bytes(Piece.objects.get(pk=hers).body) == b"", "nothing of it is left, answered or not"
    said = export_of(viewer(cast.ben, now=clock.at))["said_back"]
    assert [row["words"] for row in said] == [["That it hurt."]] * answered, "his own words stay his"


def _takes_back(person: User, piece: UUID) -> None:
    pieces.take_back(viewer=viewer(person, now=HOUR), piece=piece)


def _throws_away(person: User, piece: UUID) -> None:
    _takes_back(person, piece)
    pieces.throw_away(viewer=viewer(person, now=HOUR), piece=piece)


def _rests(person: User, piece: UUID) -> None:
    person.memberships.update(rested_at=HOUR)


@pytest.mark.parametrize(("does", "status"), [(_takes_back, 404), (_throws_away, 404), (_rests, 302)])
def test_nothing_is_said_back_to_what_closed_meanwhile(
    cast: Cast,
    clock: Moved,
    client_of: Browser,
    monkeypatch: pytest.MonkeyPatch,
    does: Callable[[User, UUID], None],
    status: int,
) -> None:
    hers = shared(cast.ana, "everything", now=clock.at)
    shared(cast.ben, "everything", now=clock.at)
    clock.set(HOUR)
    entered = opening.entered

    def waiting(viewer: Viewer, *, now: datetime) -> Membership:
        does(cast.ana, hers)  # what was committed while the lock was waited for
        return entered(viewer, now=now)

    monkeypatch.setattr(opening, "entered", waiting)
    assert (
        client_of(cast.ben).post(reading("everything", hers), {"understood": "That it hurt."}).status_code
        == status
    )
    assert not PieceReply.objects.exists()


def test_nothing_is_shared_with_somebody_who_rests_since(cast: Cast, clock: Moved) -> None:
    piece = done(cast.ana, "own_hurt", now=clock.at)
    ana = viewer(cast.ana, now=clock.at)
    cast.ben.memberships.update(rested_at=clock.at)
    with pytest.raises(Refusal):
        pieces.share(viewer=ana, piece=piece, now=clock.at)
    assert pieces.own_piece(ana, piece).head.shared is None


def test_saying_something_back_to_what_is_not_open(cast: Cast, clock: Moved, client_of: Browser) -> None:
    hers = shared(cast.ana, "everything", now=clock.at)
    page = client_of(cast.ben).post(reading("everything", hers), {"understood": "That it hurt."}).content.decode()
    assert NOTHING in page


def test_a_line_goes_to_the_plan_as_a_draft_once(cast: Cast, clock: Moved, client_of: Browser) -> None:
    piece = do_everything(client_of(cast.ana))
    ana = client_of(cast.ana)
    assert "Write it as a commitment" not in ana.get(own(piece)).content.decode(), "sealed: once it opened"
    ana.post(own(piece), {"do": "share"})
    shared(cast.ben, "everything", now=clock.at)
    clock.set(HOUR)
    ana = client_of(cast.ana)
    for _ in range(2):
        answer = ana.post(own(piece), {"do": "send-need-0"})
        assert "An hour on Sundays" in ana.get(answer.url).content.decode()
    assert Draft.objects.get().author == cast.ana


def test_a_line_is_kept_for_a_talk_where_a_room_keeps_them(
    cast: Cast, clock: Moved, client_of: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[str] = []
    monkeypatch.setattr(ports, "_REGISTERED", dict(ports._REGISTERED))
    ports.register_topics(lambda *, viewer, text, now, topic: kept.append(text))
    hers = shared(cast.ana, "everything", now=clock.at, acts=["Tea", "A walk"])
    shared(cast.ben, "everything", now=clock.at)
    clock.set(HOUR)
    client_of(cast.ana).post(own(hers), {"do": "send-acts-1"})
    assert kept == ["A walk"]


@pytest.mark.parametrize("do", ["", "nonsense", "send-need-0", "send-x-9"])
def test_a_button_that_is_not_there_is_told(cast: Cast, clock: Moved, client_of: Browser, do: str) -> None:
    piece = done(cast.ana, "everything", now=clock.at)
    assert client_of(cast.ana).post(own(piece), {"do": do}).status_code == 422


def test_changing_and_throwing_away(cast: Cast, clock: Moved, client_of: Browser) -> None:
    piece, ana = done(cast.ana, "everything", now=clock.at), client_of(cast.ana)
    ana.post(own(piece), {"do": "share"})
    assert ana.post(own(piece), {"do": "change"}).status_code == 422
    assert ana.post(own(piece), {"do": "throw"}).status_code == 422
    ana.post(own(piece), {"do": "back"})
    assert ana.post(own(piece), {"do": "change"}).url == "/practices/everything/1/"
    assert ana.post(own(piece), {"do": "throw"}).status_code == 302
    assert ana.get(own(piece)).status_code == 404


@pytest.mark.parametrize("name", ["ben", "cleo", "theo", "drew", "sue"])
def test_nobody_else_finds_a_piece(cast: Cast, clock: Moved, client_of: Browser, name: str) -> None:
    piece = shared(cast.ana, "own_hurt", now=clock.at)
    assert client_of(cast.people[name]).get(own(piece)).status_code == 404


def test_nothing_is_carried_over_into_another_couple(cast: Cast, clock: Moved, client_of: Browser) -> None:
    first = make_couple(cast.drew, cast.ivy, now=clock.at)
    piece = shared(cast.drew, "own_hurt", now=clock.at)
    Membership.objects.filter(couple=first).update(left_at=clock.at)
    make_couple(cast.drew, cast.sol, now=clock.at)
    Couple.objects.update(cooling_until=clock.at)
    clock.set(HOUR)
    assert NOTHING in client_of(cast.sol).get(reading("own_hurt", piece)).content.decode()
    page = client_of(cast.drew).get(own(piece)).content.decode()
    assert "You shared this" not in page


def test_the_export_has_ones_own_and_what_is_open(cast: Cast, clock: Moved) -> None:
    shared(cast.ana, "everything", now=clock.at, happened="Hers")
    shared(cast.ben, "everything", now=clock.at, happened="His")
    done(cast.ben, "own_part", now=clock.at, said="His alone")
    before = str(export_of(viewer(cast.ana, now=clock.at)))
    assert "Hers" in before
    assert "His" not in before
    after = str(export_of(viewer(cast.ana, now=HOUR)))
    assert "His" in after
    assert "His alone" not in after
    assert "I could not live with this" not in after.partition("open_to_me")[2]
