"""Reading the files of practices strictly. Pure functions; raises ContentError with file, line and reason."""

import re
from collections.abc import Mapping
from typing import Any

from repair.programmes import files
from repair.programmes.files import File
from repair.programmes.practice_shapes import (
    Audience,
    Card,
    Choice,
    Item,
    Part,
    Practice,
    Question,
    Reply,
    Sharing,
)

_TEXTS = {"limit", "send", "into", "tick"}
_PILES = {"private_piles", "boundary_pile"}
# What an item of each type needs besides its type, and what it may have.
ITEM_KEYS: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    "words": (frozenset({"name", "label"}), frozenset({"hint", "optional", "check", *_TEXTS})),
    "line": (frozenset({"name", "label"}), frozenset({"hint", "optional", *_TEXTS})),
    "list": (frozenset({"name", "label"}), frozenset({"hint", "optional", "most", *_TEXTS})),
    "pick": (frozenset({"name", "label", "options"}), frozenset({"hint", "optional", "many", "into"})),
    "mark": (frozenset({"name", "label", "low", "high"}), frozenset({"hint", "optional"})),
    "percent": (frozenset({"name", "label"}), frozenset({"hint", "optional"})),
    "date": (frozenset({"name", "label"}), frozenset({"hint", "optional", "parks", "ahead"})),
    "feelings": (frozenset({"name", "label"}), frozenset({"hint", "optional", "most"})),
    "timer": (frozenset({"label", "seconds"}), frozenset({"name", "hint"})),
    "sort": (frozenset({"name", "label", "piles", "cards"}), frozenset({"hint", "optional", *_PILES})),
    "ticks": (frozenset({"name", "label", "options"}), frozenset({"hint", "optional"})),
}
SENDS = ("boundary", "commitment", "ritual", "trigger", "timeout", "words", "talk")
# All that somebody may write in one practice, in characters: it is sealed in one row of a fixed size.
MOST_WRITTEN = 10_000
# As long as a line may be that is closed until a day.
MOST_PARKED = 400
_TAKEN = {"told"}  # fields that the page of a practice has beside its items
_ROUTE = re.compile(r"(repair|checkins):[a-z_]+")


def practice(file: File) -> Practice:
    """The practice a file holds."""
    data = file.data
    needed = {*files.HEAD, "covers", "title", "lede", "for", "minutes", "sharing"}
    files.keys(
        file,
        data,
        needed,
        {"parts", "note", "once", "proof", "reply", "page", "drawn", "log", "asked", "question"},
        "the file",
    )
    sharing = Sharing(files.one_of(file, data, "sharing", Sharing))
    audience = Audience(files.one_of(file, data, "for", Audience))
    if sharing in {Sharing.SEALED, Sharing.TOGETHER} and audience is not Audience.BOTH:
        raise file.wrong(f"what is {sharing.value} is for both: for must be “both”", "for =")
    page = data.get("page", "")
    if "page" in data and (not isinstance(page, str) or not _ROUTE.fullmatch(page)):
        raise file.wrong("page must name a route, like “repair:loop”", "page =")
    parts = tuple(_part(file, row) for row in files.rows(file, data, "parts", 0 if page else 1, 12))
    found = Practice(
        slug=data["slug"],
        version=data["version"],
        source=data["source"],
        covers=files.covers(file),
        title=files.words(file, data, "title", most=60),
        lede=files.words(file, data, "lede", most=400),
        audience=audience,
        minutes=_minutes(file),
        sharing=sharing,
        parts=parts,
        note=files.words(file, data, "note", most=600) if "note" in data else "",
        proof=files.words(file, data, "proof", most=200) if "proof" in data else "",
        once=files.flag(file, data, "once"),
        reply=_reply(file, sharing),
        page=page,
        drawn=files.slug(file, data, "drawn") if "drawn" in data else "",
        asked=files.flag(file, data, "asked"),
        question=_question(file, audience),
        log=files.slug(file, data, "log") if "log" in data else "",
    )
    _whole(file, found)
    return found


def _minutes(file: File) -> tuple[int, int]:
    found = file.data["minutes"]
    if (
        not isinstance(found, list)
        or len(found) != 2
        or any(type(n) is not int for n in found)
        or not 1 <= found[0] <= found[1] <= 120
    ):
        raise file.wrong("minutes must be a range like [10, 15]", "minutes")
    return found[0], found[1]


