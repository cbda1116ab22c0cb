"""One of the two on a phone: signs in by one click, does a practice page by page, looks for what is not theirs."""

import html
import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from playwright.sync_api import Browser

from repair.programmes import content
from tests.journeys.couples.people import Person
from tests.journeys.sites import Site
from tests.journeys.visitor import Looked, Visitor

Answers = Mapping[str, str | list[str]]

PAGES = ("/today/", "/path/", "/path/mine/", "/lines/", "/story/", "/talks/", "/answers/")  # of everybody
_NUMBER = re.compile(r"\d+")
_BEGIN = re.compile(r"^(Begin|Do it once more|Go on where you stopped)$")
_ON = re.compile(r"^(Save and go on|Save and finish|Go on|I have read it)$")


def titled(practice: str) -> str:
    """The title of a practice."""
    return content.practice(practice).title


class Partner(Visitor):
    """One partner with a browser of their own. A kind of page is looked at once, whoever sees it first; that
    nothing scrolls sideways is asked on every page."""

    def __init__(self, site: Site, browser: Browser, looked: Looked, person: Person) -> None:
        super().__init__(site, browser, looked, name=person.name, zone=person.zone)
        self.person = person
        self.zone = ZoneInfo(person.zone)
        self.page.emulate_media(reduced_motion="reduce")
        self.door = ""  # where the button of the demo leads

    def look(self) -> None:
        kind = "", _NUMBER.sub("…", self.page.title())
        if kind not in self.looked.pages:
            self.looked.pages.add(kind)
            super().look()
            return
        wide = self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        if wide > 0:
            self.looked.violations.append(f"{self.path} scrolls sideways by {wide} px at 390 px")

    def comes(self) -> None:
        """Sign in as on the page of the demo: by its button the first time, later by what that button sends, since
        sessions end whenever the clock is moved far."""
        if not self.door:
            self.page.goto(f"{self.site.url}/demo/")
            button = self.page.get_by_role("button", name=re.compile(rf"^{self.name}\b"))
            self.door = str(button.evaluate("button => button.form.action"))
            with self.page.expect_navigation():
                button.click()
            self.look()
            return
        held = {str(cookie.get("name")): str(cookie.get("value")) for cookie in self.context.cookies()}
        token = held[settings.CSRF_COOKIE_NAME]
        answer = self.context.request.post(self.door, form={"csrfmiddlewaretoken": token}, max_redirects=0)
        assert answer.status == 302, answer.status

    # -- what a page says
    @property
    def main(self) -> str:
        """What stands in the page itself, without what stands around every page."""
        return self.page.locator("main").inner_text()

    def next_thing(self) -> str:
        """The one next thing on Today."""
        return self._stands(r'aria-labelledby="nx">.*?<li><a [^>]*><b>(.*?)</b>', "/today/")[0]

    def place(self) -> tuple[str, str]:
        """Where the path stands, as its page says: the programme with its phase, and the week."""
        eyebrow, week = self._stands(r'class="eyebrow">(.*?)</p><h1>(.*?)</h1>', "/path/")
        return eyebrow, week

    def _stands(self, pattern: str, path: str) -> tuple[str, ...]:
        found = re.search(pattern, self.source(path), re.DOTALL)
        assert found, f"{path} of {self.name} has nothing like {pattern}"
        return found.groups()

    def done_this_week(self) -> list[str]:
        """The things of this week that stand as done on the page of the path."""
        self.go("/path/")
        rows = self.page.locator("section[aria-labelledby=tw] li:has(small:text('done')) b")
        return rows.all_text_contents()

    def source(self, path: str) -> str:
        """A page of one's own as it is sent, without drawing it."""
        answer = self.context.request.get(self.site.url + path)
        assert answer.status in {200, 404}, f"{answer.status} on {path}"
        assert "/sign-in/" not in answer.url, f"{self.name} is not signed in: nothing would be found on {path}"
        return html.unescape(answer.text())

    def read_of(self, practice: str) -> str:
        """The address of what is open to this person of a practice; of nothing, where nothing is."""
        found = re.search(rf"/practices/{practice}/read/[0-9a-f-]+/", self.source(f"/practices/{practice}/"))
        return found[0] if found else f"/practices/{practice}/read/{UUID(int=0)}/"

    def finds(self, words: str, *paths: str) -> list[str]:
        """The pages of this person on which these words stand; of those everybody has, and of `paths`."""
        return [path for path in (*PAGES, *paths) if words in self.source(path)]

    # -- doing
    def tells_privately(self, kind: str, *, direction: str = "") -> None:
        """“What happened, and what I hope”: for oneself alone."""
        who = self.person
        self.go("/path/mine/")
        if not self.page.locator(f"main [name=kinds][value={kind}]").is_checked():
            self.mark("kinds", kind)
        self.mark("track", who.track)
        self.mark("willing", who.willing)
        self.mark("direction", direction or who.direction)
        self.page.fill("main [name=hope]", who.hope)
        self.press("Keep it")
        assert "Only you see it" in self.main

    def practises(self, practice: str, answers: Answers | None = None) -> str:
        """Do a practice from its own page to its end. Returns the address of what was written."""
        self.go(f"/practices/{practice}/")
        assert titled(practice) in self.main
        self.follow(_BEGIN)
        return self._answers(practice, answers or {})

    def _answers(self, practice: str, answers: Answers) -> str:
        left = dict(answers)
        for _ in content.practice(practice).parts:
            for name in list(left):
                if self.page.locator(f'main [name="{name}"]').count():
                    self.answer(name, left.pop(name))
            self.press(_ON)
        assert not left, f"no page of {practice} asks for {sorted(left)}"
        assert self.path.startswith("/practices/piece/"), self.path
        return self.path

    def answer(self, name: str, said: str | list[str]) -> None:
        """Answer one item, as a finger would: words typed, marks and ticks by their labels."""
        if isinstance(said, list):
            for one in said:
                self.mark(name, one)
        elif self.page.locator(f'main [name="{name}"]').first.get_attribute("type") in {"radio", "checkbox"}:
            self.mark(name, said)
        else:
            self.page.fill(f'main [name="{name}"]', said)

    def shares(self, piece: str) -> None:
        """Share what was written."""
        if self.path != piece:
            self.go(piece)
        self.press("Share it")
        assert "You shared this" in self.main

    def signs(self, words: str) -> None:
        """Sign what the other proposed, from Today: read it whole, then press once."""
        self.go("/today/")
        self.follow("Read the wording")
        self.follow("Read and sign")
        assert words in self.main
        self.press("Sign this wording")
        assert "Signed. It is in force." in self.main

    def sends(self, **typed: str) -> None:
        """Fill in a line that lies on the desk and send it; a note that only the writer sees is passed by."""
        for name, value in typed.items():
            self.answer(name, value)
        self.do("send")
        if self.page.locator("main button[value=anyway]").count():
            self.do("anyway")
        assert "Sent, and signed in your name" in self.main, self.main

    # -- pictures
    def station(self, name: str) -> None:
        """A picture of the page as it stands, where KEPT_SHOTS names a folder."""
        folder = os.environ.get("KEPT_SHOTS", "")
        if not folder:
            return
        self.page.evaluate("document.querySelectorAll('.tabs').forEach(bar => bar.style.visibility = 'hidden')")
        self.page.screenshot(path=Path(folder) / f"{name}-{self.name.lower()}.png", full_page=True)
        self.page.evaluate("document.querySelectorAll('.tabs').forEach(bar => bar.style.visibility = '')")


def without_tokens(page: str) -> str:
    """A page without what differs each time it is asked for."""
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", page)


def nowhere(other: Partner, words: Iterable[str], *paths: str) -> None:
    """None of these words stands on any page of the other's."""
    pages = {path: other.source(path) for path in dict.fromkeys((*PAGES, *paths))}
    for private in words:
        found = [path for path, page in pages.items() if private in page]
        assert not found, f"“{private}” stands on {found} of {other.name}"
