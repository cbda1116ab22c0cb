"""The pages of a check-in: as many for both partners, whatever either is asked on them."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _

from checkins.prompts.drafts import Draft
from checkins.prompts.sheets import OWN
from repair.programmes.content import QuestionSet


class Page(StrEnum):
    """What one page of a check-in asks."""

    MARKS = "marks"
    REPORTS = "reports"
    WORDS = "words"
    SHARE = "share"


@dataclass(frozen=True)
class Step:
    """One page, with its place among the others."""

    page: Page
    number: int
    last: int

    @property
    def is_last(self) -> bool:
        return self.number == self.last

    @property
    def before(self) -> int:
        """The number of the page before; 0 for the first."""
        return self.number - 1

    @property
    def stitches(self) -> list[tuple[int, int, bool]]:
        """The drawn count of pages: (from, to, done or here) along the line."""
        return [(4 + 40 * n, 32 + 40 * n, n < self.number) for n in range(self.last)]

    @property
    def width(self) -> int:
        """The width of that drawing."""
        return 40 * self.last - 4

    def title(self, questions: QuestionSet) -> str:
        """The page's heading."""
        return {
            Page.MARKS: questions.title,
            Page.REPORTS: questions.said.lines,
            Page.WORDS: _("In your own words"),
            Page.SHARE: _("Who sees this?"),
        }[self.page]

    def lede(self, questions: QuestionSet) -> str:
        """The sentence under it."""
        return {
            Page.MARKS: questions.lede,
            Page.REPORTS: _(
                "Each of you reports what you do yourself. Of the other’s lines you are asked "
                "only what you could see."
            ),
            Page.WORDS: _("Three short lines. Any of them can stay empty."),
            Page.SHARE: _(
                "You decide each time. Later you can show less, never more; what was read can’t be un-read."
            ),
        }[self.page]


def pages_of(questions: QuestionSet) -> tuple[Page, ...]:
    """The pages of a check-in with these questions, in order. Depends on the questions alone."""
    pages = [Page.MARKS]
    if questions.reports:
        pages.append(Page.REPORTS)
    if questions.words:
        pages.append(Page.WORDS)
    return (*pages, Page.SHARE)


def step_of(questions: QuestionSet, number: int) -> Step | None:
    """The page of that number, counted from 1; None for a number that is none."""
    pages = pages_of(questions)
    return Step(pages[number - 1], number, len(pages)) if 1 <= number <= len(pages) else None


def first_open(draft: Draft, questions: QuestionSet) -> int:
    """The number of the first page of which nothing was kept yet."""
    begun = {
        Page.MARKS: bool(draft.marks or draft.passed),
        Page.REPORTS: bool(draft.reports),
        Page.WORDS: any(not slug.startswith(OWN) for slug in draft.texts),
        Page.SHARE: False,
    }
    return next(number for number, kind in enumerate(pages_of(questions), 1) if not begun[kind])
