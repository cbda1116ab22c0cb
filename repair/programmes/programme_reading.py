"""Reading the files of programmes strictly, and what must fit between them and the practices they name."""

import re
from collections.abc import Mapping
from typing import Any

from repair.programmes import files
from repair.programmes.files import File
from repair.programmes.practice_shapes import Audience, Practice, Programme, ProgrammePhase, Thing, Week

_ID = re.compile(r"P[1-9][0-9]?")
# Kinds of agreement a week may suggest; each has a page where it is proposed.
LINES = (
    "boundary",
    "commitment",
    "ritual",
    "trigger",
    "rhythm",
    "timeout",
    "words",
    "disclosure",
    "path",
    "question",
)


def programme(file: File) -> Programme:
    """The programme a file holds; the practices it names are checked by `fitting`."""
    data = file.data
    needed = {*files.HEAD, "covers", "id", "title", "lede", "for_text", "range", "ending", "phases"}
    files.keys(file, data, needed, (), "the file")
    if not isinstance(data["id"], str) or not _ID.fullmatch(data["id"]):
        raise file.wrong("id must be like P1", "id =")
    phases = tuple(_phase(file, row) for row in files.rows(file, data, "phases", 1, 8))
    files.unique(file, (phase.slug for phase in phases), "phases")
    return Programme(
        slug=data["slug"],
        version=data["version"],
        source=data["source"],
        covers=files.covers(file),
        id=data["id"],
        title=files.words(file, data, "title", most=60),
        lede=files.words(file, data, "lede", most=400),
        for_text=files.words(file, data, "for_text", most=200),
        range=files.words(file, data, "range", most=60),
        ending=files.paragraphs(file, data, "ending"),
        phases=phases,
    )


def _phase(file: File, row: dict[str, Any]) -> ProgrammePhase:
    files.keys(file, row, {"slug", "title", "lede", "range", "weeks"}, (), "a phase")
    return ProgrammePhase(
        slug=files.slug(file, row),
        title=files.words(file, row, "title", most=60),
        lede=files.words(file, row, "lede", most=400),
        range=files.words(file, row, "range", most=60),
        weeks=tuple(_week(file, week) for week in files.rows(file, row, "weeks", 1, 26)),
    )


def _week(file: File, row: dict[str, Any]) -> Week:
    files.keys(file, row, {"title", "things"}, {"lines", "talk", "repeat"}, "a week")
    lines = row.get("lines", [])
    if not isinstance(lines, list) or not all(line in LINES for line in lines):
        raise file.wrong(f"lines may be {', '.join(LINES)}", files.near(row))
    return Week(
        title=files.words(file, row, "title", most=80),
        things=tuple(_thing(file, thing) for thing in files.rows(file, row, "things", 1, 3)),
        lines=tuple(lines),
        talk=files.words(file, row, "talk", most=200) if "talk" in row else "",
        repeat=files.number(file, row, "repeat", 1, 52, 1),
    )


def _thing(file: File, row: dict[str, Any]) -> Thing:
    if set(row) == {"both"}:
        one = files.slug(file, row, "both")
        return Thing(one, one, one)
    if set(row) != {"hurt", "responsible", "either"}:
        raise file.wrong("a thing is { both = … } or { hurt = …, responsible = …, either = … }", "things")
    return Thing(*(files.slug(file, row, key) for key in ("hurt", "responsible", "either")))


def fitting(file: File, found: Programme, practices: Mapping[str, Practice]) -> None:
    """Every practice that a programme names is there and fits whom it is named for. Raises ContentError."""
    for phase in found.phases:
        for week in phase.weeks:
            for thing in week.things:
                for audience, slug in thing.by_audience.items():
                    _fits(file, practices, slug, audience)


def _fits(file: File, practices: Mapping[str, Practice], slug: str, audience: Audience) -> None:
    if slug not in practices:
        raise file.wrong(f"there is no practice “{slug}”", f'"{slug}"')
    if not practices[slug].fits(audience):
        for_whom = practices[slug].audience.value
        raise file.wrong(f"the practice “{slug}” is for {for_whom}, but named for {audience.value}", f'"{slug}"')
