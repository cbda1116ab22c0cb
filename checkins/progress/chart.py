"""From numbers to SVG text. Shapes by presentation attributes, colours by classes of the stylesheet, no style.

The same input gives the same bytes, whoever looks: people come by slot (colour and shape), never as “me” and
“you”. Everything that is text is escaped here. In print the stylesheet dashes line b and the drawing keeps its
shapes, so nothing is said by colour alone.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape

from checkins.progress.layout import EVENT_STEP, LABEL_STEP, SLIM, WIDE, Frame, n, spread
from checkins.progress.series import WINDOW, Between, Point, Series, apart

TICK = 8
LETTER = 6.9  # mean width of a letter at 13 px


@dataclass(frozen=True)
class Phase:
    """One phase and the day it began; it lasts until the next."""

    name: str
    since: date


@dataclass(frozen=True)
class Event:
    """A numbered event and its day."""

    number: int
    on: date


@dataclass(frozen=True)
class Labels:
    """The words on the drawing, in the reader's language, and how to write a date and a value."""

    title: str
    description: str
    low: str
    middle: str
    high: str
    quiet: str
    quiet_slim: str
    both_in: str
    apart: Callable[[float], str]
    value: Callable[[float], str]
    day: Callable[[date], str]
    month: Callable[[date], str]


@dataclass(frozen=True)
class Drawing:
    """What is drawn: the series, names by slot (a first), phases in order, events in order, words."""

    series: Series
    names: dict[str, str]
    phases: Sequence[Phase]
    events: Sequence[Event]
    labels: Labels

    @property
    def slots(self) -> tuple[str, ...]:
        return tuple(self.names)


def draw(drawing: Drawing, *, prefix: str = "") -> str:
    """Both drawings, wide and slim; the stylesheet shows the one that fits. `prefix` sets their ids apart from
    those of another chart on the page."""
    return "".join(_one(drawing, frame, prefix) for frame in (WIDE, SLIM))


def text_of(value: str) -> str:
    """Text fit for markup: without characters that XML knows not or that turn the writing around, escaped."""
    return escape("".join(c for c in value if c.isprintable()), quote=True)


def _one(drawing: Drawing, frame: Frame, prefix: str) -> str:
    ids = f"{prefix}{frame.letter}t", f"{prefix}{frame.letter}d"
    head = (
        f'<svg class="chart__{frame.name}" viewBox="0 0 {frame.width} {frame.height}" role="img" '
        f'aria-labelledby="{ids[0]} {ids[1]}"><title id="{ids[0]}">{text_of(drawing.labels.title)}</title>'
        f'<desc id="{ids[1]}">{text_of(drawing.labels.description)}</desc>'
    )
    layers = (_phases, _axis, _hatches, _bands, _events, _dots, _lines, _ends, _bracket, _rug, _dates)
    return head + "".join(piece for layer in layers for piece in layer(drawing, frame)) + "</svg>"


def _text(kind: str, x: float, y: float, words: str, *, anchor: str = "") -> str:
    at = f' text-anchor="{anchor}"' if anchor else ""
    return f'<text class="{kind}" x="{n(x)}" y="{n(y)}"{at}>{text_of(words)}</text>'


def _path(kind: str, d: str) -> str:
    return f'<path class="{kind}" d="{d}"/>' if d else ""


def _x(drawing: Drawing, frame: Frame, day: date) -> float:
    return frame.x(day, drawing.series.first, drawing.series.last)


def _phases(drawing: Drawing, frame: Frame) -> Iterator[str]:
    """The strip above: one field per phase, the one of the last day tinted."""
    series = drawing.series
    shown = [p for p in drawing.phases if p.since <= series.last]
    for i, phase in enumerate(shown):
        following = shown[i + 1].since if i + 1 < len(shown) else None
        if following is not None and following <= series.first:
            continue
        x = _x(drawing, frame, phase.since)
        end = _x(drawing, frame, following) - 7 if following else float(frame.right)
        if end - x < 4:
            continue
        now = "" if following else " c-phase--now"
        yield f'<rect class="c-phase{now}" x="{n(x)}" y="4" width="{n(end - x)}" height="26" rx="6"/>'
        if end - x > len(phase.name) * LETTER * 1.08 + 14:
            yield _text("c-t c-t--ink", x + 10, 22, phase.name)


def _axis(drawing: Drawing, frame: Frame) -> Iterator[str]:
    """Three hairlines: with words on the wide drawing, with numbers on the slim one."""
    words = drawing.labels
    for mark, word in ((7, words.high), (4, words.middle), (1, words.low)):
        y = n(frame.y(mark))
        yield f'<line class="c-grid" x1="{frame.left}" x2="{frame.right}" y1="{y}" y2="{y}"/>'
        said = f"{word} · {mark}" if frame.wordy else str(mark)
        yield _text("c-t", frame.axis_x, frame.y(mark) + 4, said, anchor="end")


