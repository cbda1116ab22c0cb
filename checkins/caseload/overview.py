"""A therapist's list of couples: for each one open now, where it stands since the last session, from opened parts
alone. A constant number of queries, however many couples there are."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from accounts.access import Viewer
from accounts.couples.queries import names_of
from accounts.therapists.queries import Case, cases_of
from checkins.progress import sentences
from checkins.progress.data import asked_of, day_of
from checkins.progress.series import Series, apart, build
from checkins.progress.spark import spark
from checkins.prompts.reading import opened_marks_of
from repair.programmes.content import question_set

if TYPE_CHECKING:
    from accounts.users.models import User

WITHOUT_A_SESSION = timedelta(days=28)
SET = "daily"


@dataclass(frozen=True)
class Row:
    """One couple in the list. `since` is None where nothing is shared at present; then nothing else is said."""

    case: Case
    names: str
    since: str | None = None
    spark: SafeString | str = ""
    both: str = ""


def viewer_of_case(therapist: "User", case: Case, *, like: Viewer) -> Viewer:
    """The viewer as `@page` would make it for this case."""
    return Viewer(person=therapist, case=case.access, now=like.now, keys=like.keys)


def overview(viewer: Viewer) -> list[Row]:
    """The rows, the next session first."""
    therapist = viewer.person
    assert therapist is not None
    cases = cases_of(therapist, now=viewer.now, keys=viewer.keys)
    viewers = {c.access.couple_id: viewer_of_case(therapist, c, like=viewer) for c in cases}
    starts = {c.access.couple_id: _start(c, viewer) for c in cases if c.access.open}
    open_now = {key: viewers[key] for key in starts}
    earliest = min(starts.values(), default=day_of(viewer.now)) - timedelta(days=6)
    asked = asked_of(open_now, earliest)
    marks = opened_marks_of(open_now, earliest, day_of(viewer.now) + timedelta(days=1))
    rows = []
    for case in cases:
        key = case.access.couple_id
        names = names_of(viewers[key], list(case.members))
        by_slot = {m.slot: names[m.pk] for m in case.members}
        titled = _("%(one)s & %(other)s") % {"one": by_slot["a"], "other": by_slot["b"]}
        if key not in open_now:
            rows.append(Row(case, titled))
            continue
        rows.append(_row(case, titled, by_slot, starts[key], day_of(viewer.now), asked[key], marks[key]))
    return rows


def _start(case: Case, viewer: Viewer) -> date:
    """The day from which the list looks: the last session, or four weeks ago without one."""
    last = case.last_session
    return day_of(last.starts_at) if last else day_of(viewer.now - WITHOUT_A_SESSION)


def _row(
    case: Case,
    titled: str,
    names: Mapping[str, str],
    first: date,
    last: date,
    asked: list[tuple[date, str]],
    marks: list[tuple[date, str, dict[str, int]]],
) -> Row:
    topic = question_set(SET).marks[0]
    series = build(
        {on: by_slot for on, slug, by_slot in marks if slug == topic.slug},
        due={on for on, slug in asked if slug == SET},
        closed=(),
        slots=tuple(names),
        first=min(first, last),
        last=last,
    )
    due = len(series.both) + len(series.missing)
    return Row(
        case=case,
        names=titled,
        since=since_words(series, names),
        spark=mark_safe(spark(series, slots=("a", "b"), label=spark_label(series, names, topic.topic))),  # noqa: S308
        both=_("%(both)s of %(due)s") % {"both": len(series.both), "due": due},
    )


def ends_of(series: Series, slot: str) -> tuple[float, float] | None:
    """First and last value of one line in the range; None without a line."""
    points = [point for piece in series.lines[slot] for point in piece]
    return (points[0].value, points[-1].value) if points else None


def since_words(series: Series, names: Mapping[str, str]) -> str:
    """“1.7 apart, now 1.0. Mara about the same, Jonas from 4.0 to 5.7.”"""
    ends = {slot: ends_of(series, slot) for slot in names}
    one, other = ends["a"], ends["b"]
    if one is None or other is None:
        return _("Too few evenings for a line.")
    lines = ", ".join(_own(names[slot], ends[slot], series.threshold) for slot in names)
    if all(_stayed(pair, series.threshold) for pair in (one, other)):
        lines = _("Both about the same")
    said = {
        "then": sentences.number(apart(one[0], other[0])),
        "now": sentences.number(apart(one[1], other[1])),
        "lines": lines,
    }
    return _("%(then)s apart, now %(now)s. %(lines)s.") % said


def _stayed(ends: tuple[float, float], threshold: float) -> bool:
    """Whether a line moved by less than this couple's ordinary movement."""
    moved = apart(ends[0], ends[1])
    return moved < threshold or moved == 0


def _own(name: str, ends: tuple[float, float] | None, threshold: float) -> str:
    assert ends is not None
    if _stayed(ends, threshold):
        return _("%(name)s about the same") % {"name": name}
    said = {"name": name, "then": sentences.number(ends[0]), "now": sentences.number(ends[1])}
    return _("%(name)s from %(then)s to %(now)s") % said


def spark_label(series: Series, names: Mapping[str, str], topic: str) -> str:
    """What a screen reader hears in place of the small drawing."""
    parts = []
    for slot, name in names.items():
        if ends := ends_of(series, slot):
            said = {"name": name, "then": sentences.number(ends[0]), "now": sentences.number(ends[1])}
            parts.append(_("%(name)s %(then)s to %(now)s") % said)
    days = (series.last - series.first).days + 1
    return _("%(topic)s, last %(days)s days: %(lines)s") % {
        "topic": topic,
        "days": days,
        "lines": ", ".join(parts),
    }


def shown_couples(rows: list[Row]) -> list[UUID]:
    """The couples of which the list shows more than the name: each gets a row in the audit."""
    return [row.case.access.couple_id for row in rows if row.since is not None]
