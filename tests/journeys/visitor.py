"""One person with a browser of their own: signs up, signs in, reads mail, and looks closely at every page."""

import base64
import hmac
import itertools
import re
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from tests import needs
from tests.journeys.sites import Site

MARK = "kieferzapfen"  # stands in everything private that is typed, so that one search finds whatever lies about
PASSWORD = f"a long quiet {MARK}"
WIDTHS = (390, 1280)
THEMES = ("light", "dark")
AXE: dict[str, Any] = {
    "resultTypes": ["violations"],
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
}
_IDS = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}|[\w-]{43}|\d+")


class Looked:
    """What was seen over a whole journey: pages looked at, and everything that should never be there."""

    def __init__(self, *views: tuple[str, int]) -> None:
        self.views = views or tuple(itertools.product(THEMES, WIDTHS))  # in which axe looks
        self.pages: set[tuple[str, str]] = set()
        self.violations: list[str] = []
        self.typed: list[str] = []

    def marked(self, text: str) -> str:
        """Private words with a mark that no others have."""
        self.typed.append(f"{MARK}{len(self.typed):03} {text}")
        return self.typed[-1]


def chromium(playwright: Playwright) -> Browser:
    """Debian's Chromium with the back/forward cache on, as people have it."""
    return playwright.chromium.launch(
        executable_path=needs.browser(),
        args=[*needs.browser_words(), "--disable-dev-shm-usage"],
        ignore_default_args=["--disable-back-forward-cache"],
    )


@contextmanager
def browsing() -> Iterator[Browser]:
    """A browser for as long as the block runs."""
    with sync_playwright() as playwright:
        browser = chromium(playwright)
        try:
            yield browser
        finally:
            browser.close()