def _hatches(drawing: Drawing, frame: Frame) -> Iterator[str]:
    """Quiet days and rests: upright lines, without a name."""
    strokes, labels, last_label = [], [], float("-inf")
    for stretch in drawing.series.closed:
        start, end = _x(drawing, frame, stretch.first) - 2, _x(drawing, frame, stretch.last) + 2
        start, end = max(start, frame.left), min(end, frame.right)
        strokes += [f"M{n(start + 5 * i)} {frame.top}V{frame.bottom}" for i in range(int((end - start) / 5) + 1)]
        word = drawing.labels.quiet if frame.wordy else drawing.labels.quiet_slim
        room, middle = len(word) * LETTER, (start + end) / 2
        fits = frame.left + room / 2 <= middle <= frame.right - room / 2
        if end - start > room / 2 and middle - last_label > room + 8 and fits:
            labels.append(_text("c-t c-t--s c-halo", middle, frame.bottom - 10, word, anchor="middle"))
            last_label = middle
    yield _path("c-hatch", "".join(strokes))
    yield from labels


def _bands(drawing: Drawing, frame: Frame) -> Iterator[str]:
    """The space between, only where both lines are."""
    for run in drawing.series.between:
        down = [(_x(drawing, frame, each.on), frame.y(each.low)) for each in run]
        back = [(_x(drawing, frame, each.on), frame.y(each.high)) for each in reversed(run)]
        yield _path("c-band", _polyline([*down, *back]) + "Z")


def _events(drawing: Drawing, frame: Frame) -> Iterator[str]:
    """Numbered discs with a drop line, moved sideways with a leader where they would touch. Where there are more
    than fit, the newest keep their discs and the oldest of these says how many stand before it."""
    shown = list(drawing.events)[-frame.events :]
    places = [_x(drawing, frame, event.on) for event in shown]
    discs = spread(places, step=EVENT_STEP, low=frame.left, high=frame.right)
    for event, x, disc in zip(shown, places, discs, strict=True):
        yield f'<line class="c-ev" x1="{n(x)}" x2="{n(x)}" y1="70" y2="{frame.bottom}"/>'
        if abs(disc - x) > 0.5:
            yield f'<line class="c-ev" x1="{n(x)}" x2="{n(disc)}" y1="70" y2="60"/>'
        yield f'<circle class="c-evn" cx="{n(disc)}" cy="58" r="10.5"/>'
        yield _text("c-evt", disc, 62.5, str(event.number))
    hidden = len(drawing.events) - len(shown)
    if hidden:
        yield _text("c-t c-t--s", discs[0], 43, f"+{hidden}", anchor="middle")


def _dots(drawing: Drawing, frame: Frame) -> Iterator[str]:
    """Single evenings, one path per person: round ends for a, square ones for b."""
    for slot in drawing.slots:
        points = drawing.series.dots[slot]
        marks = (f"M{n(_x(drawing, frame, p.on))} {n(frame.y(p.value))}h0" for p in points)
        yield _path(f"c-dots c-{slot}", "".join(marks))


def _lines(drawing: Drawing, frame: Frame) -> Iterator[str]:
    """One path per person, broken where there is nothing to draw; a piece of one point is a round dot."""
    for slot in drawing.slots:
        pieces = (
            _polyline([(_x(drawing, frame, p.on), frame.y(p.value)) for p in piece])
            + ("h0" if len(piece) == 1 else "")
            for piece in drawing.series.lines[slot]
        )
        yield _path(f"c-line c-{slot}", "".join(pieces))


