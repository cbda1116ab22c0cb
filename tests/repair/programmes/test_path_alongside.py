"""Two phases at once: both are shown, three things a week are enough, and words that move nothing move no week."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

from checkins.prompts.lines import asked_lines
from repair.plan import services
from repair.plan.models import Agreement
from repair.programmes import content, paths, weeks
from repair.programmes.models import Enrolment
from repair.programmes.weeks import Place
from repair.timeline.models import TimelineEvent
from repair.timeline.queries import story
from tests.cast import Cast
from tests.conftest import Moved
from tests.repair.programmes.doing import done, viewer

Browser = Callable[..., Client]
HERE, ALONGSIDE = "what_happened", "between_us"


def body(phase: str = HERE, beside: str = "", programme: str = "understanding") -> dict[str, Any]:
    version = content.programme(programme).version
    return {"programme": programme, "version": version, "phase": phase, "beside": beside}


def agree(cast: Cast, clock: Moved, fields: dict[str, Any], *, line: UUID | None = None, days: int = 80) -> UUID:
    """A path proposed by Ana, or other words for it, and signed by Ben."""
    ana, ben = viewer(cast.ana, now=clock.at), viewer(cast.ben, now=clock.at)
    words = services.Words(fields, clock.at.date() + timedelta(days=days))
    if line is None:
        line = services.propose(viewer=ana, kind="path", words=words, line=uuid4(), now=clock.at).pk
    else:
        seen = Agreement.objects.get(pk=line).versions.count()
        services.suggest(viewer=ana, line=line, seen=seen, words=words, now=clock.at)
    version = Agreement.objects.get(pk=line).versions.latest("number")
    mac = bytes(version.signatures.get().mac)
    services.sign(viewer=ben, line=line, version=version.pk, mac=mac, now=clock.at)
    return line


def place(cast: Cast, clock: Moved, name: str = "ana") -> Place:
    found = weeks.place_of(viewer(cast.people[name], now=clock.at))
    assert found is not None
    return found


def titles(cast: Cast, clock: Moved) -> tuple[list[str], list[str]]:
    me = viewer(cast.ana, now=clock.at)
    first, more = weeks.steps_of(me, place(cast, clock))
    return [one.practice.slug for one in first], [one.practice.slug for one in more]


class TestAlongside:
    def test_three_things_by_turns_and_the_rest_is_there(
        self, cast: Cast, clock: Moved, client_of: Browser
    ) -> None:
        agree(cast, clock, body(beside=ALONGSIDE))
        first, more = titles(cast, clock)
        assert first == ["our_definition", "map_of_moments", "hearing_hurt"]
        assert more == ["when_we_were_good", "name_the_hurt", "feel_it_set_it_down"]
        for person in (cast.ana, cast.ben):
            page = client_of(person).get("/path/").content.decode()
            assert "Alongside it goes “Between us”: Moments." in page
            for slug in (*first, *more):
                assert content.practice(slug).title in page, "none of it is out of reach"
            week, rest = page.split("What else stands in these weeks")
            assert week.count(" minutes") == len(first)
            assert rest.count(" minutes</small>") == len(more)

    def test_the_next_thing_comes_from_either(self, cast: Cast, clock: Moved) -> None:
        agree(cast, clock, body(beside=ALONGSIDE))
        found = []
        for _ in range(4):
            step, _long = weeks.next_step(viewer(cast.ana, now=clock.at), place(cast, clock))
            found.append(step.practice.slug if step else None)
            if step is not None:
                done(cast.ana, step.practice.slug, now=clock.at)
        assert found == ["our_definition", "map_of_moments", "hearing_hurt", None], "and then the week is done"

    def test_without_one_nothing_of_it_is_shown(self, cast: Cast, clock: Moved, client_of: Browser) -> None:
        agree(cast, clock, body())
        page = client_of(cast.ana).get("/path/").content.decode()
        assert "Alongside" not in page
        assert "What else stands" not in page

    def test_what_stands_in_both_weeks_stands_there_once(self, cast: Cast, clock: Moved) -> None:
        agree(cast, clock, body(beside=ALONGSIDE))
        there = place(cast, clock)
        assert there.beside is not None
        both = Place(there.programme, there.phase, there.week, 1, there.week_began, there.since, there.beside)
        twice = Place(
            there.programme,
            there.phase,
            there.week,
            1,
            there.week_began,
            there.since,
            weeks.Alongside(there.phase, there.week, 1, there.week_began),
        )
        assert len(both.things) == len(there.week.things) + len(there.beside.week.things)
        assert len(twice.things) == len(there.week.things)

    def test_it_has_a_calendar_of_its_own(self, cast: Cast, clock: Moved) -> None:
        line = agree(cast, clock, body())
        clock.move(days=8)
        agree(cast, clock, body(beside=ALONGSIDE), line=line)
        there = place(cast, clock)
        assert there.beside is not None
        assert (there.number, there.beside.number) == (2, 1)
        clock.move(days=7)
        there = place(cast, clock)
        assert there.beside is not None
        assert (there.number, there.beside.number) == (3, 2)


@pytest.mark.parametrize(
    ("changed", "week"),
    [
        pytest.param(body(), 2, id="a later date alone"),
        pytest.param(body(beside=ALONGSIDE), 2, id="another phase beside it"),
        pytest.param(body(ALONGSIDE), 1, id="another phase"),
        pytest.param(body("", programme="rebuilding"), 1, id="another path"),
    ],
)
def test_only_a_move_begins_at_its_first_week(
    cast: Cast, clock: Moved, changed: dict[str, Any], week: int
) -> None:
    if changed["programme"] == "rebuilding":
        changed = {**changed, "phase": content.programme("rebuilding").phases[0].slug}
    line = agree(cast, clock, body())
    since = Enrolment.objects.get(agreement=line).phase_since
    clock.move(days=8)
    agree(cast, clock, changed, line=line, days=90)
    assert place(cast, clock).number == place(cast, clock, "ben").number == week
    assert (Enrolment.objects.get(agreement=line).phase_since == since) is (week == 2)


def test_signing_what_everybody_begins_with_goes_on_with_its_week(cast: Cast, clock: Moved) -> None:
    paths.begin(couple=cast.couples["ana"], now=clock.at - timedelta(days=8))
    first = content.programmes()[0]
    before = place(cast, clock)
    agree(cast, clock, body(first.phases[0].slug, programme=first.slug))
    after = place(cast, clock)
    assert (after.number, after.since) == (before.number, before.since)
    assert after.line is not None


def test_the_timeline_tells_a_beginning_from_a_move_and_from_other_words(cast: Cast, clock: Moved) -> None:
    line = agree(cast, clock, body())
    for fields in (body(beside=ALONGSIDE), body(ALONGSIDE), body(HERE)):
        clock.move(days=8)
        agree(cast, clock, fields, line=line)
    clock.move(days=8)
    first = content.programmes()[0]
    agree(cast, clock, body(first.phases[0].slug, programme=first.slug), line=line)
    couple = cast.couples["ana"]
    events = TimelineEvent.objects.filter(couple=couple).order_by("at").values_list("kind", flat=True)
    assert list(events) == ["path.began", "plan.changed", "path.moved", "path.moved", "path.began"]
    for person in (cast.ana, cast.ben):
        said = [one.line for one in story(viewer(person, now=clock.at))]
        assert said == [
            "A path began: Understanding, What happened",
            "New words in force: “Our path: Understanding, What happened”",
            "The phase of your path moved: Understanding, now “Between us”",
            "The phase of your path moved: Understanding, now “What happened”",
            f"A path began: {first.title}, {first.phases[0].title}",
        ]


def test_no_check_in_asks_how_the_path_went(cast: Cast, clock: Moved) -> None:
    agree(cast, clock, body())
    for person in (cast.ana, cast.ben):
        asked = asked_lines(viewer(person, now=clock.at))
        assert (asked.lines, asked.others) == ([], [])
