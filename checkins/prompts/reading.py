"""Rule 3, and the one place that knows it: what of two answer sheets may be seen side by side.

`side_by_side` is the rule, a pure function. Everything under it fetches sheets and puts the rule to them; pages,
timeline, therapist's view and export all ask here. Words open only if both sent in and both shared words; a mark
only if both shared a mark on that question; nothing before the reading hour. Kept private, skipped, not answered,
taken back, narrowed and erased are the same to it: absent.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

from accounts.access import Purpose, system
from accounts.couples.models import Membership
from accounts.vault import services as vault
from accounts.vault.services import CannotOpen
from checkins.prompts import sheets
from checkins.prompts.models import AnswerSheet, CheckIn, Prompt
from checkins.prompts.sheets import Sheet, Words

if TYPE_CHECKING:
    from accounts.access import Viewer

# A window of some date has closed everywhere by then: the day, 12 hours for the last zone, a day past midnight.
_CLOSED_EVERYWHERE = timedelta(hours=60)


class State(StrEnum):
    """What there is to read of a check-in."""

    SEALED = "sealed"  # the reading hour has not come
    OPEN = "open"
    NOTHING = "nothing"  # the hour has come, and nothing is shared by both


@dataclass(frozen=True)
class SideBySide:
    """What both may see, in the order in which the two sheets were given."""

    state: State
    marks: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    reports: Mapping[str, tuple[str | None, str | None]] = field(default_factory=dict)
    words: tuple[Words, Words] | None = None


def side_by_side(
    one: Sheet | None,
    two: Sheet | None,
    *,
    now: datetime,
    reads_at: datetime | None,
    closings: Iterable[datetime] = (),
) -> SideBySide:
    """What may be seen of two sheets (None: not sent, taken back, or unreadable) at `now`.

    With `reads_at` None a check-in opens as soon as both are in and share something; as long as that is not so,
    it stays sealed until the last of `closings`. The same for both: swapping the sheets swaps the pairs.
    """
    marks, reports, words = _shared_by_both(one, two) if one and two else ({}, {}, None)
    something = bool(marks or reports or words)
    hour = reads_at or _opened_at(one, two) or _as_soon_as_both(one, two, something=something, closings=closings)
    if hour is None or now < hour:
        return SideBySide(State.SEALED)
    if not something:
        return SideBySide(State.NOTHING)
    return SideBySide(State.OPEN, marks=marks, reports=reports, words=words)


def _opened_at(one: Sheet | None, two: Sheet | None) -> datetime | None:
    """When a check-in without a reading hour opened: from then on it is read, whatever is narrowed later."""
    return next((sheet.opened_at for sheet in (one, two) if sheet and sheet.opened_at), None)


def _as_soon_as_both(
    one: Sheet | None, two: Sheet | None, *, something: bool, closings: Iterable[datetime]
) -> datetime | None:
    if something and one and two and one.sent_at and two.sent_at:
        return max(one.sent_at, two.sent_at)
    return max(closings, default=None)


def _shared_by_both(
    one: Sheet, two: Sheet
) -> tuple[dict[str, tuple[int, int]], dict[str, tuple[str | None, str | None]], tuple[Words, Words] | None]:
    mine, theirs = one.shared_marks, two.shared_marks
    marks = {slug: (mine[slug], theirs[slug]) for slug in mine if slug in theirs}
    words = (one.shared_words, two.shared_words)
    return marks, _shared_reports(one, two), words if all(words) else None


def _shared_reports(one: Sheet, two: Sheet) -> dict[str, tuple[str | None, str | None]]:
    """A line both report on opens like a mark. One that only its doer reports opens if the other shared some mark
    or report too: nobody reads without giving. Which of the two a line is, each sheet says as the plan stood when
    it was sent, so that stepping out of a line between the two opens nothing."""
    mine, theirs = one.shared_reports, two.shared_reports
    if not all(sheet.shared_marks or any(sheet.shared_reports.values()) for sheet in (one, two)):
        return {}
    pairs = {line: (mine.get(line), theirs.get(line)) for line in {**mine, **theirs}}
    two_sided = one.two_sided | two.two_sided | (mine.keys() & theirs.keys())
    return {line: pair for line, pair in pairs.items() if (all(pair) if line in two_sided else any(pair))}


@dataclass(frozen=True)
class Opened:
    """What a viewer may see of one check-in, by slot."""

    check_in: CheckIn
    state: State
    marks: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    reports: Mapping[UUID, Mapping[str, str]] = field(default_factory=dict)
    words: Mapping[str, Words] = field(default_factory=dict)

    @property
    def is_open(self) -> bool:
        return self.state is State.OPEN


def opened(viewer: "Viewer", check_in: CheckIn) -> Opened:
    """What `viewer` may see of `check_in` at `viewer.now`. Two queries, whatever anybody did.

    NOTHING for a couple that rests or cools off, and for a therapist outside what both grants give.
    """
    prompts = list(
        Prompt.objects.filter(check_in=check_in).select_related("membership", "sheet").order_by("membership__slot")
    )
    rows = {p.membership.slot: p.sheet for p in prompts if hasattr(p, "sheet")}
    both = _Reader(viewer).sheets([p.membership.person_id for p in prompts], rows)
    if not _may_look(viewer, check_in):
        return Opened(check_in, State.NOTHING)
    closings = [last_closing(check_in, [p.closes_at for p in prompts])]
    return _for_viewer(viewer, check_in, both, closings=closings)


def last_closing(check_in: CheckIn, closings: list[datetime]) -> datetime:
    """When the last window of a check-in closes, from the closings of the prompts there are. Where one has not
    come yet, the instant by which windows of that date have closed everywhere."""
    everywhere = datetime.combine(check_in.on, time(), tzinfo=UTC) + _CLOSED_EVERYWHERE
    return max(closings) if len(closings) == 2 else everywhere


def hours_of(check_ins: Iterable[CheckIn]) -> dict[UUID, datetime]:
    """When each check-in is read or has nothing to read: its reading hour, or the last closing where it has none
    and has not opened. By id; one query."""
    rows = list(check_ins)
    closings: dict[UUID, list[datetime]] = {row.pk: [] for row in rows}
    for pk, closes_at in Prompt.objects.filter(check_in__in=rows).values_list("check_in_id", "closes_at"):
        closings[pk].append(closes_at)
    return {row.pk: row.reads_at or last_closing(row, closings[row.pk]) for row in rows}


def opened_between(couple_id: UUID, viewer: "Viewer", since: date, until: date) -> list[Opened]:
    """The couple's check-ins dated `since` to `until` (both included) of which `viewer` may see something, in
    order of date. Two queries (one where the keys are at hand) and one decryption per column and sheet, for any
    length of time.
    """
    return list(_opened_between(couple_id, viewer, since, until, words=True))


def opened_marks(
    couple_id: UUID, viewer: "Viewer", since: date, until: date
) -> list[tuple[date, str, dict[str, int]]]:
    """(date, question, {slot: mark}) for each question of a set on which both shared a mark; see
    `opened_between`. Answers to the couple's own question are read on their evening, and counted nowhere."""
    evenings = _opened_between(couple_id, viewer, since, until, words=False)
    return [(e.check_in.on, slug, dict(by_slot)) for e in evenings for slug, by_slot in _of_sets(e)]


