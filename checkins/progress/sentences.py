"""The plain sentences over the chart: built from rules, never from anybody's words; each person's own line.

Nothing here says better, worse or why. A change smaller than the couple's ordinary movement is “about the same”.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from checkins.progress.series import Point, Series, apart, rounded


@dataclass(frozen=True)
class Change:
    """One person's line in the range: its first full week and its last point. `current` says whether the last
    point stands in the last seven days of the range (in the last 45 for a check-in that comes rarely)."""

    then: Point
    now: Point
    current: bool

    @property
    def by(self) -> float:
        """How far the shown values lie apart, with its sign."""
        return rounded(rounded(self.now.value) - rounded(self.then.value))


def number(value: float) -> str:
    """One decimal in the reader's format."""
    return number_format(rounded(value), decimal_pos=1)


def day(on: date) -> str:
    """“3 November”."""
    return date_format(on, "j F")


def short_day(on: date) -> str:
    """“3 Nov”."""
    return date_format(on, "j M")


def change_of(series: Series, slot: str) -> Change | None:
    """The first full week and the last point of one person's line; None where there is no line."""
    points = [point for piece in series.lines[slot] for point in piece]
    if not points:
        return None
    full_from = points[0].on if series.weekly or series.rare else series.first + timedelta(days=6)
    then = next((p for p in points if p.on >= full_from), points[0])
    reach = 45 if series.rare else 7
    return Change(then=then, now=points[-1], current=(series.last - points[-1].on).days < reach)


def own_line(name: str, change: Change | None, *, threshold: float) -> str:
    """“Mara: 2.5 then, 4.7 now.”, or that it is about the same."""
    if change is None:
        return _("%(name)s: no line in this stretch.") % {"name": name}
    said = {"name": name, "then": number(change.then.value), "now": number(change.now.value)}
    if change.then.on == change.now.on:
        return _("%(name)s: %(now)s.") % said
    if abs(change.by) < threshold or change.by == 0:
        return _("%(name)s: about the same, %(now)s.") % said
    if change.current:
        return _("%(name)s: %(then)s then, %(now)s now.") % said
    return _("%(name)s: %(then)s then, %(now)s on %(day)s.") % {**said, "day": day(change.now.on)}


def lede(series: Series, *, names: dict[str, str], topic: str) -> str:
    """The sentence under the heading: each person's own line, in the order of colours, and what it measures."""
    changes = {slot: change_of(series, slot) for slot in names}
    if not any(changes.values()):
        return _("No line in this stretch: it takes three evenings in seven days.")
    lines = " ".join(own_line(name, changes[slot], threshold=series.threshold) for slot, name in names.items())
    return _("%(lines)s %(topic)s, 1 to 7, first week and last.") % {"lines": lines, "topic": topic}


def described(series: Series, *, names: dict[str, str], ends: tuple[str, str]) -> str:
    """What a screen reader hears in place of the drawing."""
    shapes = (_("circles"), _("squares"))
    parts = [
        _("Line chart, %(first)s to %(last)s, scale 1 (%(low)s) to 7 (%(high)s).")
        % {
            "first": day(series.first),
            "last": date_format(series.last, "j F Y"),
            "low": ends[0].lower(),
            "high": ends[1].lower(),
        }
    ]
    for shape, (slot, name) in zip(shapes, names.items(), strict=True):
        change = change_of(series, slot)
        if change is None:
            parts.append(_("%(name)s, %(shape)s: no line.") % {"name": name, "shape": shape})
        else:
            parts.append(
                _("%(name)s, %(shape)s: from %(then)s to %(now)s.")
                % {
                    "name": name,
                    "shape": shape,
                    "then": number(change.then.value),
                    "now": number(change.now.value),
                }
            )
    parts.append(_("Only evenings you both shared are drawn. Lines break on quiet days."))
    parts.append(_("The table below holds the weekly values."))
    return " ".join(parts)


def apart_now(series: Series, slots: tuple[str, str]) -> float | None:
    """The distance of the two last values, where both are current."""
    one, other = (change_of(series, slot) for slot in slots)
    if one is None or other is None or not (one.current and other.current):
        return None
    return apart(one.now.value, other.now.value)


def both_in_last_week(series: Series) -> str:
    """“Evenings both were in, last seven days: 6 of 7.”"""
    since = series.last - timedelta(days=6)
    both = sum(on >= since for on in series.both)
    due = both + sum(on >= since for on in series.missing)
    if due == 0:
        return _("No evening was due in the last seven days.")
    return _("Evenings both were in, last seven days: %(both)s of %(due)s.") % {"both": both, "due": due}


def movement(ordinary: float | None) -> str:
    """What counts as a change; empty while there is nothing to take it from."""
    if ordinary is None:
        return ""
    return _("Changes under %(points)s points are within your ordinary day-to-day movement.") % {
        "points": number(ordinary)
    }