def _polyline(points: Iterable[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{n(x)} {n(y)}" for x, y in points)


def _ends(drawing: Drawing, frame: Frame) -> Iterator[str]:
    """The last point of each line, enlarged; beside the plot name and value, and under the lower how far apart."""
    last: dict[str, Point] = {}
    for slot in drawing.slots:
        pieces = drawing.series.lines[slot]
        if pieces:
            last[slot] = pieces[-1][-1]
    for slot, point in last.items():
        yield _marker(slot, _x(drawing, frame, point.on), frame.y(point.value), 6)
    order = sorted(last, key=lambda slot: (-last[slot].value, slot))
    wanted = [frame.y(last[slot].value) for slot in order]
    if len(wanted) == 2 and wanted[1] - wanted[0] < LABEL_STEP:
        middle = sum(wanted) / 2
        wanted = [middle - LABEL_STEP / 2, middle + LABEL_STEP / 2]
    places = spread(wanted, step=LABEL_STEP, low=frame.top + 6, high=frame.bottom - LABEL_STEP)
    for slot, y in zip(order, places, strict=True):
        name = drawing.names[slot]
        short = name if len(name) <= frame.name_letters else name[: frame.name_letters - 1].rstrip() + "…"
        yield _text(f"c-t{slot}", frame.right + 13, y, short)
        yield _text("c-t c-t--ink", frame.right + 13, y + 15, drawing.labels.value(last[slot].value))
    if len(places) == 2 and len({point.on for point in last.values()}) == 1:
        one, other = last.values()
        said = drawing.labels.apart(apart(one.value, other.value))
        yield _text("c-t", frame.right + 13, places[1] + LABEL_STEP, said)


def _marker(slot: str, x: float, y: float, r: float) -> str:
    if slot == "a":
        return f'<circle class="c-fa" cx="{n(x)}" cy="{n(y)}" r="{n(r)}"/>'
    side = n(2 * r - 1)
    return (
        f'<rect class="c-fb" x="{n(x - r + 0.5)}" y="{n(y - r + 0.5)}" width="{side}" height="{side}" rx="1.5"/>'
    )


def _bracket(drawing: Drawing, frame: Frame) -> Iterator[str]:
    """One bracket with “2.3 apart”, where the first full week of both leaves room for it."""
    series = drawing.series
    if not frame.wordy:
        return
    full_from = series.first + timedelta(days=WINDOW - 1)
    for run in series.between:
        end = _x(drawing, frame, run[-1].on)
        for each in run:
            x = _x(drawing, frame, each.on)
            if each.on >= full_from and end - x > 84 and _stays_wide(run, each, frame):
                low, high = frame.y(each.low) - 4, frame.y(each.high) + 4
                yield _path("c-br", f"M{n(x - 4)} {n(high)}h8M{n(x)} {n(high)}V{n(low)}M{n(x - 4)} {n(low)}h8")
                said = drawing.labels.apart(apart(each.high, each.low))
                yield _text("c-t c-t--ink c-halo c-halo--band", x + 9, (low + high) / 2 + 4, said)
                return


def _stays_wide(run: Sequence[Between], each: Between, frame: Frame) -> bool:
    """Whether the words beside the bracket stay inside the band."""
    middle = (frame.y(each.low) + frame.y(each.high)) / 2
    ahead = [b for b in run if each.on <= b.on <= each.on + timedelta(days=WINDOW)]
    return all(frame.y(b.high) + 14 <= middle <= frame.y(b.low) - 14 for b in ahead)


def _rug(drawing: Drawing, frame: Frame) -> Iterator[str]:
    """One row under the plot: a tick for an evening both were in, a ring for one due without both. By weeks above
    ninety days: a tick for a week with a mean of both."""
    series = drawing.series
    both, missing = list(series.both), list(series.missing)
    if series.weekly:
        thursday = timedelta(days=3)
        both = [w.monday + thursday for w in series.weeks if None not in w.means.values()]
        missing = [w.monday + thursday for w in series.weeks if None in w.means.values()]
    y = frame.bottom + 12
    slim = "" if frame.wordy else " c-tick--s"
    yield _path(f"c-both{slim}", "".join(f"M{n(_x(drawing, frame, d))} {y}v{TICK}" for d in both))
    days = max((series.last - series.first).days, 1)
    step = (frame.right - frame.left) / days * (WINDOW if series.weekly else 1)
    r = min(frame.ring, max(step / 2 - 0.6, 0.8))
    ring = f"a{n(r)} {n(r)} 0 1 0 {n(2 * r)} 0a{n(r)} {n(r)} 0 1 0 {n(-2 * r)} 0"
    yield _path("c-miss", "".join(f"M{n(_x(drawing, frame, d) - r)} {y + TICK // 2}{ring}" for d in missing))
    if frame.wordy:
        yield _text("c-t c-t--s", frame.axis_x, y + TICK, drawing.labels.both_in, anchor="end")


def _dates(drawing: Drawing, frame: Frame) -> Iterator[str]:
    """A date every fourteen days, or at a multiple of that where there are many."""
    series = drawing.series
    days = (series.last - series.first).days
    by_months = days > 300
    fit = frame.dates - 1 if by_months else frame.dates
    step = 14 * max(1, -(-(days + 1) // (14 * fit)))
    write = drawing.labels.month if by_months else drawing.labels.day
    for i in range(0, days + 1, step):
        x = _x(drawing, frame, series.first + timedelta(days=i))
        anchor = "start" if i == 0 else ("end" if x > frame.right - 8 else "middle")
        yield _text("c-t", x, frame.height - 11, write(series.first + timedelta(days=i)), anchor=anchor)
