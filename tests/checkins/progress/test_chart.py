"""From numbers to SVG: well-formed, escaped, the same bytes each time, quick."""

import re
import time
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checkins.progress.chart import draw
from checkins.progress.layout import spread
from checkins.progress.series import Stretch, build
from checkins.progress.spark import spark
from tests.checkins.progress.figures import FIRST, SLOTS, drawing, eight_weeks, some_evenings

GOLDEN = Path(__file__).parent / "golden.svg"


def test_the_golden_picture() -> None:
    """Changed on purpose? Look at the new picture, then write it to golden.svg."""
    assert draw(drawing(eight_weeks())) == GOLDEN.read_text()


def test_it_parses_and_says_what_it_is() -> None:
    root = ET.fromstring(f"<div>{draw(drawing(eight_weeks()), prefix='x')}</div>")
    wide, slim = root
    assert (wide.get("viewBox"), slim.get("viewBox")) == ("0 0 1100 440", "0 0 374 420")
    for svg in (wide, slim):
        ids = [child.get("id") for child in svg if child.tag in {"title", "desc"}]
        assert svg.get("role") == "img"
        assert svg.get("aria-labelledby") == " ".join(filter(None, ids))
    everything = [e.get("id") for e in root.iter() if e.get("id")]
    assert len(everything) == len(set(everything)) == 4


def test_it_runs_under_the_strict_policy() -> None:
    svg = draw(drawing(eight_weeks()))
    for forbidden in (" style=", "<style", "<script", " on", "href", "url(", "fill=", "stroke="):
        assert forbidden not in re.sub(r"<(title|desc|text)[^>]*>[^<]*", "", svg), forbidden


def test_every_class_is_in_the_stylesheet() -> None:
    css = Path("static/kept.css").read_text()
    for name in sorted(
        {c for found in re.findall(r'class="([^"]+)"', draw(drawing(eight_weeks()))) for c in found.split()}
    ):
        assert f".{name}" in css, name


def test_the_dots_of_one_person_are_one_path() -> None:
    svg = draw(drawing(eight_weeks()))
    assert svg.count('class="c-dots c-a"') == 2  # one in each of the two drawings
    assert svg.count("<circle") < 20


@pytest.mark.parametrize(
    "name", ['<script>alert("1")</script>', "O’Neil & 'co'", "\u202eevil\x00\x1f", "", "a" * 200]
)
def test_names_are_only_text(name: str) -> None:
    svg = draw(drawing(eight_weeks(), names={"a": name, "b": "]]>"}))
    root = ET.fromstring(f"<div>{svg}</div>")
    tags = {e.tag for e in root.iter()}
    assert tags == {"div", "svg", "title", "desc", "rect", "text", "line", "path", "circle"}
    assert not re.search("[\u202e\x00\x1f]", svg)


def test_names_and_values_keep_apart() -> None:
    same = {FIRST + timedelta(days=i): {"a": 7, "b": 7} for i in range(20)}
    found = build(same, due=list(same), closed=[], slots=SLOTS, first=FIRST, last=FIRST + timedelta(days=19))
    places = [float(y) for y in re.findall(r'class="c-t[ab]" x="1009" y="([\d.]+)"', draw(drawing(found)))]
    assert places[1] - places[0] >= 36
    assert min(places) >= 78


def test_the_newest_nine_events_have_discs_on_a_phone() -> None:
    slim = draw(drawing(eight_weeks(), events=13)).partition('class="chart__slim"')[2]
    assert re.findall(r'class="c-evt"[^>]*>(\d+)', slim) == [str(i) for i in range(5, 14)]
    assert ">+4<" in slim


@given(st.lists(st.floats(0, 300), max_size=12).map(sorted))
def test_discs_never_touch(places: list[float]) -> None:
    found = spread(places, step=22, low=0, high=300)
    assert all(b - a >= 22 - 1e-6 for a, b in pairwise(found))
    assert not found or found[-1] <= 300


def test_quiet_days_have_no_name() -> None:
    svg = draw(drawing(eight_weeks()))
    assert svg.count('class="c-hatch"') == 2
    assert ">quiet days<" in svg
    assert ">quiet<" in svg


@settings(max_examples=100, deadline=None)
@given(
    evenings=st.dictionaries(
        st.integers(-20, 800).map(lambda i: FIRST + timedelta(days=i)),
        st.dictionaries(st.sampled_from(SLOTS), st.integers(1, 7)),
        max_size=60,
    ),
    days=st.integers(1, 800),
    quiet=st.tuples(st.integers(-9, 400), st.integers(0, 60)),
    events=st.integers(0, 50),
)
def test_whatever_comes_in_can_be_drawn(
    evenings: dict[object, dict[str, int]], days: int, quiet: tuple[int, int], events: int
) -> None:
    closed = Stretch(FIRST + timedelta(days=quiet[0]), FIRST + timedelta(days=quiet[0] + quiet[1]))
    last = FIRST + timedelta(days=days - 1)
    found = build(evenings, due=[], closed=[closed], slots=SLOTS, first=FIRST, last=last)  # type: ignore[arg-type]
    svg = draw(drawing(found, events=events))
    ET.fromstring(f"<div>{svg}{spark(found, slots=SLOTS, label='x')}</div>")
    assert not re.search(r"nan|inf|None|-0[ \"]", svg)
    for x in re.findall(r'\b(?:x|x1|x2|cx)="([-\d.]+)"', svg):
        assert -20 <= float(x) <= 1100


def test_two_years_of_two_people_are_quick() -> None:
    evenings = some_evenings(730, skipped=0)
    days = sorted(evenings)
    began = time.process_time()
    found = build(evenings, due=days, closed=[], slots=SLOTS, first=days[0], last=days[-1])
    svg = draw(drawing(found))
    assert time.process_time() - began < 0.25
    assert len(svg) < 60_000
