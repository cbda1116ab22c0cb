"""What two people do together: choose a path, move its phase, seal and read, send a line on, sign it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from playwright.sync_api import Browser

from repair.programmes import content
from tests.journeys.couples.partner import Answers, Partner, nowhere, titled
from tests.journeys.couples.people import Couple, begins
from tests.journeys.sites import Site
from tests.journeys.visitor import Looked

READING = time(18, 30)


@dataclass
class Stage:
    """Where the stories are played: one site, one browser, and the Monday on which the first of them begin."""

    site: Site
    browser: Browser
    looked: Looked
    monday: datetime


@dataclass
class Two:
    """A couple at the site."""

    site: Site
    couple: Couple
    one: Partner
    two: Partner

    @property
    def both(self) -> tuple[Partner, Partner]:
        return self.one, self.two

    def other(self, who: Partner) -> Partner:
        return self.two if who is self.one else self.one

    # -- time
    def pass_days(self, days: int) -> None:
        """Let days go by and sign in again, both."""
        self.site.move_to(self.site.now + timedelta(days=days))
        self.come()

    def pass_to_reading_hour(self) -> None:
        """Let the clock go on to the next day’s reading hour, the later of the two, and sign in again."""
        now = self.site.now
        days = [now.astimezone(who.zone).date() + timedelta(days=1) for who in self.both]
        hours = [datetime.combine(day, READING, who.zone) for day, who in zip(days, self.both, strict=True)]
        self.site.move_to(max(hour.astimezone(UTC) for hour in hours) + timedelta(seconds=5))
        self.come()

    def come(self) -> None:
        for who in self.both:
            who.comes()

    # -- the path
    def tell_privately(self) -> None:
        """Each says for themself what happened and what they hope; the other finds nothing of it."""
        for who in self.both:
            who.tells_privately(self.couple.kind)
            who.station(f"{self.couple.programme}-1-private")
        for who in self.both:
            assert who.finds(who.person.hope) == ["/path/mine/"]
            nowhere(self.other(who), [who.person.hope])

    def choose_path(self, *, by: Partner, phase: str = "") -> None:
        """One proposes the programme (from a phase), the other signs. Until then both stand where all begin."""
        programme = content.programme(self.couple.programme)
        first = programme.phase(phase) if phase else programme.phases[0]
        before = {who.place() for who in self.both}
        assert len(before) == 1
        by.go("/lines/new/path/")
        by.station(f"{self.couple.programme}-2-choosing")
        if phase:
            by.page.select_option("main [name=phase]", f"{programme.slug}/{phase}")
        by.sends(programme=programme.slug)
        assert {who.place() for who in self.both} == before, "a path began with one signature"
        self.other(by).signs(programme.title)
        self.stand_in(first.slug)
        self.timeline_says(f"A path began: {programme.title}, {first.title}")

    def move_phase(self, phase: str, *, by: Partner, to: str = "") -> None:
        """One proposes another phase of the same path, or the path `to` from its beginning; the other signs. Until
        then nothing moves for either."""
        programme = content.programme(to or self.couple.programme)
        before = {who.place() for who in self.both}
        assert len(before) == 1
        next_before = [who.next_thing() for who in self.both]
        by.go("/path/")
        by.follow("Choose a path, or move the phase")
        if to:
            by.sends(programme=to)
        else:
            by.page.select_option("main [name=phase]", f"{programme.slug}/{phase}")
            by.sends()
        assert {who.place() for who in self.both} == before, "a phase moved with one signature"
        assert [who.next_thing() for who in self.both] == next_before
        title = programme.phase(phase).title
        self.other(by).signs(title)
        self.stand_in(phase, of=programme.slug)
        assert [who.next_thing() for who in self.both] != next_before, "Today still says what it said"
        moved = f"The phase of your path moved: {programme.title}, now “{title}”"
        self.timeline_says(f"A path began: {programme.title}, {title}" if to else moved)

    def stand_in(self, phase: str, *, week: int = 1, of: str = "") -> None:
        """Both stand in the same week of the same phase."""
        programme = content.programme(of or self.couple.programme)
        here = programme.phase(phase)
        for who in self.both:
            found = who.place()
            assert found == (f"{programme.title} · {here.title}", here.all_weeks[week - 1].title), found
            who.go("/path/")
            who.station(f"{self.couple.programme}-path-{phase}")

    def timeline_says(self, *sentences: str) -> None:
        """The same on both timelines."""
        for who in self.both:
            story = who.source("/story/")
            for sentence in sentences:
                assert sentence in story, f"{who.name}'s timeline does not say {sentence}"

    # -- practices
    def does_for_oneself(self, who: Partner, practice: str, answers: Answers, *, private: list[str]) -> str:
        """A practice for oneself: it is there for its author, it changes the author’s Today, and the other’s page,
        Today included, does not change by it."""
        other = self.other(who)
        seen = other.next_thing()
        piece = who.practises(practice, answers)
        for words in private:
            assert words in who.source(piece)
        assert titled(practice) in who.done_this_week() or titled(practice) not in who.main
        assert other.next_thing() == seen
        nowhere(other, private, f"/practices/{practice}/", other.read_of(practice), piece)
        assert other.context.request.get(self.site.url + piece).status == 404
        return piece

    def seal_and_open(self, practice: str, ones: Answers, twos: Answers, *, words: tuple[str, str]) -> None:
        """A sealed practice: one finishes and shares first, and reads nothing; at the reading hour neither reads
        anything, since one alone is not both; when both have shared, it opens at the next hour and not before."""
        own = f"/practices/{practice}/"
        self.one.shares(self.one.practises(practice, ones))
        self.one.station(f"{self.couple.programme}-shared-{practice}")
        self.pass_to_reading_hour()
        self._nothing_open(practice)
        nowhere(self.two, words[:1], self.two.read_of(practice), own)
        self.two.shares(self.two.practises(practice, twos))
        self._nothing_open(practice)
        nowhere(self.two, words[:1], self.two.read_of(practice), own)
        nowhere(self.one, words[1:], self.one.read_of(practice), own)
        self.pass_to_reading_hour()
        for who in self.both:
            who.go("/today/")
            assert titled(practice) in who.page.locator("section[aria-labelledby=opp]").inner_text()
            who.station(f"{self.couple.programme}-today-{practice}")
            who.page.locator("section[aria-labelledby=opp] a").first.click()
            who.page.wait_for_url(f"**{who.read_of(practice)}")
            who.look()
            who.station(f"{self.couple.programme}-read-{practice}")
            for said in words:
                assert said in who.main, f"{who.name} does not read “{said}”"

    def _nothing_open(self, practice: str) -> None:
        """Neither has anything to read of a practice, and both see that in the same words."""
        for who in self.both:
            who.go("/path/")
            assert not who.page.locator(f"a[href*='/{practice}/read/']").count(), (
                f"{practice} is open for {who.name}"
            )
            who.go(who.read_of(practice))
            assert "Nothing is open here" in who.main, f"{practice} is open for {who.name}"

    # -- lines
    def agree(self, by: Partner, words: str) -> None:
        """A line that `by` has just sent is not in force; once the other has signed, it is, for both."""
        assert "Not in force" in by.main
        by.station(f"{self.couple.programme}-proposed")
        assert f"In force: “{words}”" not in by.source("/story/")
        self.other(by).station(f"{self.couple.programme}-before-signing")
        self.other(by).signs(words)
        self.other(by).station(f"{self.couple.programme}-signed")
        self.timeline_says(f"In force: “{words}”")


@contextmanager
def playing(stage: Stage, couple: Couple) -> Iterator[Two]:
    """Both partners at the site, on the day they were linked."""
    site, looked = stage.site, stage.looked
    at = begins(couple, stage.monday) + timedelta(hours=2)
    if site.now < at:
        site.move_to(at)
    one, two = (Partner(site, stage.browser, looked, person) for person in (couple.one, couple.two))
    pair = Two(site, couple, one, two)
    try:
        pair.come()
        yield pair
    except BaseException as error:
        for log in site.logs:
            error.add_note(f"--- {log.name}\n{log.read_text()[-2000:]}")
        error.add_note("\n".join(f"{who.name} was on {who.path}" for who in pair.both))
        raise
    finally:
        for who in pair.both:
            who.context.close()
    assert looked.violations == []