def opened_reports(
    couple_id: UUID, viewer: "Viewer", since: date, until: date
) -> list[tuple[date, UUID, dict[str, str]]]:
    """(date, agreement, {slot: report}) for each line whose reports are open; see `opened_between`."""
    evenings = _opened_between(couple_id, viewer, since, until, words=False)
    return [(e.check_in.on, line, dict(by_slot)) for e in evenings for line, by_slot in e.reports.items()]


def opened_marks_of(
    viewers: Mapping[UUID, "Viewer"], since: date, until: date
) -> dict[UUID, list[tuple[date, str, dict[str, int]]]]:
    """`opened_marks` for several couples at once, each with the viewer who looks at it (a therapist's cases).

    Two queries at most, however many couples there are.
    """
    found: dict[UUID, list[tuple[date, str, dict[str, int]]]] = {couple_id: [] for couple_id in viewers}
    for evening in _opened_for(viewers, since, until, words=False):
        for slug, by_slot in _of_sets(evening):
            found[evening.check_in.couple_id].append((evening.check_in.on, slug, dict(by_slot)))
    return found


def _of_sets(evening: Opened) -> list[tuple[str, Mapping[str, int]]]:
    return [(slug, by_slot) for slug, by_slot in evening.marks.items() if not slug.startswith(sheets.OWN)]


