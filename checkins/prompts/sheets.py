"""What a sheet holds, as plain values: the one place that knows how its sealed columns are written and read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from accounts.vault import services as vault
from accounts.vault.services import KeyCache
from checkins.prompts.models import AnswerSheet

OWN = "own-"  # how the key of an answer to the couple’s own question begins; see checkins.prompts.own
MOST_REPORTS = 40  # what the fixed size of the sealed column holds beside everything else


class Share(StrEnum):
    """Who sees a sheet. One may go from more to less, never back."""

    ALL = "all"
    MARKS = "marks"
    WORDS = "words"
    NONE = "none"

    @property
    def marks(self) -> bool:
        """Whether marks and reports are shared."""
        return self in {Share.ALL, Share.MARKS}

    @property
    def words(self) -> bool:
        """Whether feelings words and texts are shared."""
        return self in {Share.ALL, Share.WORDS}

    @classmethod
    def of(cls, *, marks: bool, words: bool) -> "Share":
        """The choice that shares exactly these."""
        return {(True, True): cls.ALL, (True, False): cls.MARKS, (False, True): cls.WORDS}.get(
            (marks, words), cls.NONE
        )

    def within(self, other: "Share") -> bool:
        """Whether this choice shows nothing that `other` does not."""
        return (other.marks or not self.marks) and (other.words or not self.words)


class Report(StrEnum):
    """How a line of the plan went. One set of answers everywhere."""

    KEPT = "kept"
    PARTLY = "partly"
    NOT_KEPT = "not_kept"
    NOT_DUE = "not_due"  # did not come up
    UNSURE = "unsure"


@dataclass(frozen=True)
class Words:
    """The words of one sheet: feelings words (slugs), a word of one's own, and what followed each stem."""

    feelings: tuple[str, ...] = ()
    own: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.feelings or self.own or any(self.texts.values()))


@dataclass(frozen=True)
class Sheet:
    """One sheet, opened. `reports` has each line that was asked about; None where it was not answered. `two_sided`
    are those of them that the other was to be asked about too, as the plan stood when this sheet was sent.

    `case` is whether a therapist may read the words too (both grants and both sheets must say so). `good` is the
    one good thing: it is for its author and no part of any reading. `opened_at` stands in the second sheet of a
    check-in without a reading hour, if the two shared something: sealed, because it tells that they did. `alone`
    is the mark asked by track, by slug: there only when its author reads, and no part of anything else.
    """

    marks: Mapping[str, int] = field(default_factory=dict)
    private: frozenset[str] = frozenset()
    words: Words = Words()
    reports: Mapping[str, str | None] = field(default_factory=dict)
    share: Share = Share.NONE
    case: bool = True
    good: str = ""
    sent_at: datetime | None = None
    opened_at: datetime | None = None
    two_sided: frozenset[str] = frozenset()
    alone: Mapping[str, int] = field(default_factory=dict)

    @property
    def shared_marks(self) -> dict[str, int]:
        """The marks that are not kept private, where marks are shared at all."""
        return {slug: mark for slug, mark in self.marks.items() if slug not in self.private and self.share.marks}

    @property
    def shared_reports(self) -> dict[str, str | None]:
        """The reports, where marks and reports are shared at all."""
        return dict(self.reports) if self.share.marks else {}

    @property
    def shared_words(self) -> Words:
        """The words, where they are shared."""
        return self.words if self.share.words else Words()


def pack(sheet: Sheet) -> tuple[dict[str, Any], dict[str, str]]:
    """The values of the two sealed columns, marks and words."""
    marks = {
        "opened": sheet.opened_at.isoformat() if sheet.opened_at else None,
        "marks": dict(sheet.marks),
        "private": sorted(sheet.private),
        "word": list(sheet.words.feelings),
        "own": sheet.words.own,
        "reports": dict(sheet.reports),
        # One sign for each line, in the order of their ids: the ids again would not fit the fixed size.
        "two": "".join("y" if line in sheet.two_sided else "n" for line in sorted(sheet.reports)),
        "share": sheet.share.value,
        "case": sheet.case,
    }
    words = {slug: sheet.words.texts.get(slug, "") for slug in ("notice", "feel", "need")}
    return marks, {**words, **{s: t for s, t in sheet.words.texts.items() if s not in words}, "good": sheet.good}


def unpack(marks: Mapping[str, Any] | None, words: Mapping[str, str] | None, *, sent_at: datetime | None) -> Sheet:
    """The sheet that `pack` was given. Missing parts are empty; words may be left out altogether."""
    marks, words = marks or {}, words or {}
    feelings = marks.get("word") or []
    reports = marks.get("reports", {})
    two = zip(sorted(reports), marks.get("two", ""), strict=False)
    return Sheet(
        marks=marks.get("marks", {}),
        private=frozenset(marks.get("private", ())),
        words=Words(
            feelings=(feelings,) if isinstance(feelings, str) else tuple(feelings),
            own=marks.get("own", ""),
            texts={slug: text for slug, text in words.items() if slug != "good" and text},
        ),
        reports=reports,
        share=Share(marks.get("share", Share.NONE)),
        case=marks.get("case", True),
        good=words.get("good", ""),
        sent_at=sent_at,
        opened_at=datetime.fromisoformat(marks["opened"]) if marks.get("opened") else None,
        two_sided=frozenset(line for line, sign in two if sign == "y"),
    )


def write(row: AnswerSheet, sheet: Sheet, *, cache: KeyCache | None = None) -> None:
    """Seal `sheet` into `row`; the caller saves it. Never a sheet that somebody but its author has read."""
    marks, words = pack(sheet)
    vault.seal(row, "alone", dict(sheet.alone), cache=cache)
    vault.seal(row, "marks", marks, cache=cache)
    vault.seal(row, "words", words, cache=cache)


def read(viewer: Any, row: AnswerSheet, *, words: bool = True) -> Sheet:
    """The sheet in `row`, opened for `viewer`. Raises Http404 or CannotOpen like `vault.open`."""
    sheet = unpack(
        vault.open(viewer, row, "marks"),
        vault.open(viewer, row, "words") if words else None,
        sent_at=row.sent_at,
    )
    if not viewer.is_me(row.author_id):
        return sheet
    return replace(sheet, alone=vault.open(viewer, row, "alone") or {})


def narrowed(sheet: Sheet, *, share: Share, private: Iterable[str], case: bool) -> Sheet:
    """`sheet` showing at most `share`, with `private` marks kept too: never more than it showed before."""
    return replace(
        sheet,
        private=sheet.private | frozenset(private),
        share=Share.of(marks=share.marks and sheet.share.marks, words=share.words and sheet.share.words),
        case=case and sheet.case,
    )