def _part(file: File, row: dict[str, Any]) -> Part:
    files.keys(file, row, {"title"}, {"text", "items"}, "a part")
    return Part(
        title=files.words(file, row, "title", most=80),
        text=files.paragraphs(file, row, "text"),
        items=tuple(_item(file, item) for item in files.rows(file, row, "items", 0, 4)),
    )


def _reply(file: File, sharing: Sharing) -> Reply | None:
    row = file.data.get("reply")
    if row is None:
        return None
    if not isinstance(row, dict):
        raise file.wrong("“reply” must be written as [reply]", "reply")
    if sharing not in {Sharing.OFFERED, Sharing.SEALED}:
        raise file.wrong("only what is offered or sealed can be replied to", "[reply]")
    files.keys(file, row, {"title", "items"}, {"text"}, "the reply")
    found = Reply(
        title=files.words(file, row, "title", most=80),
        text=files.paragraphs(file, row, "text"),
        items=tuple(_item(file, item) for item in files.rows(file, row, "items", 1, 4)),
    )
    files.unique(file, (item.name for item in found.items if item.asks), "the reply", key="name")
    return found


def _question(file: File, audience: Audience) -> Question | None:
    """The question it suggests for the check-ins. Only where the practice is for both: who proposes it must not
    tell by it on which track they are."""
    row = file.data.get("question")
    if row is None:
        return None
    if not isinstance(row, dict):
        raise file.wrong("“question” must be written as [question]", "question")
    if audience is not Audience.BOTH or "page" in file.data or "log" in file.data:
        raise file.wrong("only a practice for both, with the usual page, suggests a question", "[question]")
    by_mark = files.one_of(file, row, "answer", ("mark", "line")) == "mark"
    ends = ("low", "high") if by_mark else ()
    files.keys(file, row, {"what", "answer", "asked_with", *ends}, (), "the question")
    return Question(
        what=files.words(file, row, "what", most=160),
        answer=row["answer"],
        asked_with=files.slug(file, row, "asked_with"),
        **{end: files.words(file, row, end, most=24) for end in ends},
    )


def _item(file: File, row: dict[str, Any]) -> Item:
    kind = row.get("type")
    if not isinstance(kind, str) or kind not in ITEM_KEYS:
        raise file.wrong(f"an item needs a type: {', '.join(ITEM_KEYS)}", files.near(row))
    needed, allowed = ITEM_KEYS[kind]
    files.keys(file, row, {"type", *needed}, {*allowed, "private"}, f"an item of type {kind}")
    options = _choices(file, row, "options", 2, 24) if "options" in row else ()
    piles = _choices(file, row, "piles", 2, 6) if "piles" in row else ()
    return Item(
        type=kind,
        name=_name(file, row) if "name" in row else "",
        label=files.words(file, row, "label", most=240),
        hint=files.words(file, row, "hint", most=400) if "hint" in row else "",
        optional=kind == "ticks" or files.flag(file, row, "optional"),
        limit=_limit(file, row, kind),
        most=_most(file, row, kind),
        seconds=files.number(file, row, "seconds", 10, 3600) if kind == "timer" else 0,
        many=files.flag(file, row, "many"),
        low=files.words(file, row, "low", most=40) if kind == "mark" else "",
        high=files.words(file, row, "high", most=40) if kind == "mark" else "",
        options=options,
        piles=piles,
        private=files.flag(file, row, "private"),
        private_piles=_private(file, row, piles),
        boundary_pile=files.one_of(file, row, "boundary_pile", [p.slug for p in piles])
        if "boundary_pile" in row
        else "",
        cards=_cards(file, row) if kind == "sort" else (),
        check=files.one_of(file, row, "check", ["character"]) if "check" in row else "",
        send=files.one_of(file, row, "send", SENDS) if "send" in row else "",
        into=files.slug(file, row, "into") if "into" in row else "",
        tick=files.slug(file, row, "tick") if "tick" in row else "",
        parks=files.slug(file, row, "parks") if "parks" in row else "",
        ahead=files.number(file, row, "ahead", 1, 60) if "ahead" in row else 0,
    )