def _opened_between(
    couple_id: UUID, viewer: "Viewer", since: date, until: date, *, words: bool
) -> Iterable[Opened]:
    return _opened_for({couple_id: viewer}, since, until, words=words)


def _opened_for(viewers: Mapping[UUID, "Viewer"], since: date, until: date, *, words: bool) -> Iterable[Opened]:
    sharing = {couple_id: viewer for couple_id, viewer in viewers.items() if viewer.shares_with(couple_id)}
    if not sharing:
        return
    rows = (
        AnswerSheet.objects.filter(couple_id__in=sharing, on__range=(since, until), taken_back_at=None)
        .select_related("prompt__check_in", "prompt__membership")
        .defer("prompt__draft", "alone", *(() if words else ("words",)))
        .order_by("on", "prompt__check_in_id")
    )
    by_check_in: dict[CheckIn, dict[str, AnswerSheet]] = {}
    for row in rows:
        by_check_in.setdefault(row.prompt.check_in, {})[row.prompt.membership.slot] = row
    reader = _Reader(next(iter(sharing.values())))
    reader.preload(person for viewer in sharing.values() for person in viewer.partners)
    for check_in, pair in by_check_in.items():
        viewer = sharing[check_in.couple_id]
        if len(pair) < 2 or not _may_look(viewer, check_in):
            continue
        evening = _for_viewer(viewer, check_in, reader.read(pair, words=words), closings=())
        if evening.is_open:
            yield evening


def _may_look(viewer: "Viewer", check_in: CheckIn) -> bool:
    """Whether the couple shares with `viewer` now; for a therapist, only what was made since access begins."""
    if not viewer.shares_with(check_in.couple_id):
        return False
    since = viewer.case.since if viewer.case else None
    return since is None or check_in.made_at >= since


def _for_viewer(
    viewer: "Viewer", check_in: CheckIn, both: Mapping[str, Sheet], *, closings: Iterable[datetime]
) -> Opened:
    one, two = both.get("a"), both.get("b")
    pair = side_by_side(one, two, now=viewer.now, reads_at=check_in.reads_at, closings=closings)
    words = pair.words
    if viewer.case is not None and not (viewer.case.words and one and two and one.case and two.case):
        words = None
    return Opened(
        check_in,
        pair.state,
        marks={slug: {"a": a, "b": b} for slug, (a, b) in pair.marks.items()},
        reports={
            UUID(line): {slot: report for slot, report in (("a", a), ("b", b)) if report}
            for line, (a, b) in pair.reports.items()
        },
        words={"a": words[0], "b": words[1]} if words else {},
    )


def would_open(check_in: CheckIn, *, now: datetime) -> bool:
    """Whether both sheets of a check-in without a reading hour are in and share something. Three queries."""
    rows = {
        row.prompt.membership.slot: row
        for row in AnswerSheet.objects.filter(prompt__check_in=check_in).select_related("prompt__membership")
    }
    people = Membership.objects.filter(couple_id=check_in.couple_id).values_list("person_id", flat=True)
    both = _Reader(system(Purpose.READING, now=now)).sheets(people, rows)
    return side_by_side(both.get("a"), both.get("b"), now=now, reads_at=None).state is State.OPEN


class _Reader:
    """Opens sheets as the system does for the purpose of reading; a sheet that no longer opens is absent."""

    def __init__(self, viewer: "Viewer") -> None:
        self.viewer = system(Purpose.READING, now=viewer.now, keys=viewer.keys)
        self.gone: set[UUID] = set()

    def preload(self, people: Iterable[UUID]) -> None:
        vault.preload(self.viewer.keys, owners=people)

    def sheets(self, people: Iterable[UUID], rows: Mapping[str, AnswerSheet]) -> dict[str, Sheet]:
        self.preload(people)
        return self.read({slot: row for slot, row in rows.items() if row.taken_back_at is None})

    def read(self, rows: Mapping[str, AnswerSheet], *, words: bool = True) -> dict[str, Sheet]:
        found = {}
        for slot, row in rows.items():
            if row.author_id in self.gone:
                continue
            try:
                found[slot] = sheets.read(self.viewer, row, words=words)
            except CannotOpen:
                self.gone.add(row.author_id)
        return found
