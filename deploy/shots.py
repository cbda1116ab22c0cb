"""Pictures of every main page: 390 and 1280 px wide, light and dark, and a contact sheet beside the reference.

    make shots                               pictures in .shots/, contact sheet .shots/sheet.html
    REFERENCE=path/to/reference make shots   with the reference pages beside them
    python -m deploy.shots today timeline    only these pages

An embedded demo of its own is started in a temporary folder and ended afterwards.
"""

import html
import os
import re
import sys
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from deploy import services
from tests.journeys.sites import Site, embedded

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / ".shots"
WIDTHS = (390, 1280)
THEMES = ("light", "dark")
CHROMIUM = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run", "--disable-dev-shm-usage",
]  # fmt: skip


@dataclass(frozen=True)
class Shot:
    """One page: who looks, where to begin, which link to follow from there, and its page in the reference."""

    name: str
    who: str
    path: str
    follow: tuple[str, ...] = ()
    reference: str = ""


UUID = r"[0-9a-f-]{36}"
SHOTS = (
    Shot("start", "", "/", reference="start"),
    Shot("not-for", "", "/not-for/", reference="not-for"),
    Shot("sign-up", "", "/sign-up/", reference="sign-up"),
    Shot("sign-in", "", "/sign-in/", reference="sign-in"),
    Shot("reset", "", "/reset/", reference="reset"),
    Shot("support", "", "/support/", reference="support"),
    Shot("support-own", "", "/support/own/"),
    Shot("support-here", "", "/support/here/"),
    Shot("privacy", "", "/privacy/", reference="privacy"),
    Shot("how-exit-works", "", "/how-it-works/", reference="how-exit-works"),
    Shot("error-404", "", "/no-such-page/", reference="error-404"),
    Shot("demo", "", "/demo/", reference="demo"),
    Shot("mailbox", "", "/mailbox/", reference="mailbox"),
    Shot("today", "mara", "/today/", reference="today"),
    Shot("day-1", "mara", "/today/", (rf"/evening/{UUID}/(1/)?",), "day-1"),
    Shot("later", "mara", "/today/", (rf"/evening/{UUID}/later/",)),
    Shot("my-answers", "mara", "/answers/", reference="my-answers"),
    Shot("reading-card", "mara", "/today/", reference="today-morning"),
    Shot("reading", "jonas", "/today/", ("press:Read now",), "reading-day"),
    Shot("journal", "mara", "/journal/"),
    Shot("journal-new", "mara", "/journal/new/?on=unsaid"),
    Shot("journal-entry", "mara", "/journal/", (rf"/journal/{UUID}/",)),
    Shot("journal-copy", "mara", "/journal/", (rf"/journal/{UUID}/", rf"/journal/{UUID}/copy/")),
    Shot("talks", "mara", "/talks/"),
    Shot("topic", "mara", "/talks/", (rf"/talks/about/{UUID}/",)),
    Shot("talk-offer", "mara", "/talks/", (rf"/talks/about/{UUID}/", rf"/talks/about/{UUID}/time/")),
    Shot("talk", "mara", "/talks/", (rf"/talks/{UUID}/",)),
    Shot("talk-after", "mara", "/talks/", (rf"/talks/{UUID}/after/",)),
    Shot("timeline", "mara", "/story/", reference="timeline"),
    Shot("mark-evening", "mara", "/story/mark/", reference="mark-evening"),
    Shot("plan", "mara", "/lines/", reference="plan"),
    Shot("line", "mara", "/lines/", (rf"/lines/{UUID}/",), "history"),
    Shot("new-boundary", "mara", "/lines/new/boundary/", reference="first-lines"),
    Shot("rhythm", "mara", "/lines/new/rhythm/", reference="rhythm"),
    Shot("private-mirror", "mara", "/lines/for-me/", reference="private-mirror"),
    Shot("calendar", "mara", "/times/calendar/"),
    Shot("quiet-days", "mara", "/times/quiet/", reference="quiet-days"),
    Shot("hard", "mara", "/tonight/", reference="hard"),
    Shot("hold-up", "mara", "/tonight/up/away/", reference="hold-up"),
    Shot("senses", "mara", "/tonight/five/"),
    Shot("breathe", "mara", "/tonight/slow/"),
    Shot("park", "mara", "/tonight/later/"),
    Shot("jar", "mara", "/jar/", reference="jar"),
    Shot("season-line", "mara", "/season/"),
    Shot("season", "mara", "/season/1/", reference="season"),
    Shot("thanks", "mara", "/thanks/"),
    Shot("letter", "mara", "/letters/"),
    Shot("heavy-days", "mara", "/days-ahead/"),
    Shot("moments", "mara", "/moments/"),
    Shot("somebody", "mara", "/tonight/call/"),
    Shot("after", "mara", "/tonight/after/"),
    Shot("path", "mara", "/path/"),
    Shot("story-own", "mara", "/path/mine/"),
    Shot("parting", "mara", "/path/parting/"),
    Shot("programme", "mara", "/path/", (r"/path/(?!mine|parting|ladder)[\w-]+/",)),
    Shot("new-path", "mara", "/lines/new/path/"),
    Shot("practices", "mara", "/practices/"),
    Shot("practice", "mara", "/practices/name_the_hurt/"),
    Shot("practice-part", "mara", "/practices/name_the_hurt/1/"),
    Shot("loop-write", "mara", "/practices/our_loop/1/", reference="loop-write"),
    Shot("practice-read", "mara", "/practices/our_loop/", (r"/practices/\w+/read/[0-9a-f-]+/",), "loop"),
    Shot("piece", "mara", "/practices/our_loop/", (rf"/practices/piece/{UUID}/",)),
    Shot("log", "mara", "/practices/urge_log/log/"),
    Shot("ladder", "mara", "/path/ladder/"),
    Shot("near", "mara", "/near/"),
    Shot("new-question", "mara", "/lines/new/question/"),
    Shot("new-words", "mara", "/lines/new/words/"),
    Shot("you", "mara", "/you/", reference="you"),
    Shot("rest", "mara", "/you/rest/", reference="rest"),
    Shot("leave", "mara", "/you/leave/", reference="leave"),
    Shot("export", "mara", "/you/export/", reference="export"),
    Shot("helper", "mara", "/helper/", reference="consent"),
    Shot("enter-code", "mara", "/helper/code/", reference="enter-code"),
    Shot("audit", "mara", "/helper/visits/", reference="audit"),
    Shot("today-solo", "nadia", "/today/", reference="today-solo"),
    Shot("invite-new", "nadia", "/together/", reference="invite-new"),
    Shot("safety", "nadia", "/think/", reference="safety"),
    Shot("caseload", "okafor", "/cases/", reference="caseload"),
    Shot("session", "okafor", "/cases/", (rf"/cases/{UUID}/session/",), "session"),
    Shot("t-signals", "okafor", "/cases/", (rf"/cases/{UUID}/", rf"/cases/{UUID}/signals/"), "t-signals"),
    Shot("t-profile", "okafor", "/t/profile/", reference="t-profile"),
    Shot("t-codes", "okafor", "/t/codes/", reference="t-codes"),
)  # fmt: skip


