"""The acts of the story that the journeys play."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from playwright.sync_api import Browser

from tests.journeys.sites import Site
from tests.journeys.visitor import Looked, Visitor, link_in, text_of

LISBON, NEW_YORK = ZoneInfo("Europe/Lisbon"), ZoneInfo("America/New_York")
EVENINGS = (0, 2, 5)  # Wednesday, Friday, Monday: days after the first
OWN_PAGES = (
    "/you/", "/you/settings/", "/you/devices/", "/you/second-factor/", "/answers/", "/times/quiet/",
    "/you/closed/", "/you/nevers/", "/you/leave/", "/lines/phase/",
)  # fmt: skip


class Story:
    """Mara in Lisbon, Jonas in New York, Dr Okafor in Lisbon."""

    def __init__(self, site: Site, browser: Browser) -> None:
        self.site = site
        self.looked = Looked()
        self.mara = Visitor(site, browser, self.looked, name="Mara", zone="Europe/Lisbon")
        self.jonas = Visitor(site, browser, self.looked, name="Jonas", zone="America/New_York")
        self.okafor = Visitor(site, browser, self.looked, name="Okafor", zone="Europe/Lisbon")
        # From a Monday afternoon on, whatever day it is when the test runs.
        today = datetime.now(UTC).date()
        monday = today + timedelta(days=7 - today.weekday())
        site.move_to(datetime.combine(monday, time(15), tzinfo=UTC))
        self.first_evening = monday + timedelta(days=2)

    def acts(self) -> list[Callable[[], None]]:
        """The whole story in order."""
        return [
            self.two_people_make_accounts,
            self.they_link,
            self.they_agree_a_line,
            self.they_agree_a_rhythm,
            *[partial(self.an_evening, number) for number in range(len(EVENINGS))],
            self.the_line_draws,
            self.a_therapist_is_let_in,
            self.the_therapist_reads,
            self.one_is_enough_to_stop,
        ]

    # -- beginning
    def two_people_make_accounts(self) -> None:
        """Mara begins alone and asks Jonas in; he makes his own account from her mail."""
        mara, jonas = self.mara, self.jonas
        mara.go("/")
        mara.sign_up()
        mara.arrive()
        mara.go("/today/")
        mara.go("/think/")
        mara.go("/together/")
        mara.page.fill("[name=to]", jonas.address)
        mara.press(re.compile("Show me"))
        mara.press(re.compile("Send this mail"))
        jonas.go(link_in(jonas.mail(), "i"))
        jonas.press("Accept")
        jonas.sign_up(start=jonas.path)
        jonas.press("Accept")
        jonas.arrive()

    def they_link(self) -> None:
        """He says yes, she confirms, a day passes."""
        mara, jonas = self.mara, self.jonas
        jonas.go("/i/")
        jonas.press("Accept")
        assert "asked to confirm" in jonas.text
        mara.open("/together/confirm/")
        mara.press(re.compile("Yes, this is"))
        jonas.go("/today/")
        assert "A day to think" in jonas.text
        self.site.move_to(self.site.now + timedelta(hours=24, minutes=5))

    # -- the plan
    def they_agree_a_line(self) -> None:
        """Mara proposes a boundary; it is in force once Jonas has signed it too."""
        mara, jonas = self.mara, self.jonas
        mara.open("/lines/")
        mara.go("/lines/new/boundary/")
        mara.fill("what", "Half an hour together after supper, phones in the hall zaubernuss")
        mara.fill("why", "So that we hear each other again kornblume")
        mara.fill("own_space", "What each of us reads alone wacholder")
        mara.fill("know", "The two phones lie on the shelf holunder")
        mara.mark("who", "both")
        mara.do("send")
        if "Before you send it" in mara.text:
            mara.do("anyway")
        assert "Not in force" in mara.text
        jonas.open("/lines/")
        assert "zaubernuss" in jonas.text
        self._sign_what_waits(jonas)
        mara.go("/lines/")
        assert "In force" in mara.text or "Agreed" in mara.text
        mara.go("/lines/new/commitment/")
        mara.fill("what", "Something I do not send yet weissdorn")
        mara.do("keep")

    def they_agree_a_rhythm(self) -> None:
        """Mondays, Wednesdays, Fridays, 20:30 to 23:00, read the next day. Each sees their own zone only."""
        mara, jonas = self.mara, self.jonas
        mara.go("/lines/new/rhythm/")
        mara.mark("frequency", "weekly")
        for day in "024":
            mara.mark("weekdays", day)
        mara.page.fill("[name=starts_on]", self.first_evening.isoformat())
        mara.do("send")
        assert "Europe/Lisbon" in mara.text
        assert "New_York" not in mara.text
        mara.do("seen")
        jonas.go("/lines/")
        self._sign_what_waits(jonas, look_for="America/New_York", not_for="Lisbon")

    def _sign_what_waits(self, who: Visitor, *, look_for: str = "", not_for: str = "\0") -> None:
        who.page.locator("main a[href$='/sign/']").first.click()
        who.page.wait_for_load_state()
        who.look()
        assert look_for in who.text
        assert not_for not in who.text
        who.press("Sign this wording")

    # -- evenings
    def an_evening(self, number: int) -> None:
        """Each gets a note at 20:30 where they live, answers apart, and reads the next day."""
        mara, jonas = self.mara, self.jonas
        on = self.first_evening + timedelta(days=EVENINGS[number])
        self._note_comes(mara, on, LISBON, before=jonas)
        if number == 0:
            here = mara.path
            mara.follow("Ask me later today")
            assert "stays open until 23:00" in mara.text
            mara.go(here)
        self._minute(mara, mark=3 + number, good=f"Mara liked the rain {number} seidelbast")
        self._note_comes(jonas, on, NEW_YORK)
        self._minute(jonas, mark=5, good=f"Jonas cooked {number} liguster")
        for who in (mara, jonas):
            who.go("/today/")
        opens = max(self._at(on + timedelta(days=1), time(18, 30), zone) for zone in (LISBON, NEW_YORK))
        self.site.move_to(opens + timedelta(seconds=5))
        for who in (mara, jonas):
            who.open("/today/")
            who.press("Read now")
            assert "side by side" in who.text
        if number == 0:
            jonas.fill("heard", "She wants the quiet more than the answer rittersporn")
            jonas.press(re.compile("Close for today"))
            mara.page.locator("details.more summary").click()
            mara.fill("later", "It was warmer than I wrote hartriegel")
            mara.press("Add this line")

    def _at(self, day: date, at: time, zone: ZoneInfo) -> datetime:
        return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)

    def _note_comes(self, who: Visitor, on: date, zone: ZoneInfo, *, before: Visitor | None = None) -> None:
        """By the beat, not before the minute; nobody else gets one with it. Opens the link and signs in."""
        due = self._at(on, time(20, 30), zone)
        if self.site.now < due - timedelta(seconds=30):
            self.site.move_to(due - timedelta(seconds=30))
            who.no_mail()
        self.site.move_to(due + timedelta(seconds=1))
        note = who.mail(seconds=75)
        assert note["Subject"] == "Your note"
        assert "List-Unsubscribe" in note
        assert "23:00" in text_of(note)
        if before is not None:
            before.no_mail()
        who.open(link_in(note, "n"))

    def _minute(self, who: Visitor, *, mark: int, good: str) -> None:
        """The daily minute: marks, a word, a good thing; then who sees it."""
        assert re.match(r"/evening/[0-9a-f-]+/1/", who.path), who.path
        for name in who.groups("mark-"):
            who.mark(name, str(mark))
        who.page.locator("[name=feelings]").first.evaluate("box => box.labels[0].click()")
        who.fill("good", good)
        who.press("Save and go on")
        who.mark("who", "all")
        who.press("Send my minute")
        assert "Sealed" in who.text

    # -- the timeline
    def the_line_draws(self) -> None:
        """Three evenings make a line, the same for both."""
        drawn = []
        for who in (self.mara, self.jonas):
            who.open("/story/")
            assert "Mara" in who.text
            drawn.append(who.page.locator(".chart").first.inner_html())
        assert "<svg" in drawn[0]
        assert drawn[0] == drawn[1]
        self.mara.go("/story/mark/")
        self.mara.page.fill("[name=on]", self.first_evening.isoformat())
        self.mara.fill("name", "By the river aubrietie")
        self.mara.fill("words", "It felt light, and I did not want to go home vergissmeinnicht")
        self.mara.mark("see", "me")
        self.mara.press("Mark this evening")
        assert "aubrietie" in self.mara.text
        self.jonas.go("/story/")
        assert "aubrietie" not in self.jonas.text

    # -- the therapist
    def a_therapist_is_let_in(self) -> None:
        """Dr Okafor has a second factor and a profile, hands out two codes; both partners say yes, apart."""
        okafor = self.okafor
        okafor.sign_up()
        okafor.arrive(kind="therapist")
        okafor.go("/t/second-factor/")
        okafor.follow("Use an authenticator app")
        okafor.prove()
        okafor.secret = okafor.page.locator(".key").inner_text().strip()
        okafor.page.fill("main [name=code]", okafor.totp())
        okafor.press("Switch it on")
        okafor.go("/t/profile/")
        okafor.page.fill("[name=name]", "Dr A. Okafor")
        okafor.page.fill("[name=registration]", "Chamber of psychotherapists 4711")
        okafor.mark("secrets_policy", "none")
        okafor.page.fill("[name=emergency_plan]", "Call 112, then the practice.")
        okafor.tap("[name=told]")
        okafor.press("Save my profile")
        okafor.go("/t/codes/")
        okafor.press("Make two codes")
        codes = okafor.page.locator(".code").all_inner_texts()
        assert len(codes) == 2
        for who, code in zip((self.mara, self.jonas), codes, strict=True):
            who.open("/helper/")
            who.follow("Enter my code")
            who.page.fill("main [name=code]", code)
            who.press("Show me who it is")
            who.prove()
            who.look()
            assert "Dr A. Okafor" in who.text
            who.mark("answer", "beginning")
            who.mark("read", "words")
            who.press("Save my answer")
            who.go("/helper/")
        self.site.move_to(self.site.now + timedelta(hours=1, minutes=5))

    def the_therapist_reads(self) -> None:
        """A session is booked; inside its window the timeline is open, and both partners read who looked."""
        okafor = self.okafor
        okafor.open("/cases/")
        assert "Mara" in okafor.text
        okafor.follow("Mara")
        assert "Not open now" in okafor.text
        okafor.follow("Sessions")
        at = (self.site.now + timedelta(hours=20)).astimezone(LISBON)
        okafor.page.fill("[name=on]", at.date().isoformat())
        okafor.page.fill("[name=at]", at.strftime("%H:%M"))
        okafor.press("Book it")
        okafor.go("/cases/")
        okafor.follow("Mara")
        assert "How it has gone" in okafor.text
        assert "aubrietie" not in okafor.text
        okafor.follow("For the session")
        assert "zaubernuss" in okafor.text
        okafor.follow("For you alone")
        for who in (self.mara, self.jonas):
            who.open("/helper/visits/")
            assert "Okafor" in who.text

    # -- taking along, stopping
    def one_is_enough_to_stop(self) -> None:
        """Mara looks round her own pages and rests; nobody is told why, and nothing is shared any more."""
        mara, jonas, okafor = self.mara, self.jonas, self.okafor
        for path in OWN_PAGES:
            mara.go(path)
        mara.open("/you/export/")
        mara.open("/you/delete/")
        mara.go("/you/rest/")
        mara.press("Rest now")
        for who in (jonas, okafor):
            who.open("/story/" if who is jonas else "/cases/")
        assert "This plan is resting" in jonas.text
        assert "Not shared at present" in okafor.text
        jonas.go("/lines/")
        assert "zaubernuss" not in jonas.text
        jonas.go("/answers/")
        jonas.page.locator("main a[href*='/answers/']").first.click()
        jonas.page.wait_for_load_state()
        jonas.look()
        assert "liguster" in jonas.text
        jonas.go("/you/leave/")
