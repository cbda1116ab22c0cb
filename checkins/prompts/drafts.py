"""What one partner has written so far this evening: kept sealed with the prompt at every step, theirs alone."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

from accounts.vault import services as vault
from checkins.prompts.models import Prompt
from checkins.prompts.sheets import Share, Sheet, Words

if TYPE_CHECKING:
    from accounts.access import Viewer


@dataclass(frozen=True)
class Draft:
    """An unfinished sheet. `passed` are questions the person would rather not answer."""

    marks: Mapping[str, int] = field(default_factory=dict)
    passed: tuple[str, ...] = ()
    feelings: tuple[str, ...] = ()
    own: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)
    good: str = ""
    reports: Mapping[str, str | None] = field(default_factory=dict)
    private: tuple[str, ...] = ()
    share: str = ""  # empty: not chosen yet
    case: bool = True
    alone: Mapping[str, int] = field(default_factory=dict)  # asked by track, for this person alone

    def __bool__(self) -> bool:
        return bool(
            self.marks
            or self.passed
            or self.words
            or self.good
            or any(self.reports.values())
            or self.share
            or self.alone
        )

    @property
    def words(self) -> Words:
        """The words written so far."""
        return Words(feelings=self.feelings, own=self.own, texts={s: t for s, t in self.texts.items() if t})

    def with_step(self, values: Mapping[str, Any]) -> "Draft":
        """This draft with what one step gave, by field name; everything else stays."""
        return replace(self, **values)

    def sheet(self) -> Sheet:
        """What would be sent: passed questions are simply not there."""
        return Sheet(
            marks={slug: mark for slug, mark in self.marks.items() if slug not in self.passed},
            private=frozenset(self.private),
            words=self.words,
            reports=self.reports,
            share=Share(self.share or Share.NONE),
            case=self.case,
            good=self.good,
            alone=self.alone,
        )


def of_sheet(sheet: Sheet) -> Draft:
    """The draft that a sheet goes back to when it is taken back."""
    return Draft(
        marks=dict(sheet.marks),
        feelings=sheet.words.feelings,
        own=sheet.words.own,
        texts=dict(sheet.words.texts),
        good=sheet.good,
        reports=dict(sheet.reports),
        private=tuple(sorted(sheet.private)),
        share=sheet.share.value,
        case=sheet.case,
        alone=dict(sheet.alone),
    )


def load(viewer: "Viewer", prompt: Prompt) -> Draft:
    """The draft kept with a prompt; an empty one where there is none. Raises Http404 for anybody but its owner."""
    kept = vault.open(viewer, prompt, "draft") or {}
    known = {name: kept[name] for name in Draft.__dataclass_fields__ if name in kept}
    for name in ("passed", "feelings", "private"):
        known[name] = tuple(known.get(name, ()))
    return Draft(**known)


def keep(viewer: "Viewer", prompt: Prompt, draft: Draft) -> None:
    """Seal a draft into its prompt; the caller saves the row."""
    vault.seal(prompt, "draft", asdict(draft), cache=viewer.keys)
