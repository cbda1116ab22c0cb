"""The small drawing of the therapist's list: the same axis, 1 to 7, without words."""

from datetime import date

from checkins.progress.chart import text_of
from checkins.progress.layout import n
from checkins.progress.series import HIGH, LOW, Series

WIDTH, HEIGHT = 220, 64
LEFT, RIGHT, TOP, BOTTOM = 6, 200, 8, 56


def spark(series: Series, *, slots: tuple[str, str], label: str) -> str:
    """Both lines and the space between, as SVG; `label` says it in words. Empty where there is no line."""
    if not any(series.lines[slot] for slot in slots):
        return ""
    days = max((series.last - series.first).days, 1)

    def place(on: date, value: float) -> tuple[float, float]:
        x = LEFT + (on - series.first).days / days * (RIGHT - LEFT)
        return x, BOTTOM - (value - LOW) / (HIGH - LOW) * (BOTTOM - TOP)

    def line(points: list[tuple[float, float]]) -> str:
        return "M" + "L".join(f"{n(x)} {n(y)}" for x, y in points) + ("h0" if len(points) == 1 else "")

    middle = n((TOP + BOTTOM) / 2)
    out = [
        f'<svg class="spark" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{text_of(label)}">',
        f'<line class="c-grid" x1="0" x2="{WIDTH}" y1="{middle}" y2="{middle}"/>',
    ]
    for run in series.between:
        edge = [place(b.on, b.low) for b in run] + [place(b.on, b.high) for b in reversed(run)]
        out.append(f'<path class="c-band" d="{line(edge)}Z"/>')
    for slot in slots:
        d = "".join(line([place(p.on, p.value) for p in piece]) for piece in series.lines[slot])
        if d:
            out.append(f'<path class="c-line c-{slot}" d="{d}"/>')
    for slot in slots:
        if series.lines[slot]:
            last = series.lines[slot][-1][-1]
            x, y = place(last.on, last.value)
            out.append(
                f'<circle class="c-fa" cx="{n(x)}" cy="{n(y)}" r="4.5"/>'
                if slot == "a"
                else f'<rect class="c-fb" x="{n(x - 4)}" y="{n(y - 4)}" width="8" height="8"/>'
            )
    return "".join(out) + "</svg>"
