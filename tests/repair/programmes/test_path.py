"""The path: where it stands by the calendar, two signatures, and that nothing private alters the other’s pages."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

from accounts.couples import services as couples
from accounts.couples.models import Couple, Rest
from repair.plan import services
from repair.plan.kinds import kind_named
from repair.plan.models import Agreement
from repair.programmes import content, paths, pieces, weeks
from repair.programmes.models import Enrolment, Piece
from repair.programmes.story import Story, keep_story, story_of
from repair.schedules.models import QuietDays
from tests.cast import Cast
from tests.conftest import Moved
from tests.repair.programmes.doing import answer_to, done, viewer

Browser = Callable[..., Client]
pytestmark = pytest.mark.usefixtures("sample")


def propose(cast: Cast, clock: Moved, *, phase: str, line: UUID | None = None) -> UUID:
    """A path proposed by Ana."""
    ana = viewer(cast.ana, now=clock.at)
    data = {"programme": "first_aid", "phase": f"first_aid/{phase}"}
    base = paths_body(cast, clock) if line else None
    form = paths.PathForm(data, viewer=ana, base=base)
    assert form.is_valid(), form.errors
    words = services.Words(form.body(), clock.at.date() + timedelta(days=80))
    if line is None:
        return services.propose(viewer=ana, kind="path", words=words, line=uuid4(), now=clock.at).pk
    seen = Agreement.objects.get(pk=line).versions.count()
    services.suggest(viewer=ana, line=line, seen=seen, words=words, now=clock.at)
    return line


def paths_body(cast: Cast, clock: Moved) -> dict[str, Any]:
    return {"programme": "first_aid", "version": 1, "phase": "first_days", "beside": ""}


def sign(cast: Cast, clock: Moved, line: UUID) -> None:
    version = Agreement.objects.get(pk=line).versions.latest("number")
    mac = bytes(version.signatures.get().mac)
    services.sign(viewer=viewer(cast.ben, now=clock.at), line=line, version=version.pk, mac=mac, now=clock.at)


def where(cast: Cast, clock: Moved, name: str = "ana") -> tuple[str, int]:
    place = weeks.place_of(viewer(cast.people[name], now=clock.at))
    assert place is not None
    return place.phase.slug, place.number


def test_a_path_is_on_once_both_have_signed_and_a_phase_moves_by_both(cast: Cast, clock: Moved) -> None:
    line = propose(cast, clock, phase="first_days")
    assert not Enrolment.objects.exists(), "a proposal moves nothing"
    sign(cast, clock, line)
    assert where(cast, clock) == ("first_days", 1)
    clock.move(days=30)
    propose(cast, clock, phase="next_days", line=line)
    assert where(cast, clock) == ("first_days", 1)
    sign(cast, clock, line)
    assert where(cast, clock) == where(cast, clock, "ben") == ("next_days", 1)
    assert Enrolment.objects.count() == 1
    propose(cast, clock, phase="first_days", line=line)
    sign(cast, clock, line)
    assert where(cast, clock) == ("first_days", 1), "and back"


def test_out_of_force_no_path_is_agreed(cast: Cast, clock: Moved, client_of: Browser) -> None:
    line = propose(cast, clock, phase="next_days")
    sign(cast, clock, line)
    services.withdraw(viewer=viewer(cast.ana, now=clock.at), line=line, now=clock.at)
    for person in (cast.ana, cast.ben):
        assert "No path is agreed just now" in client_of(person).get("/path/").content.decode()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        pytest.param({}, "Choose one of the paths", id="none"),
        pytest.param({"programme": "x"}, "Select a valid choice", id="no such path"),
        pytest.param({"programme": "first_aid", "phase": "x/y"}, "Select a valid choice", id="no such phase"),
    ],
)
def test_a_path_that_is_none(
    cast: Cast, clock: Moved, client_of: Browser, data: dict[str, str], words: str
) -> None:
    more = {**data, "do": "send", "look_again_on": "2026-11-30"}
    answer = client_of(cast.ana).post("/lines/new/path/", more)
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_a_second_path_leads_to_the_first(cast: Cast, clock: Moved, client_of: Browser) -> None:
    propose(cast, clock, phase="first_days")
    data = {"programme": "first_aid", "phase": "", "do": "send", "look_again_on": "2026-11-30", "line": uuid4()}
    page = client_of(cast.ben).post("/lines/new/path/", data)
    assert page.status_code == 422
    assert "There is a path in your plan already" in page.content.decode()


def test_every_couple_is_offered_the_same(cast: Cast, clock: Moved, client_of: Browser) -> None:
    keep_story(viewer=viewer(cast.ana, now=clock.at), story=Story(track="broke", direction="part"), now=clock.at)
    pages = []
    for person in (cast.ana, cast.ben, cast.cleo):
        page = client_of(person).get("/lines/new/path/").content.decode()
        pages.append(page[page.index("Which path?") : page.index("</form>")])
    assert pages[0] == pages[1] == pages[2]


def test_the_week_goes_by_the_calendar_and_stops_at_the_last(cast: Cast, clock: Moved) -> None:
    sign(cast, clock, propose(cast, clock, phase="next_days"))
    for days, week in ((0, 1), (6, 1), (7, 2), (90, 2)):
        clock.set(Enrolment.objects.get().phase_since + timedelta(days=days))
        assert where(cast, clock) == ("next_days", week), days


@pytest.mark.parametrize("how", ["quiet", "rests"])
def test_quiet_days_and_rests_are_not_counted(cast: Cast, clock: Moved, how: str) -> None:
    sign(cast, clock, propose(cast, clock, phase="next_days"))
    since = clock.at
    mine = viewer(cast.ana, now=since).mine
    if how == "quiet":
        first, last = (since + timedelta(days=2)).date(), (since + timedelta(days=11)).date()
        QuietDays.objects.create(couple=mine.couple, set_by=mine, first_on=first, last_on=last, set_at=since)
    else:
        began, ended = since + timedelta(days=2), since + timedelta(days=11)
        Rest.objects.create(membership=mine, began_at=began, ended_at=ended)
    for days, week in ((12, 1), (16, 1), (17, 2)):
        clock.set(since + timedelta(days=days))
        assert where(cast, clock) == ("next_days", week), days


def test_everybody_begins_with_the_first_one(cast: Cast, clock: Moved, client_of: Browser) -> None:
    paths.begin(couple=cast.couples["cleo"], now=clock.at)
    paths.begin(couple=cast.couples["cleo"], now=clock.at)
    assert Enrolment.objects.count() == 1
    for person in (cast.sol, cast.cora, cast.cleo, cast.ana):
        assert "This week" in client_of(person).get("/path/").content.decode()


@pytest.mark.parametrize("track", ["hurt", "broke", "both", "unsaid"])
def test_there_are_as_many_things_whatever_one_says(
    cast: Cast, clock: Moved, client_of: Browser, track: str
) -> None:
    paths.begin(couple=cast.couples["ana"], now=clock.at)
    keep_story(viewer=viewer(cast.ana, now=clock.at), story=Story(track=track), now=clock.at)
    page = client_of(cast.ana).get("/path/").content.decode()
    things = {"hurt": "own_hurt", "broke": "own_part"}.get(track, "alone")
    assert page.count(" minutes") == 2
    assert f"A practice called {things}" in page


def test_the_next_thing_is_ones_own_and_coming_back_is_one_small_step(cast: Cast, clock: Moved) -> None:
    paths.begin(couple=cast.couples["ana"], now=clock.at)
    paths_line = ("lesson", "alone")
    for slug in paths_line:
        me = viewer(cast.ana, now=clock.at)
        place = weeks.place_of(me)
        assert place is not None
        step, after_long = weeks.next_step(me, place)
        assert step is not None
        assert (step.practice.slug, after_long) == (slug, False)
        done(cast.ana, slug, now=clock.at)
    me = viewer(cast.ana, now=clock.at)
    assert weeks.next_step(me, place) == (None, False)
    clock.move(days=25)
    me = viewer(cast.ana, now=clock.at)
    later = weeks.place_of(me)
    assert later is not None
    assert weeks.next_step(me, later)[1], "a long time away"


def test_what_was_written_earlier_and_finished_now_counts_as_done_now(cast: Cast, clock: Moved) -> None:
    """The last page of a draft sent as it was: nothing is kept anew, but the piece is done this week."""
    paths.begin(couple=cast.couples["ana"], now=clock.at)
    me = viewer(cast.ana, now=clock.at)
    practice = content.practice("lesson")
    values = {item.name: answer_to(item) for item in practice.items}
    own = pieces.keep(viewer=me, practice=practice, values=values, now=clock.at)
    me = viewer(cast.ana, now=clock.move(days=25))
    pieces.keep(viewer=me, practice=practice, values=values, now=clock.at, piece=own.row.pk)
    assert Piece.objects.get().changed_at == own.row.changed_at
    pieces.finish(viewer=me, piece=own.row.pk)
    place = weeks.place_of(me)
    assert place is not None
    assert not weeks.next_step(me, place)[1], "they are not away"


def test_what_one_says_of_it_all_is_kept_and_asked_again_next_month(
    cast: Cast, clock: Moved, client_of: Browser
) -> None:
    ana = client_of(cast.ana)
    assert "Asked once a month" in ana.get("/path/").content.decode()
    answer = ana.post("/path/mine/", {"track": "broke", "willing": "3", "hope": "Quiet.", "direction": "part"})
    assert answer.status_code == 302
    kept = story_of(viewer(cast.ana, now=clock.at))
    assert kept == Story(track="broke", willing=3, hope="Quiet.", direction="part", asked="2026-09-14")
    page = ana.get("/path/").content.decode()
    assert "Asked once a month" not in page
    assert "There is a quiet page that goes with your answer" in page
    assert ana.post("/path/mine/", {"willing": "9", "hope": "x" * 201}).status_code == 422
    assert "goes with your answer" not in client_of(cast.ben).get("/path/").content.decode()
    clock.move(days=29)
    assert "Asked once a month" not in client_of(cast.ana).get("/path/").content.decode(), "a month, not the next"
    clock.move(days=1)
    assert "Asked once a month" in client_of(cast.ana).get("/path/").content.decode()


def test_ones_own_words_can_be_written_while_it_rests(cast: Cast, clock: Moved, client_of: Browser) -> None:
    couples.rest(person=cast.ben, now=clock.at)
    ana = client_of(cast.ana)
    assert ana.get("/practices/alone/1/").status_code == 200
    assert "resting" in ana.get("/path/").content.decode()
    assert ana.get("/path/mine/").status_code == 200


def test_the_list_is_the_same_for_everybody_and_searched_by_words(
    cast: Cast, clock: Moved, client_of: Browser
) -> None:
    keep_story(viewer=viewer(cast.ana, now=clock.at), story=Story(track="broke"), now=clock.at)
    pages = [client_of(p).get("/practices/").content.decode() for p in (cast.ana, cast.ben, cast.sol)]
    rows = [page[page.index('<ul class="rows">') :] for page in pages]
    assert rows[0] == rows[1] == rows[2]
    ana = client_of(cast.ana)
    found = ana.post("/practices/", {"words": "CALLED loop"}).content.decode()
    assert found.count("A practice called") == 1
    assert "No title has all of these words" in ana.post("/practices/", {"words": "zebra"}).content.decode()
    assert ana.post("/practices/", {"words": " "}).status_code == 422


def test_the_wording_says_what_is_agreed(cast: Cast, clock: Moved) -> None:
    body = {"programme": "first_aid", "version": 1, "phase": "next_days", "beside": "first_days"}
    kind = kind_named("path")
    assert kind.headline(body) == "Our path: First weeks, Next days"
    assert [text for _label, text in kind.lines(body)] == ["First weeks", "Next days", "1–2 weeks", "First days"]
    assert content.programme("first_aid").phase("next_days").title == "Next days"
    assert Couple.objects.exists()