def evening() -> datetime:
    """Tomorrow while the evening of the made-up couple is open, so that each kind of page is there."""
    return datetime.combine(datetime.now(UTC).date() + timedelta(days=1), time(20, 15), tzinfo=UTC)


def launch(playwright: object) -> Browser:
    """Debian's Chromium, headless."""
    return playwright.chromium.launch(executable_path=services.find_chromium(), args=CHROMIUM)  # type: ignore[attr-defined,no-any-return]


def sign_in(page: Page, site: Site, who: str) -> None:
    """Sign in as the demo person whose name holds `who`, by the button on the demo page."""
    page.goto(f"{site.url}/demo/")
    with page.expect_navigation():
        page.locator("form", has_text=re.compile(who, re.IGNORECASE)).first.locator("button").click()


def find(page: Page, site: Site, shot: Shot) -> None:
    """Go to a shot's page. Raises LookupError when a link to follow is not there."""
    page.goto(site.url + shot.path)
    for pattern in shot.follow:
        if pattern.startswith("press:"):
            button = page.get_by_role("button", name=pattern.removeprefix("press:"))
            if not button.count():
                message = f"{shot.name}: nothing to press like {pattern} on {page.url}"
                raise LookupError(message)
            with page.expect_navigation():
                button.first.click()
            continue
        links = page.eval_on_selector_all("a[href]", "all => all.map(a => a.getAttribute('href'))")
        hit = next((href for href in links if re.fullmatch(pattern, href.split("#")[0].split("?")[0])), None)
        if hit is None:
            message = f"{shot.name}: no link like {pattern} on {page.url}"
            raise LookupError(message)
        page.goto(site.url + hit)