def _name(file: File, row: dict[str, Any]) -> str:
    found = files.slug(file, row, "name")
    if found in _TAKEN:
        raise file.wrong(f"the name “{found}” is taken by the page itself", files.near(row))
    return found


def _limit(file: File, row: dict[str, Any], kind: str) -> int:
    most = {"words": 4000, "line": 400, "list": 400}.get(kind, 0)
    default = {"words": 2000, "line": 200, "list": 200}.get(kind, 0)
    return files.number(file, row, "limit", 1, most, default) if most else 0


def _most(file: File, row: dict[str, Any], kind: str) -> int:
    return files.number(file, row, "most", 1, 10, 3) if kind in {"list", "feelings"} else 0


def _choices(file: File, row: dict[str, Any], key: str, low: int, high: int) -> tuple[Choice, ...]:
    found = row[key]
    if not isinstance(found, list) or not all(
        isinstance(pair, list) and len(pair) == 2 and all(isinstance(word, str) for word in pair) for pair in found
    ):
        raise file.wrong(f"“{key}” must be a list of pairs, like [[“slug”, “Words”]]", files.near(row))
    if not low <= len(found) <= high:
        raise file.wrong(f"there must be {low} to {high} {key}", files.near(row))
    for slug, _label in found:
        if not files.SLUG.fullmatch(slug):
            raise file.wrong(f"“{slug}” is no slug: small letters, digits and _", f'"{slug}"')
        if [one for one, _ in found].count(slug) > 1:
            raise file.wrong(f"two of the {key} have the slug “{slug}”", f'"{slug}"')
    return tuple(Choice(slug, files.words(file, {"label": label}, "label", most=160)) for slug, label in found)


def _private(file: File, row: dict[str, Any], piles: tuple[Choice, ...]) -> frozenset[str]:
    found = row.get("private_piles", [])
    known = {pile.slug for pile in piles}
    if not isinstance(found, list) or not all(isinstance(slug, str) and slug in known for slug in found):
        raise file.wrong("private_piles must name piles of this sort", "private_piles")
    return frozenset(found)


def _cards(file: File, row: dict[str, Any]) -> tuple[Card, ...]:
    found = files.rows(file, row, "cards", 2, 40)
    for card in found:
        files.keys(file, card, {"slug", "text"}, {"family"}, "a card")
    files.unique(file, (files.slug(file, card) for card in found), "cards")
    return tuple(
        Card(
            card["slug"],
            files.words(file, card, "text", most=240),
            files.slug(file, card, "family") if "family" in card else "",
        )
        for card in found
    )


def _whole(file: File, found: Practice) -> None:
    """What can only be said of the whole: names used once, nothing asked in a lesson, room for all of it."""
    files.unique(file, (item.name for item in found.items), "the items", key="name")
    if found.drawn and found.drawn not in {item.name for item in found.items if item.type == "line"}:
        raise file.wrong("drawn must name the line that is the circle’s name", "drawn")
    if found.asked and found.sharing is not Sharing.OFFERED:
        raise file.wrong("only what is offered can be asked for", "asked")
    if found.log and (found.sharing is not Sharing.PRIVATE or len(found.parts) != 1):
        raise file.wrong("a log is private and has one page", "log")
    _parked(file, found)
    if found.sharing is Sharing.READING and any(found.items):
        raise file.wrong("in a practice for reading nothing is asked", "sharing")
    for part in found.parts:
        if not part.text and not part.items:
            raise file.wrong(f"the part “{part.title}” is empty", f'title = "{part.title}"')
    for items in (tuple(found.items), found.reply.items if found.reply else ()):
        if sum(item.limit * (item.most or 1) for item in items) > MOST_WRITTEN:
            raise file.wrong(f"all limits together must not be more than {MOST_WRITTEN} characters", "limit")


def _parked(file: File, found: Practice) -> None:
    """What is closed until a day is one text of a private practice, and some day stands there first."""
    texts = {item.name for item in found.items if item.type in {"words", "line"} and item.limit <= MOST_PARKED}
    days = [item for item in found.items if item.parks]
    if days and (len(days) > 1 or days[0].parks not in texts or not days[0].ahead):
        raise file.wrong(
            f"parks, once, must name words of at most {MOST_PARKED} characters, with “ahead”", "parks"
        )
    if days and found.sharing is not Sharing.PRIVATE:
        raise file.wrong("only a private practice parks something", "parks")