class Visitor:
    """One person at one site."""

    def __init__(self, site: Site, browser: Browser, looked: Looked, *, name: str, zone: str) -> None:
        self.site = site
        self.looked = looked
        self.name = name
        self.address = f"{name.lower()}@mail.example"
        self.context = browser.new_context(timezone_id=zone, viewport={"width": 390, "height": 844})
        self.context.set_default_timeout(15_000)
        self.page: Page = self.context.new_page()
        self.page.on("response", self._answered)
        self.page.on("console", self._said)
        self.read = 0
        self.secret = ""  # of the authenticator app
        self._last_code = ""

    # -- what must never happen
    def _answered(self, response: Any) -> None:
        if response.status >= 500:
            self.looked.violations.append(f"{response.status} on {response.url}")
        if not response.url.startswith((self.site.url, "data:", "blob:")):
            self.looked.violations.append(f"a request left the site: {response.url}")

    def _said(self, message: Any) -> None:
        if message.type == "error" and "the server responded with a status of 4" not in message.text:
            self.looked.violations.append(f"console on {self.page.url}: {message.text}")

    # -- moving about
    def go(self, path: str) -> None:
        """Open an address of the site and look at it."""
        self.page.goto(path if path.startswith("http") else self.site.url + path)
        self.look()

    def press(self, name: str | re.Pattern[str], *, within: str = "main") -> None:
        """Press a button by its words, and look at what comes."""
        with self.page.expect_navigation():
            self.page.locator(within).get_by_role("button", name=name).first.click()
        self.look()

    def follow(self, name: str | re.Pattern[str]) -> None:
        """Follow a link by its words, and look at what comes."""
        with self.page.expect_navigation():
            self.page.get_by_role("link", name=name).first.click()
        self.look()

    def fill(self, name: str, text: str) -> None:
        """Type private words into a field by its name, each with a mark of its own that is searched for later."""
        self.page.fill(f"main [name={name}]", self.looked.marked(text))

    def do(self, value: str) -> None:
        """Press the button of a form that says what to do by its value."""
        with self.page.expect_navigation():
            self.page.locator(f"main button[name=do][value={value}]").first.click()
        self.look()

    def groups(self, prefix: str) -> list[str]:
        """The names of the radio groups on the page that begin so, in order."""
        names = self.page.eval_on_selector_all(
            f"main input[type=radio][name^='{prefix}']", "all => all.map(box => box.name)"
        )
        return list(dict.fromkeys(names))

    def mark(self, name: str, value: str) -> None:
        """Choose a radio or checkbox by field name and value, as a finger on its label would."""
        self.tap(f'input[name="{name}"][value="{value}"]')

    def tap(self, box: str) -> None:
        """Choose a radio or checkbox by tapping its label."""
        found = self.page.locator(box).first
        label = found.evaluate_handle("box => box.labels[0]").as_element()
        assert label is not None, box
        label.click()
        assert found.is_checked(), box

    @property
    def text(self) -> str:
        """What the page says."""
        return self.page.locator("body").inner_text()

    @property
    def path(self) -> str:
        return self.page.url.removeprefix(self.site.url)

    # -- looking
    def look(self) -> None:
        """Run axe on a page the first time it is seen by this person: both sizes, both themes."""
        shape = _IDS.sub("…", self.path.partition("?")[0]), self.page.title()
        if shape in self.looked.pages:
            return
        self.looked.pages.add(shape)
        self.page.evaluate(AXE_SCRIPT)  # once for all its views
        for theme, width in self.looked.views:
            self.page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
            self.page.set_viewport_size({"width": width, "height": 844})
            found = self.page.evaluate("options => axe.run(options)", AXE)["violations"]
            self.looked.violations += [
                f"axe {shape} {width} {theme}: {v['id']} {v['nodes'][0]['target']} {v['help']}" for v in found
            ]
        self.page.emulate_media(color_scheme="light")
        self.page.set_viewport_size({"width": 390, "height": 844})
        wide = self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        if wide > 0:
            self.looked.violations.append(f"{shape} scrolls sideways by {wide} px at 390 px")

    # -- mail
    def mail(self, *, seconds: float = 60) -> EmailMessage:
        """The next mail not read yet."""
        found = self.site.wait_for_mail(self.address, after=self.read, seconds=seconds)
        self.read += 1
        return found

    def no_mail(self) -> None:
        """Nothing has come beyond what was read."""
        assert len(self.site.mails_to(self.address)) == self.read

    def code(self) -> str:
        """The code in the next mail."""
        match = re.search(r"\b(\d{3}) ?(\d{3})\b", text_of(self.mail()))
        assert match
        return match[1] + match[2]

    # -- accounts
    def sign_up(self, *, start: str = "/sign-up/") -> None:
        """Make an account and confirm the address by the code that comes."""
        self.go(start)
        self.page.fill("[name=email]", self.address)
        self.page.fill("[name=password1]", PASSWORD)
        self.press(re.compile("code", re.IGNORECASE))
        self.page.fill("[name=code]", self.code())
        self.press("Go on")

    def arrive(self, *, kind: str = "partner") -> None:
        """Fill in “About you”; the zone is the one the browser guessed."""
        assert self.path.startswith("/about-you/"), self.path
        self.mark("kind", kind)
        public = kind == "therapist"  # as is the profile that they write
        self.page.fill("[name=name]", self.name if public else self.looked.marked(self.name))
        for box in ("adult", "consent", "read"):
            self.tap(f"[name={box}]")
        self.press("Go on")
        self.press("I’ve read this")

    def sign_in(self) -> None:
        """Sign in with the password, and the app’s code where there is one."""
        self.go("/sign-in/")
        self.prove()

    def prove(self) -> None:
        """Fill in whichever sign-in or “is it you” form is on the page, once or twice."""
        for _ in range(3):
            if self.page.locator("[name=login]").count():
                self.page.fill("[name=login]", self.address)
                self.page.fill("[name=password]", PASSWORD)
                self.press("Sign in")
            elif self.page.locator("main [name=code]").count():
                self.page.fill("main [name=code]", self.totp())
                with self.page.expect_navigation():
                    self.page.locator("main form:has([name=code]) button").first.click()
            elif self.page.locator("main [name=password]").count() and "/again/" in self.path:
                self.page.fill("main [name=password]", PASSWORD)
                with self.page.expect_navigation():
                    self.page.locator("main form:has([name=password]) button").first.click()
            else:
                return

    def open(self, path: str) -> None:
        """Open an address, signing in on the way where asked to."""
        self.page.goto(path if path.startswith("http") else self.site.url + path)
        self.prove()
        self.look()

    def totp(self) -> str:
        """The code an authenticator app shows now; waits for a new one rather than give the same twice."""
        while True:
            code = totp(self.secret, at=time.time())
            if code != self._last_code:
                self._last_code = code
                return code
            time.sleep(1)


def totp(secret: str, *, at: float) -> str:
    """RFC 6238 with SHA-1, 30 seconds, six digits."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.digest(key, struct.pack(">Q", int(at) // 30), "sha1")
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


def text_of(mail: EmailMessage) -> str:
    """The plain text part."""
    part = mail.get_body(preferencelist=("plain",))
    assert part is not None
    return str(part.get_content())


def link_in(mail: EmailMessage, kind: str) -> str:
    """The first link of a kind ("i", "n", "m") in a mail’s text."""
    match = re.search(rf"https?://\S+/{kind}/\S+", text_of(mail))
    assert match, text_of(mail)
    return match[0]
