"""Reading content files strictly: an unknown key, a missing one or a wrong type stops the start.

Pure functions over a folder; nothing is kept here. Raises ContentError with file, line (where known) and reason.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from repair.programmes import files
from repair.programmes.files import File
from repair.programmes.guided import guided, stop
from repair.programmes.shapes import (
    Breach,
    Content,
    ContentError,
    Elsewhere,
    Feeling,
    Mark,
    QuestionSet,
    Said,
    Starter,
    Stem,
)

# The fields a starter may fill in, by kind of agreement; the forms of repair.boundaries have the same names.
STARTER_FIELDS: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    "boundary": (frozenset({"what", "who"}), frozenset({"why", "own_space", "know", "about"})),
    "commitment": (frozenset({"what", "who"}), frozenset({"why", "know", "about", "warm"})),
    "ritual": (frozenset({"what", "when"}), frozenset({"why", "missed", "warm"})),
    "trigger": (frozenset({"when", "please"}), frozenset({"rather_not", "why"})),
    "timeout": (frozenset({"say", "lasts", "again"}), frozenset({"where"})),
}
_WHO = {"me", "you", "both"}
TRACKS = ("hurt", "broke", "both", "unsaid")  # the values of repair.programmes.story.Track


def load(folder: Path) -> Content:
    """Read and check every file of a folder, its practices/ and programmes/ included. Raises ContentError for the
    first wrong one."""
    every = [files.read(path, folder) for path in sorted(folder.glob("*.toml"))]
    readers: dict[str, Callable[[File], Any]] = {
        "questions": _questions,
        "feelings": _feelings,
        "starters": _starters,
    }
    found: dict[str, dict[str, Any]] = {kind: {} for kind in readers}
    for file in every:
        kind = file.data.get("kind")
        if kind not in readers:
            raise file.wrong(f"kind must be one of {', '.join(readers)}", "kind")
        slug = files.head(file)
        if slug in found[kind]:
            raise file.wrong(f"another file of kind {kind} has the slug “{slug}”", "slug")
        found[kind][slug] = readers[kind](file)
    if list(found["feelings"]) != ["feelings"]:
        message = f"{folder.name}: there must be exactly one file of kind feelings, with the slug “feelings”"
        raise ContentError(message)
    return _put_together(found, every, folder)


def faults(folder: Path) -> list[str]:
    """What is wrong in a folder, one line for each wrong file; empty when the site would start with it."""
    found: list[str] = []
    guided(folder, wrong=lambda error: found.append(str(error)))
    try:
        load(folder)
    except ContentError as error:
        found = found or [str(error)]
    return found


def _put_together(found: dict[str, dict[str, Any]], every: list[File], folder: Path) -> Content:
    groups: list[tuple[Breach, tuple[Starter, ...]]] = sorted(
        found["starters"].values(), key=lambda group: group[0].slug != "any"
    )
    starters = [starter for _, group in groups for starter in group]
    for starter in starters:
        if sum(other.slug == starter.slug for other in starters) > 1:
            near = f'slug = "{starter.slug}"'
            file = next(f for f in reversed(every) if near in f.text)
            raise file.wrong(f"two starters have the slug “{starter.slug}”", near)
    practices, programmes = guided(folder, wrong=stop)
    _fit(found["questions"], every)
    for one in practices.values():
        if one.question and one.question.asked_with not in found["questions"]:
            wrong = one.question.asked_with
            message = f"practices/{one.slug}.toml: asked_with names no question set: “{wrong}”"
            raise ContentError(message)
    return Content(
        question_sets=found["questions"],
        feelings=found["feelings"]["feelings"],
        breaches=tuple(breach for breach, _ in groups),
        starters=tuple(starters),
        practices=practices,
        programmes=programmes,
    )


def _fit(sets: Mapping[str, QuestionSet], every: list[File]) -> None:
    """A mark that two sets ask for is one line on the timeline: it is about the same, from the same end to the
    same."""
    known: dict[str, tuple[str, str, str, str]] = {}
    for asked in sets.values():
        file = next(f for f in every if f.data.get("kind") == "questions" and f.data.get("slug") == asked.slug)
        for mark in asked.marks:
            about = (mark.topic, mark.low, mark.middle, mark.high)
            if known.setdefault(mark.slug, about) != about:
                reason = f"the mark “{mark.slug}” has another topic or other ends in another set"
                raise file.wrong(reason, f'slug = "{mark.slug}"')


def _questions(file: File) -> QuestionSet:
    data = file.data
    needed = {*files.HEAD, "title", "lede", "feelings", "reports", "days", "minutes", "said"}
    files.keys(file, data, needed, {"marks", "words", "good", "elsewhere", "own"}, "the file")
    days = files.number(file, data, "days", 1, 366)
    most = data["feelings"]
    if type(most) is not int or not 0 <= most <= 3:
        raise file.wrong("feelings must be a number from 0 to 3", "feelings =")
    if type(data["reports"]) is not bool:
        raise file.wrong("reports must be true or false", "reports =")
    marks = tuple(_mark(file, row, turn=max(7, days)) for row in files.tables(file, "marks"))
    if not 1 <= len(marks) <= 8:
        raise file.wrong("there must be 1 to 8 [[marks]]")
    good = data.get("good")
    if good is not None and not isinstance(good, dict):
        raise file.wrong("“good” must be written as [good]", "good")
    return QuestionSet(
        slug=data["slug"],
        version=data["version"],
        title=files.words(file, data, "title", most=80),
        lede=files.words(file, data, "lede"),
        marks=marks,
        words=tuple(_stem(file, row) for row in files.tables(file, "words")),
        feelings=most,
        reports=data["reports"],
        good=None if good is None else _stem(file, good),
        days=days,
        minutes=files.number(file, data, "minutes", 1, 60),
        said=_said(file),
        elsewhere=tuple(_elsewhere(file, row) for row in files.rows(file, data, "elsewhere", 0, 4)),
        own=_own(file, turn=max(7, days)),
    )


def _own(file: File, *, turn: int) -> dict[str, Mark]:
    """One mark for each track, or none: a track without one would be told by what is not asked."""
    rows = files.tables(file, "own")
    tracks = [files.one_of(file, row, "track", TRACKS) for row in rows]
    files.unique(file, [row["slug"] for row in (*rows, *files.tables(file, "marks"))], "own and marks")
    if tracks and sorted(tracks) != sorted(TRACKS):
        raise file.wrong(f"[[own]] needs one entry for each of {', '.join(TRACKS)}", "[[own]]")
    marks = [_mark(file, {key: row[key] for key in row if key != "track"}, turn=turn) for row in rows]
    return dict(zip(tracks, marks, strict=True))


def _said(file: File) -> Said:
    row = file.data["said"]
    if not isinstance(row, dict):
        raise file.wrong("“said” must be written as [said]", "said")
    always, with_words = ("chosen", "within", "asks", "send"), ("card", "listed", "read", "lines", "last")
    needed = (*always, *with_words) if file.data.get("words") else always
    files.keys(file, row, needed, (), "[said]")
    return Said(**{key: files.words(file, row, key, most=80) for key in needed})


def _elsewhere(file: File, row: dict[str, Any]) -> Elsewhere:
    kind = next((key for key in ("practice", "page") if key in row), "practice")
    files.keys(file, row, ("label", kind), (), "what stands elsewhere")
    return Elsewhere(files.words(file, row, "label", most=160), **{kind: files.words(file, row, kind, most=40)})


def _mark(file: File, row: dict[str, Any], *, turn: int) -> Mark:
    where = f"the mark “{row['slug']}”"
    files.keys(file, row, {"slug", "topic", "wordings", "low", "middle", "high"}, {"hint"}, where)
    wordings = row["wordings"]
    if (
        not isinstance(wordings, list)
        or not wordings
        or not all(isinstance(w, str) and w.strip() for w in wordings)
    ):
        raise file.wrong(f"{where} needs at least one wording", files.near(row))
    return Mark(
        slug=row["slug"],
        topic=files.words(file, row, "topic", most=80),
        wordings=tuple(files.text(file, wording, most=160, name=True) for wording in wordings),
        low=files.words(file, row, "low", most=24),
        middle=files.words(file, row, "middle", most=24),
        high=files.words(file, row, "high", most=24),
        hint=files.words(file, row, "hint", name=True) if "hint" in row else "",
        turn=turn,
    )


def _stem(file: File, row: dict[str, Any]) -> Stem:
    slug = files.slug(file, row)
    files.keys(file, row, {"slug", "label", "hint", "limit"}, (), f"the stem “{slug}”")
    limit = row["limit"]
    if type(limit) is not int or not 1 <= limit <= 400:
        raise file.wrong(f"the stem “{slug}” needs a limit from 1 to 400", files.near(row))
    return Stem(
        slug=slug,
        label=files.words(file, row, "label", most=80),
        hint=files.words(file, row, "hint", name=True),
        limit=limit,
    )


def _feelings(file: File) -> tuple[Feeling, ...]:
    files.keys(file, file.data, {*files.HEAD, "words"}, (), "the file")
    words = file.data["words"]
    if not isinstance(words, dict) or len(words) < 2:
        raise file.wrong("[words] must hold at least two words", "[words]")
    for slug in words:
        if not files.SLUG.fullmatch(slug):
            raise file.wrong(f"“{slug}” is no slug: small letters, digits and _", slug)
    return tuple(Feeling(slug, files.words(file, words, slug, most=20)) for slug in words)


def _starters(file: File) -> tuple[Breach, tuple[Starter, ...]]:
    data = file.data
    files.keys(file, data, {*files.HEAD, "title", "lede", "starters"}, (), "the file")
    breach = Breach(data["slug"], files.words(file, data, "title", most=80), files.words(file, data, "lede"))
    rows = files.tables(file, "starters")
    if not rows:
        raise file.wrong("there must be at least one [[starters]]")
    return breach, tuple(_starter(file, row, breach.slug) for row in rows)


def _starter(file: File, row: dict[str, Any], breach: str) -> Starter:
    where = f"the starter “{row['slug']}”"
    kind = row.get("kind")
    if not isinstance(kind, str) or kind not in STARTER_FIELDS:
        raise file.wrong(f"{where} needs a kind: {', '.join(STARTER_FIELDS)}", files.near(row))
    needed, allowed = STARTER_FIELDS[kind]
    files.keys(file, row, {"slug", "kind", *needed}, allowed, where)
    fields = {key: files.words(file, row, key) for key in row if key not in {"slug", "kind"}}
    if "who" in fields and fields["who"] not in _WHO:
        raise file.wrong(f"{where}: who must be me, you or both", files.near(row))
    if "about" in fields and fields["about"] != "transparency":
        raise file.wrong(f"{where}: about may only be “transparency”", files.near(row))
    if fields.get("warm", "warmth") != "warmth":
        raise file.wrong(f"{where}: warm may only be “warmth”", files.near(row))
    return Starter(slug=row["slug"], kind=kind, breach=breach, fields=fields)