def picture(page: Page, name: str) -> None:
    """A picture of the whole page, without the fixed tab bar, which would stand in the middle of it."""
    page.evaluate(
        "document.querySelectorAll('.tabs').forEach("
        "bar => bar.style.setProperty('visibility', innerWidth < 896 ? 'hidden' : 'visible'))"
    )
    page.screenshot(path=OUT / f"{name}.png", full_page=True)


def take(site: Site, shots: list[Shot]) -> list[str]:
    """All pictures. Returns the names of pages that could not be reached."""
    lost: list[str] = []
    with sync_playwright() as playwright:
        browser = launch(playwright)
        for who in sorted({s.who for s in shots}):
            for theme in THEMES:
                context = browser.new_context(color_scheme=theme, viewport={"width": 390, "height": 844})  # type: ignore[arg-type]
                page = context.new_page()
                if who:
                    sign_in(page, site, who)
                for shot in (s for s in shots if s.who == who):
                    try:
                        find(page, site, shot)
                    except LookupError as error:
                        lost.append(str(error))
                        continue
                    for width in WIDTHS:
                        page.set_viewport_size({"width": width, "height": 844})
                        picture(page, f"{shot.name}-{width}-{theme}")
                context.close()
        reference = os.environ.get("REFERENCE", "")
        if reference:
            _references(browser, Path(reference), shots)
        browser.close()
    return lost


def _references(browser: Browser, folder: Path, shots: list[Shot]) -> None:
    page = browser.new_page()
    for shot in shots:
        source = folder / f"{shot.reference}.html"
        if shot.reference and source.exists():
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 844})
                page.goto(source.resolve().as_uri())
                picture(page, f"ref-{shot.reference}-{width}-light")


def sheet(shots: list[Shot]) -> Path:
    """The contact sheet, as one page of pictures."""
    rows = []
    for shot in shots:
        names = [f"{shot.name}-{w}-{t}" for w in WIDTHS for t in THEMES] + [
            f"ref-{shot.reference}-{w}-light" for w in WIDTHS
        ]
        cells = "".join(
            f'<figure><img src="{n}.png" width="300" alt=""><figcaption>{n}</figcaption></figure>'
            for n in names
            if (OUT / f"{n}.png").exists()
        )
        rows.append(f"<h2>{html.escape(shot.name)}</h2><div>{cells}</div>")
    style = "<style>body{font:14px sans-serif}div{display:flex;gap:1em;align-items:flex-start}</style>"
    path = OUT / "sheet.html"
    path.write_text(f"<!doctype html><title>Contact sheet</title>{style}{''.join(rows)}")
    return path


def main() -> int:
    wanted = [s for s in SHOTS if not sys.argv[1:] or s.name in sys.argv[1:]]
    OUT.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="kept-shots-") as folder,
        embedded(Path(folder), at=evening(), DEMO="1") as site,
    ):
        lost = take(site, wanted)
    print(f"{len(wanted)} pages, pictures in {OUT.name}/, contact sheet {sheet(wanted).relative_to(ROOT)}")
    for line in lost:
        print(f"NOT REACHED {line}")
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
